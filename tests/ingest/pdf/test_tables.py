"""Tables as hospitals set them: three rules, no rules, tall cells, names over several columns."""

from __future__ import annotations

import pytest

from schemas.document import Document
from tests.support import pdf_writer
from tests.support.pdf_pages import read, tables


def test_cells_centred_against_taller_ones_are_one_row() -> None:
    canvas = pdf_writer.Canvas()
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


def test_a_table_framed_and_ruled_within_is_read_once() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    rows = [["药物", "剂量", "用法"], ["阿莫西林", "50 mg/kg", "口服"], ["布洛芬", "10 mg/kg", "口服"]]
    for number in range(4):
        canvas.line(72, 100 + 20 * number, 452, 100 + 20 * number)
        canvas.line(92, 101 + 20 * number, 432, 101 + 20 * number)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            canvas.text(96 + 120 * c, 114 + 20 * r, cell, 10)
    assert tables(read(canvas)) == [rows]


def test_subscripts_stand_in_their_words_in_a_cell_too() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for y in (100, 120, 140):
        canvas.line(72, y, 372, y)
    for x in (72, 172, 372):
        canvas.line(x, 100, x, 140)
    canvas.text(76, 113, "年龄", 8)
    canvas.text(176, 113, "指征", 8)
    canvas.text(76, 133, "1岁", 8)
    canvas.text(176, 133, "SpO", 8)
    canvas.text(188, 136, "2", 6)
    canvas.text(191, 133, "＜92%", 8)
    assert tables(read(canvas)) == [[["年龄", "指征"], ["1岁", "SpO2＜92%"]]]


HEAD = ["药物", "剂量", "用法", "最大量"]
TALL = ["静脉滴注，每次输注时间应≥60 min，输注过", "程中监测血压、心率，并注意观察皮疹等不良", "反应；肝功能不全者减量"]


def dose_rows(n: int) -> list[list[str]]:
    usage = ["".join(TALL), "口服，每日2次", "口服，每日3次"]
    return [[f"药品{i}", f"{i}～{i + 3} mg/kg", usage[i % 3], f"{i}00 mg/d"] for i in range(n)]


def set_rows(canvas: pdf_writer.Canvas, rows: list[list[str]], y: float, centred: bool, ruled: bool) -> None:
    """Set an open table with cells of three lines, 12 points apart, and 6 points between rows."""
    for row in rows:
        lines = TALL if len(row[2]) > 20 else [row[2]]
        middle = 12 * (len(lines) - 1) / 2 if centred else 0
        for x, cell in zip((80, 150, 250, 450), row, strict=True):
            for k, line in enumerate(lines if x == 250 else [cell]):
                canvas.text(x, y + (12 * k if x == 250 else middle), line, 9)
        y += 12 * len(lines) + 6
        if ruled:
            canvas.line(76, y - 13, 500, y - 13)


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("centred", [False, True])
def test_open_tables_with_tall_cells_go_on_overleaf(centred: bool, ruled: bool) -> None:
    canvas = pdf_writer.Canvas()
    rows = dose_rows(18)
    for part in (rows[:12], rows[12:]):
        canvas.page()
        set_rows(canvas, [HEAD, *part], 80, centred, ruled)
    canvas.text(72, 400, "以上剂量均为一般用量，须结合病情调整。", 10)
    records = read(canvas)
    assert tables(records) == [[HEAD, *rows]]
    assert [r.text for r in records if isinstance(r, Document) and not r.table] == [
        "以上剂量均为一般用量，须结合病情调整。"
    ]


def test_names_over_several_columns_leave_the_columns_apart() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for y in (100, 136, 190):
        canvas.line(72, y, 500, y)
    canvas.text(80, 114, "组别", 9)
    canvas.text(205, 114, "治疗前", 9)
    canvas.text(405, 114, "治疗后", 9)
    for x, name in ((160, "体温"), (260, "心率"), (360, "体温"), (460, "心率")):
        canvas.text(x, 130, name, 9)
    for k, row in enumerate((["甲", "39.1", "120", "37.0", "96"], ["乙", "38.9", "118", "37.6", "99"])):
        for x, cell in zip((80, 160, 260, 360, 460), row, strict=True):
            canvas.text(x, 150 + 16 * k, cell, 9)
    canvas.text(80, 182, "丙", 9)
    for x, cell in zip((160, 260, 360, 460), ("38.8", "121", "37.2", "97"), strict=True):
        canvas.text(x, 182, cell, 9)
    head = ["组别", "治疗前体温", "治疗前心率", "治疗后体温", "治疗后心率"]
    assert tables(read(canvas))[0][0] == head
    assert tables(read(canvas))[0][3] == ["丙", "38.8", "121", "37.2", "97"]


@pytest.mark.parametrize("mark", ["[{}]", "{}.", "（{}）", "•", "2.{}"])
def test_lists_whose_marks_stand_apart_are_no_tables(mark: str) -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(6):
        canvas.text(72, 100 + 30 * k, mark.format(k + 1), 10)
        canvas.text(112, 100 + 30 * k, "张某某，李某某。儿童肺炎支原体感染的诊治进展及其耐药机制的研究述", 10)
        canvas.text(112, 115 + 30 * k, "评，中华儿科杂志。", 10)
    records = read(canvas)
    assert tables(records) == []
    text = "".join(r.text for r in records if isinstance(r, Document))
    assert text.count("研究述评，中华儿科杂志。") == 6
