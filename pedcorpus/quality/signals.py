"""The list of signals. Each is measured once per row; `[quality]` says from which value on it speaks against a row.

A signal that does not apply to a row (what is asked, where nobody asks) is null there, and speaks against nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from pedcorpus.quality.conversation import conversation_parts, text_parts
from pedcorpus.quality.courtesy import courtesy_share
from schemas.rejection import Reason

Measure = Callable[[pl.DataFrame], pl.Series]
"""Parts of rows (`pedcorpus.quality.conversation`) → a number per row, null where the signal does not apply."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What is measured, and how it speaks against a row: by `most` (a value above the threshold) or by `least`."""

    name: str
    measure: Measure
    reason: Reason
    bound: Literal["most", "least"] = "most"


def answer_chars(parts: pl.DataFrame) -> pl.Series:
    """Return the characters of all answers; null for running text, whose captions are short by nature."""
    chars = pl.when(pl.col("question").is_not_null()).then(pl.col("answers").str.len_chars())
    return parts.select(chars.alias("chars")).to_series()


def broken_characters(parts: pl.DataFrame) -> pl.Series:
    """Return how many characters of a row are U+FFFD or a mark for a glyph that cannot be read."""
    words = pl.concat_str("asked", "answers", ignore_nulls=True)
    return parts.select(words.str.count_matches("[\ufffd□]")).to_series()


SIGNALS: tuple[Signal, ...] = (
    Signal("broken_characters", broken_characters, Reason.GARBLED),
    Signal("answer_chars", answer_chars, Reason.TOO_SHORT, "least"),
    Signal("courtesy", courtesy_share, Reason.COURTESY),
)
"""In the order in which they speak: the first that does gives the reason."""


def measure_signals(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return `id`, `source` and each signal of rows of a table (instruction, document or pretrain), in their order."""
    parts = conversation_parts(rows) if table == "instruction" else text_parts(rows)
    values = [signal.measure(parts).cast(pl.Float32).alias(signal.name) for signal in SIGNALS]
    return rows.select("id", "source").with_columns(values)


def speaks_against(signal: Signal, threshold: float | str) -> pl.Expr:
    """Return where a signal speaks against a row; nowhere where its threshold is "off"."""
    if threshold == "off":
        return pl.lit(False)
    value = pl.col(signal.name)
    return (value > threshold if signal.bound == "most" else value < threshold).fill_null(False)


def reasons_of(signals: pl.DataFrame, thresholds: Mapping[str, Any]) -> pl.Series:
    """Return the reason (a value of `Reason`) against each row, null for none; `thresholds` are `[quality]`."""
    found = (
        pl.when(speaks_against(signal, thresholds[signal.name])).then(pl.lit(signal.reason.value)) for signal in SIGNALS
    )
    return signals.with_columns(reason=pl.coalesce(found))["reason"]


def evidence_of(name: str, parts: pl.DataFrame) -> pl.Series:
    """Return in words what a signal found in each row, "" where there is nothing to show."""
    return pl.Series([""] * parts.height, dtype=pl.String)
