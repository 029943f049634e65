"""Texts as shingles and MinHash signatures; exact similarity of sets."""
