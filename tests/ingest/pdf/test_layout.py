"""Small pages of the kinds hospitals have: what stands where must come out as what it is."""

from __future__ import annotations

from schemas.document import Document
from schemas.rejection import Rejection
from tests.support import pdf_writer
from tests.support.pdf_pages import LINE, read


def test_a_chapter_heading_below_equal_running_heads_stays() -> None:
    canvas = pdf_writer.Canvas()
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


def test_a_short_numbered_line_in_another_font_is_a_heading() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(4):
        canvas.text(72, 100 + 16 * k, LINE, 10)
    canvas.text(72, 164, "在此期间持续监测。", 10)
    canvas.text(72, 180, "1. 轻症", 10, font=pdf_writer.BOLD)
    canvas.text(92, 196, LINE[:-2], 10)
    canvas.text(72, 212, "收并出院。", 10)
    sections = [r.section for r in read(canvas) if isinstance(r, Document)]
    assert sections == [(), ("1. 轻症",)]


def test_type_made_bold_by_its_outline_is_bold() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.pages[-1].append("2 Tr 0.3 w")
    canvas.text(72, 100, "诊断依据", 10)
    canvas.pages[-1].append("0 Tr")
    for k in range(4):
        canvas.text(72 + 20 * (k == 0), 118 + 16 * k, LINE[: len(LINE) - 2 * (k == 0)], 10)
    canvas.text(72, 182, "收。", 10)
    (document,) = read(canvas)
    assert isinstance(document, Document)
    assert document.section == ("诊断依据",)


def test_a_bold_paragraph_is_no_heading_and_no_list_item_is() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(92, 80, LINE[:-2], 12)
    canvas.text(72, 98, "收，家长要求出院。", 12)
    canvas.text(72, 130, "• 阿莫西林", 10, font=pdf_writer.BOLD)
    for k in range(9):
        canvas.text(72, 150 + 16 * k, LINE, 10)
    documents = [r for r in read(canvas) if isinstance(r, Document)]
    assert {d.section for d in documents} == {()}
    assert documents[0].text.split("\n")[0] == f"{LINE[:-2]}收，家长要求出院。"


def test_short_lines_of_chinese_are_not_joined() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 100, "□ 适用　√ 不适用", 10)
    canvas.text(72, 116, LINE, 10)
    canvas.text(72, 132, "收。", 10)
    (document,) = read(canvas)
    assert isinstance(document, Document)
    assert document.text.split("\n") == ["□ 适用 √ 不适用", f"{LINE}收。"]


def test_footnotes_numbered_with_a_full_stop_are_footnotes() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    for k in range(20):
        canvas.text(72, 100 + 16 * k, LINE, 10)
    canvas.text(72, 760, "1. 指无基础疾病的儿童。", 7.5)
    canvas.text(72, 772, "2. 以校正月龄计。", 7.5)
    notes = [r.text for r in read(canvas) if isinstance(r, Document) and r.kind == "footnote"]
    assert notes == ["1. 指无基础疾病的儿童。", "2. 以校正月龄计。"]


def test_rare_heads_in_small_type_are_removed_where_most_pages_have_some() -> None:
    canvas = pdf_writer.Canvas()
    for number in range(1, 9):
        canvas.page()
        canvas.text(230, 40, f"第{'一二三四'[(number - 1) // 2]}章 发热与咳嗽", 8)
        for k in range(10):
            canvas.text(72, 90 + 18 * k, f"{LINE}{'甲乙丙丁戊己庚辛'[number - 1]}。", 10)
    records = read(canvas)
    assert not any("发热与咳嗽" in r.text for r in records if isinstance(r, Document))
    assert sum(isinstance(r, Rejection) for r in records) == 4


def test_the_head_of_the_first_of_two_pages_is_removed_too() -> None:
    canvas = pdf_writer.Canvas()
    for number in (1, 2):
        canvas.page()
        canvas.text(72, 40, "·指南与共识·" if number == 1 else "中华儿科杂志 2024年5月 第62卷 第5期", 8)
        for k in range(10):
            canvas.text(72, 60 + 18 * k, f"{LINE}第{number}页。", 10)
    assert not any("指南与共识" in r.text for r in read(canvas) if isinstance(r, Document))


def test_the_issuing_body_below_a_title_is_no_heading() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(150, 100, "儿童肺炎诊疗指南", 20)
    canvas.text(150, 130, "中华医学会儿科学分会呼吸学组", 12)
    canvas.text(72, 160, "一、病因", 12)
    for k in range(4):
        canvas.text(72, 180 + 18 * k, LINE, 10)
    documents = [r for r in read(canvas) if isinstance(r, Document)]
    assert [d.section for d in documents] == [(), ("一、病因",)]
    assert documents[0].title == "儿童肺炎诊疗指南"


def test_short_lines_above_the_columns_keep_apart() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(
        50, 86, "摘要：支气管哮喘急性发作是儿童急诊的常见原因，本共识就其评估与治疗等临床问题提出建议，可供各级", 9
    )
    canvas.text(50, 100, "医疗机构的医务人员在工作中参考。", 9)
    canvas.text(50, 114, "关键词：支气管哮喘；急性发作；儿童", 9)
    canvas.text(50, 128, "中图分类号：R725.6", 9)
    canvas.text(
        50, 142, "Abstract: Acute exacerbation of asthma is a common reason for emergency visits of children.", 9
    )
    for k in range(20):
        canvas.text(50, 160 + 15 * k, LINE[:25], 9)
        canvas.text(300, 160 + 15 * k, LINE[-25:], 9)
    first = next(r for r in read(canvas) if isinstance(r, Document))
    assert first.text.split("\n")[1:3] == ["关键词：支气管哮喘；急性发作；儿童", "中图分类号：R725.6"]


def test_a_reference_that_breaks_behind_a_colon_is_one_paragraph() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 80, "参考文献", 12)
    for k in range(3):
        canvas.text(72, 100 + 24 * k, f"[{k + 1}] 张某某. 儿童哮喘诊治研究[J]. 中华儿科杂志, 2011, 49(3):", 8)
        canvas.text(86, 112 + 24 * k, "110-115.", 8)
    (document,) = read(canvas)
    assert isinstance(document, Document)
    assert len(document.text.split("\n")) == 3


def test_numbered_words_above_a_paragraph_are_a_heading_and_list_items_are_none() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    y = 100
    for words in ("1. 病因", "2. 治疗"):
        canvas.text(93, y, words, 10.5)
        canvas.text(93, y + 17, LINE[:-2], 10.5)
        canvas.text(72, y + 34, "收并出院，注意：", 10.5)
        y += 51
    for words in ("1. 休息", "2. 多饮水"):
        canvas.text(93, y, words, 10.5)
        y += 17
    canvas.text(93, y, LINE[:-2], 10.5)
    canvas.text(72, y + 17, "收。", 10.5)
    documents = [r for r in read(canvas) if isinstance(r, Document)]
    assert [d.section for d in documents] == [("1. 病因",), ("2. 治疗",)]
    assert documents[1].text.split("\n")[-3:-1] == ["1. 休息", "2. 多饮水"]


def test_circled_numbers_of_lists_stay_where_footnotes_have_such_marks() -> None:
    canvas = pdf_writer.Canvas()
    canvas.page()
    canvas.text(72, 100, "治疗包括①补液；②补锌；③继续喂养，疗程十四天。", 10)
    for k in range(30):
        canvas.text(72, 120 + 17 * k, LINE, 10)
    canvas.line(72, 740, 170, 740)
    canvas.text(72, 752, "① 首选口服补液盐。", 7.5)
    documents = [r for r in read(canvas) if isinstance(r, Document)]
    assert documents[0].text.startswith("治疗包括①补液；②补锌；③继续喂养")
    assert documents[1].text == "① 首选口服补液盐。"
