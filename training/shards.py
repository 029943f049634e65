"""The tables of a dataset folder: their shards, fingerprints and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import ConfigError
from schemas.shards import file_sha256, iter_batches

COLUMNS = {
    "cpt": ("id", "text", "kind", "source"),
    "sft": ("id", "messages", "task", "source"),
    "lora": ("id", "messages", "task", "source"),
    "dfpo": ("id", "prompt", "chosen", "rejected", "task", "source"),
}
"""What a phase reads of its table. `task`, `kind` and `source` only label figures and may be absent."""
LABELS = ("task", "kind", "source")
BATCH_ROWS = 1024
"""Rows tokenised at once: enough to keep the tokenizer's threads busy, a few MB of text."""


def shards(data: Path, table: str, split: str) -> list[Path]:
    """Return the Parquet files of a table's split, in order."""
    return sorted((data / table).glob(f"{split}-*.parquet"))


def fingerprint(data: Path, table: str) -> str:
    """Return the SHA-256 over the content of a table's train and validation shards; names and places do not count."""
    digest = sha256()
    for split in ("train", "validation"):
        for path in shards(data, table, split):
            digest.update(f"{split}:{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def fingerprints(data: Path, tables: Iterable[str]) -> dict[str, str]:
    """Return the fingerprint of each table."""
    return {table: fingerprint(data, table) for table in tables}


def rows(data: Path, table: str, split: str) -> Iterator[pa.RecordBatch]:
    """Yield a split in batches with exactly the phase's columns; labels that are absent read `unknown`.

    Raise ConfigError where a column is missing or a shard cannot be read.
    """
    for path in shards(data, table, split):
        try:
            held = set(pq.read_schema(path).names)
            lacking = [name for name in COLUMNS[table] if name not in held and name not in LABELS]
            if lacking:
                raise ConfigError(
                    [f"{path}: no column {', '.join(lacking)}. Table {table} needs {', '.join(COLUMNS[table])}."]
                )
            present = [name for name in COLUMNS[table] if name in held]
            for batch in iter_batches(path, BATCH_ROWS, present):
                yield _labelled(batch, table)
        except (pa.ArrowInvalid, OSError) as error:
            raise ConfigError(
                [f"{path}: not a readable Parquet file ({error}). Build or fetch the dataset again."]
            ) from None


def _labelled(batch: pa.RecordBatch, table: str) -> pa.RecordBatch:
    for name in COLUMNS[table]:
        if name not in batch.schema.names:
            batch = batch.append_column(name, pa.array(["unknown"] * batch.num_rows))
    return batch


def labels_of(rows: dict[str, list[str | None]], task: str = "task") -> tuple[list[str], list[str]]:
    """Return the sources and tasks of some rows, `unknown` where they say nothing."""
    source, kind = ([value or "unknown" for value in rows[name]] for name in ("source", task))
    return source, kind
