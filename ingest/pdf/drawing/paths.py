"""Paths of a page as straight segments: what is stroked, and what is filled so thin that it shows as a line.

The sides of an area that is only filled are no lines: it is a background; but of shaded rows the upper and lower edge
part the rows of a table. Borders are also drawn as a filled ring, one rectangle within another, and one side at a time
with the others clipped away.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2.raw as pdfium

THIN = 3.0
"""A filled bar up to this many points thick is a drawn rule."""
SHADED = (8.0, 200.0)
"""Heights in points of the shaded rows of tables."""
MAX_POINTS = 2_000
"""Points of one path that are looked at; drawings have more."""

Matrix = tuple[float, float, float, float, float, float]
Corners = tuple[float, float, float, float]
Point = tuple[float, float]


class Budget:
    """How many points of paths are still looked at on a page: drawings and attacks have millions."""

    def __init__(self, points: int = 200_000) -> None:
        self.points = points


def straight_segments(address: int, outer: Matrix, budget: Budget) -> list[Corners]:
    """Return the visible straight lines of the path object at `address` as `x0, y0, x1, y1` in page space."""
    path = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
    n = pdfium.FPDFPath_CountSegments(path)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not 2 <= n <= min(MAX_POINTS, budget.points) or not (fill.value or stroke.value):
        return []
    budget.points -= n
    get = pdfium.FPDFPath_GetPathSegment
    parts = _parts(lambda i: get(path, i), n, combine(matrix_of(path), outer))
    lines = [line for part in parts or () for line in _lines(part, bool(stroke.value))]
    if not stroke.value and parts and len(parts) == 2 and _is_ring(parts[0], parts[1]):
        lines = list(itertools.pairwise(parts[0]))
    window = _window(path, outer) if lines else None
    corners = [(*a, *b) for a, b in lines]
    return corners if window is None else [cut for line in corners if (cut := _clip(line, window))]


def _parts(get: Callable[[int], Any], n: int, matrix: Matrix) -> list[list[Point]] | None:
    """Return the points of each part of a path, the first again where it is closed; None for a path with curves."""
    a, b, c, d, e, f = matrix
    parts: list[list[Point]] = []
    px, py = ctypes.c_float(), ctypes.c_float()
    for i in range(n):
        segment = get(i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return None
        pdfium.FPDFPathSegment_GetPoint(segment, px, py)
        point = (a * px.value + c * py.value + e, b * px.value + d * py.value + f)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
        parts[-1].append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            parts[-1].append(parts[-1][0])
    return [part for part in parts if len(part) > 1]


def _box(points: Sequence[Point]) -> Corners:
    x, y = [p[0] for p in points], [p[1] for p in points]
    return min(x), min(y), max(x), max(y)


def _lines(part: Sequence[Point], stroked: bool) -> list[tuple[Point, Point]]:
    """Return the lines one part of a path shows: of a thin bar its middle, of an area its edges if they are stroked."""
    x0, y0, x1, y1 = _box(part)
    if len(part) >= 4 and min(x1 - x0, y1 - y0) <= THIN:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        return [((x0, y), (x1, y)) if x1 - x0 >= y1 - y0 else ((x, y0), (x, y1))]
    if stroked:
        return list(itertools.pairwise(part))
    is_cell = SHADED[0] <= y1 - y0 <= SHADED[1] and len(part) in (4, 5, 6)
    return [((x0, y0), (x1, y0)), ((x0, y1), (x1, y1))] if is_cell else []


def _is_ring(first: Sequence[Point], second: Sequence[Point]) -> bool:
    """Return whether of two rectangles one lies within the other, nearly as large."""
    return len(first) <= 6 and all(abs(a - b) <= THIN for a, b in zip(_box(first), _box(second), strict=True))


def _window(path: Any, outer: Matrix) -> Corners | None:
    """Return the box outside of which the path is clipped away, None where it is not clipped."""
    clip = pdfium.FPDFPageObj_GetClipPath(path)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    window: Corners | None = None
    for i in range(min(count, 20)):
        n = pdfium.FPDFClipPath_CountPathSegments(clip, i)
        parts = _parts(lambda k, i=i: pdfium.FPDFClipPath_GetPathSegment(clip, i, k), min(n, MAX_POINTS), outer)  # type: ignore[misc]
        if parts:
            box = _box([point for part in parts for point in part])
            window = box if window is None else _meet(window, box)
    return window


def _meet(a: Corners, b: Corners) -> Corners:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _clip(line: Corners, window: Corners) -> Corners | None:
    """Return the part of an upright or level line within the window, None for one that is not in it at all."""
    x0, y0, x1, y1 = _meet(_box([line[:2], line[2:]]), (window[0] - 1, window[1] - 1, window[2] + 1, window[3] + 1))
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None


def matrix_of(thing: Any) -> Matrix:
    """Return the matrix of a page object, that which changes nothing where it has none."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, matrix):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def combine(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)
