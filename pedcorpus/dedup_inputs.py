"""Any Parquet, JSON or CSV file as parts: Parquet files of some ten thousand rows in a scratch folder.

Files may be larger than memory and differ in their columns. A broken line costs itself and is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.json_records import json_records
from ingest.source import SourceFile, SourceOptions
from ingest.tabular import csv_rows
from schemas.errors import PedCorpusError, UnreadableFile
from schemas.rejection import EXCERPT_CHARS, Rejection

PART_ROWS = 50_000
PART_BYTES = 32 * 2**20
"""Arrow bytes of a part: what one process holds at once."""
JSON_SUFFIXES, CSV_SUFFIXES = (".json", ".jsonl", ".ndjson"), (".csv", ".tsv", ".txt")
_OPTIONS = SourceOptions("dedup", "table")


@dataclass(slots=True)
class Part:
    """Some rows of a file. `lines` are their numbers in it: of lines, of elements of an array, of Parquet rows."""

    path: Path
    file: str
    lines: pa.Array
    schema: pa.Schema


@dataclass(slots=True)
class Inputs:
    """All rows, part by part, and what could not be read: file, place, beginning."""

    parts: list[Part] = field(default_factory=list)
    unreadable: list[dict[str, str]] = field(default_factory=list)

    @property
    def schema(self) -> pa.Schema:
        """The columns of all parts; of unlike types the wider one, else text."""
        return unified([part.schema for part in self.parts])


def read_inputs(files: Sequence[Path], work: Path, wanted: Sequence[str]) -> Inputs:
    """Copy the rows of all files into parts in `work`. Raise PedCorpusError where a file lacks a wanted column."""
    inputs = Inputs()
    for path, name in zip(files, names_of(files), strict=True):
        before = len(inputs.parts)
        for lines, rows in _tables(path, name, inputs.unreadable):
            part = Part(work / f"rows-{len(inputs.parts):05d}.parquet", name, lines, rows.schema)
            pq.write_table(rows, part.path, compression="lz4")
            inputs.parts.append(part)
        _check(name, [part.schema for part in inputs.parts[before:]], wanted)
    return inputs


def names_of(files: Sequence[Path]) -> list[str]:
    """Return how files are called in ids and messages: by name alone where that is unique."""
    names = [path.name for path in files]
    return [path.name if names.count(path.name) == 1 else path.as_posix() for path in files]


def unified(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """Return one schema for tables of several: columns in the order they are met, types widened, else text."""
    kinds: dict[str, list[pa.DataType]] = {}
    for schema in schemas:
        for column in schema:
            kinds.setdefault(column.name, []).append(column.type)
    return pa.schema([(name, _common_type(found)) for name, found in kinds.items()])


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the rows with the columns of the schema; what a table lacks is null, what is no text becomes JSON."""
    columns = []
    for column in schema:
        if column.name not in rows.column_names:
            columns.append(pa.nulls(rows.num_rows, column.type))
            continue
        values = rows[column.name]
        as_json = pa.types.is_nested(values.type) and not pa.types.is_nested(column.type)
        columns.append(_json_texts(values.to_pylist()) if as_json else values.cast(column.type))
    return pa.table(columns, schema=schema)


def _common_type(kinds: list[pa.DataType]) -> pa.DataType:
    try:
        fields = [pa.schema([("x", kind)]) for kind in dict.fromkeys(kinds)]
        return pa.unify_schemas(fields, promote_options="permissive").field(0).type
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.large_string()


def _tables(path: Path, name: str, unreadable: list[dict[str, str]]) -> Iterator[tuple[pa.Array, pa.Table]]:
    """Yield the rows of a file in batches, with their numbers."""
    suffix = path.suffix.lower()
    if not path.is_file():
        raise PedCorpusError(f"{path}: no such file. Give Parquet, JSON lines or CSV files.")
    try:
        if suffix == ".parquet":
            yield from _parquet(path)
        elif suffix in (*JSON_SUFFIXES, *CSV_SUFFIXES):
            yield from _batched(_records(path, name, suffix, unreadable))
        else:
            known = ", ".join((".parquet", *JSON_SUFFIXES, *CSV_SUFFIXES))
            raise PedCorpusError(f"{path}: unknown kind of file. Known: {known}.")
    except (UnreadableFile, pa.ArrowException, OSError) as error:
        raise PedCorpusError(f"{path}: cannot be read: {error}") from None


def _parquet(path: Path) -> Iterator[tuple[pa.Array, pa.Table]]:
    start = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=PART_ROWS // 4):
            if batch.num_rows:
                yield pa.array(range(start + 1, start + batch.num_rows + 1)), pa.Table.from_batches([batch])
                start += batch.num_rows


def _records(
    path: Path, name: str, suffix: str, unreadable: list[dict[str, str]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a JSON or CSV file with their numbers; note those that are no rows."""
    file = SourceFile(name, "", lambda: path.open("rb"), suffix=suffix)
    found = json_records(file, _OPTIONS) if suffix in JSON_SUFFIXES else _csv_records(file)
    for locator, row in found:
        if isinstance(row, dict):
            yield int("".join(c for c in locator if c.isdigit()) or 0), row
        else:
            excerpt = (
                row.excerpt
                if isinstance(row, Rejection)
                else orjson.dumps(row)[:EXCERPT_CHARS].decode("utf-8", "replace")
            )
            unreadable.append({"file": name, "place": locator, "excerpt": excerpt})


def _csv_records(file: SourceFile) -> Iterator[tuple[str, Any]]:
    """Yield the rows of delimited text; the first is the header, whatever it says."""
    rows = csv_rows(file, _OPTIONS)
    first = next((row for _, row in rows if isinstance(row, dict)), None)
    if first is None or all(isinstance(key, str) for key in first):
        return csv_rows(file, _OPTIONS)
    names = {f"{i}": str(cell).strip() for i, cell in enumerate(first.values())}
    return csv_rows(file, SourceOptions("dedup", "table", columns=names))


def _batched(records: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[tuple[pa.Array, pa.Table]]:
    lines: list[int] = []
    rows: list[dict[str, Any]] = []
    size = 0
    for line, row in records:
        lines.append(line)
        rows.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(rows) >= PART_ROWS or size * 3 > PART_BYTES:  # three bytes a character
            yield pa.array(lines), _table(rows)
            lines, rows, size = [], [], 0
    if rows:
        yield pa.array(lines), _table(rows)


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    names = dict.fromkeys(chain.from_iterable(rows))
    return pa.table({name: _array([row.get(name) for row in rows]) for name in names})


def _array(values: list[Any]) -> pa.Array:
    """Return values as an array; where they are of several kinds, as text."""
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError):
        return _json_texts(values)
    empty_struct = pa.types.is_struct(array.type) and array.type.num_fields == 0  # Parquet has none
    return _json_texts(values) if empty_struct else array


def _json_texts(values: list[Any]) -> pa.Array:
    def text(value: Any) -> str | None:
        return value if value is None or isinstance(value, str) else orjson.dumps(value, default=str).decode()

    return pa.array([text(value) for value in values], pa.large_string())


def _check(name: str, schemas: list[pa.Schema], wanted: Sequence[str]) -> None:
    if not schemas:
        raise PedCorpusError(f"{name}: no rows. Give files with a row at least.")
    schema = unified(schemas)
    for column in wanted:
        if column not in schema.names:
            close = get_close_matches(column, schema.names, n=1, cutoff=0.5)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise PedCorpusError(f"{name}: no column {column!r}. Columns: {', '.join(schema.names)}.{hint}")
