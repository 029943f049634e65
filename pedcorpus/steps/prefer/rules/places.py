"""Places of an answer that a rule may change: how they are put, and how that is verified."""

from __future__ import annotations

from collections.abc import Iterable

Place = tuple[int, int, str]
"""Start and stop of a stretch of a text, and what stands there afterwards."""


def put_all(text: str, places: Iterable[Place]) -> str:
    """Return a text with all places changed; none may overlap."""
    for start, stop, new in sorted(places, reverse=True):
        text = text[:start] + new + text[stop:]
    return text


def apart(places: Iterable[Place]) -> list[Place]:
    """Return the places in order, and of two that overlap the earlier."""
    found: list[Place] = []
    for place in sorted(set(places)):
        if not found or place[0] >= found[-1][1]:
            found.append(place)
    return found


def is_put(chosen: str, rejected: str, places: list[Place]) -> bool:
    """Return whether the rejected answer is the chosen one with some of the places changed; they are in order."""
    states = {(0, 0, False)}
    for start, stop, new in places:
        after = set()
        for at, seen, changed in states:
            same = chosen[at:start]
            if rejected.startswith(same, seen):
                seen += len(same)
                after.add((start, seen, changed))
                if rejected.startswith(new, seen):
                    after.add((stop, seen + len(new), True))
        states = after
    return any(changed and rejected[seen:] == chosen[at:] for at, seen, changed in states)
