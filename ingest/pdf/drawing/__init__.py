"""What a PDF draws: files, limits, fonts, glyphs and their Unicode values, paths and rules."""
