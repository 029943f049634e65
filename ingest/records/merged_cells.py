"""Fill vertically merged worksheet cells: the first cell's value holds for every row it spans.

openpyxl's streaming reader leaves merged ranges out, so they are looked for in the sheet's XML, behind its rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import IO

_RANGE = re.compile(rb'<(?:\w{1,8}:)?mergeCell\s[^<>]{0,80}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
"""`<mergeCell ref="A2:A5"/>` → `<mergeCell ref="A2:A5"`"""
_BLOCK_BYTES = 1 << 20
_OVERLAP_BYTES = 200
"""More than the longest tag looked for."""
_MOST_RANGES = 500_000

Starts = dict[int, list[tuple[int, int]]]
"""First row of each range, from 1 → its column, from 0, and its last row."""


def merged_ranges(sheet: IO[bytes]) -> Starts:
    """Return the ranges of one column and several rows in a sheet's XML."""
    starts: Starts = defaultdict(list)
    rest, found = b"", 0
    while block := sheet.read(_BLOCK_BYTES):
        window = rest + block
        end = 0
        for match in _RANGE.finditer(window):
            end = match.end()
            column, first, last_column, last = match.groups()
            if column == last_column and first != last and found < _MOST_RANGES:
                starts[int(first)].append((_column(column), int(last)))
                found += 1
        rest = window[max(end, len(window) - _OVERLAP_BYTES) :]
    return dict(starts)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def fill_merged_cells(rows: Iterator[tuple[int, list[str]]], starts: Starts) -> Iterator[tuple[int, list[str]]]:
    """Yield numbered rows with the cells of merged ranges filled; rows without a cell of their own stay empty."""
    active: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        for column, last in starts.get(number, ()):
            active[column] = (last, cells[column] if column < len(cells) else "")
        for column, (last, value) in list(active.items()):
            if number > last:
                del active[column]
            elif cells and value and (column >= len(cells) or not cells[column]):
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value
        yield number, cells
