"""Ruled tables: cells from the rules, with pdfplumber's geometry, and the cells' text from our own glyphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.book.table_sentences import Rows, regular_rows
from ingest.pdf.drawing.glyphs import Box, Glyphs
from ingest.pdf.drawing.rules import Rule
from ingest.pdf.lines.lines import join_lines
from ingest.pdf.lines.read_segments import read_segments
from ingest.pdf.lines.spans import GlyphSpan, read_grouped_spans

MAX_CROSSINGS = 3_000
"""Most crossings of rules in a table; more is graph paper (an electrocardiogram), and the search is quadratic."""
SNAP = 3.0
"""Rules within this many points are one rule (pdfplumber's default)."""


@dataclass(slots=True)
class Table:
    """A table of a page: its box, its rows of cells, the x positions of its columns, and its unreadable glyphs."""

    box: Box
    rows: Rows
    edges: tuple[float, ...]
    unreadable: int = 0

    @property
    def core(self) -> Box:
        """The box: nothing hangs over the edges of a table."""
        return self.box


def find_ruled_tables(
    glyphs: Glyphs, code: NDArray[np.uint32], bad: NDArray[np.bool_], rules: list[Rule], size: tuple[float, float]
) -> tuple[list[Table], NDArray[np.bool_]]:
    """Return the tables that rules draw, and which glyphs they hold."""
    inside = np.zeros(len(code), bool)
    if sum(rule.is_horizontal for rule in rules) < 2 or all(rule.is_horizontal for rule in rules):
        return [], inside
    x = (glyphs.box[:, 0] + glyphs.box[:, 2]) / 2
    y = (glyphs.box[:, 1] + glyphs.box[:, 3]) / 2
    tables = []
    for cells in _grids(rules):
        columns, rows = _edges(cells, 0), _edges(cells, 1)
        if len(columns) < 3 or len(rows) < 2:
            continue
        box = (columns[0], rows[0], columns[-1], rows[-1])
        in_table = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3]) & ~inside
        if not in_table.any():
            continue
        cell_of = np.full(len(code), -1)
        for i, cell in enumerate(cells):
            cell_of[in_table & (cell_of < 0) & _is_in(cell, x, y)] = i
        order = np.argsort(cell_of, kind="stable")[np.count_nonzero(cell_of < 0) :]
        spans = read_grouped_spans(glyphs.take(order), code[order], bad[order], cell_of[order], len(cells))
        texts = [_cell_text(spans_of_cell) for spans_of_cell in spans]
        filled = regular_rows(_grid(cells, texts, columns, rows))
        if len(filled) >= 2 or (filled and len(filled[0]) >= 2):
            tables.append(Table(box, filled, tuple(columns), int(bad[in_table].sum())))
            inside |= in_table
    return tables, inside


def _grids(rules: list[Rule]) -> list[list[Box]]:
    """Return the cells of each group of rules that touch each other."""
    from pdfplumber.table import edges_to_intersections, intersections_to_cells, merge_edges

    grids = []
    for group in _group_touching(rules):
        edges = [_edge(rule) for rule in [*group, *_open_sides(group)]]
        merged = merge_edges(edges, SNAP, SNAP, SNAP, SNAP)
        across = sum(edge["orientation"] == "h" for edge in merged)
        if across * (len(merged) - across) > MAX_CROSSINGS:
            continue
        cells = intersections_to_cells(edges_to_intersections(merged, SNAP, SNAP))
        if len(cells) > 1:
            grids.append(cells)
    return grids


def _group_touching(rules: list[Rule]) -> list[list[Rule]]:
    """Return the groups of rules that cross or meet, from top to bottom, single rules left out."""
    x0, top, x1, bottom = np.array([(r.x0, r.top, r.x1, r.bottom) for r in rules]).T
    meet = (x0[:, None] <= x1 + SNAP) & (x0 <= x1[:, None] + SNAP)
    meet &= (top[:, None] <= bottom + SNAP) & (top <= bottom[:, None] + SNAP)
    group = list(range(len(rules)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for i, k in np.argwhere(np.triu(meet, 1)).tolist():
        a, b = root(i), root(k)
        group[max(a, b)] = min(a, b)
    members: dict[int, list[Rule]] = {}
    for i, rule in enumerate(rules):
        members.setdefault(root(i), []).append(rule)
    return sorted((m for m in members.values() if len(m) > 2), key=lambda m: min(r.top for r in m))


def _edge(rule: Rule) -> dict[str, object]:
    place = {"x0": rule.x0, "x1": rule.x1, "top": rule.top, "bottom": rule.bottom}
    kind = "h" if rule.is_horizontal else "v"
    return {**place, "width": rule.x1 - rule.x0, "height": rule.bottom - rule.top, "orientation": kind}


def _open_sides(group: list[Rule]) -> list[Rule]:
    """Return the missing left and right borders of a table ruled inside only, as Chinese journals set them."""
    across = [rule for rule in group if rule.is_horizontal]
    down = [rule for rule in group if not rule.is_horizontal]
    if len(across) < 2 or not down:
        return []
    left, right = min(r.x0 for r in across), max(r.x1 for r in across)
    top, bottom = min(r.top for r in across), max(r.top for r in across)
    return [Rule(x, top, x, bottom) for x in (left, right) if all(abs(d.x0 - x) > SNAP for d in down)]


def _edges(cells: Iterable[Box], axis: int) -> list[float]:
    """Return the distinct cell edges along x (0) or y (1)."""
    return sorted({cell[axis] for cell in cells} | {cell[axis + 2] for cell in cells})


def _is_in(cell: Box, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (x >= cell[0]) & (x < cell[2]) & (y >= cell[1]) & (y < cell[3])


def _cell_text(spans: list[GlyphSpan]) -> str:
    segments = read_segments(spans)
    lines: list[str] = []
    base = -1e9
    for segment in segments:
        if lines and abs(segment.baseline - base) < 0.3 * segment.size:
            lines[-1] += " " + segment.text
        else:
            lines.append(segment.text)
        base = segment.baseline
    text = ""
    for line in lines:
        text = join_lines(text, line)
    return text


def _grid(cells: list[Box], texts: list[str], columns: list[float], rows: list[float]) -> list[list[str]]:
    """Put each cell's text into all places of the grid it covers: a merged cell holds for every row it spans."""
    grid = [[""] * (len(columns) - 1) for _ in range(len(rows) - 1)]
    for (x0, top, x1, bottom), text in zip(cells, texts, strict=True):
        for i in range(rows.index(top), rows.index(bottom)):
            for k in range(columns.index(x0), columns.index(x1)):
                grid[i][k] = text
    return grid
