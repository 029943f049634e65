"""The commands: a file with the name of each, and beside them what these share (lineage, probing, checks)."""
