"""Merged cells: put a cell's text into every place of the grid it covers."""

from __future__ import annotations

from collections.abc import Sequence

MAX_SPAN = 1000
"""Largest span HTML allows for columns; rows are held to it too."""
MAX_CELLS = 1_000_000
"""Places of a grid beyond which spans are no longer followed."""


def expand_spans(rows: Sequence[Sequence[tuple[str, str, str]]]) -> list[list[str]]:
    """Return rows of plain cells, made of rows of `(text, rows spanned, columns spanned)`."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    filled = 0
    for i, row in enumerate(rows):
        column = 0
        for text, down, across in row:
            while column in grid[i]:
                column += 1
            height, width = min(_read_span(down), len(rows) - i), _read_span(across)
            filled += height * width
            if filled > MAX_CELLS:
                height = width = 1
            for k in range(i, i + height):
                for c in range(column, column + width):
                    grid[k].setdefault(c, text)
            column += width
    return [[cells.get(c, "") for c in range(max(cells, default=-1) + 1)] for cells in grid]


def _read_span(value: str) -> int:
    return max(1, min(int(value), MAX_SPAN)) if value.strip().isdecimal() else 1
