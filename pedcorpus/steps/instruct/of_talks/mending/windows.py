"""A long talk cut to the most turns a sample may have: the opening complaint and the last advice stay."""

from __future__ import annotations

from pedcorpus.steps.instruct.of_talks.mending.openings import is_complaint
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn


def last_window(turns: list[Turn], most: int) -> list[Turn]:
    """Return the last turns, `most` of them at most, from a patient's turn on, behind the opening complaint.

    The window begins with the first patient's turn that brings a complaint by itself, else with the first there is;
    the words with which the talk began stand before it, so that what follows speaks of a known case.
    """
    if len(turns) <= most:
        return turns
    starts = [i for i in range(len(turns) - most, len(turns) - 1) if turns[i][0] == "user"]
    if not starts:
        return []
    half = starts[: max(1, len(starts) // 2)]
    start = next((i for i in half if is_complaint(turns[i][1])), starts[0])
    opening, text = turns[0][1], turns[start][1]
    first = text if text in opening or opening in text else f"{opening}\n{text}"
    return [("user", first), *turns[start + 1 :]]
