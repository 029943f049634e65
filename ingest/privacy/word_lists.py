"""The word lists in the folder `words`: plain text, words apart by spaces or lines."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of the list called `name`."""
    return frozenset(lines(f"{name}.txt", " "))


def lines(file: str, separator: str = "\n") -> list[str]:
    """Return the lines, or the words, of a file in the folder."""
    text = Path(__file__).with_name("words").joinpath(file).read_text(encoding="utf-8")
    return text.split() if separator == " " else text.splitlines()
