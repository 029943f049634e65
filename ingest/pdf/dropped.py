"""Glyphs PDFium leaves out: single characters of a font that is not embedded and for which no substitute is at hand.

PDFium drops text objects whose glyphs have no width when drawn. A single digit in a table's cell is such an object,
so pages that have any get a second opinion from pdfminer, which needs no outlines.
"""

from __future__ import annotations

import ctypes
import io
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ingest.pdf import native
from ingest.pdf.glyphs import SMALLEST, Font, Frame, Glyphs
from ingest.pdf.native import Floats

MAX_DROPPED = 2_000
"""Dropped objects looked at on a page; a page of single glyphs has some 1,500."""
NEAR = 1.0
"""Origins of one glyph agree in both libraries to this many points."""


@dataclass(frozen=True, slots=True)
class Char:
    """A character as pdfminer reads it: its origin in page space, its advance and size in points."""

    text: str
    x: float
    y: float
    advance: float
    size: float


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
            PDFPageInterpreter(resources, device).process_page(self._pages[number - 1])
        except Exception:  # pdfminer raises almost anything on a broken file; PDFium's reading then stands alone
            return []
        found: list[Char] = device.found
        return found


def _device(resources: Any) -> Any:
    """Return a pdfminer device that notes characters and builds no layout."""
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined

    class Notes(PDFTextDevice):
        found: list[Char]

        def begin_page(self, page: Any, ctm: Any) -> None:
            self.set_ctm((1, 0, 0, 1, 0, 0))
            self.found = []

        def render_char(  # pdfminer's own signature
            self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *_: Any
        ) -> float:
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = ""
            advance: float = font.char_width(cid) * fontsize * scaling
            a, _b, c, d, e, f = matrix
            size = max(abs(fontsize) * (c * c + d * d) ** 0.5, SMALLEST)
            self.found.append(Char(text, e, f, advance * a, size))
            return advance

    return Notes(resources)


def add_dropped(
    page: Any, number: int, glyphs: Glyphs, owners: set[int], frame: Frame, second: SecondOpinion
) -> Glyphs:
    """Return the glyphs with those PDFium dropped; `owners` are the text objects it kept."""
    origins = _dropped(page, owners)
    if not origins:
        return glyphs
    places = np.array(origins)
    boxes, codes, sizes = [], [], []
    for char in second.chars(number):
        near = np.abs(places - (char.x, char.y)).max(axis=1) < NEAR
        if len(char.text) == 1 and char.text.strip() and near.any():
            top, bottom = char.y + 0.88 * char.size, char.y - 0.12 * char.size
            boxes.append((char.x, top, char.x + char.advance, bottom))
            codes.append(ord(char.text))
            sizes.append(char.size)
    return _with(glyphs, codes, frame.reading(np.array(boxes)), np.array(sizes)) if codes else glyphs


def _with(glyphs: Glyphs, codes: list[int], boxes: Floats, sizes: Floats) -> Glyphs:
    """Put glyphs behind the ones left of them on their lines, so that they part what stands on both sides."""
    x, middle = glyphs.box[:, 0], (glyphs.box[:, 1] + glyphs.box[:, 3]) / 2
    behind = []
    for left, top, _, bottom in boxes.tolist():
        before = (x < left) & (np.abs(middle - (top + bottom) / 2) < bottom - top)
        behind.append(int(np.where(before, x, -np.inf).argmax()) + 1 if before.any() else len(x))
    n = len(codes)
    return Glyphs(
        np.insert(glyphs.code, behind, np.array(codes, np.uint32)),
        np.insert(glyphs.box, behind, boxes, axis=0),
        np.insert(glyphs.size, behind, sizes),
        np.insert(glyphs.font, behind, np.full(n, len(glyphs.fonts), np.int64)),
        np.insert(glyphs.spaced, behind, np.zeros(n, bool)),
        np.insert(glyphs.unmapped, behind, np.zeros(n, bool)),
        (*glyphs.fonts, Font("", False, 0.88, -0.12, 0)),
        glyphs.turned,
    )


def _dropped(page: Any, owners: set[int]) -> list[tuple[float, float]]:
    """Return the origins of text objects without width, of fonts not embedded, that gave no character."""
    count = min(pdfium.FPDFPage_CountObjects(page), 20_000)
    origins: list[tuple[float, float]] = []
    for kind, address in native.page_objects(native.handle(page.raw), count):
        if kind != pdfium.FPDF_PAGEOBJ_TEXT or address in owners or len(origins) >= MAX_DROPPED:
            continue
        thing = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top) or right.value - left.value > 0.01:
            continue
        font = pdfium.FPDFTextObj_GetFont(thing)
        matrix = pdfium.FS_MATRIX()
        if font and pdfium.FPDFFont_GetIsEmbedded(font) == 0 and pdfium.FPDFPageObj_GetMatrix(thing, matrix):
            origins.append((matrix.e, matrix.f))
    return origins
