"""Read pages without text by character recognition (extra `ocr`: RapidOCR, its models in the wheel).

The page is rendered as displayed; each recognised line becomes a segment, so that columns, headings and tables are
found as on any other page.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

from ingest.pdf.glyphs import Frame
from ingest.pdf.page import PageText
from ingest.pdf.segments import read_segments
from ingest.pdf.spans import UNREADABLE, Span
from schemas.errors import SourceError

DPI = 200
"""Resolution of rendering. Book type of 10 points is then 28 pixels high; the models are trained on 48."""
MAX_SIDE = 4000
"""Longest side of the picture in pixels: posters and absurd page boxes are rendered smaller."""
MIN_SCORE = 0.5
"""Lines recognised with less confidence become □ (RapidOCR leaves them out by default)."""
SAME_SIZE = (0.72, 1.35)
"""Heights within these ratios of the usual one are one size: detected boxes vary with the letters they hold."""
FILL = 0.78
"""Share of a detected box's height that is the font's size (measured on rendered pages)."""


def require_ocr() -> None:
    """Raise SourceError where the extra is not installed."""
    if importlib.util.find_spec("rapidocr") is None or importlib.util.find_spec("onnxruntime") is None:
        message = "ocr = true: RapidOCR is not installed, it is an extra. Install pedcorpus[ocr] or leave ocr out."
        raise SourceError(message)


def read_picture(page: Any, number: int) -> PageText:
    """Return the text recognised on a pypdfium2 page; boxes are in points of the page as displayed."""
    width, height = page.get_size()
    turns = pdfium.FPDFPage_GetRotation(page)
    frame = Frame(0.0, 0.0, height if turns % 2 else width, width if turns % 2 else height, turns)
    scale = min(DPI / 72, MAX_SIDE / max(width, height, 1.0))
    spans = _spans(_recognise(page, scale), scale) if min(width, height) * scale >= 8 else []
    glyphs = sum(len(span.text) for span in spans)
    unreadable = sum(span.unreadable for span in spans)
    return PageText(number, frame, turns, read_segments(spans), [], [], glyphs, unreadable)


def _recognise(page: Any, scale: float) -> list[tuple[Any, str, float]]:
    """Return `(four corners in pixels, text, score)` of each line."""
    bitmap = page.render(scale=scale, grayscale=False, prefer_bgrx=False)
    try:
        picture = bitmap.to_numpy()[:, :, :3].copy()
    finally:
        bitmap.close()
    found = _engine()(picture)
    if found.boxes is None or found.txts is None:
        return []
    return list(zip(found.boxes.tolist(), found.txts, found.scores, strict=True))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.text_score": 0.0})


def _spans(lines: list[tuple[Any, str, float]], scale: float) -> list[Span]:
    heights = [(corners[3][1] - corners[0][1] + corners[2][1] - corners[1][1]) / 2 / scale for corners, _, _ in lines]
    usual = median(heights) if heights else 1.0
    spans = []
    for (corners, text, score), height in zip(lines, heights, strict=True):
        alike = SAME_SIZE[0] * usual <= height <= SAME_SIZE[1] * usual
        size = FILL * (usual if alike else height)
        xs, ys = [corner[0] / scale for corner in corners], [corner[1] / scale for corner in corners]
        box = (min(xs), min(ys), max(xs), max(ys))
        baseline = (box[1] + box[3]) / 2 + 0.38 * size
        sure = score >= MIN_SCORE
        spans.append(Span(text if sure else UNREADABLE, box, baseline, size, False, 0 if sure else 1))
    return spans
