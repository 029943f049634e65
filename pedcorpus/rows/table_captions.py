"""Which caption belongs to which table among the neighbouring units of a book."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(
    r"^\s*(?:续?附?表|[Tt]able)\s*(?:[\dA-Z]+|[一二三四五六七八九十]+)?(?:\s*[-–—.．]\s*\d+)*\s*(?:[（(]?续[）)]?)?[\s:：.、]*"
)
"""`表2-1 脱水程度的判断` → `表2-1 `"""
_EXCERPT = re.compile(r"[（(](?:节选|摘录|续|续表)[)）]$")
"""`免疫程序（节选）` → `（节选）`"""
_OF_A_TABLE = re.compile(r"^\s*(?:续?附?表\s*[\d一二三四五六七八九十A-Z]|续表|[Tt]able\s*\d)")
"""`表1-1 儿童呼吸` → `表1`, `图3-1 随访` → –"""


def captions_of_tables(units: Sequence[tuple[str, str]]) -> dict[int, int]:
    """Return table → caption, by their places among `units` (kind, text) in reading order.

    A table's caption stands before it, with whatever floated between, else right behind it.
    """
    found: dict[int, int] = {}
    waiting: list[int] = []
    for place, (kind, text) in enumerate(units):
        if place in found.values():
            continue
        if kind == "caption" and is_caption_of_table(text):
            waiting.append(place)
        elif kind == "table" and waiting:
            found[place] = waiting.pop()
            waiting.clear()
        elif kind == "table" and place + 1 < len(units):
            after, words = units[place + 1]
            if after == "caption" and is_caption_of_table(words):
                found[place] = place + 1
    return found


def is_caption_of_table(text: str) -> bool:
    """Return whether a caption says by its number that it is a table's."""
    return _OF_A_TABLE.match(text) is not None


def caption_words(caption: str) -> str:
    """Return a table's caption without its number: 表2-1 脱水程度的判断 → 脱水程度的判断."""
    return _EXCERPT.sub("", _NUMBER.sub("", caption).strip(" \n。：:"))
