"""What a medical answer says of its own: neither the words of its question nor what may be said of any disease.

需要根据具体情况进行综合治疗，可能需要手术或药物治疗 says nothing. (Read: of 24 answers with less than two
characters of their own 22 say nothing or only repeat the question; from three on, most name something.)
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.medical_terms import parse
from pedcorpus.quality.marks.found import is_medical_talk, where

MOST_CHARS = 130
"""A longer answer says something of its own."""
MOST_QUESTION_CHARS = 100
"""A longer question tells a case, whose words an answer may well take up."""
OF_A_LETTER = 4
"""Characters that a foreign name or a number counts for: CT, 3天"""
YES_OR_NO = "科|挂什么|吗|是不是|是否|能不能|能否|可否|会不会|要不要|还是|可不可以"
"""Questions that a plain word answers: 可以, 内科."""

_HAN = re.compile(r"[一-龥]+")
"""`建议做CT` → `建议做`"""
_LETTERS = re.compile(r"[A-Za-z]+|\d+")
"""`建议做CT` → `CT`"""


def own_words(parts: pl.DataFrame) -> pl.Series:
    """Return the characters of a short answer that are its own; null where the answer is long or a word answers."""
    is_short = parts["answer"].fill_null("").str.len_chars() <= MOST_CHARS
    is_plain = parts["question"].fill_null("").str.len_chars() <= MOST_QUESTION_CHARS
    is_open = is_plain & ~parts["question"].fill_null("").str.contains(YES_OR_NO) & (parts["rounds"] == 1)
    applies = is_medical_talk(parts) & is_short & is_open
    rest = parts["answer"].fill_null("").str.replace_many(_said_of_all(), ["|"], leftmost=True)
    rows = zip(rest.to_list(), parts["question"].fill_null("").to_list(), applies.to_list(), strict=True)
    return where(applies, pl.Series([_own(text, question) if may else None for text, question, may in rows]))


def _own(rest: str, question: str) -> float:
    """Return the characters of what is left of an answer that the question did not say in the same company."""
    runs = _HAN.findall(rest)
    return float(sum(_unsaid(run, question) for run in runs) + OF_A_LETTER * len(_LETTERS.findall(rest)))


def _unsaid(run: str, question: str) -> int:
    if len(run) == 1:
        return int(run not in question)
    said = {i + k for i in range(len(run) - 1) if run[i : i + 2] in question for k in (0, 1)}
    return len(run) - len(said)


@cache
def _said_of_all() -> list[str]:
    words = parse((files("pedcorpus.quality") / "terms" / "said_of_all.txt").read_text(encoding="utf-8"))
    return sorted((word for line in words for word in line.split()), key=len, reverse=True)
