"""Machine-spun text: ordinary words swapped for odd synonyms, so that a text reads wrong or says the reverse.

Each mark weighs the logarithm of how much likelier it is in a spun set than in clean ones (`tests/benchmarks/
fit_spun.py` fits `terms/spun.tsv`). No mark weighs enough by itself: 救治 is right for an emergency, 发觉 in a novel.
Books and articles are not judged: nobody spins them, and literary prose holds some of the marks.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pedcorpus.quality.marks.found import is_talk, read_weights, weight_of, weights_shown, where

UNIT_CHARS = 200
"""Characters up to which the sum of weights counts in full; a longer text gathers marks by chance, about as the root of
its length (measured: the share of clean rows above 5 is then the same at 200 and at 2,000 characters)."""


def spun(parts: pl.DataFrame) -> pl.Series:
    """Return the weight of the marks of spinning in questions and answers, as of a text of `UNIT_CHARS` characters."""
    texts = _texts(parts)
    shrink = (texts.str.len_chars() / UNIT_CHARS).clip(1.0) ** 0.5
    return where(is_talk(parts), (weight_of(texts, _weights()) / shrink).round(2))


def spun_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the marks of spinning with their weights."""
    return weights_shown(_texts(parts), _weights())


def _texts(parts: pl.DataFrame) -> pl.Series:
    return parts.select(pl.concat_str("asked", "answers", separator="\n", ignore_nulls=True)).to_series()


@cache
def _weights() -> dict[str, float]:
    return read_weights("spun")
