"""The rows of text near a page's upper and lower edges, among which running heads and page numbers are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.drawing.rules import group_rules
from ingest.pdf.layout.page import PageText
from ingest.pdf.lines.lines import group_rows
from ingest.pdf.lines.segments import Segment

ZONE = 0.15
"""Share of the page's height, at the top and at the bottom, where running heads stand."""
MAX_ROWS = 3
"""Rows from each edge that may be running heads or page numbers."""
SLOT = 3.0
"""Running heads keep their baseline to this many points."""

NUMBER = re.compile(r"\d+")
"""`第62卷第5期` → `62`"""
_ROMAN_AT_END = re.compile(r"^[ivxlc]{1,7}(?![a-zA-Z])|(?<![a-zA-Z])[ivxlc]{1,7}$")
"""`前言xii` → `xii`, `mix药` → –"""
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def text_pattern(segments: Sequence[Segment]) -> str:
    """Return the text of a row without white space, each page number as #, also Roman ones at its ends."""
    text = "".join("".join(s.text for s in segments).split()).translate(_FULL_WIDTH)
    return _ROMAN_AT_END.sub("#", NUMBER.sub("#", text))


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of segments near a page's edge; `depth` counts from the edge, `side` is 0 at the top, 1 at the bottom."""

    page: PageText
    segments: tuple[Segment, ...]
    side: int
    depth: int

    @property
    def text(self) -> str:
        """The row's text without white space, digits half-width."""
        return "".join("".join(s.text for s in self.segments).split()).translate(_FULL_WIDTH)

    @property
    def text_pattern(self) -> str:
        """The text with each page number as #; see `text_pattern`."""
        return text_pattern(self.segments)

    @property
    def slot(self) -> tuple[int, int]:
        """Side and baseline, in steps of `SLOT` points."""
        return self.side, round(self.segments[0].baseline / SLOT)

    @property
    def size(self) -> float:
        """Font size of the row."""
        return max(s.size for s in self.segments)


def edge_rows(page: PageText) -> list[PageRow]:
    """Return the outermost rows of a page, without those inside a table or beyond one."""
    height = page.frame.size[1]
    upper = group_rows([s for s in page.segments if s.baseline < 2 * ZONE * height])
    first_table = next((i for i in range(len(upper)) if _is_table_head(upper, i)), len(upper))
    top = [row for row in upper[:first_table] if row[0].baseline < ZONE * height][:MAX_ROWS]
    bottom = group_rows([s for s in page.segments if s.baseline > (1 - ZONE) * height])[::-1][:MAX_ROWS]
    inner = _table_edges(page)
    result = [PageRow(page, tuple(row), 0, depth) for depth, row in enumerate(top) if row[0].baseline < inner[0]]
    return result + [
        PageRow(page, tuple(row), 1, depth) for depth, row in enumerate(bottom) if row[0].baseline > inner[1]
    ]


def _is_table_head(rows: list[list[Segment]], i: int) -> bool:
    """Return whether row `i` heads a table: three cells or more, and two rows below that keep to its columns."""
    row = rows[i]
    alike = [other for other in rows[i + 1 : i + 8] if len(other) == len(row)]
    return len(row) >= 3 and sum(all(map(_is_aligned, row, other)) for other in alike) >= 2


def _is_aligned(upper: Segment, lower: Segment) -> bool:
    middle = (upper.x0 + upper.x1 - lower.x0 - lower.x1) / 2
    return min(abs(upper.x0 - lower.x0), abs(upper.x1 - lower.x1), abs(middle)) < SLOT


def _three_rule_tables(page: PageText) -> list[Box]:
    """Return the boxes of three rules and more that close cells in: the first row of several segments below a rule."""
    boxes = []
    rows = group_rows(page.segments)
    for group in group_rules(page.rules):
        inside = [row for row in rows if len(group) >= 3 and group[0].top < row[0].baseline < group[1].top]
        if inside and all(len(row) >= 2 for row in inside) and group[1].top - group[0].top < 4 * inside[0][0].size:
            boxes.append((group[0].x0, group[0].top, group[0].x1, group[-1].top))
    return boxes


def _table_edges(page: PageText) -> tuple[float, float]:
    """Return the top of the first table and the bottom of the last: what lies between is no running head."""
    boxes = [table.box for table in page.tables] + _three_rule_tables(page)
    return min((b[1] for b in boxes), default=1e9), max((b[3] for b in boxes), default=-1e9)
