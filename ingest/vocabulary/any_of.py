"""Alternatives of a regular expression, written as a list of words."""

from __future__ import annotations

import re


def any_of(words: str) -> str:
    """Return a group that matches any of the words, which blanks separate; the first that fits wins.

    `any_of("主任 医生")` is `(?:主任|医生)`.
    """
    return f"(?:{'|'.join(map(re.escape, words.split()))})"
