"""From what on a training row gives a test item away: the numbers of `dedup.contamination`, free of its kernels."""

from __future__ import annotations

LONG, SHORT = 13, 5
"""Characters of the n-grams: 13 in a row are hardly ever shared by chance, 5 find what was edited in places."""
LONG_SHARE, CONTAINMENT, JACCARD = 0.3, 0.6, 0.8
"""Shares from which a row leaks: of an item's 13-grams; of the 5-grams of its question or answer; Jaccard with one. Our
choice: with so much of an item before it, a model may answer from memory."""
