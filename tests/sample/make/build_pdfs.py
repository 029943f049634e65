"""Set the two PDFs of the bundled sample from the Markdown beside them.

Run it after an edit: `python tests/sample/make/build_pdfs.py` (needs the extra `test` and the Debian packages
`fonts-droid-fallback` and `fonts-dejavu-core`). The same sources, fonts and fpdf2 give the same bytes.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.fonts import TTFFont

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.sample.make.manuscript import Block, Manuscript, read_manuscript
from tests.sample.make.typesetting import Flow, Frame, wrap

SAMPLE = Path(__file__).parents[3] / "pedcorpus" / "sample"
HAN_FONT = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
LATIN_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
FIXED_DATE = datetime(2024, 1, 1, tzinfo=UTC)
B5 = (516.0, 729.0)
"""Page size of both, points."""


class Sheet(FPDF):
    """A PDF whose date and identifier are fixed, with one Han and one Latin font."""

    def __init__(self, size: tuple[float, float], title: str) -> None:
        super().__init__(unit="pt", format=size)
        self.set_auto_page_break(False)
        self.set_creation_date(FIXED_DATE)
        self.set_title(title)
        self.set_author("pedcorpus")
        self.add_font("han", fname=HAN_FONT)
        self.add_font("latin", fname=LATIN_FONT)

    def file_id(self) -> str | Literal[-1] | None:
        return f"<{'50454443':0<32}><{'50454443':0<32}>"

    def finish(self) -> bytes:
        """Return the bytes of the document and close its fonts, which fpdf2 leaves open."""
        self.page = len(self.pages)
        data = bytes(self.output())
        self.close_fonts()
        return data

    def close_fonts(self) -> None:
        """Close the font files."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def book_heading(flow: Flow, block: Block, marks: list[tuple[int, str, int]]) -> None:
    """Set a heading of the book: chapters open a page and stand centred, sections and points stand in the text."""
    size = {1: 18.0, 2: 14.5, 3: 11.5}[block.level]
    if block.level == 1:
        flow.next_page(heading=block.text)
        flow.skip(24)
    else:
        flow.keep_together(5 * 17.0)
        flow.skip(8 if block.level == 2 else 4)
    flow.line(block.text, size, centred=block.level < 3)
    flow.skip(10 if block.level == 1 else 4)
    if block.level < 3:
        marks.append((block.level, block.text, flow.pdf.page_no()))


def guideline_heading(flow: Flow, block: Block) -> None:
    """Set a section heading in a column."""
    flow.keep_together(4 * 15.0)
    flow.skip(6)
    flow.line(block.text, 12.5)
    flow.skip(2)


def set_block(flow: Flow, block: Block) -> None:
    """Set one block that is no heading."""
    match block.kind:
        case "paragraph":
            flow.paragraph(block.text, note=block.note)
        case "recommendation":
            flow.skip(2)
            flow.paragraph(block.text, indent=False)
            flow.skip(2)
        case "table":
            flow.table(block.text, block.rows)
        case _:
            flow.figure(block.text, [cell for row in block.rows for cell in row])


def body_pages(pdf: FPDF, text: Manuscript) -> tuple[list[tuple[int, str, int]], list[str]]:
    """Set the chapters; return the marks for the contents and the running chapter of each page."""
    marks: list[tuple[int, str, int]] = []
    flow = Flow(pdf, [Frame(60, 396)], top=72, bottom=668, size=10.5, leading=17.0)
    for block in text.blocks:
        if block.kind == "heading":
            book_heading(flow, block, marks)
        else:
            set_block(flow, block)
    return marks, flow.running


def contents_page(pdf: FPDF, marks: list[tuple[int, str, int]], first: int) -> None:
    """Set the contents with leaders; `first` is the sheet on which page 1 of the body stands."""
    flow = Flow(pdf, [Frame(60, 396)], top=72, bottom=668, size=10.5, leading=20.0)
    flow.line("目    录", 18.0, centred=True)
    flow.skip(14)
    for level, title, sheet in marks:
        flow.leader(title, str(sheet - first + 1), 10.5 if level == 2 else 11.5, indent=20.0 * (level - 1))


def title_page(pdf: FPDF, text: Manuscript) -> None:
    """Set the title page, on which the sample says what it is."""
    pdf.add_page()
    flow = Flow(pdf, [Frame(60, 396)], top=200, bottom=668, size=10.5, leading=17.0, started=True)
    flow.line(text.meta["title"], 26.0, centred=True)
    flow.skip(30)
    for line in wrap(pdf, text.meta["subtitle"], 11.0, 396):
        flow.line(line, 11.0, centred=True)


def book_furniture(pdf: FPDF, text: Manuscript, running: list[str], first: int) -> None:
    """Set running heads (book on even pages, chapter on odd ones) and page numbers."""
    for sheet in range(first, first + len(running)):
        pdf.page = sheet
        number = sheet - first + 1
        head = text.meta["head"] if number % 2 == 0 else running[sheet - first]
        flow = Flow(pdf, [Frame(60, 396)], top=40, bottom=720, size=9.0, leading=12.0, started=True)
        flow.line(head, 9.0, centred=True)
        pdf.line(60, 56, 456, 56)
        flow.y = 690
        flow.line(str(number), 9.0, centred=True)


def build_textbook(source: Path) -> bytes:
    """Set the textbook: title, contents, chapters in one column."""
    text = read_manuscript(source.read_text(encoding="utf-8"))
    draft = Sheet(B5, "")
    marks, _ = body_pages(draft, text)
    draft.close_fonts()
    pdf = Sheet(B5, text.meta["title"])
    title_page(pdf, text)
    contents_page(pdf, [(level, title, sheet + 2) for level, title, sheet in marks], first=3)
    _, running = body_pages(pdf, text)
    book_furniture(pdf, text, running, first=3)
    return pdf.finish()


def guideline_front(pdf: FPDF, text: Manuscript) -> float:
    """Set title, authors and abstract over both columns; return where the columns begin on this page."""
    pdf.add_page()
    flow = Flow(pdf, [Frame(48, 420)], top=80, bottom=670, size=9.5, leading=14.0, started=True)
    for line in wrap(pdf, text.meta["title"], 17.0, 420):
        flow.line(line, 17.0, centred=True)
    flow.skip(8)
    flow.line(text.meta["authors"], 11.0, centred=True)
    flow.skip(8)
    flow.paragraph("【摘要】" + text.meta["abstract"], indent=False)
    flow.skip(12)
    return flow.y


def guideline_furniture(pdf: FPDF, text: Manuscript) -> None:
    """Set the running head in two languages and the page numbers."""
    for sheet in range(1, len(pdf.pages) + 1):
        pdf.page = sheet
        flow = Flow(pdf, [Frame(48, 420)], top=34, bottom=720, size=8.5, leading=12.0, started=True)
        flow.line(text.meta["head"], 8.5)
        flow.line(text.meta["english"], 8.5)
        pdf.line(48, 62, 468, 62)
        flow.y = 690
        flow.line(f"·{sheet}·", 9.0, centred=True)


def build_guideline(source: Path) -> bytes:
    """Set the guideline: title and abstract over the page, then two columns."""
    text = read_manuscript(source.read_text(encoding="utf-8"))
    pdf = Sheet(B5, text.meta["title"])
    begin = guideline_front(pdf, text)
    columns = [Frame(48, 200), Frame(268, 200)]
    flow = Flow(pdf, columns, top=80, bottom=670, size=10.5, leading=17.0, started=True, first_top=begin)
    for block in text.blocks:
        if block.kind == "heading":
            guideline_heading(flow, block)
        else:
            set_block(flow, block)
    guideline_furniture(pdf, text)
    return pdf.finish()


def build_all() -> dict[Path, bytes]:
    """Return path → bytes of both PDFs."""
    book = SAMPLE / "books" / "pediatrics_sample_textbook.md"
    guideline = SAMPLE / "guidelines" / "diarrhea_fever_sample_guideline.md"
    return {book.with_suffix(".pdf"): build_textbook(book), guideline.with_suffix(".pdf"): build_guideline(guideline)}


if __name__ == "__main__":
    for path, data in build_all().items():
        path.write_bytes(data)
        print(f"{path.relative_to(SAMPLE)}: {len(data):,} bytes")
