"""Step quality: leave out what the signals speak against."""
