"""Running heads and page numbers: what repeats at the same place of many pages, or counts with them.

Rows are judged from the page's edge inwards, so that nothing below body text is ever taken for a head.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from ingest.book.heading_numbers import read_number
from ingest.book.line_text import is_caption
from ingest.pdf.layout.page import PageText
from ingest.pdf.layout.page_edges import NUMBER, SLOT, PageRow, edge_rows

OUTER_SHARE = 0.15
"""Share of the pages on which an outermost row must repeat; rarer ones (chapters) must stand where others do."""
INNER_SHARE = 0.34
"""The same for inner rows, and for chapters and sections."""
NUMBERED_SHARE = 0.6
"""The same for numbers below sections: headings such as 【治疗】 may open many pages."""
SLOT_SHARE = 0.4
"""Share of the pages on which a slot must hold a proven head before all its rows count as heads."""
LARGER = 1.15
"""Ratio of sizes from which equal words are a heading and its running head."""
SMALL = 0.95
"""Running heads in small type are at most this share of the body's size."""
APART = 2.2
"""Distance in em at which a head stands above the text; lines of small type are 1.2 to 1.8 em apart."""

_ROMAN = re.compile(r"^[-–—·•\s]*[ivxlcIVXLC]{1,7}[-–—·•\s]*$")
"""`- xii -` → `- xii -`, `前言` → –"""
_PAGE_NUMBER = re.compile(
    r"^[-–—－·•.\s|/]*(第\s*)?\d{1,4}\s*(页)?\s*([/／]|共|of|，共)?\s*(\d{1,4}\s*页?)?[-–—－·•.\s|/]*$"
)
"""`·12·` → `·12·`, `第3页共12页` → `第3页共12页`, `第3章` → –"""
_JOURNAL = re.compile(r"第\s*\d+\s*卷\s*第?\s*\d+\s*期|Vol\.?\s*\d+.{0,12}No\.?\s*\d+", re.IGNORECASE)
"""`2024年5月第62卷第5期` → `第62卷第5期`"""


def remove_running_heads(pages: Sequence[PageText], body_size: float) -> Counter[str]:
    """Move running heads and page numbers from `segments` to `running_heads`; return how many pages have each.

    Each is named by its text pattern, so that all page numbers are one.
    """
    candidates = [row for page in pages for row in edge_rows(page)]
    proven = _find_proven(candidates, len(pages), body_size)
    slots = _find_slots([row for row in candidates if id(row) in proven], len(pages))
    n_pages: Counter[str] = Counter()
    stopped: set[tuple[int, int]] = set()
    for row in sorted(candidates, key=lambda r: (r.page.number, r.side, r.depth)):
        key = (row.page.number, row.side)
        is_head = id(row) in proven or _is_in_slot(row, slots, body_size, len(pages))
        if key in stopped or not is_head:
            stopped.add(key)
            continue
        _move(row)
        n_pages[row.text_pattern] += 1
    return n_pages


def _groups(candidates: list[PageRow], body_size: float) -> list[tuple[list[PageRow], bool]]:
    """Return the rows of equal side and text pattern, and whether they repeat a heading.

    Large single characters are no heads but initials. What is set larger than the smallest of its group is the
    chapter's heading itself, of which the others are copies.
    """
    groups: dict[tuple[int, str], list[PageRow]] = defaultdict(list)
    for row in candidates:
        if row.size <= 1.3 * body_size or len(row.text) > 3:
            groups[row.side, row.text_pattern].append(row)
    groups_of_heads = []
    for group in groups.values():
        least = min(row.size for row in group)
        small = [row for row in group if row.size < LARGER * least]
        groups_of_heads.append((small, len(small) < len(group) and all(_is_small(row, body_size) for row in small)))
    return groups_of_heads


def _is_small(row: PageRow, body_size: float) -> bool:
    """Return whether a row is the outermost at the top, in type smaller than the text's."""
    return row.side == 0 and row.depth == 0 and row.size <= SMALL * body_size


def _find_proven(candidates: list[PageRow], n_pages: int, body_size: float) -> set[int]:
    """Return the rows (by `id`) that are page numbers, or repeat so often or at such a place that they are heads."""
    strong = _find_set_apart(candidates, n_pages, body_size)
    weak: list[PageRow] = []
    for group, repeats_heading in _groups(candidates, body_size):
        text = group[0].text
        roman = bool(_ROMAN.match(text))
        if roman or _PAGE_NUMBER.match(text):
            if roman or len(group) == 1 or _is_steady(group):
                strong += [row for row in group if _is_alone(row)]
        elif repeats_heading or _has_journal_name(group) or all(_is_underlined(row, body_size) for row in group):
            strong += group
        elif len(group) >= (3 if n_pages > 6 else 2) and _is_steady(group) and _is_at_one_place(group):
            if len(group) >= _share(group) * n_pages:
                strong += group
            elif _may_be_chapter(group):
                weak += group
    slots = _find_slots([*strong, *weak], n_pages)
    return {id(row) for row in strong} | {id(row) for row in weak if _is_in_slot(row, slots, body_size, n_pages)}


def _has_journal_name(group: list[PageRow]) -> bool:
    return bool(_JOURNAL.search(group[0].text)) and min(row.depth for row in group) == 0


def _find_set_apart(candidates: list[PageRow], n_pages: int, body_size: float) -> list[PageRow]:
    """Return the rows of small type that stand at one height, well above the text, on most pages, of any words."""
    small = [
        row
        for row in candidates
        if _is_small(row, body_size) and _gap_below(row) > APART * row.size and not is_caption(row.text)
    ]
    heights: dict[tuple[int, int], list[PageRow]] = defaultdict(list)
    for row in small:
        heights[round(row.segments[0].baseline / SLOT), round(row.size)].append(row)
    return [row for rows in heights.values() if len(rows) >= max(3, 0.5 * n_pages) for row in rows]


def _gap_below(row: PageRow) -> float:
    """Return the distance from the row's baseline to the next text or table below it."""
    base = row.segments[0].baseline
    below = [s.baseline for s in row.page.segments if s.baseline > base + 1]
    return min([*below, *(table.box[1] for table in row.page.tables)], default=1e9) - base


def _is_underlined(row: PageRow, body_size: float) -> bool:
    """Return whether small words stand at the very top above a rule across the page that does not begin a table."""
    if not _is_small(row, body_size) or row.text.startswith(("表", "续表", "Table")):
        return False
    baseline, width = row.segments[0].baseline, row.page.frame.size[0]
    return any(
        r.is_horizontal and 0 <= r.top - baseline < 1.2 * row.size and r.x1 - r.x0 > 0.5 * width
        for r in row.page.rules
        if not any(abs(table.box[1] - r.top) < 3 for table in row.page.tables)
    )


def _may_be_chapter(group: list[PageRow]) -> bool:
    """Return whether rows are outermost ones, unnumbered or numbered as parts, chapters and sections are."""
    number = read_number(group[0].text)
    return min(row.depth for row in group) == 0 and (number is None or number.rank.is_division)


def _share(group: list[PageRow]) -> float:
    """Return the share of the pages on which rows must repeat to be heads by that alone."""
    number = read_number(group[0].text)
    if number is not None and not number.rank.is_division:
        return NUMBERED_SHARE
    return INNER_SHARE if number is not None or min(row.depth for row in group) > 0 else OUTER_SHARE


def _is_steady(group: list[PageRow]) -> bool:
    """Return whether every number in the rows is constant or counts with the pages on most of them."""
    numbers = [[int(n[:9]) for n in NUMBER.findall(row.text)[:6]] for row in group]
    for values in zip(*numbers, strict=False):
        constant = Counter(values).most_common(1)[0][1]
        counting = Counter(v - row.page.number for v, row in zip(values, group, strict=True)).most_common(1)[0][1]
        if max(constant, counting) < 0.6 * len(group):
            return False
    return len(group) > 1


def _is_at_one_place(group: list[PageRow]) -> bool:
    """Return whether most rows stand on one or two baselines (left and right pages may differ)."""
    slots = Counter(row.slot[1] for row in group)
    near = max(sum(n for other, n in slots.items() if abs(other - slot) <= 1) for slot in slots)
    return near >= 0.45 * len(group)


def _is_alone(row: PageRow) -> bool:
    """Return whether a page number keeps its distance from the nearest text, or is short enough to be no line."""
    base, size = row.segments[0].baseline, row.size
    others = [s for s in row.page.segments if s not in row.segments]
    if not others:
        return row.page.glyphs > 4 or row.side == 1
    inner = min(abs(s.baseline - base) for s in others)
    return inner > 1.3 * size or row.depth > 0 or len(row.text) <= 4


def _find_slots(heads: list[PageRow], n_pages: int) -> dict[tuple[int, int], float]:
    """Return the slots that hold heads on many pages, with the size of their text."""
    if n_pages < 2:
        return {}
    pages: dict[tuple[int, int], set[int]] = defaultdict(set)
    sizes: dict[tuple[int, int], Counter[float]] = defaultdict(Counter)
    for row in heads:
        pages[row.slot].add(row.page.number)
        sizes[row.slot][round(row.size, 1)] += 1
    often = [slot for slot, numbers in pages.items() if len(numbers) >= SLOT_SHARE * n_pages]
    return {slot: sizes[slot].most_common(1)[0][0] for slot in often}


def _is_in_slot(row: PageRow, slots: dict[tuple[int, int], float], body_size: float, n_pages: int) -> bool:
    """Return whether a row stands at the place of heads, in their size; among few pages only small type counts."""
    side, place = row.slot
    sizes = [slots[side, place + d] for d in (-1, 0, 1) if (side, place + d) in slots]
    largest = (LARGER if n_pages > 3 else SMALL) * body_size
    return row.size <= largest and any(abs(row.size - size) <= 0.3 for size in sizes)


def _move(row: PageRow) -> None:
    moved = {id(segment) for segment in row.segments}
    row.page.segments = [s for s in row.page.segments if id(s) not in moved]
    row.page.running_heads.append(row.segments)
