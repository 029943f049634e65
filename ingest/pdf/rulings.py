"""The straight rules drawn on a page: borders of tables, the line above footnotes, underlines."""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ingest.pdf import native
from ingest.pdf.glyphs import Frame

MAX_OBJECTS = 20_000
"""Page objects looked at; more is a map or an attack, and no table."""
MAX_RULES = 1_500
"""Rules kept of a page; the largest ruled tables seen have some 600."""
MAX_DEPTH = 4
"""Forms within forms that are followed."""
THIN = 3.0
"""A filled rectangle up to this many points thick is a drawn rule."""
SHORTEST = 4.0
"""Shorter rules, in points, are parts of glyph-like drawings."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal (`top == bottom`) or vertical (`x0 == x1`) rule in reading space, in points."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Return True for a horizontal rule."""
        return self.top == self.bottom


def read_rules(page: Any, frame: Frame) -> list[Rule]:
    """Return the rules of a page, none where it is a drawing (more than `MAX_RULES`)."""
    n = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    objects = native.page_objects(native.handle(page.raw), n)
    corners: list[tuple[float, float, float, float]] = []
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    _collect(objects, identity, corners, 0)
    if not corners or len(corners) > MAX_RULES:
        return []
    rows = frame.reading(np.array(corners, np.float64)).tolist()
    return [rule for row in rows if (rule := _rule(*row))]


Matrix = tuple[float, float, float, float, float, float]


def _collect(objects: list[tuple[int, int]], outer: Matrix, corners: list[Any], depth: int) -> None:
    for kind, address in objects:
        if len(corners) > MAX_RULES:
            return
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            corners.extend(_segments(address, outer))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            form = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            count = min(max(0, pdfium.FPDFFormObj_CountObjects(form)), MAX_OBJECTS)
            _collect(native.form_objects(address, count), _times(_matrix(form), outer), corners, depth + 1)


def _segments(address: int, outer: Matrix) -> list[tuple[float, float, float, float]]:
    """Return the straight segments of a path as `x0, y0, x1, y1` in page space; a thin filled bar gives one."""
    path = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
    n = pdfium.FPDFPath_CountSegments(path)
    if not 2 <= n <= 200:
        return []
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not (fill.value or stroke.value):
        return []
    points = _points(path, n, _times(_matrix(path), outer))
    if points is None:
        return []
    x, y = [p[0] for p in points], [p[1] for p in points]
    width, height = max(x) - min(x), max(y) - min(y)
    if n >= 4 and min(width, height) <= THIN:
        middle_x, middle_y = (min(x) + max(x)) / 2, (min(y) + max(y)) / 2
        bar = (min(x), middle_y, max(x), middle_y) if width >= height else (middle_x, min(y), middle_x, max(y))
        return [bar]
    return [(a[0], a[1], b[0], b[1]) for a, b in itertools.pairwise(points) if not b[2]]


def _points(path: Any, n: int, matrix: Matrix) -> list[tuple[float, float, bool]] | None:
    """Return `x, y, starts a new line` of each point, closing edges included; None for a path with curves."""
    a, b, c, d, e, f = matrix
    points: list[tuple[float, float, bool]] = []
    first = (0.0, 0.0)
    px, py = ctypes.c_float(), ctypes.c_float()
    for i in range(n):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return None
        pdfium.FPDFPathSegment_GetPoint(segment, px, py)
        x, y = a * px.value + c * py.value + e, b * px.value + d * py.value + f
        moves = kind == pdfium.FPDF_SEGMENT_MOVETO
        first = (x, y) if moves else first
        points.append((x, y, moves))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append((*first, False))
    return points


def _matrix(thing: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, matrix):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)


def _rule(x0: float, top: float, x1: float, bottom: float) -> Rule | None:
    if x1 - x0 >= SHORTEST and bottom - top <= 1.0:
        middle = (top + bottom) / 2
        return Rule(x0, middle, x1, middle)
    if bottom - top >= SHORTEST and x1 - x0 <= 1.0:
        middle = (x0 + x1) / 2
        return Rule(middle, top, middle, bottom)
    return None
