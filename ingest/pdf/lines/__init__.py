"""Lines of text from glyphs: spans, segments, lines of contents."""
