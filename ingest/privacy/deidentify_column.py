"""De-identification over columns: cheap prefilters in Polars first, Python only for the records they let through."""

from __future__ import annotations

from collections import Counter

import polars as pl

from ingest.privacy.classes import Mode, PrivacyLevel
from ingest.privacy.deidentify_record import deidentify_folded
from ingest.privacy.detectors import find_private_spans
from ingest.privacy.folded_text import fold_series
from ingest.privacy.prefilter import passed_prefilters


def deidentify_column(
    texts: pl.Series, level: PrivacyLevel, mode: Mode, keys: pl.Series
) -> tuple[pl.Series, Counter[str]]:
    """Return the texts without private data, and how many values of each class were replaced.

    Rows with the same key are one record: its dates move alike and its names are replaced in all its rows. Nulls stay.
    """
    texts = texts.cast(pl.String)
    counts, rows, changed = Counter[str](), list[int](), list[str]()
    for key, at, before, folded, prefilters in _suspects(texts, keys.cast(pl.String), level).iter_rows():
        after, replaced = deidentify_folded(before, folded, prefilters, level=level, mode=mode, key=key or "")
        counts += replaced
        for row, old, new in zip(at, before, after, strict=True):
            if old != new:
                rows.append(row)
                changed.append(new)
    return texts.scatter(rows, changed) if rows else texts, counts


def _suspects(texts: pl.Series, keys: pl.Series, level: PrivacyLevel) -> pl.DataFrame:
    """Return the records of which a text passes a prefilter: `key`, lists `row`, `text`, `folded`, and `passed`."""
    frame = pl.DataFrame({"key": keys, "text": texts, "passed": passed_prefilters(texts, level)}).with_row_index("row")
    suspects = frame.filter(pl.col("passed") > 0).group_by("key").agg(pl.col("passed").bitwise_or())
    rows = (
        frame.drop("passed")
        .filter(pl.col("text").is_not_null())
        .join(suspects, on="key", how="inner", nulls_equal=True, maintain_order="left")
    )
    rows = rows.with_columns(folded=fold_series(rows["text"]))
    return rows.group_by("key", maintain_order=True).agg("row", "text", "folded", pl.col("passed").first())


def residual(texts: pl.Series, level: PrivacyLevel) -> pl.DataFrame:
    """Return `row` and `class` of every value that still looks private, invented ones apart; never the value."""
    texts = texts.cast(pl.String)
    frame = pl.DataFrame({"text": texts, "passed": passed_prefilters(texts, level)}).with_row_index("row")
    frame = frame.filter(pl.col("passed") > 0)
    hits = [
        {"row": row, "class": span.kind}
        for row, text, passed in zip(frame["row"], fold_series(frame["text"]), frame["passed"], strict=True)
        for span in find_private_spans(text, level, passed)
    ]
    return pl.DataFrame(hits, schema={"row": pl.UInt32, "class": pl.String})
