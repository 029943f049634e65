"""Rows of CSV and TSV text, Excel sheets and Parquet files, each with its locator.

A row is a dictionary from header name to text; without a header the keys are the 0-based column numbers. So
`options.columns`, which gives either, is a plain look-up. A broken row comes as a `Rejection` and costs itself only.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from ingest.encoding import text_lines
from ingest.header import find_header
from ingest.held import seekable
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

Row = dict[str | int, Any]
"""Header name, or 0-based number, → cell. Cells of CSV and Excel are text; Parquet keeps lists and numbers."""
TableRow = tuple[str, Row | Rejection]

DELIMITERS = ("\t", ",", ";", "|")
SAMPLE_LINES = 100
"""Lines looked at to find the delimiter."""
MAX_RECORD_LINES = 2000
"""Most lines of one record; more means a quotation mark that was never closed."""
MAX_CELL_CHARS = 4 * 2**20
"""Longest cell, in characters."""
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=([^\w\s\"]|\t)\s*")
"""The first line by which Excel is told the delimiter."""
_QUOTED_CELL = re.compile(r'(?:^|\t)"(?:[^"]|"")*"(?:\t|$)')


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
    return _SUFFIXES.get(file.suffix)


def csv_rows(file: SourceFile, options: SourceOptions) -> Iterator[TableRow]:
    """Yield the rows of delimited text (locator `line N`, where the row begins); empty rows are skipped.

    A row with too few or too many cells is MALFORMED. Raises `UnreadableFile`.
    """
    records = _Records(text_lines(file, options))
    before, header = find_header(records.sample(), options)
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
            yield f"line {line}", file.reject(options, Reason.MALFORMED, f"line {line}", records.excerpt)


class _Records:
    """Parse delimited lines into records and allow the parse to go back to a record's second line.

    One quotation mark too many makes a CSV parser swallow rows without end. So a record that is ragged or spans too
    much is given up alone: `take_back` puts all its lines but the first before the reader again.
    """

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._ahead: deque[tuple[int, str]] = deque()
        for line in lines:
            self._ahead.append(line)
            if len(self._ahead) >= SAMPLE_LINES:
                break
        if self._ahead and (named := _SEPARATOR_LINE.fullmatch(self._ahead[0][1])):
            self._ahead.popleft()
            self.format: dict[str, Any] = {"delimiter": named[1]}
        else:
            self.format = _format([line for _, line in self._ahead])
        self._record: list[tuple[int, str]] = []
        csv.field_size_limit(MAX_CELL_CHARS)

    def sample(self) -> list[list[str]]:
        """Return the first rows that are not empty, without taking them."""
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):
            for row in csv.reader((f"{line}\n" for _, line in self._ahead), **self.format):
                if any(cell.strip() for cell in row):
                    rows.append(row)
        return rows

    @property
    def excerpt(self) -> str:
        """The first line of the record last given."""
        return self._record[0][1] if self._record else ""

    def take_back(self) -> None:
        """Give all lines of the last record but the first once more."""
        self._ahead.extendleft(reversed(self._record[1:]))
        del self._record[1:]

    def __iter__(self) -> Iterator[tuple[int, list[str] | None]]:
        """Yield line number and cells; None stands for a line that begins no record."""
        while True:
            self._record.clear()
            try:
                cells = next(csv.reader(self._feed(), **self.format), None)
            except csv.Error:
                self.take_back()
                cells = None
            if not self._record:
                return
            yield self._record[0][0], cells

    def _feed(self) -> Iterator[str]:
        """Hand out one line after the other, as many as the record wants."""
        chars = 0
        while len(self._record) < MAX_RECORD_LINES and chars < MAX_CELL_CHARS:
            item = self._ahead.popleft() if self._ahead else next(self._lines, None)
            if item is None:
                if len(self._record) > 1:
                    raise csv.Error("a quotation mark is never closed")
                return
            self._record.append(item)
            chars += len(item[1])
            yield item[1] + "\n"
        raise csv.Error("a quotation mark is never closed")


def _format(sample: list[str]) -> dict[str, Any]:
    """Return the arguments of `csv.reader` that give most rows the same number of cells, more than one."""
    lines = [line for line in sample if line.strip()]
    best, delimiter = (0.0, 0), "\x1f"  # a separator no text holds: one column
    for candidate in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=candidate) if row)
        if widths and (width := widths.most_common(1)[0])[0] > 1:
            best, delimiter = max((best, delimiter), ((width[1] / widths.total(), width[0]), candidate))
    # quotation marks in TSV are mostly text; only where a whole cell stands in them, as Excel writes it, do they quote
    quoted = delimiter != "\t" or any(_QUOTED_CELL.search(line) for line in lines)
    return {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}


def unnamed(row: object, fields: str) -> str:
    """Return what to say of a row without header whose columns nobody names, "" for any other row."""
    if not isinstance(row, dict) or 0 not in row:
        return ""
    return f"no header with {fields}; name the columns: columns = {{ question = 0, answer = 1 }}. {list(row.values())}"


def excel_rows(file: SourceFile, options: SourceOptions) -> Iterator[TableRow]:
    """Yield the rows of all sheets of an .xlsx file (locator `Sheet1: line N`). Raises `UnreadableFile`."""
    from openpyxl import load_workbook

    with seekable(file) as stream:
        _check_zip(stream)
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
            for sheet in book.worksheets:
                yield from _sheet_rows(sheet, file, options)
            book.close()
        except UnreadableFile:
            raise
        except Exception as error:  # openpyxl lets whatever its parsers raise through: KeyError, zlib.error, XML errors
            raise UnreadableFile(Reason.UNREADABLE_FILE, f"not a readable .xlsx: {error}") from None


def _check_zip(stream: Any) -> None:
    """Refuse a workbook that is no zip, or unpacks to more than a sheet may have."""
    import zipfile

    try:
        size = sum(info.file_size for info in zipfile.ZipFile(stream).infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(Reason.UNREADABLE_FILE, f"not a readable .xlsx: {error}") from None
    if size > 2**31:
        raise UnreadableFile(Reason.TOO_LARGE, f"the workbook unpacks to {size} bytes")
    stream.seek(0)


def _sheet_rows(sheet: Any, file: SourceFile, options: SourceOptions) -> Iterator[TableRow]:
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    rows = ((i, _cells(values)) for i, values in enumerate(sheet.iter_rows(values_only=True), 1))
    rows = ((i, cells) for i, cells in rows if cells)
    sample = list(itertools.islice(rows, SAMPLE_LINES))
    before, header = find_header([cells for _, cells in sample], options)
    if not before:
        header = list(range(max((len(cells) for _, cells in sample), default=0)))
    for number, cells in itertools.chain(sample[before:], rows):
        cells += [""] * (len(header) - len(cells))
        locator = f"{sheet.title}: line {number}"
        if len(cells) == len(header):
            yield locator, dict(zip(header, cells, strict=True))
        else:
            yield locator, file.reject(options, Reason.MALFORMED, locator, "\t".join(cells))


def _cells(values: tuple[object, ...]) -> list[str]:
    """Return the cells of a row up to the last that is not empty: Excel may store the others or not."""
    cells = [_cell(value) for value in values]
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
    with seekable(file) as stream:
        try:
            for batch in pq.ParquetFile(stream).iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield f"line {number}", row
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableFile(Reason.UNREADABLE_FILE, f"not a readable Parquet file: {error}") from None
