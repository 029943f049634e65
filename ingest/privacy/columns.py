"""De-identification over columns: a cheap gate in Polars first, Python only for the records it lets through."""

from __future__ import annotations

from collections import Counter

import polars as pl

from ingest.privacy.fold import fold
from ingest.privacy.gates import may_be_private
from ingest.privacy.kinds import Level, Mode
from ingest.privacy.rewrite import deidentify, private_spans


def deidentify_column(texts: pl.Series, level: Level, mode: Mode, keys: pl.Series) -> tuple[pl.Series, Counter[str]]:
    """Return the texts without private data, and how many values of each class were replaced.

    Rows with the same key are one record: its dates move alike and its names are replaced in all its rows. Nulls stay.
    """
    frame = pl.DataFrame({"text": texts.cast(pl.String), "key": keys.cast(pl.String)}).with_row_index("row")
    suspects = frame.filter(may_be_private(level)).select("key").unique()
    records = frame.filter(pl.col("text").is_not_null()).join(suspects, on="key", how="semi", nulls_equal=True)
    counts, rows, changed = Counter[str](), list[int](), list[str]()
    for part in records.partition_by("key", maintain_order=True):
        before = part["text"].to_list()
        after, found = deidentify(before, level=level, mode=mode, key=part["key"][0] or "")
        counts += found
        for row, old, new in zip(part["row"], before, after, strict=True):
            if old != new:
                rows.append(row)
                changed.append(new)
    result = texts.cast(pl.String).scatter(rows, changed) if rows else texts.cast(pl.String)
    return result.alias(texts.name), counts


def residual(texts: pl.Series, level: Level) -> pl.DataFrame:
    """Return `row` and `class` of every value that still looks private, invented ones apart; never the value."""
    frame = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("row").filter(may_be_private(level))
    found = [
        {"row": row, "class": span.kind} for row, text in frame.iter_rows() for span in private_spans(fold(text), level)
    ]
    return pl.DataFrame(found, schema={"row": pl.UInt32, "class": pl.String})
