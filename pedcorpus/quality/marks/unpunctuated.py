"""Answers that run on without a comma or a stop: their writer typed blanks, or the signs were lost."""

from __future__ import annotations

import polars as pl

from pedcorpus.quality.marks.found import is_talk, where

_RUN = r"[一-龥\d]{20,}"
"""Characters and numbers without a sign, a blank or a word of another script between them."""


def unpunctuated(parts: pl.DataFrame) -> pl.Series:
    """Return the characters of the longest run of an answer without a sign."""
    runs = _runs(parts).list.eval(pl.element().str.len_chars()).list.max().fill_null(0)
    return where(is_talk(parts), runs)


def unpunctuated_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the beginning of the longest run."""
    runs = _runs(parts).list.eval(pl.element().sort_by(pl.element().str.len_chars(), descending=True))
    return runs.list.first().fill_null("").str.head(24)


def _runs(parts: pl.DataFrame) -> pl.Series:
    return parts["answers"].fill_null("").str.extract_all(_RUN)
