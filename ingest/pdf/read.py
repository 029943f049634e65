"""From the bytes of a PDF to the blocks of a book, and its title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.book.block import Block, Place, locator_of
from ingest.pdf.drawing.dropped_glyphs import SecondOpinion
from ingest.pdf.drawing.open_pdf import is_truncated, load_pdf, open_pdf
from ingest.pdf.layout.page import PageText, read_page
from ingest.pdf.layout.page_edges import text_pattern
from ingest.pdf.layout.reading_order import Element, lay_out
from ingest.pdf.layout.running_heads import remove_running_heads
from ingest.pdf.ocr.cache import PageProgress
from ingest.pdf.ocr.recognise import read_picture, require_ocr
from ingest.pdf.structure.blocks import BlockBuilder
from ingest.pdf.structure.body_style import measure_body, measure_body_size
from ingest.pdf.structure.title import count_covers, find_title, lines_in, without_spaces
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

MAX_UNREADABLE = 5
"""Up to this many □ never make a page garbled."""
MAX_SHARE, MAX_SHARE_OF_ONE = 0.01, 0.03
"""Share of □ among a page's glyphs from which it is garbled: of several glyphs, and of one or two (a subscript, ℃) that
its font lacks. Each is shown and counted; a font whose digits are lost is beyond the first."""
MAX_FAILURES = 50
"""Pages that fail one after the other before the rest of a broken file is given up."""


def read(file: SourceFile, options: SourceOptions) -> tuple[str, Iterator[Block | Rejection]]:
    """Return the title of a PDF ("" where unknown) and its blocks in reading order.

    Pages without text, garbled pages and what is missing of a truncated file come as rejections.
    """
    if options.ocr:
        require_ocr()
    data = load_pdf(file)
    refused: list[Rejection] = []
    with open_pdf(data, file.path) as document:
        pages = _read_pages(document, SecondOpinion(data), file, options, refused)
        in_metadata = _title_in_metadata(document)
    if is_truncated(data):
        refused.append(file.reject(options, Reason.TRUNCATED, "", "The end of the file is missing."))
    size = measure_body_size(pages)
    heads = remove_running_heads(pages, size)
    columns_by_page = lay_out(pages)
    refused.extend(_reject_running_heads(heads, pages, file, options))
    heads_text = "".join(segment.text for page in pages for row in page.running_heads for segment in row)
    title = find_title(in_metadata, columns_by_page, size, heads_text)
    return title, _make_blocks(pages, columns_by_page, size, refused, title)


def _title_in_metadata(document: Any) -> str:
    """Return the title in the metadata, "" where there is none or it is not text."""
    try:
        return str(document.get_metadata_value("Title"))
    except UnicodeDecodeError:
        return ""


def _read_pages(
    document: Any, second: SecondOpinion, file: SourceFile, options: SourceOptions, refused: list[Rejection]
) -> list[PageText]:
    pages: list[PageText] = []
    failures = 0
    progress = PageProgress(file.path, len(document)) if options.ocr else None
    for index in range(len(document)):
        page = _read_one_page(document, index, second, options)
        if progress:
            progress.read(index + 1)
        failures = failures + 1 if page is None else 0
        where = f"p.{index + 1}"
        if page is None:
            refused.append(file.reject(options, Reason.MALFORMED, where, "The page cannot be loaded."))
            if failures > MAX_FAILURES:
                text = f"{MAX_FAILURES} pages in a row cannot be loaded; {len(document) - index - 1} more given up."
                refused.append(file.reject(options, Reason.TRUNCATED, f"{where}-{len(document)}", text))
                break
        elif not page.glyphs:
            refused.append(file.reject(options, Reason.NO_TEXT_LAYER, where))
        elif _is_garbled(page):
            excerpt = " ".join(segment.text for segment in page.segments[:20])
            refused.append(file.reject(options, Reason.GARBLED, where, excerpt))
        else:
            pages.append(page)
    return pages


def _is_garbled(page: PageText) -> bool:
    share = MAX_SHARE if page.unreadable_kinds > 2 else MAX_SHARE_OF_ONE
    return page.unreadable > max(MAX_UNREADABLE, share * page.glyphs)


def _read_one_page(document: Any, index: int, second: SecondOpinion, options: SourceOptions) -> PageText | None:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        text = read_page(page, index + 1, second)
        return read_picture(page, index + 1, options.cache) if options.ocr and not text.glyphs else text
    finally:
        page.close()


def _reject_running_heads(
    heads: Counter[str], pages: Sequence[PageText], file: SourceFile, options: SourceOptions
) -> list[Rejection]:
    """Return one rejection for each distinct running head, at its first place; page numbers are one such head."""
    first: dict[str, str] = {}
    for page in pages:
        for row in page.running_heads:
            places = [Place(page.number, page.displayed(segment.box)) for segment in row]
            first.setdefault(text_pattern(row), locator_of(places))
    return [
        file.reject(options, Reason.RUNNING_HEAD, first[head], f"{head} ({n} pages)")
        for head, n in sorted(heads.items())
    ]


def _make_blocks(
    pages: Sequence[PageText],
    columns_by_page: list[list[list[Element]]],
    size: float,
    refused: list[Rejection],
    title: str,
) -> Iterator[Block | Rejection]:
    """Yield the rejections, then the blocks; the title itself, which every document carries, is left out."""
    yield from refused
    lines = [line for columns in columns_by_page for line in lines_in(columns)]
    builder = BlockBuilder(measure_body(lines, size))
    n_covers = count_covers(columns_by_page, size)
    for page, columns in zip(pages[:n_covers], columns_by_page[:n_covers], strict=True):
        yield from builder.add_cover(page, columns)
    for page, columns in zip(pages[n_covers:], columns_by_page[n_covers:], strict=True):
        for block in builder.add_page(page, columns):
            if block.kind == "heading" and title and without_spaces(block.text) == without_spaces(title):
                continue
            yield block
    yield from builder.finish()
