"""Columns of a page: find the gutters of a page, cut it into bands at whatever crosses them, read each band.

A gutter is a strip of x that many lines leave free on both sides. Lines across it (titles, wide tables, abstracts)
end a band. What leaves free strips without filling its columns is a table, not columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.tables.bands import areas_below_captions, is_within

MIN_GUTTER_LINES = 3
"""Lines that must leave a gutter free on the page before it is believed."""
NEARLY = 0.9
"""Share of the lines at a gutter's middle that leave its edges free too."""
MIN_COLUMN = 80.0
"""Narrowest column in points (eight Chinese characters)."""
MAX_GUTTER = 60.0
"""Widest gutter in points; between columns of a table more may be free."""
OVERHANG = 5.0
"""Points by which a line may reach over a gutter's edge (a hanging mark, a reference)."""
FULL = 0.72
"""A line is full when it reaches this share of its column's width."""
MIN_FULL_SHARE = 0.5
"""Share of a column's text that stands in full lines, from which it is running text; cells of tables stay below 0.3."""


NEAR = 6.0
"""Gutters of different pages within this many points are one."""
SHORT_BAND = 3
"""Most lines of a title block or an abstract that end before the gutter without being a column."""


class Item(Protocol):
    """Anything with a box: a segment, a table."""

    @property
    def box(self) -> Box:
        """Left, top, right, bottom in points."""

    @property
    def core(self) -> Box:
        """The same without marks that may hang over the edges of a column."""


Gutter = tuple[float, float]
"""Left and right edge of the strip that lines leave free, in points."""


@dataclass(frozen=True, slots=True)
class Region:
    """One column of one band: its items from top to bottom and its edges."""

    items: list[Item]
    left: float
    right: float


def arrange_regions(items: Sequence[Item], gutters: Sequence[Gutter] = (), tables: Sequence[Box] = ()) -> list[Region]:
    """Return the regions of a page in reading order. `gutters` are known from other pages.

    `tables` are areas whose items may be rows of a table: they prove no gutter, and over several columns are a band.
    """
    if not items:
        return []
    tables = [area for area in tables if not gutters or not _has_text_columns(items, area, gutters)]
    text = [item for item in items if not is_within(item.box, tables)]
    chosen = _choose_gutters(find_gutters(text), [x for x in gutters if is_respected(text, x)], len(gutters))
    if not chosen:
        return [_region(list(items))]
    across = [area for area in tables if any(_is_across(area, gutter) for gutter in chosen)]
    wide = [area for area in across if not _has_text_columns(items, area, chosen)]
    wide += areas_below_captions(items, chosen)
    regions: list[Region] = []
    for crossing, band in _bands(items, chosen, wide):
        of_band = [_region(band)] if crossing else _columns(band, chosen)
        if regions and len(of_band) == 1 and _is_rest(of_band[0], regions[-1], chosen):
            regions[-1] = _region([*regions[-1].items, *of_band[0].items])
        else:
            regions.extend(of_band)
    return _join_regions(regions)


def _choose_gutters(own: list[Gutter], usual: list[Gutter], known: int) -> list[Gutter]:
    """Return a page's own gutters, or the `usual` ones where it has none or all `known` to other pages fit as well."""
    alike = len(own) == len(usual) and all(
        abs(a + b - c - d) <= 2 * NEAR for (a, b), (c, d) in zip(own, usual, strict=True)
    )
    return own if own and (alike or len(usual) < max(known, 1)) else usual


def _has_text_columns(items: Sequence[Item], area: Box, gutters: Sequence[Gutter]) -> bool:
    """Return whether running text in columns stands in the area."""
    return _is_text([item for item in items if is_within(item.box, [area])], gutters)


def _is_rest(region: Region, above: Region, gutters: Sequence[Gutter]) -> bool:
    """Return whether a region is the last few lines of text over all columns, short enough for the first column."""
    last = above.items[-1].box
    few = len(region.items) <= SHORT_BAND and abs(region.left - above.left) < 2 * (last[3] - last[1])
    close = region.items[0].box[1] - last[3] < last[3] - last[1]
    return few and close and any(_is_across(last, gutter) for gutter in gutters)


def find_gutters(items: Sequence[Item]) -> list[Gutter]:
    """Return the gutters that text columns prove, left to right."""
    strips = _strips(items) if items else []
    while strips:
        positions = sorted(x for x, _ in strips)
        if _is_text(items, positions):
            return positions
        strips.remove(min(strips, key=lambda strip: strip[1]))
    return []


def _strips(items: Sequence[Item]) -> list[tuple[Gutter, int]]:
    """Return `(gutter, lines)` of the strips most lines leave free between two neighbours."""
    gaps = _gaps(items)
    if len(gaps) < MIN_GUTTER_LINES:
        return []
    right = max(item.box[2] for item in items)
    count = np.zeros(int(right) + 2, np.int32)
    for left_edge, right_edge in gaps:
        count[int(np.ceil(left_edge)) : int(right_edge) + 1] += 1
    best = int(count.max())
    strips: list[tuple[Gutter, int]] = []
    while (peak := int(count.max())) >= max(MIN_GUTTER_LINES, 0.4 * best):
        first = int(count.argmax())
        last = first
        while last + 1 < len(count) and count[last + 1] >= NEARLY * peak:
            last += 1
        while first > 0 and count[first - 1] >= NEARLY * peak:
            first -= 1
        middle = (first + last) / 2
        gutter = (float(first), float(last))
        if last - first <= MAX_GUTTER and sum(_is_across(item.box, gutter) for item in items) <= peak:
            strips.append((gutter, peak))
        count[max(0, int(middle - MIN_COLUMN)) : int(middle + MIN_COLUMN)] = 0
    return strips


def _gaps(items: Sequence[Item]) -> list[tuple[float, float]]:
    """Return the free strip between each item and its nearest neighbour to the right at the same height."""
    box = np.array([item.core for item in items])
    x0, top, x1, bottom = box.T
    middle = (top + bottom) / 2
    gaps = []
    for i in range(len(items)):
        beside = (top < middle[i]) & (bottom > middle[i]) & (x0 >= x1[i])
        if beside.any():
            gaps.append((float(x1[i]), float(x0[beside].min())))
    return gaps


def _is_across(box: Box, gutter: Gutter) -> bool:
    """Return whether a box covers the whole strip; marks and references that hang into it do not cross."""
    return box[0] < gutter[0] - OVERHANG and box[2] > gutter[1] + OVERHANG


def _bands(items: Sequence[Item], gutters: Sequence[Gutter], wide: Sequence[Box]) -> list[tuple[bool, list[Item]]]:
    """Cut the page, top to bottom, at what crosses a gutter or lies in a wide area; that makes bands of its own."""
    bands: list[tuple[bool, list[Item]]] = []
    for item in sorted(items, key=lambda i: ((i.box[1] + i.box[3]) / 2, i.box[0])):
        crossing = any(_is_across(item.box, x) for x in gutters) or is_within(item.box, wide)
        if not bands or crossing != bands[-1][0]:
            bands.append((crossing, []))
        bands[-1][1].append(item)
    return bands


def _column_of(item: Item, gutters: Sequence[Gutter]) -> int:
    middle = (item.box[0] + item.box[2]) / 2
    return sum(middle > (left + right) / 2 for left, right in gutters)


def _columns(band: list[Item], gutters: Sequence[Gutter]) -> list[Region]:
    columns: list[list[Item]] = [[] for _ in range(len(gutters) + 1)]
    for item in band:
        columns[_column_of(item, gutters)].append(item)
    return [_region(column) for column in columns if column]


def _is_text(items: Sequence[Item], gutters: Sequence[Gutter]) -> bool:
    """Return whether at least two of the columns between the gutters are filled as running text is."""
    good = 0
    columns: list[list[Box]] = [[] for _ in range(len(gutters) + 1)]
    for item in items:
        if not any(_is_across(item.box, x) for x in gutters):
            columns[_column_of(item, gutters)].append(item.box)
    for boxes in columns:
        if len(boxes) < MIN_GUTTER_LINES:
            continue
        left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
        widths = [b[2] - b[0] for b in boxes]
        full = sum(width for width in widths if width >= FULL * (right - left))
        good += right - left >= MIN_COLUMN and full >= MIN_FULL_SHARE * sum(widths)
    return good >= min(2, len(gutters) + 1) and good >= len([c for c in columns if len(c) >= MIN_GUTTER_LINES]) - 1


def is_respected(items: Sequence[Item], gutter: Gutter) -> bool:
    """Return whether a gutter known from other pages is respected here by most lines."""
    crossing = sum(_is_across(item.box, gutter) for item in items)
    left = sum(item.box[2] <= gutter[1] for item in items)
    return left >= 1 and crossing < 0.5 * len(items)


def _region(items: list[Item]) -> Region:
    items.sort(key=lambda item: ((item.box[1] + item.box[3]) / 2, item.box[0]))
    return Region(items, min(i.box[0] for i in items), max(i.box[2] for i in items))


def _join_regions(regions: list[Region]) -> list[Region]:
    """Join neighbouring regions of the same edges: a band that was cut without need."""
    joined: list[Region] = []
    for region in regions:
        last = joined[-1] if joined else None
        if last and abs(last.left - region.left) < 2 and abs(last.right - region.right) < 2:
            joined[-1] = _region([*last.items, *region.items])
        else:
            joined.append(region)
    return joined
