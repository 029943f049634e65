"""Spans: glyphs of one baseline and size without a gap, the smallest piece later steps move about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.drawing.glyphs import Box, Glyphs, is_wide
from ingest.pdf.drawing.pdfium_calls import Floats

WORD_GAP = 0.2
"""Gap in em from which a space stands between Latin glyphs: word spaces are 0.22 to 0.35 em, kerning below 0.1."""
WIDE_GAP = 0.45
"""The same beside Chinese characters, which justified lines move apart by up to 0.3 em."""
BLANK_GAP = 2.2
"""Widest gap in em that blanks fill: two ideographic spaces are usual inside a heading."""
HANGING = "，。；：、！？）》】"
"""Full-width marks that may hang over a column's edge, and then stand in the gutter; quotes may be narrow ones."""
OPENING = "（《【「『〔"
"""Marks that may hang over a column's left edge."""
HANGING_GAP = 0.1
"""Gap in em that ends a span beside such a mark: the rest of a gutter, unless it is the same line that goes on."""
UNREADABLE = "□"
_OPENING = np.array([ord(mark) for mark in OPENING], np.uint32)
_HANGING = np.array([ord(mark) for mark in HANGING], np.uint32)


@dataclass(slots=True)
class GlyphSpan:
    """Glyphs of one line without a gap. `baseline`, `size` and the box are in points; `unreadable` counts □ in `text`.

    A span ends at a gap of `WIDE_GAP`, so that cells and columns that stand close can be told apart; `spaced` says that
    blanks fill the gap before it. `font` is the name of the font of its Chinese characters, of its first character
    where it has none.
    """

    text: str
    box: Box
    baseline: float
    size: float
    bold: bool
    unreadable: int = 0
    font: str = ""
    spaced: bool = False

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.box[0]

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.box[2]


def read_spans(glyphs: Glyphs, code: NDArray[np.uint32], bad: NDArray[np.bool_]) -> list[GlyphSpan]:
    """Return the spans of a page in content order; `code` and `bad` are the repaired values of the glyphs."""
    return read_grouped_spans(glyphs, code, bad, np.zeros(len(code), np.int64), 1)[0]


def read_grouped_spans(
    glyphs: Glyphs, code: NDArray[np.uint32], bad: NDArray[np.bool_], group: NDArray[np.int64], groups: int
) -> list[list[GlyphSpan]]:
    """Return the spans of each group of glyphs, such as the cells of a table; `group` ascends, no span is of two.

    All at once, as numpy costs much the same for the ten glyphs of a cell and for all of a table.
    """
    found: list[list[GlyphSpan]] = [[] for _ in range(groups)]
    if not len(code):
        return found
    base, size = glyphs.baseline, np.maximum(glyphs.size, 0.1)
    gap = (glyphs.box[1:, 0] - glyphs.box[:-1, 2]) / np.minimum(size[1:], size[:-1])
    level = np.abs(np.diff(base)) <= 0.12 * size[1:]
    broken = (gap > WIDE_GAP) | (gap < -0.5) | ~level
    broken |= (np.isin(code[:-1], _HANGING) | np.isin(code[1:], _OPENING)) & (gap > HANGING_GAP)
    broken |= (np.abs(np.diff(size)) > 0.06 * size[1:]) | (np.diff(group) != 0)
    starts = np.concatenate([[0], np.flatnonzero(broken) + 1])
    ends = np.append(starts[1:], len(code))
    text, offset = _text(code, _spaces(code, gap, glyphs.spaced, starts))
    spaced = np.concatenate([[False], glyphs.spaced[1:] & (gap > 0) & (gap < BLANK_GAP) & level])
    spans = _make_spans(text, offset, starts, ends, glyphs, base, bad, spaced)
    for span, of in zip(spans, group[starts].tolist(), strict=True):
        found[of].append(span)
    return found


def _make_spans(
    text: str, offset: Any, starts: Any, ends: Any, glyphs: Glyphs, base: Floats, bad: Any, blank: Any
) -> list[GlyphSpan]:
    """Build the span objects; `offset` gives each glyph's place in `text`."""
    box, bad_before = glyphs.box, np.concatenate([[0], np.cumsum(bad)])
    left = box[starts, 0].tolist()
    top = np.minimum.reduceat(box[:, 1], starts).tolist()
    right = np.maximum.reduceat(box[:, 2], starts).tolist()
    bottom = np.maximum.reduceat(box[:, 3], starts).tolist()
    count = (bad_before[ends] - bad_before[starts]).tolist()
    heavy = np.array([font.bold for font in glyphs.fonts])[glyphs.font].astype(np.int64)
    bold = (np.add.reduceat(heavy, starts) * 2 > ends - starts).tolist()
    begin, end = offset[starts].tolist(), (offset[ends - 1] + 1).tolist()
    spaced = blank[starts].tolist()
    base_of, size_of = base[starts].tolist(), glyphs.size[starts].tolist()
    first_wide = np.minimum.reduceat(
        np.where(is_wide(glyphs.code), np.arange(len(glyphs.code)), len(glyphs.code)), starts
    )
    font_of = glyphs.font[np.where(first_wide < ends, first_wide, starts)].tolist()
    spans = []
    for i in range(len(begin)):
        font = glyphs.fonts[font_of[i]]
        piece = text[begin[i] : end[i]]
        place = (left[i], top[i], right[i], bottom[i])
        spans.append(GlyphSpan(piece, place, base_of[i], size_of[i], bold[i], count[i], font.name, spaced[i]))
    return spans


def find_redrawn(code: NDArray[np.uint32], box: Floats, size: Floats) -> NDArray[np.bool_]:
    """Return which glyphs repeat what already stands there: bold made by drawing twice or four times.

    Copies lie within 0.25 em of each other. Positions are put into cells twice, the second time shifted by half a
    cell, so that no pair is parted by a cell's edge.
    """
    again = np.zeros(len(code), bool)
    cell = np.maximum(0.5 * size, 0.5)
    for shift in (0.0, 0.5):
        column = np.floor(box[:, 0] / cell + shift).astype(np.int64)
        row = np.floor(box[:, 3] / cell + shift).astype(np.int64)
        order = np.lexsort((np.arange(len(code)), column, row, code))
        same = (np.diff(code[order].astype(np.int64)) == 0) & (np.diff(row[order]) == 0) & (np.diff(column[order]) == 0)
        first, second = order[:-1][same], order[1:][same]
        near = np.abs(box[first, 0] - box[second, 0]) <= 0.25 * size[second]
        near &= np.abs(box[first, 3] - box[second, 3]) <= 0.25 * size[second]
        again[second[near & (box[second, 2] - box[second, 0] > 0.26 * size[second])]] = True
    return again


def _spaces(code: NDArray[np.uint32], gap: Floats, spaced: NDArray[np.bool_], starts: Any) -> NDArray[np.bool_]:
    """Return before which glyphs a space belongs."""
    wide = is_wide(code)
    latin = ~wide[1:] & ~wide[:-1]
    space = np.zeros(len(code), bool)
    space[1:] = np.where(latin, (gap > WORD_GAP) | (spaced[1:] & (gap > 0.05)), spaced[1:] & (gap > 0.15))
    space[1:] |= gap > WIDE_GAP
    space[starts] = False
    return space


def _text(code: NDArray[np.uint32], space: NDArray[np.bool_]) -> tuple[str, Any]:
    """Return the page's characters as one string, and where in it each glyph stands."""
    offset = np.arange(len(code)) + np.cumsum(space)
    full = np.full(int(offset[-1]) + 1, 32, np.uint32)
    full[offset] = code
    return full.astype("<u4").tobytes().decode("utf-32-le", "replace"), offset
