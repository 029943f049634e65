"""How medical and how pediatric a row is, by the terms that tell Wikipedia articles apart."""

from __future__ import annotations

import polars as pl

from ingest.vocabulary.medical_terms import bundled, scores


def medical(parts: pl.DataFrame) -> pl.Series:
    """Return the medical score of all words of a row."""
    return parts["medical_score"] if "medical_score" in parts.columns else _scores(parts)["score"]


def pediatric(parts: pl.DataFrame) -> pl.Series:
    """Return the pediatric score of all words of a row."""
    return parts["pediatric_score"] if "pediatric_score" in parts.columns else _scores(parts)["pediatric"]


def with_scores(parts: pl.DataFrame) -> pl.DataFrame:
    """Add to parts their scores, for `medical` and `pediatric` to find: they cost most of a row's measures."""
    scored = _scores(parts).select(medical_score="score", pediatric_score="pediatric")
    return parts.hstack(scored)


def terms_shown(parts: pl.DataFrame) -> pl.Series:
    """Return the terms that give most of the medical score."""
    return _scores(parts)["why"]


def _scores(parts: pl.DataFrame) -> pl.DataFrame:
    texts = parts.select(pl.concat_str("asked", "answers", separator="\n", ignore_nulls=True)).to_series()
    return scores(pl.repeat("", len(texts), eager=True), texts, bundled())
