"""Answers that run on without a comma or a stop: their writer typed blanks or 、, or the signs were lost."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_talk, where

LEAST_ITEMS, CLAUSES_SHARE = 5, 0.4
"""So many parts between 、, and such a share of clauses among them: 、 stands for a comma (read: all 6 of a set)."""

_RUN = r"[一-龥\d]{20,}"
"""Characters and numbers without a sign, a blank or a word of another script between them."""
_SIGN = re.compile(r"[，。；！？：,;!?:\n]")
"""`有点痰，咳嗽` → `，`"""
_CLAUSE = re.compile(r"[了就给让把会也都还又很没]|可以|应该|如果|自己|因为|不是|这")
"""What names have not. `拍着宝宝就睡了` → `就`"""


def unpunctuated(parts: pl.DataFrame) -> pl.Series:
    """Return the characters of the longest run of an answer without a sign but 、 in the place of commas."""
    runs = _runs(parts).list.eval(pl.element().str.len_chars()).list.max().fill_null(0)
    listed = pl.Series(list(map(_run_of_clauses, parts["answers"].fill_null("").to_list())), dtype=pl.UInt32)
    longest = pl.select(pl.max_horizontal(runs, listed)).to_series()
    return where(is_talk(parts), longest)


def unpunctuated_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the beginning of the longest run."""
    runs = _runs(parts).list.eval(pl.element().sort_by(pl.element().str.len_chars(), descending=True))
    return runs.list.first().fill_null("").str.head(24)


def _runs(parts: pl.DataFrame) -> pl.Series:
    return parts["answers"].fill_null("").str.extract_all(_RUN)


def _run_of_clauses(answers: str) -> int:
    """Return the characters of the longest run of clauses joined by 、."""
    if answers.count("、") < LEAST_ITEMS - 1:
        return 0
    return max((len(run) for run in _SIGN.split(answers) if _joins_clauses(run.split("、"))), default=0)


def _joins_clauses(items: list[str]) -> bool:
    return len(items) >= LEAST_ITEMS and sum(map(bool, map(_CLAUSE.search, items))) >= CLAUSES_SHARE * len(items)
