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


def list_shards(data: Path, table: str, split: str) -> list[Path]:
    """Return the Parquet files of a table's split, in order."""
    return sorted((data / table).glob(f"{split}-*.parquet"))


def fingerprint_table(data: Path, table: str) -> str:
    """Return the SHA-256 over the content of a table's train and validation shards; names and places do not count."""
    digest = sha256()
    for split in ("train", "validation"):
        for path in list_shards(data, table, split):
            digest.update(f"{split}:{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def fingerprint_tables(data: Path, tables: Iterable[str]) -> dict[str, str]:
    """Return the fingerprint of each table."""
    return {table: fingerprint_table(data, table) for table in tables}


def find_fault(data: Path, table: str) -> str | None:
    """Return what keeps a phase from reading its table, or None; only the files' footers are read."""
    train = list_shards(data, table, "train")
    if not train:
        held = ", ".join(sorted(entry.name for entry in data.iterdir() if entry.is_dir()))
        return f"{data} has no table {table} ({table}/train-*.parquet). It holds: {held or 'nothing'}."
    count = 0
    for path in [*train, *list_shards(data, table, "validation")]:
        try:
            with pq.ParquetFile(path) as file:
                schema, count = file.schema_arrow, count + (file.metadata.num_rows if path in train else 0)
        except (pa.ArrowException, OSError) as error:
            return f"{path}: not a readable Parquet file ({error}). Build or fetch the dataset again."
        needed = [name for name in COLUMNS[table] if name not in LABELS]
        if lacking := [name for name in needed if name not in schema.names]:
            return f"{path}: no column {', '.join(lacking)}. Table {table} needs {', '.join(needed)}."
        for name in needed:
            if expected := _expected_type(name, schema.field(name).type):
                return f"{path}: column {name} is {schema.field(name).type}, expected {expected}."
    return None if count else f"table {table} in {data} has no rows. Leave the phase out, or build rows for it."


def _expected_type(column: str, found: pa.DataType) -> str | None:
    """Return what type a column should have where it has another one."""
    if column == "id":
        return None
    if column == "text":
        return None if pa.types.is_string(found) or pa.types.is_large_string(found) else "text"
    listed = pa.types.is_list(found) or pa.types.is_large_list(found)
    if listed and pa.types.is_null(found.value_type):
        return None
    turns = listed and pa.types.is_struct(found.value_type)
    named = turns and {"role", "content"} <= {field.name for field in found.value_type}
    return None if named else "a list of {role, content}"


def read_batches(data: Path, table: str, split: str) -> Iterator[pa.RecordBatch]:
    """Yield a split in batches with exactly the phase's columns; labels that are absent read `unknown`.

    Raise ConfigError where a shard cannot be read.
    """
    for path in list_shards(data, table, split):
        try:
            held = set(pq.read_schema(path).names)
            for batch in iter_batches(path, BATCH_ROWS, [name for name in COLUMNS[table] if name in held]):
                yield _add_labels(batch, table)
        except (pa.ArrowException, OSError) as error:
            text = f"{path}: not a readable Parquet file ({error}). Build or fetch the dataset again."
            raise ConfigError([text]) from None


def _add_labels(batch: pa.RecordBatch, table: str) -> pa.RecordBatch:
    """Return a batch with all columns of its table; ids and labels are text."""
    for name in ("id", *LABELS):
        if name in COLUMNS[table]:
            absent = name not in batch.schema.names
            values = pa.array(["unknown"] * batch.num_rows) if absent else batch.column(name).cast(pa.string())
            place = batch.schema.names.index(name) if not absent else -1
            batch = batch.append_column(name, values) if absent else batch.set_column(place, name, values)
    return batch


def labels_of(rows: dict[str, list[str | None]], task: str = "task") -> tuple[list[str], list[str]]:
    """Return the sources and tasks of some rows, `unknown` where they say nothing."""
    source, kind = ([value or "unknown" for value in rows[name]] for name in ("source", task))
    return source, kind
