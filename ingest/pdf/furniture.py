"""Running heads and page numbers: what repeats at the same place of many pages, or counts with them.

Rows are judged from the page's edge inwards, so that nothing below body text is ever taken for a head.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.lines import rows
from ingest.pdf.page import PageText
from ingest.pdf.segments import Segment

ZONE = 0.14
"""Share of the page's height, at the top and at the bottom, where running heads stand."""
INNER_SHARE = 0.15
"""Share of the pages on which a row that is not the outermost one must repeat."""
MAX_ROWS = 3
"""Rows from each edge that may be running heads or page numbers."""
SLOT = 3.0
"""Running heads keep their baseline to this many points."""
SLOT_SHARE = 0.4
"""Share of the pages on which a slot must hold a proven head before all its rows count as heads."""

_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"^[-–—·•\s]*[ivxlcIVXLC]{1,7}[-–—·•\s]*$")
_ROMAN_AT_END = re.compile(r"^[ivxlc]{1,7}(?![a-zA-Z])|(?<![a-zA-Z])[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(
    r"^[-–—·•.\s|/]*(第\s*)?\d{1,4}\s*(页)?\s*([/／]|共|of|，共)?\s*(\d{1,4}\s*页?)?[-–—·•.\s|/]*$"
)
_JOURNAL = re.compile(r"第\s*\d+\s*卷\s*第?\s*\d+\s*期|Vol\.?\s*\d+.{0,12}No\.?\s*\d+", re.IGNORECASE)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def shape(segments: Sequence[Segment]) -> str:
    """Return the text of a row without white space, with all page numbers alike, Roman ones at its ends too."""
    text = "".join("".join(s.text for s in segments).split()).translate(_FULL_WIDTH)
    return _ROMAN_AT_END.sub("#", _NUMBER.sub("#", text))


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


def remove_furniture(pages: Sequence[PageText], body_size: float) -> Counter[str]:
    """Move running heads and page numbers from `segments` to `furniture`; return the shape of each and its pages."""
    candidates = [row for page in pages for row in _edge_rows(page)]
    proven = _proven(candidates, len(pages), body_size)
    slots = _slots(candidates, proven, len(pages))
    shapes: Counter[str] = Counter()
    stopped: set[tuple[int, int]] = set()
    for row in sorted(candidates, key=lambda r: (r.page.number, r.side, r.depth)):
        key = (row.page.number, row.side)
        is_head = id(row) in proven or _in_slot(row, slots, body_size)
        if key in stopped or not is_head:
            stopped.add(key)
            continue
        _move(row)
        shapes[row.shape] += 1
    return shapes


def _edge_rows(page: PageText) -> list[Row]:
    height = page.frame.size[1]
    near = [s for s in page.segments if s.baseline < ZONE * height or s.baseline > (1 - ZONE) * height]
    found = rows(near)
    top = [row for row in found if row[0].baseline < ZONE * height][:MAX_ROWS]
    bottom = [row for row in found if row[0].baseline > (1 - ZONE) * height][::-1][:MAX_ROWS]
    inner = _table_edges(page)
    result = [Row(page, tuple(row), 0, depth) for depth, row in enumerate(top) if row[0].baseline < inner[0]]
    return result + [Row(page, tuple(row), 1, depth) for depth, row in enumerate(bottom) if row[0].baseline > inner[1]]


def _table_edges(page: PageText) -> tuple[float, float]:
    """Return the top of the first table and the bottom of the last: what lies between is no furniture."""
    boxes = [table.box for table in page.tables]
    return min((b[1] for b in boxes), default=1e9), max((b[3] for b in boxes), default=-1e9)


def _proven(candidates: list[Row], n_pages: int, body_size: float) -> set[int]:
    groups: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in candidates:
        if row.size <= 1.3 * body_size or len(row.text) > 3:
            groups[row.side, row.shape].append(row)
    proven: set[int] = set()
    for (_, shape), group in groups.items():
        needed = 3 if n_pages > 6 else 2
        if min(row.depth for row in group) > 0:
            needed = max(needed, INNER_SHARE * n_pages)
        steady = _steady(group)
        number = _PAGE_NUMBER.match(group[0].text) or _ROMAN.match(group[0].text)
        if number and (len(group) == 1 or steady or _ROMAN.match(group[0].text)):
            proven.update(id(row) for row in group if _alone(row))
        elif (len(group) >= needed and steady and _same_place(group)) or (
            _JOURNAL.search(group[0].text) and "#" in shape
        ):
            proven.update(id(row) for row in group)
    return proven


def _steady(group: list[Row]) -> bool:
    """Return True where every number in the rows is constant or counts with the pages on most of them."""
    numbers = [[int(n) for n in _NUMBER.findall(row.text)[:6] if len(n) < 9] for row in group]
    for values in zip(*numbers, strict=False):
        constant = Counter(values).most_common(1)[0][1]
        counting = Counter(v - row.page.number for v, row in zip(values, group, strict=True)).most_common(1)[0][1]
        if max(constant, counting) < 0.6 * len(group):
            return False
    return len(group) > 1


def _same_place(group: list[Row]) -> bool:
    """Return True where most rows stand on one or two baselines (left and right pages may differ)."""
    slots = Counter(row.slot[1] for row in group)
    near = max(sum(n for other, n in slots.items() if abs(other - slot) <= 1) for slot in slots)
    return near >= 0.45 * len(group)


def _alone(row: Row) -> bool:
    """Return True where a page number keeps 0.8 lines' distance from the text it is nearest to, or is at the very edge."""
    base, size = row.segments[0].baseline, row.size
    others = [s for s in row.page.segments if s not in row.segments]
    if not others:
        return row.page.glyphs > 4 or row.side == 1
    inner = min(abs(s.baseline - base) for s in others)
    return inner > 1.3 * size or row.depth > 0 or len(row.text) <= 4


def _slots(candidates: list[Row], proven: set[int], n_pages: int) -> dict[tuple[int, int], float]:
    """Return the slots of running heads, with the size of their text."""
    if n_pages < 4:
        return {}
    pages: dict[tuple[int, int], set[int]] = defaultdict(set)
    sizes: dict[tuple[int, int], Counter[float]] = defaultdict(Counter)
    for row in candidates:
        if id(row) in proven:
            pages[row.slot].add(row.page.number)
            sizes[row.slot][round(row.size, 1)] += 1
    return {s: sizes[s].most_common(1)[0][0] for s, held in pages.items() if len(held) >= SLOT_SHARE * n_pages}


def _in_slot(row: Row, slots: dict[tuple[int, int], float], body_size: float) -> bool:
    side, place = row.slot
    sizes = [slots[side, place + d] for d in (-1, 0, 1) if (side, place + d) in slots]
    return any(abs(row.size - size) <= 0.3 for size in sizes) and row.size <= 1.15 * body_size


def _move(row: Row) -> None:
    gone = {id(segment) for segment in row.segments}
    row.page.segments = [s for s in row.page.segments if id(s) not in gone]
    row.page.furniture.append(row.segments)
