"""Rejections of rows of any table, as rows of the table `rejected`."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.rejection import EXCERPT_CHARS
from schemas.tables import TABLES


def rejections_of(rows: pl.DataFrame, step: str, reasons: pl.Series, text: pl.Expr) -> pa.Table:
    """Return the rejections of `rows` for `reasons` (a value of Reason each), with the beginning of their `text`.

    A row without an origin of its own names its parents as its place.
    """
    rejections = rows.select(
        id="id",
        step=pl.lit(step),
        reason=reasons.cast(pl.String),
        excerpt=text.str.head(EXCERPT_CHARS),
        origin=pl.col("origin") if "origin" in rows.columns else _origin(rows.columns),
    )
    return rejections.to_arrow().cast(TABLES["rejected"])


def _origin(columns: list[str]) -> pl.Expr:
    parents = pl.col("parents").list.join(",") if "parents" in columns else pl.lit("")
    return pl.struct(file=pl.lit(""), locator=parents, sha256=pl.lit(""))
