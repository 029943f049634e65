"""The department a question belongs to, where its words clearly say one.

Words are compared with jieba's, so that 流产 is not found in 主流产品.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from ingest.vocabulary.jieba_words import words_of
from ingest.vocabulary.medical_terms import parse

_MOST_CHARS = 300
"""Characters looked at: what a patient is ill with stands at the beginning."""
_LEAST = 1.5
_LEAD = 3.0
"""Least score of a department, and how many times that of the next (`tests/benchmarks/departments.py`)."""
_LONG_WORD = 3
"""Characters from which a word counts 1.5 instead of 1: it says more."""
_DENIED = re.compile(r"怀孕情况.{0,10}|(?:未|没有?|无)(?:怀孕|发热|咳嗽|高血压|糖尿病)")
"""`孩子没有发热` → `没有发热`"""


def department_in(asked: str) -> str:
    """Return the department a question clearly belongs to, "" for any other."""
    text = _DENIED.sub(" ", asked[:_MOST_CHARS])
    if max(_scores(set(_any_word().findall(text))).values(), default=0) < 2 * _LEAST:
        return ""  # not enough even if all of them are words
    pairs = _pairs(words_of(text))
    if any(word in _of_children() or word + after in _of_children() for word, after in pairs):
        return ""
    told = _scores(set(filter(None, map(_known, pairs))))
    ranked = sorted(told.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < 2 * _LEAST:
        return ""
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] >= _LEAD * ranked[1][1] else ""


def _scores(found: set[str]) -> Counter[str]:
    """Return twice the score of each department, so that sums are exact."""
    scores = Counter[str]()
    for word in found:
        scores[_words()[word]] += 3 if len(word) >= _LONG_WORD else 2
    return scores


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    """Return each word with the one behind it."""
    return list(zip(words, [*words[1:], ""], strict=True))


def _known(pair: tuple[str, str]) -> str | None:
    """Return the longest word of a department that a word is, holds, or begins with the word behind it."""
    words, (word, after) = _words(), pair
    found = [w for w in (word + after, word) if w in words]
    if not found and len(word) > 2:
        found = [w for n in (4, 3, 2) for i in range(len(word) - n + 1) if (w := word[i : i + n]) in words]
    return found[0] if found else None


@cache
def _words() -> dict[str, str]:
    """Return word → department."""
    lines = (Path(__file__).parent / "terms" / "departments.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    for line in lines:
        department, *words = line.split()
        if department != "#":
            found |= dict.fromkeys(words, department)
    return found


@cache
def _of_children() -> frozenset[str]:
    """Return what says that a text is about children: its department is theirs, not that of the organ."""
    return frozenset(parse((Path(__file__).parent / "terms" / "pediatric.txt").read_text(encoding="utf-8")))


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _words()), key=len, reverse=True)))
