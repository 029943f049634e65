"""Names of a knowledge graph strung together as an answer, and questions that only a graph is asked.

Comes in: medical talks of others. A list of names is no answer where it repeats itself, holds what is none of its kind,
goes on without an end, or heaps drugs on one patient without a word on them; nor is a comparison of two diseases that
have nothing in common.
"""

from __future__ import annotations

import polars as pl

from pedcorpus.quality.marks.found import SHOWN, is_medical_talk, where
from pedcorpus.quality.marks.graphs.compared import compares, compares_unnamed, unrelated_pair
from pedcorpus.quality.marks.graphs.invented_patients import contradicted, contradicted_shown
from pedcorpus.quality.marks.graphs.listed import list_faults


def graph_dump(parts: pl.DataFrame) -> pl.Series:
    """Return how many marks of a graph a talk holds: faults of lists, unrelated comparisons, impossible patients."""
    applies = is_medical_talk(parts)
    listed = _faults(parts, applies).list.len()
    pairs = (_pairs(parts, applies) != "").cast(pl.UInt32)
    others = contradicted(parts).cast(pl.UInt32) + compares_unnamed(parts).cast(pl.UInt32)
    return where(applies, listed + pairs + others)


def graph_dump_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the compared diseases, the faults of lists, the impossible patient."""
    applies = is_medical_talk(parts)
    faults = _faults(parts, applies).list.unique(maintain_order=True).list.head(SHOWN).list.join("; ")
    named = pl.DataFrame({"pair": _pairs(parts, applies), "list": faults, "who": contradicted_shown(parts)})
    return named.select(pl.concat_list(pl.all()).list.filter(pl.element() != "").list.join("; ")).to_series()


def _faults(parts: pl.DataFrame, applies: pl.Series) -> pl.Series:
    rows = zip(
        *(parts[name].fill_null("").to_list() for name in ("question", "answer")), applies.to_list(), strict=True
    )
    found = [list_faults(question, answer) if may_be else [] for question, answer, may_be in rows]
    return pl.Series(found, dtype=pl.List(pl.String))


def _pairs(parts: pl.DataFrame, applies: pl.Series) -> pl.Series:
    questions = parts["question"].fill_null("").to_list()
    asks = (applies & compares(parts)).to_list()
    found = [unrelated_pair(question) if may else "" for question, may in zip(questions, asks, strict=True)]
    return pl.Series(found, dtype=pl.String)
