"""What a patient asks for and what a doctor tells: the patterns of `talk_aspects.toml`, as expressions over columns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

_TAKEN_OUT = {"treatment": "not_care", "diagnosed": "asks_whether", "patient": "only_asks"}
"""Aspect → the phrases that hold its words and mean something else."""
_REFERENCE = re.compile(r"<([a-z_]+)>")
"""`(?:如何|怎样)<care>` → `care`"""


def asks(aspect: str, column: str = "asked", where: pl.Expr | None = None) -> pl.Expr:
    """Return whether a column of the talk has words of an aspect; only `where` it is asked for, elsewhere False."""
    return _text(aspect, column, where).str.contains(pattern(aspect))


def counted(aspect: str, column: str = "asked", where: pl.Expr | None = None) -> pl.Expr:
    """Return how often a column of the talk has words of an aspect; only `where` it is asked for, elsewhere 0."""
    return _text(aspect, column, where).str.count_matches(pattern(aspect)).cast(pl.Int64)


@cache
def pattern(aspect: str) -> str:
    """Return the pattern of an aspect, those it refers to written out."""
    joined = "|".join(_lists()[aspect])
    return _REFERENCE.sub(lambda found: f"(?:{pattern(found[1])})", joined)


def _text(aspect: str, column: str, where: pl.Expr | None) -> pl.Expr:
    text, other = pl.col(column), _TAKEN_OUT.get(aspect)
    if where is not None:
        text = pl.when(where).then(text).otherwise(pl.lit(""))
    return text if other is None else text.str.replace_all(pattern(other), "")


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads((files("pedcorpus.task_labels") / "talk_aspects.toml").read_text(encoding="utf-8"))
