"""Cells of a table without borders: which of its lines are one row, where cells wrap and stand high, low or centred."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ingest.book.line_text import tidy
from ingest.pdf.lines.lines import first_word_width, join_lines
from ingest.pdf.lines.segments import Segment, space_between

Row = list[Segment]
OVERLAP = 0.85
"""Lines whose baselines are less than this many em apart stand beside each other: cells centred against taller ones."""
SAME_CELL = 1.12
"""Lines up to this many times the leading apart are one cell."""
APART = 1.25
"""Rows are at least this many times the leading apart where their cells wrap and have space around them."""
CLOSE = 0.85
"""The same against the usual distance of lines, where no cell shows the leading."""


def is_beside(upper: Row, lower: Row) -> bool:
    """Return whether two rows of segments overlap in height."""
    return lower[0].baseline - upper[0].baseline < OVERLAP * min(upper[0].size, lower[0].size)


def merge_visual_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, those that stand beside each other merged into one."""
    merged: list[Row] = []
    last: Row | None = None
    for row in rows:
        if last is not None and is_beside(last, row):
            merged[-1] = merged[-1] + row
        else:
            merged.append(row)
        last = row
    return merged


def make_grid(rows: Sequence[Row], edges: Sequence[float], separators: Sequence[float]) -> list[list[str]]:
    """Return rows of cells: lines of one cell joined. `separators` are the heights of rules."""
    table = _Lines(rows, edges, separators)
    groups = (len(separators) <= 3 and table.group_by_space()) or table.group_by_line()
    return [_join_cells([table.cells[i] for i in group]) for group in groups]


def _join_cells(lines: list[list[str]]) -> list[str]:
    whole = lines[0]
    for line in lines[1:]:
        whole = [join_lines(a, b) for a, b in zip(whole, line, strict=True)]
    return whole


def _ends(row: Row, edges: Sequence[float]) -> list[float]:
    """Return where the text of each cell of a line ends."""
    ends = [0.0] * (len(edges) - 1)
    for segment in row:
        middle = (segment.x0 + segment.x1) / 2
        k = next((k for k, (a, b) in enumerate(pairwise(edges)) if a <= middle < b), 0)
        ends[k] = max(ends[k], segment.x1)
    return ends


class _Lines:
    """The lines of a table: their cells, where their text ends, how far apart they stand, where rules part them."""

    def __init__(self, rows: Sequence[Row], edges: Sequence[float], separators: Sequence[float]) -> None:
        self.rows = rows
        self.cells = [_cells(row, edges) for row in rows]
        self.pitches = [b[0].baseline - a[0].baseline for a, b in pairwise(rows)]
        self.ruled = [any(a[0].baseline < y < b[0].baseline for y in separators) for a, b in pairwise(rows)]
        self.all_ruled = len(separators) > 3
        self.ends = [_ends(row, edges) for row in rows]
        self.widest = [max(end[k] for end in self.ends) for k in range(len(edges) - 1)]
        starts = [[s.x0 for row in rows for s in row if a <= (s.x0 + s.x1) / 2 < b] for a, b in pairwise(edges)]
        self.next = [min(x, default=edges[-1]) for x in starts[1:]] + [edges[-1]]

    def group_by_space(self) -> list[list[int]]:
        """Return the lines of each row where space parts the rows and each further line goes on with full ones.

        None are returned where nothing proves it: no space but at rules, or no row whose cells differ in their lines.
        """
        free = self.free_pitches()
        if not free or max(free) <= APART * min(free):
            return []
        groups: list[list[int]] = [[0]]
        for i, (pitch, rule) in enumerate(zip(self.pitches, self.ruled, strict=True), 1):
            if rule or pitch >= SAME_CELL * min(free):
                groups.append([i])
            else:
                groups[-1].append(i)
        further = [(group[:n], group[n]) for group in groups for n in range(1, len(group))]
        uneven = any(not all(self.cells[i]) for _, i in further)
        return groups if further and uneven and all(self.is_wrapped(above, i) for above, i in further) else []

    def free_pitches(self) -> list[float]:
        """Return the distances of lines that no rule parts."""
        return [pitch for pitch, rule in zip(self.pitches, self.ruled, strict=True) if not rule]

    def group_by_line(self) -> list[list[int]]:
        """Return the lines of each row, decided line by line."""
        groups: list[list[int]] = [[0]]
        leading = _leading(self.rows, self.cells)
        for i in range(1, len(self.rows)):
            parted = self.ruled[i - 1]
            if not parted and (self.all_ruled or self.is_continued(groups[-1], i, leading)):
                groups[-1].append(i)
            else:
                groups.append([i])
        return groups

    def is_wrapped(self, above: Sequence[int], i: int) -> bool:
        """Return whether each cell of line `i` stands below one of `above` that had no room for its first word."""
        size = self.rows[i][0].size
        for k, cell in enumerate(self.cells[i]):
            if not cell:
                continue
            end, word = self.ends[above[-1]][k], (first_word_width(cell) + 0.8) * size
            if not self.cells[above[-1]][k] or self.widest[k] - end > word or self.next[k] - end > word + 1.5 * size:
                return False
        return True

    def is_continued(self, group: list[int], i: int, leading: float) -> bool:
        """Return whether line `i` belongs to the row of cells begun by `group`."""
        rows, cells, pitches = self.rows, self.cells, self.pitches
        if is_beside(rows[i - 1], rows[i]):
            return True
        if leading:
            return any(
                rows[i][0].baseline - rows[k][0].baseline < SAME_CELL * leading
                and any(a and b for a, b in zip(cells[k], cells[i], strict=True))
                for k in group[-2:]
            )
        above = _join_cells([cells[k] for k in group])
        filled = {k for k, cell in enumerate(cells[i]) if cell}
        held = {k for k, cell in enumerate(above) if cell}
        partial = len(filled) < len(cells[i]) or len(held) < len(above)
        usual = float(np.percentile(self.free_pitches() or pitches, 75))
        close = pitches[i - 1] < CLOSE * usual or (partial and _is_tight(pitches, i - 1))
        if not filled <= held:  # the first lines of a tall cell: others begin at its middle
            return close and held < filled and 0 not in held
        nearer_below = i < len(rows) - 1 and pitches[i] < CLOSE * pitches[i - 1] and 0 not in filled
        if len(filled) < len(held) and not nearer_below and (0 not in filled or self.is_wrapped(group, i)):
            return True
        return close


def _home(segment: Segment, edges: Sequence[float]) -> int:
    middle = (segment.x0 + segment.x1) / 2
    return next((k for k, (a, b) in enumerate(pairwise(edges)) if a <= middle < b), 0)


def _leading(rows: Sequence[Row], cells: Sequence[list[str]]) -> float:
    """Return the distance of lines within a cell, shown by a line of another cell between two; 0 for none."""
    found = []
    for i in range(2, len(rows)):
        is_between = is_beside(rows[i - 2], rows[i - 1]) and is_beside(rows[i - 1], rows[i])
        if is_between and any(a and c and not b for a, b, c in zip(*cells[i - 2 : i + 1], strict=True)):
            found.append(rows[i][0].baseline - rows[i - 2][0].baseline)
    return min(found, default=0.0)


def _is_tight(pitches: Sequence[float], i: int) -> bool:
    """Return whether a distance of lines is among the small ones of a table that has clearly larger ones too."""
    least = min(pitches)
    return pitches[i] < SAME_CELL * least and max(pitches) > APART * least


def _cells(row: Row, edges: Sequence[float]) -> list[str]:
    cells, ends = [""] * (len(edges) - 1), [0.0] * (len(edges) - 1)
    for segment in row:
        covered = [
            k for k, (a, b) in enumerate(pairwise(edges)) if min(b, segment.x1) - max(a, segment.x0) > segment.size
        ]
        for k in covered if len(covered) > 1 else [_home(segment, edges)]:
            gap = (segment.x0 - ends[k]) / segment.size if cells[k] else 0.0
            cells[k] = tidy(cells[k] + space_between(cells[k][-1:], segment.text[:1], gap) + segment.text)
            ends[k] = segment.x1
    return cells
