"""Known places (provinces, cities, well-known districts) and hospital names, looked up without scanning for each."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def words(file: str) -> frozenset[str]:
    """Return the words of a word list that lies beside this file."""
    return frozenset(Path(__file__).with_name(file).read_text(encoding="utf-8").split())


def place_within(text: str, start: int, end: int) -> int:
    """Return where the first known place between `start` and `end` begins, or -1."""
    known = words("places.txt")
    for at in range(start, end - 1):
        if any(text[at : at + length] in known for length in (2, 3, 4) if at + length <= end):
            return at
    return -1
