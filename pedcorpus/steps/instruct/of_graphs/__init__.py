"""Samples and plain texts from knowledge graphs."""
