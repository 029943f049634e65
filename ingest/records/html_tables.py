"""Tables in HTML and in Excel's XML of 2003, which hospital systems export under the name .xls.

Cells over several rows stand in each of them; line breaks in a cell stay. A table in a table's cell is a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.files.decode import utf8_blocks
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_HEAD_BYTES = 4096
_HTML = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|meta|head|style|table|div)\b", re.IGNORECASE)
"""`<table><tr>` → `<table`"""
_SPREADSHEET = re.compile(rb"<\w{0,8}:?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.IGNORECASE)
"""
`<Workbook urn:schemas-microsoft-com:office:spreadsheet` → `<Workbook urn:schemas-microsoft-com:office:spreadsheet`
"""
_BREAKS = frozenset({"br", "p", "div"})
_MOST_COLUMNS = 16_384
"""Columns of a sheet in Excel."""
_MOST_SPAN = 1000
"""Most rows or columns one cell may go over: more is no table."""

Spans = dict[int, tuple[int, str]]
"""Column → how many rows more a cell goes on, and its text."""
MarkupRow = tuple[str, int, list[str]]
"""Name of the table or sheet, number of the row in it from 1, and its cells."""


def is_markup_table(file: SourceFile) -> bool:
    """Return whether a file named .xls begins as HTML or as Excel's XML, in an encoding that keeps ASCII."""
    if file.suffix not in (".xls", ".html", ".htm", ".xml"):
        return False
    with file.open() as stream:
        head = stream.read(_HEAD_BYTES)
    return _SPREADSHEET.search(head) is not None or (file.suffix != ".xml" and _HTML.match(head) is not None)


def markup_rows(file: SourceFile, options: SourceOptions) -> Iterator[MarkupRow]:
    """Yield the rows of all tables that have a filled cell, in order. Raises `UnreadableFile`."""
    from lxml import etree

    with file.open() as stream:
        is_xml = _SPREADSHEET.search(stream.read(_HEAD_BYTES)) is not None
    kind = etree.XMLPullParser if is_xml else etree.HTMLPullParser
    more: dict[str, Any] = {"resolve_entities": False, "no_network": True} if is_xml else {}
    parser = kind(events=("start", "end"), encoding="utf-8", recover=True, **more)
    tables = _Tables()
    try:
        for block in utf8_blocks(file, options):
            parser.feed(block)
            yield from tables.rows(parser.read_events())
        parser.close()
        yield from tables.rows(parser.read_events())
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(Reason.UNREADABLE_FILE, f"not a readable table: {error}") from None


class _Tables:
    """Rows as their elements end, with what cells above say of them."""

    def __init__(self) -> None:
        self._count = 0
        self._open: list[tuple[str, int, Spans]] = []

    def rows(self, events: Iterator[tuple[str, Any]]) -> Iterator[MarkupRow]:
        """Yield the rows that ended; elements are forgotten as they end."""
        for event, element in events:
            tag = _name(element)
            if event == "start" and tag == "table":
                self._count += 1
                self._open.append((_title(element) or f"table {self._count}", 0, {}))
            elif event == "end" and tag == "table" and self._open:
                self._open.pop()
            elif event == "end" and tag in ("tr", "row") and self._open:
                title, number, spans = self._open.pop()
                number = _index(element) or number + 1
                cells, spans = _cells(element, spans)
                self._open.append((title, number, spans))
                if any(cells):
                    yield title, number, cells
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _attribute(element: Any, *names: str) -> str:
    """Return the value of an attribute, in whatever namespace and case."""
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2].lower() in names)
    return next(iter(found), "")


def _title(table: Any) -> str:
    """Return the name of the worksheet a table of Excel's XML is in."""
    sheet = table.getparent()
    return _attribute(sheet, "name") if sheet is not None and _name(sheet) == "worksheet" else ""


def _index(element: Any) -> int:
    """Return the number Excel gives a row or cell behind a gap, else 0."""
    found = _attribute(element, "index")
    return int(found) if found.isdecimal() and len(found) < 7 else 0


def _cells(row: Any, due: Spans) -> tuple[list[str], Spans]:
    """Return the cells of a row, those that cells above go on into among them, and what goes on below it."""
    cells: list[str] = []
    below: Spans = {}

    def go_on() -> None:
        while (at := len(cells)) in due:
            left, text = due[at]
            cells.append(text)
            if left > 1:
                below[at] = (left - 1, text)

    for element in row:
        if _name(element) not in ("td", "th", "cell"):
            continue
        if len(cells) > _MOST_COLUMNS:
            break
        go_on()
        cells += [""] * (min(_index(element), _MOST_SPAN) - 1 - len(cells))
        text = _text(element)
        if (down := _span(element, "rowspan", "mergedown")) > 1:
            below[len(cells)] = (down - 1, text)
        cells += [text, *[""] * (_span(element, "colspan", "mergeacross") - 1)]
    go_on()
    return cells, below


def _span(element: Any, html: str, excel: str) -> int:
    """Return over how many rows or columns a cell goes; Excel counts those besides the first."""
    number, more = _attribute(element, html), _attribute(element, excel)
    counted = int(number) if number.isdecimal() and len(number) < 7 else 1
    return max(1, min(int(more) + 1 if more.isdecimal() and len(more) < 7 else counted, _MOST_SPAN))


def _text(cell: Any) -> str:
    """Return the text of a cell, its line breaks kept and other runs of spaces made one."""
    parts: list[str] = []
    for element in cell.iter():
        if _name(element) in _BREAKS:
            parts.append("\n")
        parts.append(" ".join((element.text or "").split()) if isinstance(element.tag, str) else "")
        if element is not cell:
            parts.append(" ".join((element.tail or "").split()))
    return re.sub(r"\s*\n\s*", "\n", "".join(parts)).strip()
