"""Habits of other programs' pages: browsers, office suites, LaTeX. Each was seen in a file they made."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.pdf.drawing.fonts import Font
from ingest.pdf.drawing.glyphs import Glyphs
from ingest.pdf.drawing.type3_faces import OTHER, TEXT, name_faces
from schemas.document import Document
from schemas.rejection import Rejection
from tests.support import pdf_writer
from tests.support.pdf_pages import LINE, read, tables


def texts(records: list[Document | Rejection]) -> list[str]:
    return [line for r in records if isinstance(r, Document) and r.kind == "text" for line in r.text.split("\n")]


def set_columns(canvas: pdf_writer.Canvas, top: float, n: int, gutter: float = 22.0, mark: str = "") -> None:
    """Set `n` lines in each of two columns of 24 em, as text that ends with its last line."""
    for k in range(n):
        for column, name in enumerate("左右"):
            number = "甲乙丙丁戊"[len(canvas.pages)] + "一二三四五六七八九十"[k % 10]
            text = f"{name}{number}{LINE[:21]}" if k < n - 1 else f"{name}栏到此结束。"
            x = 60 + column * (216 + gutter)
            canvas.text(x, top + 15 * k, text, 9)
            if mark and k % 2 and k < n - 1:
                canvas.text(x + 216, top + 15 * k, mark, 9)


def test_backgrounds_and_what_is_clipped_away_draw_no_table() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.pages[-1] += ["0.9 g 0 0 595 842 re f 0 g", "q 72 600 300 100 re W n 72 0 300 842 re 73 1 298 840 re f* Q"]
    for k in range(12):
        canvas.text(72, 100 + 18 * k, f"{'甲乙丙丁戊己庚辛壬癸子丑'[k]}{LINE}", 10)
    assert tables(read(canvas)) == []
    assert len("".join(texts(read(canvas)))) == 12 * len(LINE) + 12


@pytest.mark.parametrize("rules", [True, False])
def test_a_table_over_both_columns_is_read_between_them(rules: bool) -> None:
    rows = [["药物", "剂量", "途径"], *([f"药品{i}", f"{i} mg/kg", "口服"] for i in range(1, 5))]
    canvas = pdf_writer.Canvas()
    for _ in range(2):
        canvas.page()
        set_columns(canvas, 80, 14)
        canvas.text(60 + 227 - 45, 320, "表1 常用药物的剂量", 9)
        for r, row in enumerate(rows):
            for x, cell in zip((70, 230, 420), row, strict=True):
                canvas.text(x, 342 + 18 * r, cell, 9)
        for y in (329, 348, 421) if rules else ():
            canvas.line(60, y, 514, y)
        set_columns(canvas, 460, 14)
    records = read(canvas)
    assert tables(records) == [rows, rows]
    order = [text[0] for text in texts(records)]
    assert order[:2] == order[2:4] == ["左", "右"]


def test_tables_at_both_ends_of_a_column_are_two() -> None:
    rows = [["药物", "剂量", "途径"], *([f"药品{i}", f"{i} mg/kg", "口服"] for i in range(1, 4))]
    canvas = pdf_writer.Canvas()
    canvas.page()
    for top in (60, 690):
        for r, row in enumerate(rows):
            for x, cell in zip((66, 150, 230), row, strict=True):
                canvas.text(x, top + 18 * r, cell, 9)
        for y in (top - 14, top + 5, top + 18 * 3 + 6):
            canvas.line(60, y, 276, y)
    for k in range(34):
        canvas.text(60, 150 + 15 * k, f"左{LINE[: 23 - k % 2]}", 9)
    for k in range(44):
        canvas.text(298, 60 + 15 * k, f"右{LINE[: 23 - k % 3]}", 9)
    records = read(canvas)
    assert tables(records) == [rows, rows]
    assert "".join(texts(records)).count("右") == 44


@pytest.mark.parametrize(("gutter", "mark"), [(11.0, "，"), (8.5, "")])
def test_narrow_gutters_part_columns_although_marks_hang_into_them(gutter: float, mark: str) -> None:
    canvas = pdf_writer.Canvas()
    for _ in range(3):
        canvas.page()
        set_columns(canvas, 80, 30, gutter, mark)
    found = texts(read(canvas))
    assert len(found) == 6
    assert all(text.endswith(f"{text[0]}栏到此结束。") for text in found)


def test_powers_whose_ten_ends_the_line_before_stay() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 100, f"{LINE[:-8]}计数为15×10", 10)
    canvas.text(72, 113, "9", 6)
    canvas.text(76, 117, "/L，均属正常，未见其他异常表现。", 10)
    assert texts(read(canvas))[0].endswith("15×10^9/L，均属正常，未见其他异常表现。")


def test_references_in_a_row_and_at_the_beginning_of_a_line_go() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 100, LINE, 10)
    canvas.text(72, 113, "①[12]", 6)
    canvas.text(91, 117, "。次日出院。", 10)
    assert texts(read(canvas)) == [f"{LINE}。次日出院。"]


def test_glyphs_shared_by_two_characters_are_the_chinese_one() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 100, "剂量为50 mg/(kg・d)，见注➁。", 10)
    assert texts(read(canvas)) == ["剂量为50 mg/(kg·d)，见注②。"]


def test_rows_with_space_around_them_are_told_by_full_lines() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(6):
        canvas.text(72, 400 + 16 * k, f"{'甲乙丙丁戊己'[k]}{LINE}", 10)
    canvas.text(72, 84, "表1 分度", 9)
    wide = ["精神状态正常，仅有轻微", "咳嗽，能够正常进食"]
    tall = ["门诊随访，两日后复诊；", "家长观察呼吸与体温，加", "重时立即就诊"]
    y = 104.0
    canvas.text(80, y, "分度", 9)
    canvas.text(110, y, "表现", 9)
    canvas.text(230, y, "处理", 9)
    for name in ("轻度", "中度"):
        y += 18
        for k in range(3):
            for x, lines in ((80, list(name)), (110, wide), (230, tall)):
                if k < len(lines):
                    canvas.text(x, y + 12 * k, lines[k], 9)
        y += 24
    body = ["".join(wide), "".join(tall)]
    assert tables(read(canvas)) == [[["分度", "表现", "处理"], ["轻度", *body], ["中度", *body]]]


def test_footnotes_as_large_as_the_text_and_with_raised_marks_are_known() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(30):
        canvas.text(72, 100 + 17 * k, LINE, 9)
    canvas.line(72, 740, 170, 740)
    canvas.text(72, 750, "1", 5.5)
    canvas.text(76, 754, "首选口服补液盐。", 9)
    canvas.text(72, 764, "2", 5.5)
    canvas.text(76, 768, "以校正月龄计。", 9)
    notes = [r.text for r in read(canvas) if isinstance(r, Document) and r.kind == "footnote"]
    assert notes == ["1 首选口服补液盐。", "2 以校正月龄计。"]


def test_a_heading_below_a_table_is_no_row_of_it() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(4):
        canvas.text(72, 80 + 16 * k, LINE, 10)
    for r in range(4):
        for x, cell in zip((72, 172, 272), (f"药品{r}", f"{r} mg", "口服"), strict=True):
            canvas.text(x, 160 + 18 * r, cell, 9)
    canvas.text(72, 240, "第二节", 14)
    canvas.text(130, 240, "支气管哮喘", 14)
    canvas.text(92, 262, LINE[:-2], 10)
    canvas.text(72, 278, "收，痊愈出院。", 10)
    records = read(canvas)
    assert [len(table) for table in tables(records)] == [4]
    assert any("第二节支气管哮喘" in "".join(r.section).replace(" ", "") for r in records if isinstance(r, Document))


def test_a_numbered_disease_is_no_quantity() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k, name in enumerate(("1.1 支气管哮喘", "1.2 个体化治疗")):
        canvas.text(72, 100 + 60 * k, name, 12, pdf_writer.BOLD)
        canvas.text(92, 118 + 60 * k, LINE[:-2], 10)
        canvas.text(72, 134 + 60 * k, "收，痊愈出院。", 10)
    assert [r.section for r in read(canvas) if isinstance(r, Document)] == [("1.1 支气管哮喘",), ("1.2 个体化治疗",)]


def test_faces_of_nameless_fonts_are_told_by_who_stands_beside_whom() -> None:
    text = "肺炎多见于儿童诊断"
    n = len(text)
    fonts = tuple(Font("", False, 0.88, -0.12, raw) for raw in range(4))
    glyphs = Glyphs(
        np.array([ord(char) for char in text], np.uint32),
        np.array(
            [[10 * i, 0, 10 * i + 10, 10] for i in range(7)] + [[10 * i, 20, 10 * i + 10, 30] for i in range(2)], float
        ),
        np.array([9.0] * 7 + [29.0] * 2),
        np.full(n, 10.0),
        np.array([0, 1, 0, 1, 1, 0, 0, 2, 3]),
        np.zeros(n, bool),
        np.zeros(n, bool),
        fonts,
        0,
    )
    assert [font.name for font in name_faces(glyphs).fonts] == [TEXT, TEXT, OTHER, OTHER]


def test_a_first_page_of_one_short_table_is_no_cover() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 84, "表1 剂量", 9)
    rows = [["药物", "剂量"], ["阿莫西林", "50 mg/kg"], ["布洛芬", "10 mg/kg"]]
    for r, row in enumerate(rows):
        for x, cell in zip((72, 172), row, strict=True):
            canvas.text(x, 104 + 18 * r, cell, 9)
    for n in range(4):
        canvas.page()
        for k in range(30):
            canvas.text(72, 100 + 16 * k, f"{'甲乙丙丁'[n]}{k}{LINE}", 10)
    assert tables(read(canvas)) == [rows]


def test_the_head_above_shaded_rows_belongs_to_the_table() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(8):
        canvas.text(72, 300 + 16 * k, f"{'甲乙丙丁戊己庚辛'[k]}{LINE}", 10)
    rows = [["药物", "剂量"], *([f"药品{i}", f"{i} mg/kg"] for i in range(1, 6))]
    canvas.line(72, 56, 286, 56)
    canvas.text(150, 74, "表1 常用剂量", 9)
    for r, row in enumerate(rows):
        if r % 2:
            canvas.pages[-1] += [f"0.9 g {x} {842 - 95 - 18 * r} {w} 18 re f 0 g" for x, w in ((72, 14), (86, 200))]
        for x, cell in zip((74, 190), row, strict=True):
            canvas.text(x, 90 + 18 * r, cell, 9)
    records = read(canvas)
    assert tables(records) == [rows]
    assert [r.text for r in records if isinstance(r, Document) and r.kind == "caption"] == ["表1 常用剂量"]


def test_a_million_path_points_are_not_followed() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.pages[-1] += ["0 0 m " + "9 9 l 1 5 l " * 450 + "f"] * 1200
    canvas.text(72, 100, LINE, 10)
    assert texts(read(canvas)) == [LINE]


def test_a_numbered_heading_in_the_type_of_the_text_ends_the_paragraph_before() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k, name in enumerate(("1.1.1.1液体疗法", "1.1.1.2一般治疗")):
        canvas.text(72, 100 + 64 * k, name, 10)
        canvas.text(92, 116 + 64 * k, LINE[:-2], 10)
        canvas.text(72, 132 + 64 * k, LINE[:-8], 10)
        canvas.text(72, 148 + 64 * k, f"{LINE[:-4]}。", 10)
    assert [r.section for r in read(canvas) if isinstance(r, Document)] == [("1.1.1.1液体疗法",), ("1.1.1.2一般治疗",)]
