"""Read pages without text by character recognition (extra `ocr`: RapidOCR, its models in the wheel).

The page is rendered as displayed; each recognised line becomes a segment, so that columns, headings and tables are
found as on any other page.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

from ingest.pdf.drawing.glyphs import Frame
from ingest.pdf.layout.page import PageText
from ingest.pdf.lines.read_segments import read_segments
from ingest.pdf.lines.spans import UNREADABLE, GlyphSpan
from ingest.pdf.ocr.cache import Lines, recognise_once
from schemas.errors import SourceError

DPI = 200
"""Resolution of rendering. Book type of 10 points is then 28 pixels high; the models are trained on 48."""
MAX_SIDE = 4000
"""Longest side of the picture in pixels: posters and absurd page boxes are rendered smaller.

RapidOCR itself scales down to 2,000, at which lines of A4 pages were lost (measured on a page of 36 lines).
"""
MIN_SCORE = 0.5
"""Lines recognised with less confidence become □ (RapidOCR leaves them out by default)."""
SAME_SIZE = (0.72, 1.35)
"""Heights within these ratios of the usual one are one size: detected boxes vary with the letters they hold."""
FILL = 0.78
"""Share of a detected box's height that is the font's size (measured on rendered pages)."""
_POWER = re.compile(r"([×xX]\s?10)([1-9]\d?)(?=\s?/)")
"""`(15~20)×109/L` → `×109`"""
_WIDE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""`a儿` → `儿`, `mg/L` → –"""
_LATIN_BEFORE = re.compile(r"[A-Za-z/·]$")
"""`mg/` → `/`, `体重` → –"""
_FULL_WIDTH = {"(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}


def require_ocr() -> None:
    """Raise SourceError where the extra is not installed."""
    if importlib.util.find_spec("rapidocr") is None or importlib.util.find_spec("onnxruntime") is None:
        message = "ocr = true: RapidOCR is not installed, it is an extra. Install pedcorpus[ocr] or leave ocr out."
        raise SourceError(message)


def read_picture(page: Any, number: int, folder: Path | None = None) -> PageText:
    """Return the text recognised on a pypdfium2 page; boxes are in points of the page as displayed.

    `folder` keeps what was recognised, by the hash of the page's picture.
    """
    width, height = page.get_size()
    turns = pdfium.FPDFPage_GetRotation(page)
    frame = Frame(0.0, 0.0, height if turns % 2 else width, width if turns % 2 else height, turns)
    scale = min(DPI / 72, MAX_SIDE / max(width, height, 1.0))
    spans = (
        _spans(recognise_once(_picture(page, scale), _recognise, folder), scale)
        if min(width, height) * scale >= 8
        else []
    )
    glyphs = sum(len(span.text) for span in spans)
    unreadable = sum(span.unreadable for span in spans)
    return PageText(number, frame, turns, read_segments(spans), [], [], glyphs, unreadable)


def _picture(page: Any, scale: float) -> Any:
    bitmap = page.render(scale=scale, grayscale=False, prefer_bgrx=False)
    try:
        return bitmap.to_numpy()[:, :, :3].copy()
    finally:
        bitmap.close()


def _recognise(picture: Any) -> Lines:
    result = _engine()(picture)
    if result.boxes is None or result.txts is None:
        return []
    scores = [float(score) for score in result.scores]
    return list(zip(result.boxes.tolist(), result.txts, scores, strict=True))


def as_printed(text: str) -> str:
    """Return a recognised line with full-width marks beside Chinese characters and with its powers of ten raised.

    The models know both widths of a mark as one, and `×10⁹/L` as `×109/L`.
    """
    text = _POWER.sub(r"\g<1>^\g<2>", text)
    marks = list(text)
    opened: list[bool] = []
    for i, char in enumerate(text):
        beside = text[i - 1 : i] + text[i + 1 : i + 2] if i else text[1:2]
        wide = bool(_WIDE.search(beside))
        if char == "(":
            opened.append(wide and not _LATIN_BEFORE.search(text[:i]))
        elif char == ")":
            wide = opened.pop() if opened else wide
        if char in _FULL_WIDTH and (opened[-1] if char == "(" else wide):
            marks[i] = _FULL_WIDTH[char]
    return "".join(marks)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    params = {"Global.log_level": "critical", "Global.text_score": 0.0, "Global.max_side_len": MAX_SIDE}
    return RapidOCR(params=params)


def _spans(lines: Lines, scale: float) -> list[GlyphSpan]:
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
        spans.append(GlyphSpan(as_printed(text) if sure else UNREADABLE, box, baseline, size, False, 0 if sure else 1))
    return spans
