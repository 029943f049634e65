"""The rows of the step `split`: with the columns of the table they go to, or as rejections."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from pedcorpus.rows.row_texts import asked, whole_text
from pedcorpus.steps.instruct.completion import completion, running_text
from schemas.origin import content_id
from schemas.tables import TABLES

_SCHEMAS = {"cpt": "pretrain", "sft": "instruction", "lora": "instruction", "dfpo": "preference"}
"""Table of the dataset → table of `schemas`; the others are benchmarks."""


def schema_name(name: str) -> str:
    """Return the name of the schema of a table of the dataset."""
    return _SCHEMAS.get(name, "benchmark")


def schema_of(name: str) -> pa.Schema:
    """Return the schema of a table of the dataset."""
    return TABLES[schema_name(name)]


def trained_text(table: str) -> pl.Expr:
    """Return the text of a row whose bytes count."""
    if table == "document":
        return running_text()
    return completion() if table == "instruction" else whole_text(table) if table != "benchmark" else asked()


def as_table(frame: pl.DataFrame, table: str, name: str) -> pl.DataFrame:
    """Return rows with the columns of a table of the dataset."""
    if name != "cpt":
        return frame.select(schema_of(name).names)
    plain = table == "document"
    made = frame.select(
        text=trained_text(table),
        kind=pl.lit("instruction") if table == "instruction" else pl.lit("plain") if plain else pl.col("kind"),
        source="source",
        parents=pl.concat_list("id") if plain else pl.col("parents"),
    )
    ids = [content_id("cpt", (text, *parents)) for text, parents in made.select("text", "parents").iter_rows()]
    return made.with_columns(id=pl.Series(ids, dtype=pl.String)).select(schema_of(name).names)
