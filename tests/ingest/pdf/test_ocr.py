"""Scanned pages of one and two columns, read by character recognition."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest import textbook
from ingest.pdf.ocr import cache, recognise
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

    monkeypatch.setattr(recognise.importlib.util, "find_spec", nothing)
    with pytest.raises(SourceError, match=r"pedcorpus\[ocr\]"):
        list(textbook.read(SourceFile.from_bytes("a.pdf", b"%PDF-"), SourceOptions("s", "textbook", ocr=True)))


def scan_of(pages: int) -> bytes:
    """Return a PDF of pages without text, each with another grey square."""
    from PIL import Image

    pictures = [Image.new("RGB", (200, 200), (40 * n, 40 * n, 40 * n)) for n in range(pages)]
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:])
    return buffer.getvalue()


class Engine:
    """Stands for RapidOCR: finds one line on each page, and counts the pages."""

    def __init__(self) -> None:
        self.pages = 0

    def __call__(self, picture: Any) -> Any:
        import numpy as np

        self.pages += 1
        boxes = np.array([[[20, 90], [300, 90], [300, 120], [20, 120]]], np.float32)
        text = f"{'甲乙丙丁'[round(picture.mean() / 40)]}患儿体温(腋温)38.5℃以上。"
        return SimpleNamespace(boxes=boxes, txts=(text,), scores=(np.float32(0.9),))


def test_a_page_is_recognised_once_whatever_file_it_is_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = Engine()
    monkeypatch.setattr(recognise, "_engine", lambda: engine)
    monkeypatch.setattr(recognise.importlib.util, "find_spec", lambda name, package=None: True)
    monkeypatch.setattr(cache, "version", lambda name: "1.0")
    options = SourceOptions("s", "textbook", ocr=True, cache=tmp_path)
    scan = SourceFile.from_bytes("a.pdf", scan_of(3))  # made once: the file names its second
    first = list(textbook.read(scan, options))
    again = list(textbook.read(scan, options))
    longer = list(textbook.read(SourceFile.from_bytes("b.pdf", scan_of(4)), options))
    assert engine.pages == 4
    assert again == first
    text = [r.text for r in longer if isinstance(r, Document)]
    assert "".join(text).count("体温（腋温）38.5℃以上。") == 4
    for path in tmp_path.rglob("*.json"):
        path.write_text("{")  # a file cut short is read anew
    assert list(textbook.read(scan, options)) == first
    assert engine.pages == 7


def test_progress_names_the_page(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "EVERY_S", 0.0)
    progress = cache.PageProgress("scan.pdf", 12)
    progress.read(3)
    assert capsys.readouterr().err == "scan.pdf: OCR, page 3 of 12\n"


@pytest.mark.parametrize(
    ("recognised_as", "printed"),
    [
        ("计数(15~20)×109/L,伴发热", "计数（15~20）×10^9/L，伴发热"),
        ("(一)病因", "（一）病因"),
        ("10 mg/(kg·次),间隔4 h", "10 mg/(kg·次)，间隔4 h"),
        ("CI:0.61, P<0.01", "CI:0.61, P<0.01"),
    ],
)
def test_marks_are_as_wide_as_chinese_sets_them(recognised_as: str, printed: str) -> None:
    assert recognise.as_printed(recognised_as) == printed
