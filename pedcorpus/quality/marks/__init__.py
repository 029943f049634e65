"""Signals that rest on marks: words and phrases that speak against a row, found over columns."""
