"""Broken, hostile and unusual PDF files: each is read, or rejected with its reason, and none crashes or hangs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.source import SourceOptions
from schemas.document import Document
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from tests.support import readers

OPTIONS = SourceOptions("books", "textbook")
WIDTHS = " ".join(["500"] * 256)


def assemble(objects: list[str], trailer: str = "/Root 1 0 R") -> bytes:
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    return bytes(out + f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())


HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def one_page(content: str, font: str = HELVETICA, box: str = "0 0 595 842", more: str = "") -> bytes:
    return assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
            font,
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents 4 0 R {more} >>",
        ]
    )


def cid_font(ordering: str = "Identity", encoding: str = "Identity-H") -> str:
    system = f"<< /Registry (Adobe) /Ordering ({ordering}) /Supplement 0 >>"
    descendant = f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /FZ /CIDSystemInfo {system} /DW 500 >>"
    return f"<< /Type /Font /Subtype /Type0 /BaseFont /FZ /Encoding /{encoding} /DescendantFonts [{descendant}] >>"


def read(data: bytes, name: str = "book.pdf") -> list[Document | Rejection]:
    return readers.read("textbook", name, data)


def reason(data: bytes, name: str = "book.pdf") -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        read(data, name)
    return caught.value.reason


GOOD = one_page("BT /F1 12 Tf 72 700 Td (The child has had fever for three days.) Tj ET")


def test_an_ordinary_page_reads() -> None:
    (document,) = read(GOOD)
    assert isinstance(document, Document)
    assert document.text == "The child has had fever for three days."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Reason.UNREADABLE_FILE),
        (b"\x00" * 5000, Reason.UNREADABLE_FILE),
        ("第一章 肺炎\n这是一个文本文件。".encode(), Reason.UNREADABLE_FILE),
        (b"%PDF-1.7\n" + b"\x00" * 3000, Reason.TRUNCATED),
        (GOOD[:60], Reason.TRUNCATED),
        (b"%PDF-1.7\ngarbage\n%%EOF\n", Reason.UNREADABLE_FILE),
    ],
)
def test_files_that_are_no_pdf_are_rejected_with_a_reason(data: bytes, expected: Reason) -> None:
    assert reason(data) is expected


def test_a_truncated_file_gives_its_whole_pages_and_says_so() -> None:
    cut = GOOD[: GOOD.rindex(b"xref")]
    records = read(cut)
    assert [r.text for r in records if isinstance(r, Document)] == ["The child has had fever for three days."]
    assert [r.reason for r in records if isinstance(r, Rejection)] == [Reason.TRUNCATED]


def test_an_encrypted_file_is_rejected_as_such() -> None:
    fpdf = pytest.importorskip("fpdf")
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica")
    pdf.write(text="secret")
    pdf.set_encryption(owner_password="a", user_password="b")
    assert reason(bytes(pdf.output())) is Reason.ENCRYPTED


def test_pages_without_text_are_rejected_one_by_one() -> None:
    canvas = assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
    )
    records = read(canvas)
    assert [r.reason for r in records if isinstance(r, Rejection)] == [Reason.NO_TEXT_LAYER] * 2
    assert [r.origin.locator for r in records] == ["p.1", "p.2"]
    assert len({r.record_id for r in records if isinstance(r, Rejection)}) == 2


def test_a_cyclic_page_tree_ends() -> None:
    data = assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 100000 /Parent 3 0 R >>",
            "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 100000 /Parent 2 0 R >>",
        ]
    )
    records = read(data)
    assert len(records) < 200
    assert Reason.TRUNCATED in {r.reason for r in records if isinstance(r, Rejection)}


@pytest.mark.parametrize("box", ["0 0 1e9 1e9", "-1e30 -1e30 1e30 1e30", "0 0 0 0", "500 500 10 10"])
def test_absurd_page_boxes_do_no_harm(box: str) -> None:
    content = "BT /F1 12 Tf 72 700 Td (Fever.) Tj ET"
    records = read(one_page(content, box=box))
    assert len(records) == 1


def test_deep_nesting_and_many_operators_do_no_harm() -> None:
    nested = "[" * 20_000 + "]" * 20_000
    assert len(read(one_page(GOOD_TEXT, more=f"/Annots {nested}"))) == 1
    assert len(read(one_page("q " * 50_000 + GOOD_TEXT + " Q" * 50_000))) == 1
    lines = " ".join(f"{i % 500} {i % 700} m {i % 600} {i % 700} l S" for i in range(40_000))
    assert len(read(one_page(f"{lines} {GOOD_TEXT}"))) == 1


def test_graph_paper_is_no_table_and_does_not_hang() -> None:
    lines = " ".join(f"{x} 50 m {x} 790 l S" for x in range(50, 550, 2))
    lines += " " + " ".join(f"50 {y} m 548 {y} l S" for y in range(50, 790, 2))
    (document,) = read(one_page(f"{lines} {GOOD_TEXT}"))
    assert isinstance(document, Document)
    assert document.text == "Fever for three days."


GOOD_TEXT = "BT /F1 12 Tf 72 700 Td (Fever for three days.) Tj ET"


def test_nul_bytes_in_a_text_do_not_reach_the_record() -> None:
    (document,) = read(one_page("BT /F1 12 Tf 72 700 Td (Fe\\000ver for three days.) Tj ET"))
    assert isinstance(document, Document)
    assert "\x00" not in document.text


def test_a_glyph_that_is_drawn_but_mapped_to_nothing_is_unreadable() -> None:
    cmap = "begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0000> endbfchar endcmap"
    stream = f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream"
    font = HELVETICA.replace(" >>", " /ToUnicode 6 0 R >>")
    page = one_page("BT /F1 12 Tf 72 700 Td (SpOA at 92 %.) Tj ET", font)
    (document,) = read(page.replace(b"xref\n0 6", f"6 0 obj\n{stream}\nendobj\n".encode() + b"xref\n0 6", 1))
    assert isinstance(document, Document)
    assert document.text == "SpO□ at 92 %."
    assert document.warnings == ("unreadable glyphs: 1",)


def test_old_style_digits_of_founder_fonts_are_recovered() -> None:
    codes = "".join(f"{code:04x}" for code in range(62294, 62304))
    (document,) = read(one_page(f"BT /F1 12 Tf 72 700 Td <{codes}> Tj ET", cid_font()))
    assert isinstance(document, Document)
    assert document.text == "0123456789"
    assert document.warnings == ()


def test_a_few_unreadable_glyphs_are_shown_and_counted() -> None:
    latin = GOOD_TEXT.replace("ET", "") + "ET"
    page = one_page(f"{latin} BT /F2 12 Tf 72 680 Td <000100020003> Tj ET")
    page = page.replace(b"/F1 3 0 R", b"/F1 3 0 R /F2 6 0 R")
    with_font = assemble_with_font(page)
    (document,) = read(with_font)
    assert isinstance(document, Document)
    assert document.text.endswith("□□□")
    assert document.warnings == ("unreadable glyphs: 3",)


def assemble_with_font(page: bytes) -> bytes:
    """Add object 6, a font without meaning; PDFium rebuilds the cross-reference table."""
    extra = f"6 0 obj\n{cid_font()}\nendobj\n".encode()
    return page.replace(b"xref\n0 6", extra + b"xref\n0 6", 1)


def test_a_page_with_many_unreadable_glyphs_is_rejected_as_garbled() -> None:
    codes = "".join(f"{code:04x}" for code in range(1, 60))
    (rejection,) = read(one_page(f"BT /F1 12 Tf 72 700 Td <{codes}> Tj ET", cid_font()))
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.GARBLED
    assert rejection.origin.locator == "p.1"


def lacking(codes: str) -> bytes:
    """Return a page of 600 letters and, between them, glyphs of a font without meaning."""
    lines = " ".join(
        f"BT /F1 9 Tf 72 {700 - 14 * k} Td (The child has had fever for three days and coughs a lot.) Tj ET"
        for k in range(12)
    )
    page = one_page(f"{lines} BT /F2 9 Tf 72 500 Td <{codes}> Tj ET")
    return assemble_with_font(page.replace(b"/F1 3 0 R", b"/F1 3 0 R /F2 6 0 R"))


def test_a_glyph_a_font_lacks_costs_no_page_but_lost_digits_do() -> None:
    (document,) = read(lacking("0001" * 9))
    assert isinstance(document, Document)
    assert document.text.count("□") == 9
    assert document.warnings == ("unreadable glyphs: 9",)
    (rejection,) = read(lacking("".join(f"{code:04x}" for code in range(1, 11))))
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.GARBLED


@pytest.mark.parametrize("encoding", ["/Encoding /WinAnsiEncoding", "", "/Encoding /MacRomanEncoding"])
def test_chinese_bytes_shown_as_latin_are_repaired(encoding: str) -> None:
    text = "支气管肺炎患儿，体温38.5℃，口服阿莫西林50mg/kg。"
    font = (
        f"<< /Type /Font /Subtype /TrueType /BaseFont /Song {encoding} /FirstChar 0 /LastChar 255 /Widths [{WIDTHS}] >>"
    )
    (document,) = read(one_page(f"BT /F1 12 Tf 72 700 Td <{text.encode('gbk').hex()}> Tj ET", font))
    assert isinstance(document, Document)
    assert document.text == text


def test_radicals_become_ideographs_and_other_signs_stay() -> None:
    text = "⼉童⻓期発熱㎎①"
    content = f"BT /F1 12 Tf 72 700 Td <{text.encode('utf-16-be').hex()}> Tj ET"
    pairs = " ".join(f"<{ord(char):04x}> <{ord(char):04x}>" for char in text)
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "
        f"{len(text)} beginbfchar {pairs} endbfchar endcmap end"
    )
    font = cid_font().replace("/DescendantFonts", "/ToUnicode 6 0 R /DescendantFonts")
    page = one_page(content, font)
    stream = f"6 0 obj\n<< /Length {len(to_unicode)} >>\nstream\n{to_unicode}\nendstream\nendobj\n".encode()
    (document,) = read(page.replace(b"xref\n0 6", stream + b"xref\n0 6", 1))
    assert isinstance(document, Document)
    assert document.text == "儿童长期発熱㎎①"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pdfjs_vertical.pdf", "あいうえお日本語"),
        ("pdfjs_noembed-sjis.pdf", "あいうえお"),
        ("pdfjs_issue12823.pdf", "描述团队的共同目标，有利于团队成员理解目标并朝着目标努力。"),
    ],
)
def test_real_files_read(name: str, words: str, shared: Path) -> None:
    records = read((shared / "data/pdf" / name).read_bytes(), name)
    assert words in "".join(r.text for r in records if isinstance(r, Document))


def test_unreadable_glyphs_of_headings_are_counted(shared: Path) -> None:
    data = (shared / "data/pdf/pdfjs_issue12823.pdf").read_bytes()
    documents = [r for r in read(data) if isinstance(r, Document)]
    marked = [d for d in documents if any("□" in heading for heading in d.section)]
    assert marked
    assert all(d.warnings == ("unreadable glyphs: 1",) for d in marked)


def test_a_real_contents_page_is_recognised(shared: Path) -> None:
    records = read((shared / "data/pdf/pdfjs_XiaoBiaoSong.pdf").read_bytes())
    assert {r.reason for r in records if isinstance(r, Rejection)} == {Reason.TABLE_OF_CONTENTS, Reason.RUNNING_HEAD}
    assert not [r for r in records if isinstance(r, Document)]


def test_real_tables_with_merged_cells_are_exact(shared: Path) -> None:
    data = (shared / "data/pdf/pdfplumber_issue-336_standard_tables.pdf").read_bytes()
    tables = [r for r in read(data) if isinstance(r, Document) and r.table]
    assert [len(table.table or ()) for table in tables] == [8, 11, 2]
    first = tables[0].table or ()
    assert first[2] == ("高速公路", "八", "2.5000", "60000≤Q＜80000", "20＜μ≤30")
    assert [row[0] for row in first[2:]] == ["高速公路"] * 3 + ["一级公路"] * 2 + ["二级公路"]


def test_type_of_size_zero_and_a_broken_title_do_no_harm() -> None:
    page = one_page("BT /F1 0 Tf 72 700 Td (Fever) Tj /F1 12 Tf (Cough and wheeze.) Tj ET")
    broken = page.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info << /Title <feffd8000041> >>")
    text = "".join(r.text for r in read(broken) if isinstance(r, Document))
    assert "Cough and wheeze." in text


def test_equal_lines_near_each_other_are_all_read() -> None:
    line = "首选口服补液盐，四小时内分次服完，并继续喂养，随后根据脱水程度决定是否静脉补液"
    shown = " ".join(f"1 0 0 1 72 {700 - 15 * k} Tm <{line.encode('utf-16-be').hex()}> Tj" for k in range(4))
    (document,) = read(one_page(f"BT /F1 9 Tf {shown} ET", cid_font("GB1", "UniGB-UCS2-H")))
    assert isinstance(document, Document)
    assert document.text.count("首选口服补液盐") == 4
