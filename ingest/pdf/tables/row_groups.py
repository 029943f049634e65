"""Group consecutive multi-cell rows into candidate tables, with the continuation lines of tall cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ingest.book.line_text import is_caption
from ingest.pdf.tables.cells import Row

MIN_STRIP = 0.6
"""Narrowest free strip between columns in em."""
ROW_PITCH, LINE_PITCH = 4.0, 2.0
"""Farthest distance in em of two rows of one table, and of two lines of one cell."""
SAME_SIZE = 0.12
"""Sizes of lines of one table differ by less than this share; a heading below it is larger."""
MIN_BELOW = 3
"""Fewest rows below a table's head that show columns the head does not."""
MAX_FIRST_LINES = 4
"""Most lines of a tall cell above the row that its neighbours are centred on."""


def column_edges(rows: Sequence[Row], heads: int = 0) -> list[float]:
    """Return the x positions between columns, with the outer edges: middles of the strips rows leave free.

    The first `heads` rows count only where they are one: names in the upper of two stand over several columns.
    """
    segments = [s for row in rows for s in row]
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    width = MIN_STRIP * float(np.median([s.size for s in segments]))
    below = rows[heads:] if heads >= 2 and len(rows) - heads >= MIN_BELOW else rows
    strips = _strips(below, left, right, width)
    return [left, *((a + b) / 2 for a, b in strips), right + 1]


def _strips(rows: Sequence[Row], left: float, right: float, width: float) -> list[tuple[float, float]]:
    """Return the strips, at least so wide, that nearly all rows leave free between two columns.

    What stands in such a strip by itself, in two rows or more, is a column of few cells.
    """
    segments = [s for row in rows for s in row]
    covered = np.zeros(int(right - left) + 2, np.int32)
    for s in segments:
        covered[int(s.x0 - left + 0.5) : max(int(s.x1 - left), int(s.x0 - left + 0.5) + 1)] += 1
    free = np.concatenate([[False], covered <= 0.12 * len(rows), [False]])
    starts, ends = np.flatnonzero(free[1:] & ~free[:-1]), np.flatnonzero(free[:-1] & ~free[1:])
    strips = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        inner = sorted(
            (s.x0 - left, s.x1 - left) for s in segments if s.x0 - left > start - 1 and s.x1 - left < end + 1
        )
        cells = inner if len(inner) >= 2 else []
        begins = [start, *(b for _, b in cells)]
        for a, b in zip(np.maximum.accumulate(begins).tolist(), [*(a for a, _ in cells), end], strict=True):
            if a > 0 and b - a >= width and b < len(covered) - 1:
                strips.append((left + a, left + b))
    return strips


def column_of(row: Row, rows: Sequence[Row]) -> int | None:
    """Return the column of `rows` that a row of one segment lies in; None where it lies in none."""
    whole = [other for other in rows if len(other) >= 2]
    if len(row) != 1 or not whole:
        return None
    line = row[0]
    edges = column_edges(whole)
    if len(edges) < 3:
        return None
    for k, (left, right) in enumerate(pairwise(edges)):
        if left - 2 <= line.x0 and line.x1 <= right + 2:
            return k
    starts = sorted(s.x0 for other in whole for s in other)
    beyond = next((x for x in starts if x > line.x0 + 3), None)
    if any(abs(x - line.x0) < 3 for x in starts) and (beyond is None or line.x1 < beyond):
        return sum(edge <= line.x0 + 3 for edge in edges[1:-1])
    return None


def find_row_groups(rows: Sequence[Row], taken: set[int]) -> list[tuple[int, int]]:
    """Return `(first, past last)` of each group of rows that may be a table, `taken` ones left out."""
    groups: list[list[int]] = []
    group: list[int] = []
    for i, row in enumerate(rows):
        step = row[0].baseline - rows[i - 1][0].baseline if group else 1e9
        if i in taken:
            group = []
        elif len(row) >= 2:
            alike = not group or abs(row[0].size - rows[group[-1]][0].size) < SAME_SIZE * row[0].size
            if step >= ROW_PITCH * row[0].size or not alike:
                group = []
                groups.append(group)
            group.append(i)
        elif step >= ROW_PITCH * row[0].size or column_of(row, [rows[k] for k in group]) is None:
            group = []
    return [span for group in groups if (span := _with_tall_cells(group, rows, taken))[1] - span[0] >= 2]


def _with_tall_cells(group: list[int], rows: Sequence[Row], taken: set[int]) -> tuple[int, int]:
    """Return the first and past the last row of a group, with the lines of tall cells above and below it."""
    inside = [rows[k] for k in group]
    first, last = group[0], group[-1] + 1
    for _ in range(MAX_FIRST_LINES):
        if first - 1 in taken or first == 0 or not _is_line_of_tall_cell(rows[first - 1], rows[first], inside):
            break
        first -= 1
    while last < len(rows) and last not in taken and _is_line_of_tall_cell(rows[last], rows[last - 1], inside):
        last += 1
    return first, last


def _is_line_of_tall_cell(row: Row, near: Row, inside: Sequence[Row]) -> bool:
    """Return whether a row is a line of a tall cell beyond the outermost row; in the first column it would be text."""
    close = abs(row[0].baseline - near[0].baseline) < LINE_PITCH * row[0].size
    alike = abs(row[0].size - near[0].size) < SAME_SIZE * near[0].size
    return close and alike and not is_caption(row[0].text) and bool(column_of(row, inside))
