"""Generated books of one, two and three columns read back with known truth."""

from __future__ import annotations

from functools import cache

import pytest

from ingest import textbook
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Reason, Rejection
from tests.support import pdf_writer

OPTIONS = SourceOptions("books", "textbook", department="儿科", license="cc-by-4.0")


@cache
def read_book(columns: int, seed: int) -> tuple[list[Document], list[Rejection], object]:
    data, truth = pdf_writer.make_book(columns, seed)
    records = list(textbook.read(SourceFile.from_bytes("book.pdf", data), OPTIONS))
    documents = [r for r in records if isinstance(r, Document)]
    return documents, [r for r in records if isinstance(r, Rejection)], truth


def plain(text: str) -> str:
    return "".join(text.split())


BOOKS = [(1, 1), (2, 2), (3, 3)]
each_book = pytest.mark.parametrize(("columns", "seed"), BOOKS)


@each_book
def test_paragraphs_come_whole_and_in_reading_order(columns: int, seed: int) -> None:
    documents, _, truth = read_book(columns, seed)
    found = [plain(line) for d in documents if d.kind == "text" for line in d.text.split("\n")]
    assert found == [plain(text) for text in truth.paragraphs]


@each_book
def test_headings_form_the_tree(columns: int, seed: int) -> None:
    documents, _, truth = read_book(columns, seed)
    paths = [d.section[:i] for d in documents if d.kind == "text" for i in range(1, len(d.section) + 1)]
    assert list(dict.fromkeys(paths)) == list(dict.fromkeys(truth.headings))
    assert {d.title for d in documents} == {truth.title}


@each_book
def test_ruled_three_rule_and_open_tables_are_exact(columns: int, seed: int) -> None:
    documents, _, truth = read_book(columns, seed)
    assert [[list(row) for row in d.table or ()] for d in documents if d.kind == "table"] == truth.tables
    first = next(d for d in documents if d.kind == "table")
    assert first.text.split("\n")[0].startswith("药物：")
    assert "；剂量：" in first.text


@each_book
def test_captions_and_footnotes_are_documents_of_their_kind(columns: int, seed: int) -> None:
    documents, _, truth = read_book(columns, seed)
    assert [d.text for d in documents if d.kind == "caption"] == truth.captions
    assert [d.text for d in documents if d.kind == "footnote"] == truth.footnotes


@each_book
def test_running_heads_and_page_numbers_are_removed_and_counted(columns: int, seed: int) -> None:
    documents, rejections, _truth = read_book(columns, seed)
    text = "".join(d.text for d in documents)
    assert "Journal of Pediatrics" not in text
    assert not any(f"· {number} ·" in text for number in range(1, 20))
    heads = [r for r in rejections if r.reason is Reason.RUNNING_HEAD]
    assert any("Journal" in r.excerpt for r in heads)
    assert len({r.record_id for r in heads}) == len(heads)


@each_book
def test_ids_are_unique_and_locators_name_the_page(columns: int, seed: int) -> None:
    documents, _, _truth = read_book(columns, seed)
    assert len({d.id for d in documents}) == len(documents)
    pages = [d.origin.locator.split()[0] for d in documents]
    assert pages[0] == "p.1"
    assert all(locator.startswith("p.") for locator in pages)
    assert any("-" in locator for locator in pages)


def test_reading_twice_gives_the_same_records() -> None:
    data, _ = pdf_writer.make_book(2, 5)
    file = SourceFile.from_bytes("book.pdf", data)
    assert list(textbook.read(file, OPTIONS)) == list(textbook.read(file, OPTIONS))


def test_a_long_section_is_cut_at_paragraphs() -> None:
    book = pdf_writer.Book(seed=3)
    book.heading("第一章 发热", 1, ("第一章 发热",))
    texts = [pdf_writer.paragraph(book.rng, 5) for _ in range(20)]
    for text in texts:
        book.body(text)
    records = textbook.read(SourceFile.from_bytes("b.pdf", book.save()[0]), OPTIONS)
    passages = [r.text for r in records if isinstance(r, Document)]
    assert len(passages) > 2
    assert all(1000 < len(passage) < 2600 for passage in passages[:-1])
    assert [plain(line) for passage in passages for line in passage.split("\n")] == [plain(t) for t in texts]


def one_page(*lines: tuple[float, float, str, float], **more: object) -> list[Document | Rejection]:
    canvas = pdf_writer.Canvas(**more)
    canvas.page()
    for x, y, text, size in lines:
        canvas.text(x, y, text, size)
    return list(textbook.read(SourceFile.from_bytes("page.pdf", canvas.save()), OPTIONS))


def test_the_locator_is_in_points_from_the_top_left() -> None:
    (document,) = one_page((100, 200, "患儿发热三天，伴咳嗽。", 12))
    page, box = document.origin.locator.split(" ")
    x0, top, x1, bottom = (float(value) for value in box.strip("[]").split(","))
    assert page == "p.1"
    assert x0 == pytest.approx(100, abs=1)
    assert x1 == pytest.approx(100 + 11 * 12, abs=1)
    assert 185 < top < 195 < 200 < bottom < 205


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_rotated_pages_read_upright(rotate: int) -> None:
    canvas = pdf_writer.Canvas(rotate=rotate)
    canvas.page()
    turned = {0: "1 0 0 1", 90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}[rotate]
    canvas.text(300, 400, "惊厥持续超过五分钟。", 12, matrix=turned)
    (document,) = textbook.read(SourceFile.from_bytes("r.pdf", canvas.save()), OPTIONS)
    assert document.text == "惊厥持续超过五分钟。"
    x0, top, x1, bottom = (float(v) for v in document.origin.locator.split(" ")[1].strip("[]").split(","))
    assert x1 - x0 == pytest.approx(120, abs=2)  # a locator is of the page as displayed
    assert bottom - top < 20


def test_sideways_text_on_an_upright_page_is_read() -> None:
    (document,) = one_page((300, 400, "横排的表格说明文字。", 12))
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(300, 400, "横排的表格说明文字。", 12, matrix="0 1 -1 0")
    (turned,) = textbook.read(SourceFile.from_bytes("t.pdf", canvas.save()), OPTIONS)
    assert turned.text == document.text
    _x0, top, _x1, bottom = (float(v) for v in turned.origin.locator.split(" ")[1].strip("[]").split(","))
    assert bottom - top == pytest.approx(120, abs=2)


def test_bold_drawn_four_times_is_read_once() -> None:
    shifts = [(0.0, 0.0), (0.3, 0.0), (0.0, 0.3), (0.3, 0.3)]
    lines = [(100 + dx, 200 + dy, "支气管肺炎11例。", 12) for dx, dy in shifts]
    (document,) = one_page(*lines)
    assert document.text == "支气管肺炎11例。"


def test_superscript_references_go_and_powers_stay() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    x = 72.0
    for text, raised in (
        ("白细胞计数升高", 0),
        ("[3-5]", 1),
        ("，达15×10", 0),
        ("9", 1),
        ("/L，血清Na", 0),
        ("+", 1),
        ("正常。", 0),
    ):
        canvas.text(x, 95 if raised else 100, text, 7 if raised else 12)
        x += pdf_writer.units(text) * (7 if raised else 12) + 0.4
    (document,) = textbook.read(SourceFile.from_bytes("s.pdf", canvas.save()), OPTIONS)
    assert document.text == "白细胞计数升高，达15×10^9/L，血清Na+正常。"


def test_spaces_between_chinese_characters_are_removed() -> None:
    (document,) = one_page((72, 100, "发 热 是 常 见 症 状 ， 体 温 38.5 ℃ 以 上 。", 12))
    assert document.text == "发热是常见症状，体温 38.5 ℃以上。"


def test_contents_pages_are_rejected_and_not_lost() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(250, 90, "目　录", 18)
    for i in range(12):
        canvas.text(72, 130 + 20 * i, f"第{i + 1}节 疾病名称之一{'…' * 18}{i * 3 + 1}", 11)
    canvas.page()
    canvas.text(72, 100, "正文从这里开始，讲述小儿腹泻。", 11)
    records = list(textbook.read(SourceFile.from_bytes("c.pdf", canvas.save()), OPTIONS))
    reasons = [r.reason for r in records if isinstance(r, Rejection)]
    assert reasons == [Reason.TABLE_OF_CONTENTS]
    assert [r.text for r in records if isinstance(r, Document)] == ["正文从这里开始，讲述小儿腹泻。"]


def test_a_table_over_two_pages_is_one() -> None:
    canvas = pdf_writer.Canvas()
    rows = [["药物", "剂量"], *[[f"药物{i}", f"{i} mg"] for i in range(1, 9)]]
    for page, part in enumerate((rows[:5], [rows[0], *rows[5:]])):
        canvas.page()
        top = 600 if page == 0 else 80
        for r in range(len(part) + 1):
            canvas.line(72, top + 20 * r, 372, top + 20 * r)
        for x in (72, 222, 372):
            canvas.line(x, top, x, top + 20 * len(part))
        for r, row in enumerate(part):
            for c, cell in enumerate(row):
                canvas.text(76 + 150 * c, top + 20 * r + 14, cell, 10)
    (table,) = textbook.read(SourceFile.from_bytes("t.pdf", canvas.save()), OPTIONS)
    assert [list(row) for row in table.table or ()] == rows
    assert table.origin.locator.startswith("p.1-2 ")
    assert table.text.split("\n")[-1] == "药物：药物8；剂量：8 mg。"


def test_headings_that_open_many_pages_stay_headings() -> None:
    canvas = pdf_writer.Canvas()
    for i in range(8):
        canvas.page()
        canvas.text(72, 90, "【治疗】" if i % 3 == 0 else f"【要点{'甲乙丙丁戊己庚辛'[i]}】", 11)
        for k in range(30):
            canvas.text(
                72, 112 + 18 * k, f"第{i}页的第{k}行文字写到这里，讲的是不同的内容，一行写满就换行{'续' * 9}。", 11
            )
    records = list(textbook.read(SourceFile.from_bytes("h.pdf", canvas.save()), OPTIONS))
    assert sum("【治疗】" in r.section for r in records if isinstance(r, Document)) >= 3


def test_text_wrapped_at_spaces_alone_is_one_paragraph() -> None:
    first = "多数病例通常伴有发热，口服阿莫西林50"
    second = "mg/(kg·d)，分3次口服；随后多见于咳嗽气促以及三凹征等表现者应当住院观察治疗并吸氧。"
    (document,) = one_page((124, 100, first, 12), (100, 120, second, 12))
    assert document.text == f"{first} {second}"


def test_a_table_ruled_between_its_rows_only_is_whole() -> None:
    rows = [["药物", "剂量"], ["阿莫西林", "50 mg/kg"], ["布洛芬", "10 mg/kg"], ["头孢曲松", "80 mg/kg"]]
    canvas = pdf_writer.Canvas()
    canvas.page()
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            canvas.text(72 + 150 * c, 114 + 20 * r, cell, 10)
            if r:
                canvas.line(70 + 150 * c, 100 + 20 * r, 220 + 150 * c, 100 + 20 * r)
    (table,) = textbook.read(SourceFile.from_bytes("t.pdf", canvas.save()), OPTIONS)
    assert [list(row) for row in table.table or ()] == rows
