"""Samples from books and guidelines."""
