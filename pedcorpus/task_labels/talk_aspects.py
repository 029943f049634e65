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


def asks(aspect: str, column: str = "asked") -> pl.Expr:
    """Return whether a column of the talk has words of an aspect."""
    return _text(aspect, column).str.contains(pattern(aspect))


def counted(aspect: str, column: str = "asked") -> pl.Expr:
    """Return how often a column of the talk has words of an aspect."""
    return _text(aspect, column).str.count_matches(pattern(aspect)).cast(pl.Int64)


@cache
def pattern(aspect: str) -> str:
    """Return the pattern of an aspect, those it refers to written out."""
    joined = "|".join(_lists()[aspect])
    return _REFERENCE.sub(lambda found: f"(?:{pattern(found[1])})", joined)


def _text(aspect: str, column: str) -> pl.Expr:
    text, other = pl.col(column), _TAKEN_OUT.get(aspect)
    return text if other is None else text.str.replace_all(pattern(other), "")


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads((files("pedcorpus.task_labels") / "talk_aspects.toml").read_text(encoding="utf-8"))
