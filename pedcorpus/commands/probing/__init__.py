"""How a file would be read, and what it is full of: the parts of `sources --probe`."""
