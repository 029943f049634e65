"""Any Parquet, JSON or CSV file as parts: Parquet files of some ten thousand rows in a scratch folder.

Files may be larger than memory, differ in their columns and, JSON and CSV, be compressed. A broken line costs itself
and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.files.compression import MAGIC, codec_of, decompressing
from ingest.records.header import FIRST_ROW
from ingest.records.json_records import json_records
from ingest.records.table_files import csv_rows
from ingest.source import SourceFile, SourceOptions
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
            if twice := [column for column, count in Counter(rows.column_names).items() if count > 1]:
                raise PedCorpusError(f"{name}: two columns are called {twice[0]!r}. Rename one.")
            part = Part(work / f"rows-{len(inputs.parts):05d}.parquet", name, lines, rows.schema)
            pq.write_table(rows, part.path, compression="lz4")
            inputs.parts.append(part)
        if len(inputs.parts) > before:  # an empty file has no columns to miss
            _check(name, unified([part.schema for part in inputs.parts[before:]]), wanted)
    if not inputs.parts:
        raise PedCorpusError(f"{', '.join(map(str, files))}: no rows. Give a file with a row at least.")
    _check_types(inputs.schema, *wanted)
    return inputs


def column_of(part: Part, name: str, kind: pa.DataType) -> pa.Array:
    """Return a column of a part as another type; nulls where the part has none of that name."""
    names = [name] if name in part.schema.names else []
    rows = pq.read_table(part.path, columns=names) if names else pa.table({"": pa.nulls(len(part.lines))})
    return fitted(rows, pa.schema([(name, kind)]))[name].combine_chunks()


def names_of(files: Sequence[Path]) -> list[str]:
    """Return how files are called in ids and messages: by name alone where that is unique."""
    names = [path.name for path in files]
    return [path.name if names.count(path.name) == 1 else path.as_posix() for path in files]


def suffix_of(path: Path) -> str:
    """Return the last suffix, in lower case, without that of a compression: `.jsonl` for `a.jsonl.gz`."""
    last = path.suffix.lower()
    return Path(path.stem).suffix.lower() if last.removeprefix(".") in MAGIC else last


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
        try:
            columns.append(_json_texts(values.to_pylist()) if as_json else values.cast(column.type))
        except pa.ArrowException as error:
            unlike = f"holds {values.type} in one place and {column.type} in another"
            raise PedCorpusError(f"column {column.name!r} {unlike}: {error}. Make them one type.") from None
    return pa.table(columns, schema=schema)


def _common_type(kinds: list[pa.DataType]) -> pa.DataType:
    try:
        fields = [pa.schema([("x", kind)]) for kind in dict.fromkeys(kinds)]
        return pa.unify_schemas(fields, promote_options="permissive").field(0).type
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.large_string()


def _tables(path: Path, name: str, unreadable: list[dict[str, str]]) -> Iterator[tuple[pa.Array, pa.Table]]:
    """Yield the rows of a file in batches, with their numbers."""
    suffix = suffix_of(path)
    if path.is_dir():
        raise PedCorpusError(f"{path}: a folder. Name the files in it, for example {path}/*.parquet.")
    if not path.is_file():
        raise PedCorpusError(f"{path}: no such file. Give Parquet, JSON lines or CSV files.")
    try:
        if suffix == ".parquet":
            yield from _parquet(path)
        elif suffix in (*JSON_SUFFIXES, *CSV_SUFFIXES):
            yield from _batched(_records(path, name, suffix, unreadable))
        else:
            known = ", ".join((".parquet", *JSON_SUFFIXES, *CSV_SUFFIXES))
            packed = ", ".join(f".{codec}" for codec in MAGIC)
            raise PedCorpusError(f"{path}: unknown kind of file. Known: {known}; all but Parquet also with {packed}.")
    except (UnreadableFile, pa.ArrowException, OSError) as error:
        raise PedCorpusError(f"{path}: cannot be read: {error}") from None


def _parquet(path: Path) -> Iterator[tuple[pa.Array, pa.Table]]:
    start = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=PART_ROWS // 4):
            rows = _without_views(pa.Table.from_batches([batch]))
            yield pa.array(range(start + 1, start + batch.num_rows + 1)), rows
            start += batch.num_rows
        if not start:  # its columns are known: a result without rows has them too
            yield pa.array([], pa.int64()), _without_views(file.schema_arrow.empty_table())


def _without_views(rows: pa.Table) -> pa.Table:
    """Return the rows with views of strings as strings: Arrow cannot select rows of views."""
    kinds = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return rows.cast(pa.schema([(field.name, kinds.get(field.type, field.type)) for field in rows.schema]))


def _records(
    path: Path, name: str, suffix: str, unreadable: list[dict[str, str]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a JSON or CSV file with their numbers; note those that are no rows."""
    with path.open("rb") as stream:
        codec = codec_of(stream.read(8))

    def opener() -> BinaryIO:
        return path.open("rb")

    file = SourceFile(name, "", decompressing(opener, codec) if codec else opener, suffix=suffix)
    found = json_records(file, _OPTIONS) if suffix in JSON_SUFFIXES else csv_rows(file, _OPTIONS, FIRST_ROW)
    for locator, row in found:
        if isinstance(row, dict):
            yield int("".join(c for c in locator if c.isdigit()) or 0), row
        else:
            excerpt = row.excerpt if isinstance(row, Rejection) else orjson.dumps(row).decode()[:EXCERPT_CHARS]
            unreadable.append({"file": name, "place": locator, "excerpt": excerpt})


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


def _check(name: str, schema: pa.Schema, wanted: Sequence[str]) -> None:
    for column in wanted:
        if column not in schema.names:
            close = get_close_matches(column, schema.names, n=1, cutoff=0.5)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise PedCorpusError(f"{name}: no column {column!r}. Columns: {', '.join(schema.names)}.{hint}")


def _check_types(schema: pa.Schema, text: str, id: str | None = None) -> None:
    kind = schema.field(text).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    readable = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    if not any(is_kind(kind) for is_kind in readable):
        raise PedCorpusError(f"column {text!r} holds {kind}, not text. Name a column of text with --text.")
    kind = schema.field(id).type if id is not None else kind
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise PedCorpusError(f"column {id!r} holds {kind}, no ids. Name a column of text or numbers with --id.")
