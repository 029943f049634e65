"""Find page-wide tables in multi-column pages, by their rules or below their caption: each is one band of the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.book.line_text import is_caption
from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.drawing.rules import Rule, group_rules
from ingest.pdf.lines.lines import group_rows
from ingest.pdf.lines.segments import Segment

MAX_SHARE = 0.4
"""Rules farther apart than this share of the page's height are no table, unless they are the last of three, head and
end of one. Farther up in a group, one is the end of a table and the other the head of the next."""
FULL = 0.72
"""A line is full when it reaches this share of its column's width; cells of an open table are none."""


def areas_between_rules(rules: Sequence[Rule], height: float) -> list[Box]:
    """Return the areas between neighbouring level rules of one extent, where the rows of a table may stand."""
    return [
        (upper.x0, upper.top, upper.x1, lower.top)
        for group in group_rules(rules)
        for upper, lower in pairwise(group)
        if lower.top - upper.top <= MAX_SHARE * height or (len(group) >= 3 and lower is group[-1])
    ]


def is_within(box: Box, areas: Sequence[Box]) -> bool:
    """Return whether the middle of a box lies in one of the areas."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(a[0] <= x <= a[2] and a[1] <= y <= a[3] for a in areas)


def areas_below_captions(items: Sequence[object], gutters: Sequence[tuple[float, float]]) -> list[Box]:
    """Return the areas of tables without rules: rows of cells over all columns right below a caption over them."""
    segments = [item for item in items if isinstance(item, Segment)]
    rows = group_rows(segments)
    left, right = min((s.x0 for s in segments), default=0.0), max((s.x1 for s in segments), default=0.0)
    columns = list(zip([left, *(g[1] for g in gutters)], [*(g[0] for g in gutters), right], strict=True))
    middle = sum(a + b for a, b in gutters) / (2 * len(gutters))
    areas = []
    for i, row in enumerate(rows):
        if len(row) > 1 or not _is_page_wide_caption(row[0], middle):
            continue
        last = i
        while last + 1 < len(rows) and _are_cells(rows[last + 1], rows[last], rows[i + 1], columns):
            last += 1
        head = rows[i + 1 : i + 3]
        over_all = all(s[0].x0 < columns[0][1] and s[-1].x1 > columns[-1][0] for s in head)
        if last > i + 1 and over_all and min(len(row) for row in head) >= 2:
            areas.append((left, head[0][0].box[1], right, max(s.box[3] for s in rows[last])))
    return areas


def _is_page_wide_caption(line: Segment, middle: float) -> bool:
    """Return whether a line is the caption of a table, in the middle of all columns."""
    centred = abs((line.x0 + line.x1) / 2 - middle) < 2 * line.size
    return centred and is_caption(line.text) and not line.text.lower().startswith(("图", "fig"))


def _are_cells(
    row: Sequence[Segment], above: Sequence[Segment], head: Sequence[Segment], columns: Sequence[tuple[float, float]]
) -> bool:
    """Return whether a row stands close below the one above, set as the head is, and its pieces fill no column."""
    near = row[0].baseline - above[0].baseline < 3 * row[0].size
    alike = all(abs(s.size - head[0].size) < 0.1 * head[0].size for s in row)
    fills = any(
        min(s.x1, b) - max(s.x0, a) >= FULL * (b - a) and s.x1 < b + 5 and s.x0 > a - 5 for s in row for a, b in columns
    )
    return near and alike and not fills
