"""Dictated talk that speech recognition heard wrong: words of elsewhere in a doctor's mouth, fillers without an end.

Comes in: consultations. A message that was dictated is full of 那个 and 就是说, has no full stop and ends with a comma;
four of five such messages are not language (read: 61). Typed messages are left alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.medical_terms import parse
from pedcorpus.quality.marks.found import SHOWN, is_talk, times, where

MIN_CHARS = 20
"""A shorter message that ends with a comma was sent too early."""

_DICTATED = re.compile(
    r"(?m)^(?:[^\n。！]*(?:那个|就是说|嗯+|呃+|那就|那你|那么|他那|你那|[了的呢吧儿]那|[他她你]这个"
    r"|这个[像有就要])){2}[^\n。！]*，$"
)
"""`嗯那个有点高但小于六十，那就打一个，` → `嗯那个有点高但小于六十，那就打一个，`"""
_LETTER = re.compile(r"[一-龥，。][fhjpqruwyｆｈｊｐｑｒｕｗｙ][一-龥]{3}")
"""A letter that no vitamin, cell or examination has. `有问题你就把q下了不` → `把q下了不`"""


def misheard(parts: pl.DataFrame) -> pl.Series:
    """Return how many places of the doctor's messages were heard wrong."""
    answers = parts["answers"].fill_null("")
    dictated = (
        answers.str.extract_all(_DICTATED.pattern).list.eval(pl.element().str.len_chars() >= MIN_CHARS).list.sum()
    )
    places = dictated.cast(pl.UInt32) + times(answers, _LETTER) + _of_elsewhere(answers).list.len()
    return where(is_talk(parts) & parts["is_consultation"], places)


def misheard_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the words of elsewhere, else the end of the first dictated message."""
    answers = parts["answers"].fill_null("")
    words = _of_elsewhere(answers).list.head(SHOWN).list.join("; ")
    ends = answers.str.extract_all(_DICTATED.pattern).list.first().fill_null("").str.tail(MIN_CHARS)
    return pl.select(pl.when(words != "").then(words).otherwise(ends)).to_series()


def _of_elsewhere(answers: pl.Series) -> pl.Series:
    return answers.str.extract_many(_words(), overlapping=True).list.unique(maintain_order=True)


@cache
def _words() -> list[str]:
    return parse((files("pedcorpus.quality") / "terms" / "elsewhere.txt").read_text(encoding="utf-8"))
