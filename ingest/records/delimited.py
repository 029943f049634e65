"""Records of delimited text: delimiter found, cells over several lines, a stray quotation mark costing one record."""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

DELIMITERS = ("\t", ",", ";", "|")
SAMPLE_LINES = 100
"""Lines looked at to find the delimiter."""
MAX_RECORD_LINES = 2000
"""Most lines of one record; more means a quotation mark that was never closed."""
MAX_CELL_CHARS = 4 * 2**20
"""Longest cell, in characters."""
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=([^\w\s\"]|\t)\s*")
"""The first line by which Excel is told the delimiter. `sep=,` → `sep=,`"""
_QUOTED_CELL = re.compile(r'(?:^|\t)"(?:[^"]|"")*"(?:\t|$)')
"""`"肺炎"` → `"肺炎"`"""

Line = tuple[int, str | None]
"""Number and text of a line; None stands for a text that is too long."""


class Records:
    """Parse delimited lines into records and allow the parse to go back to a record's second line.

    One quotation mark too many makes a CSV parser swallow rows without end. So a record that is ragged or spans too
    much is given up alone: `take_back` puts all its lines but the first before the reader again.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        csv.field_size_limit(MAX_CELL_CHARS)
        self._lines = lines
        self._ahead = deque(itertools.islice(lines, SAMPLE_LINES))
        if self._ahead and (named := _SEPARATOR_LINE.fullmatch(self._ahead[0][1] or "")):
            self._ahead.popleft()
            self.format: dict[str, Any] = {"delimiter": named[1]}
        else:
            self.format = _format(self._known())
        self._record: list[Line] = []

    def _known(self) -> list[str]:
        """Return the lines looked at that are not too long."""
        return [line for _, line in self._ahead if line is not None]

    def sample(self) -> list[list[str]]:
        """Return the first rows that are not empty, without taking them."""
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):
            for row in csv.reader((f"{line}\n" for line in self._known()), **self.format):
                if any(cell.strip() for cell in row):
                    rows.append(row)
        return rows

    @property
    def excerpt(self) -> str | None:
        """The first line of the record last given, None where it is too long."""
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
                cells = next(csv.reader(self._feed(), strict=True, **self.format), None)
            except csv.Error:
                self.take_back()
                cells = _loosely(self.excerpt, self.format["delimiter"]) if self.excerpt else None
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
            if item[1] is None:
                raise csv.Error("a line too long")
            chars += len(item[1])
            yield item[1] + "\n"
        raise csv.Error("a quotation mark is never closed")


def _loosely(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line with quotation marks left bare inside quoted cells, None where a cell has no end.

    A cell that begins with a mark ends at one before a delimiter: `"说"疼"两次",x` is 说"疼"两次 and x.
    """
    cells, at = [], 0
    closing = re.compile(rf'"\s*(?:{re.escape(delimiter)}|$)')
    while at <= len(line):
        if line.startswith('"', at):
            found = closing.search(line, at + 1)
            if found is None:
                return None
            cells.append(line[at + 1 : found.start()].replace('""', '"').replace('\\"', '"'))
            at = found.end() + (found.end() == len(line) and not found[0].endswith(delimiter))
        else:
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            cells.append(line[at:end])
            at = end + 1
    return cells


def _format(sample: list[str]) -> dict[str, Any]:
    """Return the arguments of `csv.reader` that give most rows the same number of cells, more than one."""
    lines = [line for line in sample if line.strip()]
    best, delimiter = (0.0, 0), "\x1f"  # a separator no text holds: one column
    for candidate in DELIMITERS:
        widths: Counter[int] = Counter()
        with contextlib.suppress(csv.Error):  # a cell too long: told by the lines before
            widths.update(len(row) for row in csv.reader(lines, delimiter=candidate) if row)
        if widths and (width := widths.most_common(1)[0])[0] > 1:
            best, delimiter = max((best, delimiter), ((width[1] / widths.total(), width[0]), candidate))
    # quotation marks in TSV are mostly text; only where a whole cell stands in them, as Excel writes it, do they quote
    quoted = delimiter != "\t" or any(_QUOTED_CELL.search(line) for line in lines)
    return {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}
