"""Quality signals of rows: what is measured of each, and from which value on it speaks against a row."""
