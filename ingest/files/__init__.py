"""A path as files and decoded text: globs, archives, compression, encodings."""
