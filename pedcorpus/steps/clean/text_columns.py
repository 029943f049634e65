"""The running text of a table: which columns hold it, their strings as flat series, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from pedcorpus.steps.clean.nested_strings import Rows, leaves, with_leaves
from schemas.tables import FREE_TEXT


@dataclass(slots=True)
class TextColumn:
    """The strings of one column, flat, and for each the row of the batch it stands in."""

    name: str
    field: str
    strings: pl.Series
    rows: Rows


def text_columns(batch: pa.RecordBatch, table: str) -> list[TextColumn]:
    """Return the text columns of a batch."""
    columns = []
    for name, field in FREE_TEXT[table]:
        strings, rows = leaves(batch[name], field)
        columns.append(TextColumn(name, field, pl.Series(name, strings, dtype=pl.String), rows))
    return columns


def with_texts(batch: pa.RecordBatch, columns: Sequence[TextColumn]) -> pa.Table:
    """Return the batch as a table with the strings of `columns` in place."""
    table = pa.Table.from_batches([batch])
    for column in columns:
        at = table.column_names.index(column.name)
        strings = column.strings.to_arrow(compat_level=pl.CompatLevel.oldest())
        held = table.column(at).combine_chunks()  # other fields of the same column may be new already
        table = table.set_column(at, table.schema.field(at), with_leaves(held, strings, column.field))
    return table


def joined(column: TextColumn, n_rows: int) -> pl.Series:
    """Return one text per row: its strings in order, a line each; null where a row has none."""
    frame = pl.DataFrame({"row": column.rows, "text": column.strings}, schema={"row": pl.Int64, "text": pl.String})
    texts = frame.group_by("row").agg(pl.col("text").str.join("\n"))
    return pl.DataFrame({"row": range(n_rows)}).join(texts, on="row", how="left", maintain_order="left")["text"]
