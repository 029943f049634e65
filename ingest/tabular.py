"""Rows of CSV and TSV text, Excel sheets and Parquet files, each with its locator.

A row is a dictionary from header name to text; without a header the keys are the 0-based column numbers. So
`options.columns`, which gives either, is a plain look-up. A broken row comes as a `Rejection` and costs itself only.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from ingest.encoding import text_lines
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
_HEADER_WORDS = """
id _id name title text content head tail relation rel type label subject predicate object entity entity1 entity2 start
end desc question answer ask query response prompt instruction input output context target history messages
conversations conversation chosen rejected system user assistant department source cate cate1 cate2 dialogue diagnosis
symptom disease drug
问 答 问题 回答 答案 提问 标题 内容 指令 输入 输出 序号 编号 来源 类型 名称 关系 头实体 尾实体 头节点 尾节点
起点 终点 主体 客体
实体 实体1 实体2 属性 属性值 值 疾病 疾病名称 科室 症状 药物 药品 诊断 检查 治疗 病因 并发症 预防 简介 描述 别名 部位
"""
HEADERS = frozenset(_HEADER_WORDS.split())
"""Words that tell a header, in lower case."""
_NEO4J = re.compile(r"^\w*:(ID|LABEL|START_ID|END_ID|TYPE|IGNORE)\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_ .:-]*")
_QUOTED_CELL = re.compile(r'(?:^|\t)"(?:[^"]|"")*"(?:\t|$)')


def csv_rows(file: SourceFile, options: SourceOptions) -> Iterator[TableRow]:
    """Yield the rows of delimited text (locator `line N`, where the row begins); empty rows are skipped.

    A row with too few or too many cells is MALFORMED. Raises `UnreadableFile`.
    """
    records = _Records(text_lines(file, options))
    header: list[str | int] | None = None
    for line, cells in records:
        if cells is None or not any(cell.strip() for cell in cells):
            if cells is None:
                yield f"line {line}", file.reject(options, Reason.MALFORMED, f"line {line}", records.excerpt)
            continue
        if header is None:
            header = header_of(cells, options)
            if header[0] != 0:
                continue
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if len(cells) == len(header):
            yield f"line {line}", dict(zip(header, cells, strict=True))
        else:
            records.take_back()
            message = records.excerpt
            yield f"line {line}", file.reject(options, Reason.MALFORMED, f"line {line}", message)


def header_of(cells: list[str], options: SourceOptions) -> list[str | int]:
    """Return the names of the columns if the first row is a header, else their numbers from 0."""
    names = [cell.strip().removeprefix("\ufeff") for cell in cells]
    wanted = set(options.columns.values())
    if wanted and all(isinstance(value, int) for value in wanted):
        return list(range(len(cells)))
    known = sum(name.lower() in HEADERS or name in wanted or bool(_NEO4J.match(name)) for name in names)
    identifiers = all(_IDENTIFIER.fullmatch(name) for name in names)
    if known and (known * 2 > len(names) or known >= 3 or identifiers or wanted & set(names)):
        return _unique(names)
    return list(range(len(cells)))


def _unique(names: list[str]) -> list[str | int]:
    """Give empty and repeated names their column number as a suffix."""
    counts = Counter(names)
    return [name if name and counts[name] == 1 else f"{name}_{i}" for i, name in enumerate(names)]


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
        self.format = _format([line for _, line in self._ahead])
        self._record: list[tuple[int, str]] = []
        csv.field_size_limit(MAX_CELL_CHARS)

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
    header: list[str | int] | None = None
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [_cell(value) for value in values]
        if not any(cells):
            continue
        if header is None:
            while cells and not cells[-1]:
                cells.pop()
            header = header_of(cells, options)
            if header[0] != 0:
                continue
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        cells += [""] * (len(header) - len(cells))  # Excel does not store empty cells at the end of a row
        locator = f"{sheet.title}: line {number}"
        if len(cells) == len(header):
            yield locator, dict(zip(header, cells, strict=True))
        else:
            yield locator, file.reject(options, Reason.MALFORMED, locator, "\t".join(cells))


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
