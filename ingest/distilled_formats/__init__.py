"""Formats of distilled sets. A new one is a function that yields locators and records, and a line in `detect.FORMATS`.

What a record may look like is the matter of `record.py` and of `ingest/conversation/record.py`.
"""
