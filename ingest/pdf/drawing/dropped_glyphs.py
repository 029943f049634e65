"""Text PDFium leaves out: of a font that is not embedded and for which no substitute is at hand.

PDFium drops text objects that have no width when drawn: a digit in a table's cell, every line set sideways; and of
equal lines near each other all but one. Pages that have any get a second opinion from pdfminer, which draws nothing.
"""

from __future__ import annotations

import ctypes
import io
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ingest.pdf.drawing import pdfium_calls
from ingest.pdf.drawing.fonts import Font
from ingest.pdf.drawing.glyphs import SMALLEST, Frame, Glyphs, direction_of, read_glyphs
from ingest.pdf.drawing.pdfium_calls import Floats

MAX_DROPPED = 2_000
"""Dropped objects looked at on a page; a page of single glyphs has some 1,500."""
EMPTY = 0.01
"""Width or height in points up to which a text object draws nothing."""
NEAR = 1.0
"""Origins of one glyph agree in both libraries to this many points."""
_DOWNWARDS = 3
"""Direction of vertical writing, which is read as if turned by three quarters."""


@dataclass(frozen=True, slots=True)
class Char:
    """A character as pdfminer reads it: its origin and box in page space, its size in points, its direction.

    `string` numbers the text-showing operators of the page: PDFium keeps or drops what one of them shows as a whole.
    """

    text: str
    string: int
    x: float
    y: float
    box: tuple[float, float, float, float]
    size: float
    direction: int


class SecondOpinion:
    """The same file opened with pdfminer, when a page first asks for it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pages: list[Any] | None = None

    def chars(self, number: int) -> list[Char]:
        """Return pdfminer's characters of a page (from 1), none where it cannot read the page."""
        from pdfminer.pdfdocument import PDFDocument
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser

        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of each broken object
        try:
            if self._pages is None:
                self._pages = list(PDFPage.create_pages(PDFDocument(PDFParser(io.BytesIO(self._data)))))
            resources = PDFResourceManager()
            device = _device(resources)
            page = self._pages[number - 1]
            PDFPageInterpreter(resources, device).render_contents(page.resources, page.contents)  # in page space
        except Exception:  # pdfminer raises almost anything on a broken file; PDFium's reading then stands alone
            return []
        found: list[Char] = device.found
        return found


def _device(resources: Any) -> Any:
    """Return a pdfminer device that notes characters and builds no layout."""
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined

    class Notes(PDFTextDevice):
        def __init__(self) -> None:
            super().__init__(resources)
            self.found: list[Char] = []
            self.string = 0

        def render_string(self, *arguments: Any) -> None:
            self.string += 1
            super().render_string(*arguments)

        def render_char(  # pdfminer's own signature
            self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *_: Any
        ) -> float:
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = ""
            advance: float = font.char_width(cid) * fontsize * scaling
            self.found.append(_char(text, self.string, matrix, fontsize, advance, font.is_vertical()))
            return advance

    return Notes()


def _char(text: str, string: int, matrix: Any, fontsize: float, advance: float, downwards: bool) -> Char:
    """Make a character of pdfminer's text matrix; in vertical writing the origin is the middle of the upper edge."""
    a, b, c, d, x, y = matrix
    if downwards:
        corners = [(u, v) for u in (-0.5 * fontsize, 0.5 * fontsize) for v in (advance, 0.0)]
    else:
        corners = [(u, v) for u in (0.0, advance) for v in (-0.12 * fontsize, 0.88 * fontsize)]
    xs, ys = [a * u + c * v + x for u, v in corners], [b * u + d * v + y for u, v in corners]
    size = max(abs(fontsize) * (c * c + d * d) ** 0.5, SMALLEST)
    direction = _DOWNWARDS if downwards else int(direction_of(np.array([[a, b]]))[0])
    return Char(text, string, x, y, (min(xs), max(ys), max(xs), min(ys)), size, direction)


def add_dropped(
    page: Any, number: int, glyphs: Glyphs, frame: Frame, owners: set[int], second: SecondOpinion
) -> tuple[Glyphs, Frame]:
    """Return the glyphs with those PDFium dropped, and their frame; `owners` are the text objects it kept."""
    origins = _find_dropped(page, owners, {font.raw for font in glyphs.fonts if font.hollow})
    chars = _chars_of_strings(second.chars(number), np.array(origins)) if origins else []
    if not chars:
        return glyphs, frame
    most = int(np.bincount([char.direction for char in chars]).argmax())
    if most != frame.turns and sum(char.direction == most for char in chars) > len(glyphs.code):
        glyphs, frame, _ = read_glyphs(page, most)
    chars = [char for char in chars if char.direction == frame.turns]
    return (_insert_chars(glyphs, chars, frame) if chars else glyphs), frame


def _chars_of_strings(chars: list[Char], origins: Floats) -> list[Char]:
    """Return the visible characters of the strings that begin at one of the origins."""
    dropped: set[int] = set()
    seen = 0
    for char in chars:
        if char.string != seen and np.abs(origins - (char.x, char.y)).max(axis=1).min() < NEAR:
            dropped.add(char.string)
        seen = char.string
    return [char for char in chars if char.string in dropped and len(char.text) == 1 and char.text.strip()]


def _insert_chars(glyphs: Glyphs, chars: list[Char], frame: Frame) -> Glyphs:
    """Put glyphs behind the ones left of them on their lines, so that they part what stands on both sides."""
    boxes = frame.reading(np.array([char.box for char in chars]))
    sizes = np.array([char.size for char in chars])
    behind = _places(glyphs, boxes)
    n = len(chars)
    return Glyphs(
        np.insert(glyphs.code, behind, np.array([ord(char.text) for char in chars], np.uint32)),
        np.insert(glyphs.box, behind, boxes, axis=0),
        np.insert(glyphs.baseline, behind, boxes[:, 3] - 0.12 * sizes),
        np.insert(glyphs.size, behind, sizes),
        np.insert(glyphs.font, behind, np.full(n, len(glyphs.fonts), np.int64)),
        np.insert(glyphs.spaced, behind, np.zeros(n, bool)),
        np.insert(glyphs.unmapped, behind, np.zeros(n, bool)),
        (*glyphs.fonts, Font("", False, 0.88, -0.12, 0)),
        glyphs.turned,
    )


def _places(glyphs: Glyphs, boxes: Floats) -> list[int]:
    """Return behind which glyph each box belongs; at the end where none stands left of it."""
    x, middle = glyphs.box[:, 0], (glyphs.box[:, 1] + glyphs.box[:, 3]) / 2
    behind = []
    for left, top, _, bottom in boxes.tolist():
        before = (x < left) & (np.abs(middle - (top + bottom) / 2) < bottom - top)
        behind.append(int(np.where(before, x, -np.inf).argmax()) + 1 if before.any() else len(x))
    return behind


def _find_dropped(page: Any, owners: set[int], hollow: set[int]) -> list[tuple[float, float]]:
    """Return the origins of text objects without width, of fonts not embedded, that gave no character.

    Of `hollow` fonts also those without height: PDFium takes equal lines of them for one line drawn twice.
    """
    count = min(pdfium.FPDFPage_CountObjects(page), 20_000)
    origins: list[tuple[float, float]] = []
    for kind, address in pdfium_calls.page_objects(pdfium_calls.handle(page.raw), count):
        if kind != pdfium.FPDF_PAGEOBJ_TEXT or address in owners or len(origins) >= MAX_DROPPED:
            continue
        thing = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            continue
        font = pdfium.FPDFTextObj_GetFont(thing)
        flat = pdfium_calls.handle(font) in hollow and top.value - bottom.value <= EMPTY
        if right.value - left.value > EMPTY and not flat:
            continue
        matrix = pdfium.FS_MATRIX()
        if font and pdfium.FPDFFont_GetIsEmbedded(font) == 0 and pdfium.FPDFPageObj_GetMatrix(thing, matrix):
            origins.append((matrix.e, matrix.f))
    return origins
