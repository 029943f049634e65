"""Rows of CSV and TSV text, Excel sheets and Parquet files, each with its locator.

A row is a dictionary from header name to text; without a header the keys are the 0-based column numbers. So
`options.columns`, which gives either, is a plain look-up. A broken row comes as a `Rejection` and costs itself only.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from ingest.files.compression import MAX_RATIO, RATIO_FREE_BYTES
from ingest.files.decode import lines_or_none
from ingest.files.reopenable import open_seekable
from ingest.records.delimited import SAMPLE_LINES, Records
from ingest.records.header import FIELD_WORDS, HeaderWords, find_header
from ingest.records.html_tables import is_markup_table, markup_rows
from ingest.records.merged_cells import fill_merged_cells, merged_ranges
from ingest.records.workbook_limits import check_workbook
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

Row = dict[str | int, Any]
"""Header name, or 0-based number, → cell. Cells of CSV and Excel are text; Parquet keeps lists and numbers."""
TableRow = tuple[str, Row | Rejection]
FREE_ROWS, MAX_ROWS_A_BYTE = 1_000_000, 10
"""Rows of a Parquet file that are always read, and most rows of one byte: repeated values take next to nothing."""


_SUFFIXES = {".csv": "csv", ".tsv": "csv", ".xlsx": "excel", ".xlsm": "excel", ".parquet": "parquet"}


def table_kind(file: SourceFile) -> str | None:
    """Return the format of a table: `excel` and `parquet` by the first bytes, `csv` by the name; None for others.

    Raises `UnreadableFile` for the old binary .xls.
    """
    with file.open() as stream:
        head = stream.read(8)
    if head.startswith(b"PK\x03\x04"):
        return "excel"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, "an old Excel or Word file: save it as .xlsx or CSV")
    return "excel" if is_markup_table(file) else _SUFFIXES.get(file.suffix)


def is_excel(file: SourceFile, options: SourceOptions) -> bool:
    """Return whether a file is a workbook."""
    return table_kind(file) == "excel"


def is_parquet(file: SourceFile, options: SourceOptions) -> bool:
    """Return whether a file is Parquet."""
    return table_kind(file) == "parquet"


def is_csv(file: SourceFile, options: SourceOptions) -> bool:
    """Return whether a file's name says delimited text."""
    return table_kind(file) == "csv"


def csv_rows(file: SourceFile, options: SourceOptions, words: HeaderWords = FIELD_WORDS) -> Iterator[TableRow]:
    """Yield the rows of delimited text (locator `line N`, where the row begins); empty rows are skipped.

    A row with too few or too many cells is MALFORMED. Raises `UnreadableFile`.
    """
    records = Records(lines_or_none(file, options))
    before, header = find_header(records.sample(), options, words)
    for line, cells in records:
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        if cells is not None and before > 0:
            before -= 1
            continue
        while cells is not None and len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if cells is not None and len(cells) == len(header):
            yield f"line {line}", dict(zip(header, cells, strict=True))
        else:
            records.take_back()
            reason = Reason.MALFORMED if records.excerpt is not None else Reason.TOO_LARGE
            yield f"line {line}", file.reject(options, reason, f"line {line}", records.excerpt or "")


def unnamed(row: object, fields: str) -> str:
    """Return what to say of a row without header whose columns nobody names, "" for any other row."""
    if not isinstance(row, dict) or 0 not in row:
        return ""
    return f"no header with {fields}; name the columns: columns = {{ question = 0, answer = 1 }}. {list(row.values())}"


def excel_rows(file: SourceFile, options: SourceOptions, words: HeaderWords = FIELD_WORDS) -> Iterator[TableRow]:
    """Yield the rows of all sheets of a workbook (locator `Sheet1: line N`). Raises `UnreadableFile`.

    A cell merged over several rows stands in each of them.
    """
    from openpyxl import load_workbook

    if is_markup_table(file):
        yield from _markup_rows(file, options, words)
        return
    with open_seekable(file) as stream:
        check_workbook(stream)
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
            for sheet in book.worksheets:
                try:
                    yield from _sheet_rows(sheet, options, words)
                except UnreadableFile as error:
                    if len(book.worksheets) == 1:
                        raise
                    yield sheet.title, file.reject(options, error.reason, sheet.title, str(error))
            book.close()
        except UnreadableFile:
            raise
        except Exception as error:  # openpyxl lets whatever its parsers raise through: KeyError, zlib.error, XML errors
            raise UnreadableFile(Reason.UNREADABLE_FILE, f"not a readable .xlsx: {error}") from None


def _sheet_rows(sheet: Any, options: SourceOptions, words: HeaderWords) -> Iterator[TableRow]:
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    with sheet._get_source() as source:
        merged = merged_ranges(source)
    numbered = ((i, _cells(values)) for i, values in enumerate(sheet.iter_rows(values_only=True), 1))
    filled = ((i, cells) for i, cells in fill_merged_cells(numbered, merged) if cells)
    yield from _named(sheet.title, filled, options, words)


def _markup_rows(file: SourceFile, options: SourceOptions, words: HeaderWords) -> Iterator[TableRow]:
    """Yield the rows of a workbook that is HTML or XML (locator `table 1: line N`, or the sheet's name)."""
    for title, rows in itertools.groupby(markup_rows(file, options), key=lambda row: row[0]):
        yield from _named(title, ((number, _filled(cells)) for _, number, cells in rows), options, words)


def _named(
    title: str, rows: Iterator[tuple[int, list[str]]], options: SourceOptions, words: HeaderWords
) -> Iterator[TableRow]:
    """Yield the numbered rows of a sheet under the names of its header."""
    sample = list(itertools.islice(rows, SAMPLE_LINES))
    before, header = find_header([cells for _, cells in sample], options, words)
    if not before:
        header = list(range(max((len(cells) for _, cells in sample), default=0)))
    for number, cells in itertools.chain(sample[before:], rows):
        names = header + list(range(len(header), len(cells)))  # cells beyond the header have the number of their column
        cells += [""] * (len(header) - len(cells))
        yield f"{title}: line {number}", dict(zip(names, cells, strict=True))


def _cells(values: tuple[object, ...]) -> list[str]:
    """Return the cells of a row up to the last that is not empty: Excel may store the others or not."""
    return _filled([_cell(value) for value in values])


def _filled(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: object) -> str:
    """Return a cell as text, whole numbers without `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value).strip()


def parquet_rows(file: SourceFile, options: SourceOptions) -> Iterator[TableRow]:
    """Yield the rows of a Parquet file (locator `line N`, the 1-based row). Raises `UnreadableFile`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    with open_seekable(file) as stream:
        try:
            table = pq.ParquetFile(stream, pre_buffer=False)
            _check_parquet(table.metadata)
            for batch in table.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield f"line {number}", row
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableFile(Reason.UNREADABLE_FILE, f"not a readable Parquet file: {error}") from None


def _check_parquet(metadata: Any) -> None:
    """Raise UnreadableFile for columns that unpack to absurdly much, or few bytes that stand for endless rows."""
    rows, size = metadata.num_rows, 0
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            size += column.total_compressed_size
            if column.total_uncompressed_size > max(RATIO_FREE_BYTES, MAX_RATIO * column.total_compressed_size):
                text = f"column {place} unpacks to {column.total_uncompressed_size} bytes"
                raise UnreadableFile(Reason.UNSAFE_ARCHIVE, text)
    if rows > max(FREE_ROWS, MAX_ROWS_A_BYTE * size):
        raise UnreadableFile(Reason.UNSAFE_ARCHIVE, f"{size} bytes stand for {rows} rows")
