"""Scanned pages: recognition, and the cache of what was recognised."""
