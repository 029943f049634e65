"""Books as word processors, converters and people write them: unmarked headings, automatic numbers, formulas, notes."""

from __future__ import annotations

import io
import zipfile
from functools import partial

import pytest

from ingest.book.formats.docx_numbers import write_number
from ingest.book.formats.docx_text import text_of
from ingest.book.formats.office_zip import xml
from ingest.formats import format_of
from ingest.read_book import FORMATS
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.rejection import Reason, Rejection
from tests.support import readers

OPTIONS = SourceOptions("books", "textbook")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
Found = list[Document | Rejection]


read = partial(readers.read, "textbook")


def texts(found: Found) -> list[tuple[tuple[str, ...], str]]:
    return [(item.section, item.text) for item in found if isinstance(item, Document) and item.kind == "text"]


def reasons(found: Found) -> list[Reason]:
    return [item.reason for item in found if isinstance(item, Rejection)]


TWO = [(("第一章 肺炎",), "正文一。"), (("第一章 肺炎", "一、病因"), "正文二。")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", "<p><b>第一章 肺炎</b></p><p>正文一。</p><p><strong>一、病因</strong></p><p>正文二。</p>"),
        (
            "a.html",
            "<div>第一章 肺炎</div><div>正文一。</div><p style='font-weight:bold'>一、病因</p><div>正文二。</div>",
        ),
        ("a.md", "**第一章 肺炎**\n\n正文一。\n\n**一、病因**\n\n正文二。\n"),
        ("a.md", "#第一章 肺炎\n\n正文一。\n\n##一、病因\n\n正文二。\n"),
        ("a.txt", "第一章\n肺炎\n\n正文一。\n\n一、病因\n\n正文二。\n"),
        ("a.html", "<h1>第一章</h1><h1>肺炎</h1><p>正文一。</p><h2>一、病因</h2><p>正文二。</p>"),
    ],
)
def test_headings_without_marks_and_on_two_lines_are_headings(name: str, data: str) -> None:
    assert texts(read(name, data)) == TWO


def test_decimal_chapters_of_plain_text_are_headings_and_its_lists_are_not() -> None:
    text = "1 总论\n\n正文一。\n\n1.1 病因\n\n正文二。\n1. 细菌\n2. 病毒\n\n2 治疗\n\n正文三。\n"
    assert texts(read("a.txt", text)) == [
        (("1 总论",), "正文一。"), (("1 总论", "1.1 病因"), "正文二。\n1. 细菌\n2. 病毒"), (("2 治疗",), "正文三。"),
    ]  # fmt: skip
    assert texts(read("a.txt", "1 细菌\n\n2 病毒\n")) == [((), "1 细菌\n2 病毒")]


def test_short_numbered_sentences_are_no_headings() -> None:
    text = "<p>一、发热是常见症状</p><p>1. 多饮水</p><p>第一章讲了肺炎的病因。</p>"
    assert texts(read("a.html", text)) == [((), "一、发热是常见症状\n1. 多饮水\n第一章讲了肺炎的病因。")]


def test_lists_of_links_are_contents_and_their_title_too() -> None:
    found = read(
        "a.html", "<p>目录</p><p><a href='#1'>第一章 肺炎</a></p><p><a href='b.html'>第二章</a></p><p>正文。</p>"
    )
    assert texts(found) == [((), "正文。")]
    assert reasons(found) == [Reason.TABLE_OF_CONTENTS] * 3


@pytest.mark.parametrize(
    "mark", ['<a epub:type="noteref" href="#n1">1</a>', '<a href="#_ftn1">[1]</a>', '<sup><a href="#x">①</a></sup>']
)
def test_a_mark_of_a_note_is_no_digit_of_the_text(mark: str) -> None:
    found = read("a.html", f"<p>剂量为10{mark} mg/kg。</p><aside epub:type='footnote'><p>按体重。</p></aside>")
    assert texts(found) == [((), "剂量为10 mg/kg。")]
    assert [item.text for item in found if isinstance(item, Document) and item.kind == "footnote"] == ["按体重。"]


@pytest.mark.parametrize(
    ("before", "mark", "after", "expected"),
    [
        ("计数10", "9", "/L", "计数10^9/L"), ("面积1.73 m", "2", "。", "面积1.73 m^2。"),
        ("mg·kg", "-1", "", "mg·kg^-1"), ("首选阿莫西林", "1", "。", "首选阿莫西林。"),
        ("50 mg/kg", "[1]", "，", "50 mg/kg，"),
        ("50 mg/kg", "3", "，", "50 mg/kg，"), ("有效", "1,3-5", "。", "有效。"), ("用", "13", "C尿素", "用13C尿素"),
        ("Na", "+", "", "Na+"), ("死亡率", "②", "下降", "死亡率下降"),
    ],
)  # fmt: skip
def test_a_power_is_told_from_a_reference_in_every_format(before: str, mark: str, after: str, expected: str) -> None:
    assert texts(read("a.html", f"<p>{before}<sup>{mark}</sup>{after}</p>")) == [((), expected)]
    assert texts(read("a.html", f"<div>{before}<sup>{mark}</sup>{after}<p>乙</p></div>"))[0][1].startswith(expected)
    runs = (f'<w:r><w:rPr>{high}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>' for words, high in (
        (before, ""), *((char, '<w:vertAlign w:val="superscript"/>') for char in mark), (after, ""),
    ))  # fmt: skip
    assert texts(read("a.docx", docx(f"<w:p>{''.join(runs)}</w:p>"))) == [((), expected)]


def test_an_isotope_keeps_all_its_digits_and_a_reference_goes() -> None:
    assert texts(read("a.html", "<p>首选阿莫西林¹²，行¹³C呼气试验³。</p>")) == [((), "首选阿莫西林，行¹³C呼气试验。")]


def test_formulas_in_html_keep_their_numbers() -> None:
    formula = "<math><mn>10</mn><mo>~</mo><mn>15</mn><mi>mg</mi><mo>/</mo><mi>kg</mi></math>"
    power = "<math><semantics><msup><mn>10</mn><mn>9</mn></msup><annotation>x</annotation></semantics></math>"
    ratio = "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>"
    assert texts(read("a.html", f"<p>剂量{formula}，计数{power}，比{ratio}。</p>")) == [
        ((), "剂量10~15mg/kg，计数10^9，比(a+b)/2。")
    ]


def test_what_no_reader_sees_is_left_out() -> None:
    hidden = '<span style="display: none">甲</span><p hidden>乙</p><del>丙</del>'
    assert texts(read("a.html", f"<p><ruby>疳<rp>(</rp><rt>gān</rt><rp>)</rp></ruby>积。{hidden}</p>")) == [
        ((), "疳积。")
    ]
    assert texts(read("a.md", "~~旧~~新剂量。\n")) == [((), "新剂量。")]


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        ("剂量为 $10\\sim15~\\mathrm{mg/kg}$。", "剂量为 10～15 mg/kg。"),
        ("体温 $\\geq 3 8 . 5 ^ { \\circ } \\mathrm{C}$。", "体温 ≥38.5°C。"),
        ("计数 $10\\times10^{9}/\\mathrm{L}$。", "计数 10×10^9/L。"),
        ("剂量 $5~\\mathrm{m g / k g}$。", "剂量 5 mg/kg。"),
        ("每次一片 $^{[1,2]}$。", "每次一片。"),
        ("面积 m$^2$，价格 $5。", "面积 m^2，价格 $5。"),
        ("式 $\\begin{matrix}a\\end{matrix}$。", "式 $\\begin{matrix}a\\end{matrix}$。"),
    ],
)
def test_formulas_in_markdown_become_text_and_references_go(tex: str, words: str) -> None:
    ((_, found),) = texts(read("a.md", f"{tex}\n"))
    assert found == words


def test_tables_in_plain_text_are_rows_and_page_numbers_are_no_text() -> None:
    ours = "药物\t剂量\n甲药\t5 mg/kg\n\n- 12 -\n\n| 药物 | 剂量 |\n|---|---|\n| 乙药 | 6 mg |\n\n第 13 页\n"
    found = read("a.txt", f"第一章 剂量\n\n{ours}")
    tables = [item.table for item in found if isinstance(item, Document)]
    assert tables == [(("药物", "剂量"), ("甲药", "5 mg/kg")), (("药物", "剂量"), ("乙药", "6 mg"))]
    assert reasons(found) == [Reason.RUNNING_HEAD] * 2


def test_a_word_paragraph_keeps_tabs_and_breaks_and_loses_what_is_deleted() -> None:
    runs = "<w:r><w:t>患者</w:t><w:tab/><w:t>咳嗽</w:t><w:br/></w:r><w:del><w:r><w:t>删</w:t></w:r></w:del>"
    assert text_of(xml(f"<w:p {W}>{runs}<w:r><w:t>三天</w:t></w:r></w:p>".encode(), "a")) == "患者\t咳嗽\n三天"


def docx(body: str, namespace: str = W, main: str = "word/document.xml", numbering: str = "") -> bytes:
    style = '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        parts = (("extended-properties", "docProps/app.xml"), ("officeDocument", main))
        links = "".join(f'<Relationship Type="{kind}/{name}" Target="{target}"/>' for name, target in parts)
        archive.writestr("_rels/.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr(main, f"<w:document {namespace}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {namespace}>{style}</w:styles>")
        archive.writestr("word/numbering.xml", f"<w:numbering {namespace}>{numbering}</w:numbering>")
    return buffer.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(("namespace", "main"), [(W, "word/document2.xml"), (STRICT, "word/document.xml")])
def test_docx_of_office_online_and_strict_ones_are_read(namespace: str, main: str) -> None:
    body = paragraph("第一章 肺炎", '<w:pStyle w:val="1"/>') + paragraph("正文。")
    assert texts(read("a.docx", docx(body, namespace, main))) == [(("第一章 肺炎",), "正文。")]


def test_numbers_that_word_draws_are_read() -> None:
    def level(at: int, form: str, text: str) -> str:
        inside = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:isLgl/><w:lvlText w:val="{text}"/>'
        return f'<w:lvl w:ilvl="{at}">{inside.replace("<w:isLgl/>", "") if at == 0 else inside}</w:lvl>'

    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, "chineseCounting", "第%1章")}{level(1, "decimal", "%1.%2")}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1">{level(0, "decimal", "推荐意见%1：")}</w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num>'
    )

    def numbered(key: int, at: int = 0) -> str:
        return f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{key}"/></w:numPr>'

    head = '<w:pStyle w:val="1"/>'
    body = (
        paragraph("肺炎", head + numbered(5))
        + paragraph("口服补液。", numbered(6))
        + paragraph("补锌。", numbered(6))
        + paragraph("哮喘", head + numbered(5))
        + paragraph("雾化。", numbered(5, 1))
    )
    assert texts(read("a.docx", docx(body, numbering=numbering))) == [
        (("第一章 肺炎",), "推荐意见1：口服补液。\n推荐意见2：补锌。"),
        (("第二章 哮喘",), "2.1 雾化。"),
    ]


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [(10, "chineseCounting", "十"), (25, "japaneseCounting", "二十五"), (101, "chineseCounting", "一百零一"),
     (4, "upperRoman", "IV"), (3, "decimalEnclosedCircle", "③"), (2, "lowerLetter", "b"), (7, "unknownForm", "7")],
)  # fmt: skip
def test_numbers_are_written_in_words_forms(number: int, form: str, written: str) -> None:
    assert write_number(number, form) == written


def test_a_web_page_without_a_suffix_of_its_own_is_known_by_its_first_tag() -> None:
    page = "<!DOCTYPE html><html><body><h1>第一章 肺炎</h1><p>肺炎是肺部的炎症。</p></body></html>".encode()
    assert format_of(FORMATS, SourceFile.from_bytes("a.php", page), SourceOptions("b", "textbook")) == "html"
    assert format_of(FORMATS, SourceFile.from_bytes("a.txt", page), SourceOptions("b", "textbook")) == "text"
