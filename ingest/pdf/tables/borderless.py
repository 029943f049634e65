"""Tables without cell borders: three-rule tables of Chinese journals, and columns that stand in the open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.book.line_text import is_caption
from ingest.book.table_sentences import regular_rows
from ingest.pdf.drawing.rules import Rule, group_rules
from ingest.pdf.lines.contents_lines import MIN_LINES, has_leader
from ingest.pdf.lines.segments import cut_at_gaps
from ingest.pdf.tables.cells import Row, make_grid, merge_visual_rows
from ingest.pdf.tables.row_groups import SAME_SIZE, column_edges, column_of, find_row_groups
from ingest.pdf.tables.ruled import Table

MIN_ROWS = 3
"""Rows without any rule that make a table; two aligned rows happen by chance."""
MIN_SEVERAL = 0.2
"""Share of a table's lines that hold several cells; the others are further lines of one cell."""
MIN_FILLED, MIN_FILLED_CLOSE = 0.4, 0.75
"""Least share of filled cells of a ruled table, and of one whose cells stand nowhere an em apart."""
MAX_HEADS = 4
"""Most lines of a table's head."""
_FIXED_WIDTH = re.compile(r"mono|courier|consol|menlo", re.IGNORECASE)
"""`DejaVuSansMono` → `Mono`, `SimSun` → –"""
_MARKER = re.compile(
    r"^([（(\[［]?\d{1,3}(?:\.\d{1,2}){0,3}[)）\]］.、．]?|[•·●○■◆\-–—*]|[①-⑳]|[a-zA-Z][.)]|[一二三四五六七八九十]+、)$"
)
"""The mark of a list item alone. `1.2.` → `1.2.`, `一、` → `一、`, `甲药` → –"""


def find_open_tables(rows: Sequence[Row], rules: Sequence[Rule]) -> list[tuple[int, int, Table]]:
    """Return `(first row, past last row, table)` of the tables among the rows of one column."""
    if sum(has_leader(row[-1].text) for row in rows) >= MIN_LINES:
        return []
    tables: list[tuple[int, int, Table]] = []
    taken: set[int] = set()
    parted = [[piece for segment in row for piece in cut_at_gaps(segment)] for row in rows]
    for heights in _rule_spans(parted, rules):
        span = _table_between_rules(parted, rows, heights)
        if span and taken.isdisjoint(range(span[0], span[1])):  # a frame and its columns' rules hold the same rows
            tables.append(span)
            taken.update(range(span[0], span[1]))
    closer = any(len(a) > len(b) for a, b in zip(parted, rows, strict=True))
    for cut in (parted, rows) if closer else (rows,):
        for first, last in find_row_groups(cut, taken):
            short = last - first < MIN_ROWS and not _is_marked(rows, first, rules)
            captioned = first > 0 and is_caption(rows[first - 1][0].text)
            if short or (cut is parted and not captioned) or not taken.isdisjoint(range(first, last)):
                continue  # cells stand as close as words below a caption only
            if table := _table_without_rules(cut[first:last]):
                tables.append((first, last, table))
                taken.update(range(first, last))
    return sorted(tables, key=lambda entry: entry[0])


def _rule_spans(rows: Sequence[Row], rules: Sequence[Rule]) -> list[list[float]]:
    """Return the heights of groups of three or more horizontal rules of the same extent with cells between them."""
    if not rows:
        return []
    left, right = min(r[0].x0 for r in rows), max(r[-1].x1 for r in rows)
    groups = group_rules([rule for rule in rules if rule.x1 >= left and rule.x0 <= right])
    return [span for group in groups for span in _cell_runs(rows, [rule.top for rule in group])]


def _cell_runs(rows: Sequence[Row], heights: list[float]) -> list[list[float]]:
    """Cut the heights of rules where what stands between two of them is running text."""
    cut: list[list[float]] = [heights[:1]]
    inside = [row for row in rows if heights[0] < _middle(row) < heights[-1]]
    for top, bottom in pairwise(heights):
        between = merge_visual_rows([row for row in inside if top < _middle(row) < bottom])
        if _are_cells(between, inside):
            cut[-1].append(bottom)
        elif bottom - top > 4:  # two rules close together are one double rule
            cut.append([bottom])
    return [heights for heights in cut if len(heights) >= 3]


def _middle(row: Row) -> float:
    return (row[0].box[1] + row[0].box[3]) / 2


def _are_cells(between: Sequence[Row], inside: Sequence[Row]) -> bool:
    """Return whether half the rows hold several cells, or one does and the others are further lines of its cells."""
    several = sum(len(row) >= 2 for row in between)
    if several >= 0.5 * len(between):
        return several > 0
    return several > 0 and all(len(row) >= 2 or column_of(row, inside) is not None for row in between)


def _table_between_rules(
    rows: Sequence[Row], uncut: Sequence[Row], heights: Sequence[float]
) -> tuple[int, int, Table] | None:
    """Return the table between rules; where only gaps between words mark its columns, most cells must be filled."""
    top, bottom = heights[0], heights[-1]
    inside = [i for i, row in enumerate(rows) if top < _middle(row) < bottom]
    titles = [n for n, i in enumerate(inside) if len(uncut[i]) == 1 and is_caption(uncut[i][0].text)]
    inside = (
        inside[titles[0] + 1 :] if titles and titles[0] < 2 else inside
    )  # the rule above was that of a running head
    if len(inside) < 2:
        return None
    first, last = inside[0], inside[-1] + 1
    pitch = max(b - a for a, b in pairwise(heights))
    cells = max(len(rows[i]) for i in inside)
    first = _head_above(rows, first, last, cells, pitch)
    if last < len(rows) and _is_outer(rows[last], rows[last - 1], cells, pitch):
        last += 1
    table = _make_table(rows[first:last], heights)
    if table is None:
        return None
    filled = sum(bool(cell) for row in table.rows for cell in row) / (len(table.rows) * len(table.rows[0]))
    apart = sum(len(uncut[i]) == len(table.rows[0]) for i in inside)
    return (first, last, table) if filled >= (MIN_FILLED if apart else MIN_FILLED_CLOSE) else None


def _head_above(rows: Sequence[Row], first: int, last: int, cells: int, pitch: float) -> int:
    """Return where a table begins whose head stands above its first rule or shade, in one line or a few."""
    for k in range(first - 1, max(first - 1 - MAX_HEADS, -1), -1):
        if is_caption(rows[k][0].text):
            break
        if _is_outer(rows[k], rows[k + 1], cells, pitch):
            return k
        if _is_larger(rows[k], rows[k + 1]) or column_of(rows[k], rows[first:last]) is None:
            break
    return first


def _is_larger(row: Row, other: Row) -> bool:
    return abs(row[0].size - other[0].size) >= SAME_SIZE * other[0].size


def _is_outer(row: Row, edge: Row, cells: int, pitch: float) -> bool:
    """Return whether a row of cells stands right outside the first or last rule: some tables are ruled inside only."""
    return (
        not _is_larger(row, edge) and 2 <= len(row) == cells and abs(row[0].baseline - edge[0].baseline) < 1.3 * pitch
    )


def _is_marked(rows: Sequence[Row], first: int, rules: Sequence[Rule]) -> bool:
    """Return whether a caption stands above two rows, or a rule between them: a table that goes on overleaf."""
    if first and is_caption(rows[first - 1][0].text):
        return True
    upper, lower = rows[first][0], rows[first + 1][0]
    return any(r.is_horizontal and r.x0 <= upper.x0 and upper.baseline <= r.top <= lower.baseline for r in rules)


def _table_without_rules(rows: Sequence[Row]) -> Table | None:
    """Return the table some rows form without any rule, where they are aligned like one."""
    several = [row for row in rows if len(row) >= 2]
    if len(several) < max(2, MIN_SEVERAL * len(rows)):
        return None
    if sum(bool(_MARKER.match(row[0].text.strip())) for row in several) > 0.5 * len(several):
        return None  # a list whose marks stand apart from their items
    table = _make_table(rows, ())
    if table is None or not _is_aligned(rows, table.edges):
        return None
    return table


def _is_aligned(rows: Sequence[Row], edges: Sequence[float]) -> bool:
    """Return whether in each column most cells share their left edge, right edge or middle, to 0.6 em."""
    for left, right in pairwise(edges):
        cells = [s for row in rows for s in row if left <= (s.x0 + s.x1) / 2 < right]
        if len(cells) < 2:
            return False
        for places in ([s.x0 for s in cells], [s.x1 for s in cells], [(s.x0 + s.x1) / 2 for s in cells]):
            middle = sorted(places)[len(places) // 2]
            if sum(abs(p - middle) < 0.6 * cells[0].size for p in places) >= 0.6 * len(places):
                break
        else:
            return False
    return True


def _make_table(rows: Sequence[Row], separators: Sequence[float]) -> Table | None:
    edges = column_edges(rows, _count_head_rows(rows, separators))
    if len(edges) < 3 or _is_code(rows):
        return None
    filled = regular_rows(make_grid(rows, edges, separators))
    if len(filled) < 2 or len(filled[0]) < 2:
        return None
    boxes = [s.box for row in rows for s in row]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return Table(box, filled, tuple(edges), sum(s.unreadable for row in rows for s in row))


def _count_head_rows(rows: Sequence[Row], separators: Sequence[float]) -> int:
    """Return how many rows stand above the rule below a table's head; 0 for a table without such a rule."""
    if len(separators) < 3:
        return 0
    above = [sum(row[0].baseline < height for row in rows) for height in separators[1:3]]
    return next((n for n in reversed(above) if 0 < n <= MAX_HEADS), 0)


def _is_code(rows: Sequence[Row]) -> bool:
    """Return whether rows are a listing of a program: most of it in type of one width."""
    fixed = [bool(_FIXED_WIDTH.search(s.font)) for row in rows for s in row]
    return sum(fixed) > 0.5 * len(fixed)
