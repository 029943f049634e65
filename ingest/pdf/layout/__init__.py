"""The layout of a page: columns, reading order, running heads."""
