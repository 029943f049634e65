"""Known places: provinces, cities, well-known districts."""

from __future__ import annotations

from ingest.privacy.wordlists import words


def place_within(text: str, start: int, end: int) -> int:
    """Return where the first known place between `start` and `end` begins, or -1."""
    known = words("places")
    for at in range(start, end - 1):
        if any(text[at : at + length] in known for length in (2, 3, 4) if at + length <= end):
            return at
    return -1
