"""The rows of text near a page's upper and lower edges, among which running heads and page numbers are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.drawing.rules import rule_groups
from ingest.pdf.layout.page import PageText
from ingest.pdf.lines.lines import rows
from ingest.pdf.lines.segments import Segment

ZONE = 0.15
"""Share of the page's height, at the top and at the bottom, where running heads stand."""
MAX_ROWS = 3
"""Rows from each edge that may be running heads or page numbers."""
SLOT = 3.0
"""Running heads keep their baseline to this many points."""

NUMBER = re.compile(r"\d+")
"""`补液（1C）。` → `1`"""
_ROMAN_AT_END = re.compile(r"^[ivxlc]{1,7}(?![a-zA-Z])|(?<![a-zA-Z])[ivxlc]{1,7}$")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def shape(segments: Sequence[Segment]) -> str:
    """Return the text of a row without white space, with all page numbers alike, Roman ones at its ends too."""
    text = "".join("".join(s.text for s in segments).split()).translate(_FULL_WIDTH)
    return _ROMAN_AT_END.sub("#", NUMBER.sub("#", text))


@dataclass(frozen=True, slots=True)
class Row:
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
    def shape(self) -> str:
        """The text with all page numbers alike, Roman ones at its ends too."""
        return shape(self.segments)

    @property
    def slot(self) -> tuple[int, int]:
        """Side and baseline, in steps of `SLOT` points."""
        return self.side, round(self.segments[0].baseline / SLOT)

    @property
    def size(self) -> float:
        """Font size of the row."""
        return max(s.size for s in self.segments)


def edge_rows(page: PageText) -> list[Row]:
    """Return the outermost rows of a page, none that stands within or below a table."""
    height = page.frame.size[1]
    found = rows([s for s in page.segments if s.baseline < 2 * ZONE * height])
    column_heads = next((i for i in range(len(found)) if _heads_columns(found, i)), len(found))
    top = [row for row in found[:column_heads] if row[0].baseline < ZONE * height][:MAX_ROWS]
    bottom = rows([s for s in page.segments if s.baseline > (1 - ZONE) * height])[::-1][:MAX_ROWS]
    inner = _table_edges(page)
    result = [Row(page, tuple(row), 0, depth) for depth, row in enumerate(top) if row[0].baseline < inner[0]]
    return result + [Row(page, tuple(row), 1, depth) for depth, row in enumerate(bottom) if row[0].baseline > inner[1]]


def _heads_columns(found: list[list[Segment]], i: int) -> bool:
    """Return True for a row of three cells or more with two rows below that keep to its columns: a table's head."""
    row = found[i]
    alike = [other for other in found[i + 1 : i + 8] if len(other) == len(row)]
    return len(row) >= 3 and sum(all(map(_aligned, row, other)) for other in alike) >= 2


def _aligned(upper: Segment, lower: Segment) -> bool:
    middle = (upper.x0 + upper.x1 - lower.x0 - lower.x1) / 2
    return min(abs(upper.x0 - lower.x0), abs(upper.x1 - lower.x1), abs(middle)) < SLOT


def _three_rule_tables(page: PageText) -> list[Box]:
    """Return the boxes of three rules and more that close cells in: the first row of several segments below a rule."""
    found = []
    for group in rule_groups(page.rules):
        inside = [r for r in rows(page.segments) if len(group) >= 3 and group[0].top < r[0].baseline < group[1].top]
        if inside and all(len(row) >= 2 for row in inside) and group[1].top - group[0].top < 4 * inside[0][0].size:
            found.append((group[0].x0, group[0].top, group[0].x1, group[-1].top))
    return found


def _table_edges(page: PageText) -> tuple[float, float]:
    """Return the top of the first table and the bottom of the last: what lies between is no furniture."""
    boxes = [table.box for table in page.tables] + _three_rule_tables(page)
    return min((b[1] for b in boxes), default=1e9), max((b[3] for b in boxes), default=-1e9)
