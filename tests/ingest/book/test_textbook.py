"""Books in other formats, and the bundled textbook read twice: from its PDF and from its manuscript."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from ingest import textbook
from ingest.book.heading_numbers import read_number, tidy_heading
from ingest.book.table_sentences import regular_rows, write_sentences
from ingest.source import SourceFile, SourceOptions
from schemas.document import Document
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from tests.support import readers

OPTIONS = SourceOptions("books", "textbook", department="儿科", license="cc-by-4.0")
SAMPLE = Path(__file__).parents[3] / "pedcorpus/sample/books/pediatrics_sample_textbook.pdf"


read = partial(readers.read, "textbook", source="books", department="儿科", license="cc-by-4.0")


def shape(records: list[Document | Rejection]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(r.kind, r.section, r.text) for r in records if isinstance(r, Document)]


EXPECTED = [
    ("text", ("第一章 肺炎",), "肺炎是常见病。"),
    ("text", ("第一章 肺炎", "第一节 治疗"), "首选阿莫西林。\n疗程七天。"),
    ("caption", ("第一章 肺炎", "第一节 治疗"), "表1 剂量"),
    ("table", ("第一章 肺炎", "第一节 治疗"), "药物：阿莫西林；剂量：50 mg/kg。\n药物：头孢曲松；剂量：80 mg/kg。"),
    ("footnote", ("第一章 肺炎", "第一节 治疗"), "按体重计算。"),
]

HTML = """<html><head><title>儿科学</title><style>p{}</style></head><body><nav><a href="#a">第一章 ... 1</a></nav>
<h1>第一章 肺炎</h1><p>肺炎是
常见病。</p><h2>第一节 治疗</h2><p>首选阿莫西林<sup><a href="#n1" class="footnote-ref">1</a></sup>。</p>
<p>疗程七天。</p>
<table><caption>表1 剂量</caption><tr><th>药物</th><th>剂量</th></tr><tr><td>阿莫西林</td><td>50 mg/kg</td></tr>
<tr><td>头孢曲松</td><td>80 mg/kg</td></tr></table><aside class="footnote"><p>按体重计算。</p></aside>
<script>alert(1)</script></body></html>"""

MARKDOWN = """---
title: 儿科学
---
# 第一章 肺炎

肺炎是
常见病。

## 第一节 治疗

首选阿莫西林[^1]。

疗程七天。

表1 剂量
| 药物 | 剂量 |
| --- | --- |
| 阿莫西林 | 50 mg/kg |
| 头孢曲松 | 80 mg/kg |

[^1]: 按体重计算。
"""


def test_html_reads_into_the_same_tree() -> None:
    records = read("book.html", HTML)
    assert shape(records) == EXPECTED
    assert [r.reason for r in records if isinstance(r, Rejection)] == [Reason.TABLE_OF_CONTENTS]
    assert {r.title for r in records if isinstance(r, Document)} == {"儿科学"}


def test_markdown_reads_into_the_same_tree_with_line_numbers() -> None:
    records = read("book.md", MARKDOWN)
    assert shape(records) == EXPECTED
    assert [r.origin.locator for r in records] == ["line 6", "line 11", "line 15", "line 16", "line 21"]


def epub(chapter: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", '<c><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></c>')
        archive.writestr(
            "OEBPS/a.opf",
            '<package xmlns:dc="d"><metadata><dc:title>儿科学</dc:title></metadata><manifest>'
            '<item id="one" href="one.xhtml"/><item id="gone" href="gone.xhtml"/></manifest>'
            '<spine><itemref idref="one"/><itemref idref="gone"/></spine></package>',
        )
        archive.writestr("OEBPS/one.xhtml", chapter)
    return buffer.getvalue()


def test_a_heading_without_text_is_not_lost() -> None:
    text = "# 第一章 发热\n\n## 第一节 定义\n\n## 第二节 病因\n\n多为感染。\n\n## 第三节 预后\n"
    records = read("book.md", text.encode())
    assert [(d.section, d.text) for d in records if isinstance(d, Document)] == [
        (("第一章 发热",), "第一节 定义"),
        (("第一章 发热", "第二节 病因"), "多为感染。"),
        (("第一章 发热",), "第三节 预后"),
    ]


def test_epub_chapters_are_read_and_a_missing_one_is_counted() -> None:
    records = read("book.epub", epub(HTML))
    assert shape(records) == EXPECTED
    first = next(r for r in records if isinstance(r, Document))
    assert first.title == "儿科学"
    assert first.origin.locator.startswith("OEBPS/one.xhtml: line ")
    reasons = [r.reason for r in records if isinstance(r, Rejection)]
    assert reasons == [Reason.TABLE_OF_CONTENTS, Reason.MALFORMED]


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text: str, style: str = "", more: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


def docx(body: str) -> bytes:
    styles = "".join(
        f'<w:style w:styleId="{key}"><w:name w:val="{name}"/>{base}</w:style>'
        for key, name, base in (
            ("T", "Title", ""),
            ("H1", "heading 1", ""),
            ("H2", "标题 2", ""),
            ("Own", "我的标题", '<w:basedOn w:val="H2"/>'),
            ("TOC1", "toc 1", ""),
            ("Loop", "环", '<w:basedOn w:val="Loop"/>'),
        )
    )
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>按体重计算。</w:t></w:r></w:p></w:footnote>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {W}>{styles}</w:styles>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {W}>{note}</w:footnotes>")
    return buffer.getvalue()


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_docx_headings_tables_and_footnotes() -> None:
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>[1]</w:t></w:r>'
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    rows = "".join(
        f"<w:tr>{cell(a)}{cell(b)}</w:tr>"
        for a, b in (("药物", "剂量"), ("阿莫西林", "50 mg/kg"), ("头孢曲松", "80 mg/kg"))
    )
    body = (
        paragraph("儿科学", "T")
        + paragraph("第一章 肺炎 1", "TOC1")
        + paragraph("第一章 肺炎", "H1")
        + paragraph("肺炎是常见病", more=raised + "<w:r><w:t>。</w:t></w:r>")
        + paragraph("第一节 治疗", "Own")
        + paragraph("首选阿莫西林。", "Loop")
        + paragraph("疗程七天。")
        + paragraph("表1 剂量")
        + f"<w:tbl>{rows}</w:tbl>"
        + paragraph("", more=mark)
    )
    records = read("book.docx", docx(body))
    assert shape(records) == EXPECTED
    assert {r.title for r in records if isinstance(r, Document)} == {"儿科学"}


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{words}</w:r>"


def test_symbols_and_equations_of_docx_keep_their_doses() -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    sign = '<w:sym w:font="Symbol" w:char="F0B3"/>'
    equation = (
        f"<m:oMath {math}><m:r><m:t>0.5×</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>m</m:t></m:r></m:e>"
        "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    symbols = '<w:rFonts w:ascii="Symbol"/>'
    body = (
        paragraph("年龄", more=run(sign) + run("<w:t>3月，37.5</w:t>") + run("<w:t>\uf0b1</w:t>", symbols))
        + paragraph("按", more=equation)
        + paragraph("删", more="<w:del>" + run("<w:t>旧</w:t>") + "</w:del>" + run("<w:t>隐</w:t>", "<w:vanish/>"))
        + paragraph("造字", more=run("<w:t>\uf0b1</w:t>"))
    )
    (document,) = read("book.docx", docx(body))
    assert isinstance(document, Document)
    assert document.text.split("\n") == ["年龄≥3月，37.5±", "按0.5×(a+b)/2m^2", "删", "造字□"]
    assert document.warnings == ("unreadable glyphs: 1",)


def test_a_text_box_of_docx_is_read_once_and_apart() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('框中文字。')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    (document,) = read("book.docx", docx(paragraph("正文。", more=run(both))))
    assert isinstance(document, Document)
    assert document.text.split("\n") == ["正文。", "框中文字。"]


def test_merged_cells_of_docx_hold_for_every_row() -> None:
    across = '<w:gridSpan w:val="2"/>'
    down = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        f"<w:tr>{cell('类别')}{cell('药物')}</w:tr><w:tr>{cell('抗生素', down[0])}{cell('阿莫西林')}</w:tr>"
        f"<w:tr>{cell('', down[1])}{cell('头孢曲松')}</w:tr><w:tr>{cell('合计', across)}</w:tr>"
    )
    (table,) = read("t.docx", docx(f"<w:tbl>{rows}</w:tbl>"))
    assert isinstance(table, Document)
    assert (table.table or ())[2] == ("抗生素", "头孢曲松")
    assert (table.table or ())[3] == ("合计", "合计")


def test_plain_text_headings_and_wrapped_paragraphs() -> None:
    text = "儿科学\n\n第一章 肺炎\n\n肺炎是常见病。\n\n第一节 治疗\n首选阿莫西林。\n疗程七天。\n"
    assert shape(read("book.txt", text.encode("gb18030"))) == EXPECTED[:2]
    words = "肺炎是由不同病原体或其他因素引起的肺部炎症是婴幼儿时期的常见病也是住院的重要原因" * 6
    lines = [words[i : i + 40] for i in range(0, len(words), 40)]
    wrapped = "\n".join(lines) + "。\n\n第二段。\n"
    (document,) = read("book.txt", wrapped)
    assert isinstance(document, Document)
    assert document.text == words + "。\n第二段。"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("book.docx", b"PK\x03\x04half", Reason.TRUNCATED),
        ("book.docx", epub("<p/>"), Reason.MALFORMED),
        ("book.epub", docx(""), Reason.MALFORMED),
        ("book.mobi", b"BOOKMOBI", Reason.UNKNOWN_FORMAT),
        ("book.epub", b"plain text", Reason.UNREADABLE_FILE),
    ],
)
def test_files_of_another_kind_are_rejected(name: str, data: bytes, expected: Reason) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(name, data)
    assert caught.value.reason is expected


def test_entity_bombs_and_deep_html_do_no_harm() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = f"{bomb}<w:document {W}><w:body><w:p><w:r><w:t>&b;发热</w:t></w:r></w:p></w:body></w:document>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", body)
    records = read("bomb.docx", buffer.getvalue())
    assert "aaa" not in "".join(r.text for r in records if isinstance(r, Document))
    with suppress(UnreadableFile):
        read("deep.html", "<div>" * 5000 + "发热三天。" + "</div>" * 5000)


def test_a_member_that_unpacks_too_far_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (70 * 2**20))
    with pytest.raises(UnreadableFile) as caught:
        read("bomb.docx", buffer.getvalue())
    assert caught.value.reason is Reason.UNSAFE_ARCHIVE


def test_the_bundled_textbook_reads_from_pdf_as_from_its_manuscript() -> None:
    if not SAMPLE.exists():
        pytest.skip("the bundled sample is not here")
    readings = []
    for path in (SAMPLE, SAMPLE.with_suffix(".md")):
        records = textbook.read(SourceFile.from_path(path), OPTIONS)
        documents = [r for r in records if isinstance(r, Document) and r.section]
        readings.append([(d.section, d.text, d.table) for d in documents if d.kind in ("text", "table")])
    assert readings[0] == readings[1]


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("第一章 绪论", 20),
        ("第十二节　肺炎", 30),
        ("一、病因", 40),
        ("【临床表现】", 50),
        ("（一）一般治疗", 60),
        ("1.2 诊断", 71),
        ("2.1.3 药物", 72),
        ("1.5 mg/kg口服", None),
        ("3岁以下儿童", None),
        ("2.5～5 mg", None),
    ],
)
def test_numbers_of_headings_are_told_from_quantities(text: str, rank: int | None) -> None:
    found = read_number(text)
    assert (found.rank if found else None) == rank


def test_a_heading_keeps_one_space_after_its_number() -> None:
    assert tidy_heading("第一章　　绪论") == "第一章 绪论"
    assert tidy_heading("第一章绪论") == "第一章绪论"


def test_two_header_rows_are_joined_in_sentences() -> None:
    rows = regular_rows([["药物", "剂量", "剂量"], ["药物", "儿童", "成人"], ["布洛芬", "5 mg/kg", "200 mg"]])
    assert write_sentences(rows) == "药物：布洛芬；剂量儿童：5 mg/kg；剂量成人：200 mg。"


def test_a_table_without_header_gives_plain_rows() -> None:
    rows = regular_rows([["布洛芬", "5 mg/kg"], ["对乙酰氨基酚", "10 mg/kg"], ["阿莫西林", "50 mg/kg"]])
    assert write_sentences(rows).split("\n")[0] == "布洛芬；5 mg/kg。"
