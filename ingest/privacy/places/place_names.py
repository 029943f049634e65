"""Known places: provinces, cities, counties and districts.

`words/places.txt` holds provinces, cities and well-known districts; `words/counties.txt` all others (administrative
divisions of the Ministry of Civil Affairs), with their kind (和平区) where the bare name is a common word.
"""

from __future__ import annotations

from functools import cache

from ingest.privacy.word_lists import words


@cache
def places() -> frozenset[str]:
    """Return all known places."""
    return words("places") | words("counties")


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(place) for place in places()}))


def place_within(text: str, start: int, end: int) -> int:
    """Return where the first known place between `start` and `end` begins, or -1."""
    known, lengths = places(), _lengths()
    for at in range(start, end - 1):
        if any(text[at : at + length] in known for length in lengths if at + length <= end):
            return at
    return -1
