"""The glyphs of a page as numpy columns, in reading position: upright, left to right, y downwards.

Pages whose text runs sideways (landscape tables in a portrait book) or downwards (vertical writing) are turned, so
that every later step sees horizontal lines; `Frame.original` turns a box back to the page as it is displayed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from ingest.pdf.drawing import pdfium_calls
from ingest.pdf.drawing.fonts import Font, fonts_of
from ingest.pdf.drawing.pdfium_calls import Floats, Integers

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in points, origin at the top left."""

MAX_GLYPHS = 200_000
"""Glyphs read of one page. A dense newspaper page has 15,000; more is a drawing or an attack."""
FARTHEST = 20_000.0
"""Largest coordinate in points; PDF pages are at most 14,400 wide."""
SMALLEST = 0.5
"""Smallest size of type in points; broken files have 0."""
_UPRIGHT = np.cos(np.radians(10.0))
"""Text within 10 degrees of a direction is read in it; other text is a watermark or part of a figure."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How reading space stands to page space: `turns` quarter turns clockwise, from a page box `left, bottom`."""

    left: float
    bottom: float
    width: float
    height: float
    turns: int

    def reading(self, boxes: Floats) -> Floats:
        """Turn rows `left, top, right, bottom` of page space (y up) into reading space (y down)."""
        x0, y0 = boxes[:, 0] - self.left, self.height - (boxes[:, 1] - self.bottom)
        x1, y1 = boxes[:, 2] - self.left, self.height - (boxes[:, 3] - self.bottom)
        w, h = self.width, self.height
        if self.turns == 1:
            x0, y0, x1, y1, w, h = h - y1, x0, h - y0, x1, h, w
        elif self.turns == 2:
            x0, y0, x1, y1 = w - x1, h - y1, w - x0, h - y0
        elif self.turns == 3:
            x0, y0, x1, y1, w, h = y0, w - x1, y1, w - x0, h, w
        rows = np.stack([np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)], axis=1)
        clipped: Floats = np.clip(np.nan_to_num(rows), -FARTHEST, FARTHEST)
        return clipped

    def original(self, box: Box, page_turns: int) -> Box:
        """Turn a box of reading space back to the page as displayed after its own `page_turns` quarter turns."""
        x0, y0, x1, y1 = box
        w, h = self.size
        for _ in range((self.turns - page_turns) % 4):
            x0, y0, x1, y1, w, h = y0, w - x1, y1, w - x0, h, w
        return (x0, y0, x1, y1)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in reading space."""
        return (self.width, self.height) if self.turns % 2 == 0 else (self.height, self.width)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Columns over the glyphs of a page, in content order; boxes are as wide as glyphs advance.

    `baseline` is the height at which each stands. `turned` counts glyphs left out for their direction.
    """

    code: NDArray[np.uint32]
    box: Floats
    baseline: Floats
    size: Floats
    font: Integers
    spaced: NDArray[np.bool_]
    unmapped: NDArray[np.bool_]
    fonts: tuple[Font, ...]
    turned: int

    def take(self, index: Any) -> Glyphs:
        """Return the glyphs at `index` (a mask or positions)."""
        return Glyphs(
            self.code[index],
            self.box[index],
            self.baseline[index],
            self.size[index],
            self.font[index],
            self.spaced[index],
            self.unmapped[index],
            self.fonts,
            self.turned,
        )


def read_glyphs(page: Any, turns: int | None = None) -> tuple[Glyphs, Frame, set[int]]:
    """Return the visible glyphs of a pypdfium2 page, the frame they stand in, and the text objects they came from.

    The frame is turned as most glyphs are, or by `turns`.
    """
    text_page = page.get_textpage()
    try:
        address = pdfium_calls.handle(text_page.raw)
        n = max(0, min(pdfium.FPDFText_CountChars(text_page), MAX_GLYPHS))
        return _read(page, address, n, turns)
    finally:
        text_page.close()


def _read(page: Any, address: int, n: int, turns: int | None) -> tuple[Glyphs, Frame, set[int]]:
    code, owner = pdfium_calls.codes(address, n), pdfium_calls.objects(address, n)
    real = owner != 0
    starts = np.flatnonzero((np.diff(owner, prepend=np.uint64(0)) != 0) & real)
    if not len(starts):
        return _none(), Frame(*_page_box(page), turns=turns or 0), set()
    run = np.maximum(np.cumsum(np.isin(np.arange(n), starts)) - 1, 0)
    matrix = pdfium_calls.matrices(address, starts)
    fonts, font_of = fonts_of(owner[starts])
    fonts = _with_hollow(fonts, font_of, is_wide(code[starts]) & ~pdfium_calls.inked(address, starts))
    size = np.nan_to_num(pdfium_calls.font_sizes(address, starts) * np.hypot(matrix[:, 2], matrix[:, 3]))
    size = np.clip(np.abs(size), SMALLEST, FARTHEST)
    box, origin = pdfium_calls.boxes(address, n), pdfium_calls.origins(address, n)
    direction, stacked = _directions(matrix, run, box, real)
    frame = Frame(*_page_box(page), turns=_dominant(direction[real]) if turns is None else turns)
    nameless = np.flatnonzero(real & (code == 0))
    code[nameless[pdfium_calls.inked(address, nameless)]] = 0xFFFD  # drawn, but the file says that it means nothing
    blank = np.isin(code, _BLANKS)
    inked = real & ~blank & (code != 0)
    keep = inked & (direction == frame.turns)
    box, origin = frame.reading(box), frame.reading(np.hstack([origin, origin]))
    descent = np.array([font.descent for font in fonts])[font_of[run]]
    baseline = np.where(stacked, box[:, 3] + descent * size[run], origin[:, 3])
    _narrow(box, origin[:, 0], (owner[1:] == owner[:-1]) & ~stacked[1:])
    spaced, unmapped = _after_blank(keep, blank & real), pdfium_calls.unmapped(address, n)
    glyphs = Glyphs(code, box, baseline, size[run], font_of[run], spaced, unmapped, fonts, int((inked & ~keep).sum()))
    return glyphs.take(keep & _inside(box, run, starts, frame.size)), frame, set(owner[starts].tolist())


def _with_hollow(fonts: tuple[Font, ...], font_of: Integers, empty: NDArray[np.bool_]) -> tuple[Font, ...]:
    """Mark the fonts of the text objects that begin with a Chinese character which draws nothing."""
    hollow = set(font_of[empty].tolist())
    return tuple(replace(font, hollow=i in hollow) for i, font in enumerate(fonts))


def is_wide(code: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which codes are Chinese characters or full-width marks: no space is wanted beside a gap at them."""
    return ((code >= 0x2E80) & (code <= 0x9FFF)) | ((code >= 0xF900) & (code <= 0xFFEF)) | (code >= 0x20000)


def _page_box(page: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = page.get_bbox()
    return left, bottom, right - left, top - bottom


def _none() -> Glyphs:
    empty = np.zeros(0)
    flags = np.zeros(0, bool)
    return Glyphs(np.zeros(0, np.uint32), np.zeros((0, 4)), empty, empty, np.zeros(0, np.int64), flags, flags, (), 0)


def _inside(box: Floats, run: Integers, starts: Integers, size: tuple[float, float]) -> NDArray[np.bool_]:
    """Return which glyphs belong to the page; a line that starts inside may run over the edge (long lines of code)."""
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    first = x[starts][run]
    return (first > -1) & (first < size[0] + 1) & (y > -1) & (y < size[1] + 1)


def _after_blank(keep: NDArray[np.bool_], blank: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which glyphs have a blank between them and the kept glyph before."""
    blanks_before = np.cumsum(blank)
    kept = np.flatnonzero(keep)
    spaced = np.zeros(len(keep), bool)
    spaced[kept[1:]] = blanks_before[kept[1:]] > blanks_before[kept[:-1]]
    return spaced


_BLANKS = np.array([9, 32, 0xA0, 0x3000, *range(0x2000, 0x200C), 0x202F, 0x205F, 0xFEFF], np.uint32)
_SIDEWAYS = 9
"""Direction of glyphs at any other angle."""


def _narrow(box: Floats, origin: Floats, same_object: NDArray[np.bool_]) -> None:
    """End each box where the next glyph of its text object begins, in place.

    PDFium widens boxes to the ink, which of a substitute for a font that is not embedded may be far too wide.
    """
    ahead = same_object & (origin[1:] > origin[:-1])
    box[:-1, 2] = np.where(ahead, np.minimum(box[:-1, 2], origin[1:]), box[:-1, 2])


def direction_of(matrix: Floats) -> Integers:
    """Return the quarter turns clockwise that would make text of the matrices (rows `a, b, …`) read left to right."""
    length = np.maximum(np.hypot(matrix[:, 0], matrix[:, 1]), 1e-9)
    cos, sin = matrix[:, 0] / length, matrix[:, 1] / length
    return np.select([cos > _UPRIGHT, sin > _UPRIGHT, cos < -_UPRIGHT, sin < -_UPRIGHT], [0, 1, 2, 3], _SIDEWAYS)


def _directions(
    matrix: Floats, run: Integers, box: Floats, real: NDArray[np.bool_]
) -> tuple[Integers, NDArray[np.bool_]]:
    """Return the quarter turns clockwise that would make each glyph read left to right, and which run downwards."""
    direction = direction_of(matrix)[np.maximum(run, 0)]
    below = np.zeros(len(run), bool)
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    high = np.abs(box[:, 1] - box[:, 3])
    stacked = (run[1:] == run[:-1]) & real[1:] & real[:-1] & (np.abs(np.diff(x)) < 0.2 * high[1:])
    stacked &= (y[:-1] - y[1:] > 0.6 * high[1:]) & (direction[1:] == 0)
    below[1:] |= stacked
    below[:-1] |= stacked
    return np.where(below, 3, direction), below  # columns from right to left, as if turned by three quarters


def _dominant(direction: Integers) -> int:
    quarters = direction[direction != _SIDEWAYS]
    return int(np.bincount(quarters).argmax()) if len(quarters) else 0
