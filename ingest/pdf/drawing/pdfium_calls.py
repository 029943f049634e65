"""Call PDFium's text functions for all characters of a page at once.

The bindings of pypdfium2 convert arguments for each call; with plain integer handles and results written straight
into numpy arrays, a character costs 0.5 microseconds a call instead of 2.5 (measured on 115,000 characters).
"""

from __future__ import annotations

import ctypes
from array import array
from collections import deque
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def _prototype(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int
_unicode = _prototype(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT)
_unmapped = _prototype(pdfium.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
_object = _prototype(pdfium.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
_box = _prototype(pdfium.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _HANDLE)
_ink = _prototype(pdfium.FPDFText_GetCharBox, _INT, _HANDLE, _INT, *(_HANDLE,) * 4)
_origin = _prototype(pdfium.FPDFText_GetCharOrigin, _INT, _HANDLE, _INT, _HANDLE, _HANDLE)
_matrix = _prototype(pdfium.FPDFText_GetMatrix, _INT, _HANDLE, _INT, _HANDLE)
_font_size = _prototype(pdfium.FPDFText_GetFontSize, ctypes.c_double, _HANDLE, _INT)
_font = _prototype(pdfium.FPDFTextObj_GetFont, _HANDLE, _HANDLE)
_render_mode = _prototype(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)
_page_object = _prototype(pdfium.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
_form_object = _prototype(pdfium.FPDFFormObj_GetObject, _HANDLE, _HANDLE, ctypes.c_ulong)
_object_type = _prototype(pdfium.FPDFPageObj_GetType, _INT, _HANDLE)


def handle(thing: Any) -> int:
    """Return the address behind a handle of the bindings, 0 for none."""
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def codes(page: int, n: int) -> NDArray[np.uint32]:
    """Return the Unicode value of each character; a character without one has its character code instead."""
    return np.array(array("I", map(_unicode, repeat(page, n), range(n))), np.uint32)


def unmapped(page: int, n: int) -> NDArray[np.bool_]:
    """Return which characters have no Unicode value in their font."""
    return np.fromiter((value == 1 for value in map(_unmapped, repeat(page, n), range(n))), np.bool_, n)


def objects(page: int, n: int) -> NDArray[np.uint64]:
    """Return the address of each character's text object; 0 for spaces and line ends PDFium made up."""
    return np.array([value or 0 for value in map(_object, repeat(page, n), range(n))], np.uint64)


def boxes(page: int, n: int) -> Floats:
    """Return each character's advance box as rows `left, top, right, bottom` in page units, y upwards."""
    values = np.zeros((n, 4), np.float32)
    start: int = values.ctypes.data
    deque(map(_box, repeat(page, n), range(n), range(start, start + 16 * n, 16)), maxlen=0)
    return values.astype(np.float64)


def origins(page: int, n: int) -> Floats:
    """Return where each character stands on its baseline as rows `x, y` in page units, y upwards."""
    values = np.zeros((n, 2), np.float64)
    start: int = values.ctypes.data
    places = range(start, start + 16 * n, 16)
    deque(map(_origin, repeat(page, n), range(n), places, range(start + 8, start + 8 + 16 * n, 16)), maxlen=0)
    return values


def inked(page: int, indices: Integers) -> NDArray[np.bool_]:
    """Return which of the characters at `indices` draw something."""
    edges = [ctypes.c_double() for _ in range(4)]
    places = [ctypes.addressof(edge) for edge in edges]
    drawn = np.zeros(len(indices), bool)
    for i, index in enumerate(indices.tolist()):
        left, right, bottom, top = (edge.value for edge in edges) if _ink(page, index, *places) else (0.0,) * 4
        drawn[i] = right - left > 0.1 and top - bottom > 0.1
    return drawn


def matrices(page: int, indices: Integers) -> Floats:
    """Return the matrix `a, b, c, d, e, f` from text to page space of the characters at `indices`."""
    n = len(indices)
    values = np.zeros((n, 6), np.float32)
    start: int = values.ctypes.data
    deque(map(_matrix, repeat(page, n), indices.tolist(), range(start, start + 24 * n, 24)), maxlen=0)
    return values.astype(np.float64)


def font_sizes(page: int, indices: Integers) -> Floats:
    """Return the font size, before any matrix, of the characters at `indices`."""
    return np.fromiter(map(_font_size, repeat(page), indices.tolist()), np.float64, len(indices))


def fonts(text_objects: NDArray[np.uint64]) -> list[int]:
    """Return the address of each text object's font."""
    return [_font(one) or 0 for one in text_objects.tolist()]


def stroked(text_objects: NDArray[np.uint64]) -> list[bool]:
    """Return which text objects are filled and stroked."""
    return [_render_mode(one) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE for one in text_objects.tolist()]


def page_objects(page: int, n: int) -> list[tuple[int, int]]:
    """Return `(type, address)` of the first `n` objects of a page."""
    addresses = [one or 0 for one in map(_page_object, repeat(page, n), range(n))]
    return [(_object_type(one), one) for one in addresses if one]


def form_objects(form: int, n: int) -> list[tuple[int, int]]:
    """Return `(type, address)` of the first `n` objects of a form."""
    addresses = [one or 0 for one in map(_form_object, repeat(form, n), range(n))]
    return [(_object_type(one), one) for one in addresses if one]
