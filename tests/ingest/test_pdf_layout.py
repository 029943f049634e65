"""Small pages of the kinds hospitals have: what stands where must come out as what it is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from ingest import textbook
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Rejection

OPTIONS = SourceOptions("books", "textbook", department="儿科", license="cc-by-4.0")
LINE = "患儿入院后予以吸氧及补液治疗，三日后体温恢复正常，咳嗽减轻，复查胸片示炎症吸收"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


books = _load("books")


def read(canvas: object) -> list[Document | Rejection]:
    return list(textbook.read(SourceFile.from_bytes("page.pdf", canvas.save()), OPTIONS))  # type: ignore[attr-defined]


def tables(records: list[Document | Rejection]) -> list[list[list[str]]]:
    return [[list(row) for row in r.table] for r in records if isinstance(r, Document) and r.table]


def test_a_chapter_heading_below_equal_running_heads_stays() -> None:
    canvas = books.Canvas()
    for number in range(1, 7):
        canvas.page()
        chapter = "第一章 发热" if number < 4 else "第二章 咳嗽"
        canvas.text(250, 40, chapter, 9)
        if number in (1, 4):
            canvas.text(72, 75, chapter, 18)
        for k in range(10):
            canvas.text(72, 110 + 18 * k, f"{LINE}第{number}页。", 10)
    records = read(canvas)
    sections = [r.section for r in records if isinstance(r, Document)]
    assert list(dict.fromkeys(sections)) == [("第一章 发热",), ("第二章 咳嗽",)]
    assert not any(r.text.startswith("第") for r in records if isinstance(r, Document))


def test_cells_centred_against_taller_ones_are_one_row() -> None:
    canvas = books.Canvas()
    canvas.page()
    for y in (100, 124, 204):
        canvas.line(72, y, 472, y)
    rows = [
        (116, ["时期", "注意事项"], []),
        (142, ["换血前"], ["禁食4 h，置胃管抽空胃内容物；", "备血160 ml/kg。"]),
        (170, ["换血中"], ["每抽出和注入5～20 ml为1个循环。"]),
        (193, ["换血后"], ["继续蓝光治疗，每4 h测1次；", "术后禁食6～8 h。"]),
    ]
    for y, firsts, lines in rows:
        for x, text in zip((78, 160), firsts, strict=False):
            canvas.text(x, y, text, 9)
        for number, text in enumerate(lines):
            canvas.text(160, y - 6 * (len(lines) - 1) + 12 * number, text, 9)
    assert tables(read(canvas)) == [
        [
            ["时期", "注意事项"],
            ["换血前", "禁食4 h，置胃管抽空胃内容物；备血160 ml/kg。"],
            ["换血中", "每抽出和注入5～20 ml为1个循环。"],
            ["换血后", "继续蓝光治疗，每4 h测1次；术后禁食6～8 h。"],
        ]
    ]
