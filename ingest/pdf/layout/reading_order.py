"""The lines and tables of a document's pages in reading order, each line with the edges of its column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import cast

from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.drawing.rules import Rule
from ingest.pdf.layout.columns import NEAR, Gutter, Item, Region, arrange_regions, find_gutters, is_respected
from ingest.pdf.layout.page import PageText
from ingest.pdf.lines.lines import Line, group_rows, line_of
from ingest.pdf.lines.segments import Segment, cut_at_gaps, split_at
from ingest.pdf.lines.spans import HANGING
from ingest.pdf.tables.bands import areas_between_rules, is_within
from ingest.pdf.tables.borderless import find_open_tables
from ingest.pdf.tables.ruled import Table

Element = Line | Table
Edges = tuple[float, float]
USUAL_SHARE = 0.04
"""Share of a document's lines that makes the edges of their column usual ones."""


def lay_out(pages: Sequence[PageText]) -> list[list[list[Element]]]:
    """Return, for each page, its columns in reading order, each a list of elements."""
    gutters = _usual_gutters(pages)
    for page in pages:
        for gutter in (gutter for gutter in gutters if is_respected(_items_cut_at_gaps(page), gutter)):
            page.segments = [part for segment in page.segments for part in split_at(segment, gutter)]
    columns_by_page = [[_column(region, page) for region in _regions(page, gutters)] for page in pages]
    usual = _usual_edges(columns_by_page)
    for page_columns in columns_by_page:
        for column in page_columns:
            _set_edges(column, usual)
    return columns_by_page


def _regions(page: PageText, gutters: Sequence[Gutter]) -> list[Region]:
    return arrange_regions(_items(page), gutters, areas_between_rules(page.rules, page.frame.size[1]))


def _items(page: PageText) -> list[Item]:
    return cast("list[Item]", [*page.segments, *page.tables])


def _usual_gutters(pages: Sequence[PageText]) -> list[Gutter]:
    """Return the gutters found on at least two pages, and on a tenth of all."""
    groups: list[list[Gutter]] = []
    for page in pages:
        for gutter in _gutters_of(page):
            near = [group for group in groups if abs(sum(group[0]) - sum(gutter)) <= 2 * NEAR]
            near[0].append(gutter) if near else groups.append([gutter])
    usual = [group for group in groups if len(group) >= max(2, 0.1 * len(pages))]
    return sorted((median(g[0] for g in group), median(g[1] for g in group)) for group in usual)


def _items_cut_at_gaps(page: PageText) -> list[Item]:
    """Return what stands on a page, lines cut at all their gaps."""
    return [*page.tables, *(piece for segment in page.segments for piece in cut_at_gaps(segment))]


def _gutters_of(page: PageText) -> list[Gutter]:
    """Return the gutters of a page, also one so narrow that most lines run over it; rows of tables prove none."""
    tables = areas_between_rules(page.rules, page.frame.size[1])
    items = [item for item in _items(page) if not is_within(item.box, tables)]
    if gutters := find_gutters(items):
        return gutters
    cut = [cut_at_gaps(item) for item in items if isinstance(item, Segment)]
    if sum(len(line) > 1 for line in cut) < 0.5 * len(cut):
        return []
    gutters = find_gutters([piece for line in cut for piece in line])
    return gutters if all(sum(_is_parted(line, gutter) for line in cut) >= 0.5 * len(cut) for gutter in gutters) else []


def _is_parted(line: Sequence[Segment], gutter: Gutter) -> bool:
    """Return whether a gutter parts two pieces of a line."""
    return any(a.core[2] <= gutter[0] + 2 and b.core[0] >= gutter[1] - 2 for a, b in pairwise(line))


def _column(region: Region, page: PageText) -> list[Element]:
    row_segments = group_rows([item for item in region.items if isinstance(item, Segment)])
    elements: list[Element] = [item for item in region.items if isinstance(item, Table)]
    first_left = 0
    free = [rule for rule in page.rules if not any(_is_inside(rule, table.box) for table in page.tables)]
    for first, last, table in find_open_tables(row_segments, free):
        elements.extend(line_of(row) for row in row_segments[first_left:first])
        elements.append(table)
        first_left = last
    elements.extend(line_of(row) for row in row_segments[first_left:])
    return sorted(elements, key=lambda e: (e.box[1] + e.box[3]) / 2)


def _is_inside(rule: Rule, box: Box) -> bool:
    return box[0] - 4 <= rule.x0 and rule.x1 <= box[2] + 4 and box[1] - 4 <= rule.top and rule.bottom <= box[3] + 4


def _lines(column: Sequence[Element]) -> list[Line]:
    return [element for element in column if isinstance(element, Line)]


def _own_edges(lines: Sequence[Line]) -> Edges:
    """Return the left and right edges of a column from its own lines.

    A full-width mark at a line's end may hang over the edge, and is left out; of many lines a single overlong one is.
    """
    ends = sorted(line.box[2] - (line.size if line.text[-1:] in HANGING + "”" else 0.0) for line in lines)
    right = ends[-1 - len(ends) // 50]
    return min(line.box[0] for line in lines), right


def _usual_edges(columns_by_page: Sequence[Sequence[Sequence[Element]]]) -> list[Edges]:
    """Return the column edges that many lines of the document share, narrowest column first."""
    weight: Counter[tuple[int, int]] = Counter()
    total = 0
    for column in (column for columns in columns_by_page for column in columns):
        if lines := _lines(column):
            left, right = _own_edges(lines)
            weight[round(left), round(right)] += len(lines)
            total += len(lines)
    usual = [(float(a), float(b)) for (a, b), n in weight.items() if n >= USUAL_SHARE * total]
    return sorted(usual, key=lambda edges: edges[1] - edges[0])


def _set_edges(column: Sequence[Element], usual: Sequence[Edges]) -> None:
    """Give the lines of a column its edges; a column of few short lines takes the usual ones around it."""
    lines = _lines(column)
    if not lines:
        return
    left, right = _own_edges(lines)
    slack = 3.5 * max(line.size for line in lines)
    around = [(a, b) for a, b in usual if a - 3 <= left <= a + slack and right <= b + 3]
    if around and len(lines) < 40:
        left, right = min(left, around[0][0]), max(right, around[0][1])
    for line in lines:
        line.left, line.right = left, right
