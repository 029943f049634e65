"""Parquet shards: written atomically with fixed row groups, read back as Arrow tables.

zstd level 3, content-defined chunking and a page index: small re-uploads to a Hub and a fast viewer. The writer is
deterministic (measured: the same rows give the same bytes), which is what makes builds comparable by hash.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION
from schemas.tables import TABLES, row

ROW_GROUP_ROWS = 4096
"""Rows of a row group: at some 300 characters a row about 4 MB of text, a good unit for streaming readers."""


def with_metadata(schema: pa.Schema, name: str) -> pa.Schema:
    """Return the schema with the table's name and the schema version in its metadata."""
    return schema.with_metadata({"pedcorpus.table": name, "pedcorpus.schema_version": str(SCHEMA_VERSION)})


def table_of_records(records: Iterable[object], name: str) -> pa.Table:
    """Return records of one kind as an Arrow table of the schema called `name`."""
    return pa.Table.from_pylist([row(record) for record in records], schema=TABLES[name])


def write_shard(table: pa.Table, path: Path, name: str) -> None:
    """Write one table to `path`, atomically: the file is whole or is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with _writer(partial, with_metadata(table.schema.remove_metadata(), name)) as writer:
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class ShardWriter:
    """Write records one by one to one Parquet file, in row groups; memory is bounded by a row group.

    `rows` counts what was written, `nbytes` the Arrow bytes flushed so far. Use as a context manager: the file
    appears under its name when the block ends without an error.
    """

    def __init__(self, path: Path, name: str, schema: pa.Schema | None = None) -> None:
        self.path, self.name, self.rows, self.nbytes = path, name, 0, 0
        self._schema = with_metadata(schema if schema is not None else TABLES[name], name)
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._pending: list[dict[str, Any]] = []

    def __enter__(self) -> ShardWriter:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._parquet = _writer(self._partial, self._schema)
        return self

    def write(self, record: object) -> None:
        """Add a record (or a dictionary of its columns)."""
        self._pending.append(record if isinstance(record, dict) else row(record))
        self.rows += 1
        if len(self._pending) >= ROW_GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            table = pa.Table.from_pylist(self._pending, schema=self._schema)
            self._parquet.write_table(table)
            self.nbytes += table.nbytes
            self._pending.clear()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._flush()
            self._parquet.close()
            if kind is None:
                self._partial.replace(self.path)
        finally:
            self._partial.unlink(missing_ok=True)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=3,
        use_content_defined_chunking=True,
        write_page_index=True,
        store_schema=True,
    )


def read_shards(paths: Sequence[Path], columns: list[str] | None = None) -> pa.Table:
    """Read shards of one table into memory, in the order given."""
    tables = [pq.ParquetFile(path).read(columns=columns).replace_schema_metadata() for path in paths]
    return pa.concat_tables(tables)


def iter_batches(path: Path, rows: int = ROW_GROUP_ROWS, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield a shard's rows in batches of at most `rows`."""
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=rows, columns=columns)


def table_name(path: Path) -> str:
    """Return the name of the table a shard holds (a key of `schemas.tables.TABLES`)."""
    metadata = pq.read_schema(path).metadata or {}
    return str(metadata.get(b"pedcorpus.table", b"").decode())


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
