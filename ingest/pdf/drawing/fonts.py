"""The fonts of a page's text: name, weight, extent above and below the baseline."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from ingest.pdf.drawing import pdfium_calls
from ingest.pdf.drawing.pdfium_calls import Integers


@dataclass(frozen=True, slots=True)
class Font:
    """What a font says of itself: its name, and ascent and descent per unit of size.

    `bold` also where its outlines are drawn around: so programs make bold type of fonts that have none.
    """

    name: str
    bold: bool
    ascent: float
    descent: float
    raw: int
    hollow: bool = False
    """True where its Chinese characters draw nothing, as it is neither embedded nor installed."""


def fonts_of(text_objects: NDArray[np.uint64]) -> tuple[tuple[Font, ...], Integers]:
    """Return the distinct fonts of a page and, for each text object, which of them it uses."""
    place: dict[tuple[int, bool], int] = {}
    used = zip(pdfium_calls.fonts(text_objects), pdfium_calls.stroked(text_objects), strict=True)
    index = [place.setdefault(one, len(place)) for one in used]
    return tuple(_font(*one) for one in place), np.array(index, np.int64)


def _font(raw: int, stroked: bool) -> Font:
    if not raw:
        return Font("", False, 0.88, -0.12, 0)
    font = ctypes.cast(raw, pdfium.FPDF_FONT)
    buffer = ctypes.create_string_buffer(256)
    length = pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.raw[: max(0, min(length, 256) - 1)].decode("utf-8", "replace")
    up, down = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFFont_GetAscent(font, 1.0, up)
    pdfium.FPDFFont_GetDescent(font, 1.0, down)
    bold = stroked or _is_bold(name, pdfium.FPDFFont_GetWeight(font))
    return Font(name, bold, up.value, down.value, raw)


def _is_bold(name: str, weight: int) -> bool:
    plain = name.rsplit("+", 1)[-1].lower()
    return weight >= 600 or any(word in plain for word in ("bold", "black", "heavy", "simhei", "heiti", "黑"))
