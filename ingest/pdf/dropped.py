"""Glyphs PDFium leaves out: single characters of a font that is not embedded and for which no substitute is at hand.

PDFium drops text objects whose glyphs have no width when drawn. A single digit in a table's cell is such an object,
so pages that have any get a second opinion from pdfplumber, which needs no outlines.
"""

from __future__ import annotations

import ctypes
import io
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ingest.pdf import native
from ingest.pdf.glyphs import Font, Frame, Glyphs
from ingest.pdf.native import Floats

MAX_DROPPED = 2_000
"""Dropped objects looked at on a page; a page of single glyphs has some 1,500."""
NEAR = 1.0
"""Origins of one glyph agree in both libraries to this many points."""


class SecondOpinion:
    """The same file opened with pdfplumber, when a page first asks for it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._opened: Any = None

    def chars(self, number: int) -> list[dict[str, Any]]:
        """Return pdfplumber's characters of a page (from 1), none where it cannot read the page."""
        import pdfplumber

        try:
            if self._opened is None:
                self._opened = pdfplumber.open(io.BytesIO(self._data))
            page = self._opened.pages[number - 1]
            found: list[dict[str, Any]] = page.chars
            page.close()
        except Exception:  # pdfminer raises almost anything on a broken file; PDFium's reading then stands alone
            return []
        return found

    def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            self._opened.close()


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
        *_, e, f = char["matrix"]
        text = char["text"]
        if len(text) == 1 and text.strip() and (np.abs(places - (e, f)).max(axis=1) < NEAR).any():
            size = float(char["size"])
            boxes.append((e, f + 0.88 * size, e + float(char["x1"]) - float(char["x0"]), f - 0.12 * size))
            codes.append(ord(text))
            sizes.append(size)
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
