"""Scanned pages of one and two columns, read by character recognition."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

import pytest

from ingest import textbook
from ingest.pdf import ocr
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.errors import SourceError
from schemas.rejection import Reason, Rejection

FONTS = (
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
FONT = next((font for font in FONTS if Path(font).exists()), None)
needs_ocr = pytest.mark.skipif(
    FONT is None or importlib.util.find_spec("rapidocr") is None, reason="needs the extra ocr and a Chinese font"
)
TEXT = (
    "支气管肺炎是婴幼儿时期最常见的肺炎，以冬春寒冷季节多见。主要临床表现为发热、咳嗽、气促和固定的中细湿啰音。"
    "血氧饱和度低于百分之九十二时应当吸氧，阿莫西林每日五十毫克每千克，分三次口服，疗程七天。"
)


def scanned(columns: int) -> tuple[bytes, str]:
    """Return a PDF of one picture with the text set in columns, and the text in reading order."""
    from PIL import Image, ImageDraw, ImageFont

    assert FONT
    picture = Image.new("RGB", (1654, 1200), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 34)
    per_line = 40 if columns == 1 else 19
    truth = ""
    for column in range(columns):
        text = TEXT if column == 0 else TEXT.replace("支气管肺炎", "毛细支气管炎")
        truth += text
        for i in range(0, len(text), per_line):
            draw.text((120 + column * 740, 120 + 56 * (i // per_line)), text[i : i + per_line], "black", font)
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=200)
    return buffer.getvalue(), truth


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, last = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y)))
    return row[-1]


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("columns", [1, 2])
def test_scanned_pages_are_read_in_reading_order(columns: int) -> None:
    data, truth = scanned(columns)
    records = list(textbook.read(SourceFile.from_bytes("scan.pdf", data), SourceOptions("s", "textbook", ocr=True)))
    found = "".join("".join(r.text.split()) for r in records if isinstance(r, Document))
    assert distance(found, truth) <= 0.02 * len(truth)
    assert records[0].origin.locator.startswith("p.1 [")


@needs_ocr
def test_without_the_option_scanned_pages_are_rejected() -> None:
    data, _ = scanned(1)
    (rejection,) = textbook.read(SourceFile.from_bytes("scan.pdf", data), SourceOptions("s", "textbook"))
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.NO_TEXT_LAYER


def test_a_missing_extra_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str, package: Any = None) -> None:
        return None

    monkeypatch.setattr(ocr.importlib.util, "find_spec", nothing)
    with pytest.raises(SourceError, match=r"pedcorpus\[ocr\]"):
        list(textbook.read(SourceFile.from_bytes("a.pdf", b"%PDF-"), SourceOptions("s", "textbook", ocr=True)))
