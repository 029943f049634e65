"""From the bytes of a PDF to the blocks of a book, and its title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.book.block import Block, Place, locator
from ingest.pdf.drawing.dropped_glyphs import SecondOpinion
from ingest.pdf.drawing.open_pdf import load, looks_truncated, opened
from ingest.pdf.layout.page import PageText, read_page
from ingest.pdf.layout.page_edges import shape
from ingest.pdf.layout.reading_order import Element, lay_out
from ingest.pdf.layout.running_heads import remove_furniture
from ingest.pdf.ocr.cache import PageProgress
from ingest.pdf.ocr.recognise import read_picture, require_ocr
from ingest.pdf.structure.blocks import Flow
from ingest.pdf.structure.body_style import body_of, body_size
from ingest.pdf.structure.title import covers, find_title, lines_of, plain
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

MAX_UNREADABLE = 5
"""So many □ never make a page garbled."""
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
    data = load(file)
    refused: list[Rejection] = []
    with opened(data, file.path) as document:
        pages = _pages(document, SecondOpinion(data), file, options, refused)
        named = _named(document)
    if looks_truncated(data):
        refused.append(file.reject(options, Reason.TRUNCATED, "", "The end of the file is missing."))
    size = body_size(pages)
    heads = remove_furniture(pages, size)
    laid = lay_out(pages)
    refused.extend(_heads(heads, pages, file, options))
    heads_text = "".join(segment.text for page in pages for row in page.furniture for segment in row)
    title = find_title(named, laid, size, heads_text)
    return title, _blocks(pages, laid, size, refused, title)


def _named(document: Any) -> str:
    """Return the title a file's metadata name, "" where they are none or no text."""
    try:
        return str(document.get_metadata_value("Title"))
    except UnicodeDecodeError:
        return ""


def _pages(
    document: Any, second: SecondOpinion, file: SourceFile, options: SourceOptions, refused: list[Rejection]
) -> list[PageText]:
    pages: list[PageText] = []
    failures = 0
    progress = PageProgress(file.path, len(document)) if options.ocr else None
    for index in range(len(document)):
        page = _one_page(document, index, second, options)
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


def _one_page(document: Any, index: int, second: SecondOpinion, options: SourceOptions) -> PageText | None:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        read = read_page(page, index + 1, second)
        return read_picture(page, index + 1, options.cache) if options.ocr and not read.glyphs else read
    finally:
        page.close()


def _heads(heads: Counter[str], pages: Sequence[PageText], file: SourceFile, options: SourceOptions) -> list[Rejection]:
    """Return one rejection for each distinct running head, at its first place; page numbers are one such head."""
    first: dict[str, str] = {}
    for page in pages:
        for row in page.furniture:
            places = [Place(page.number, page.displayed(segment.box)) for segment in row]
            first.setdefault(shape(row), locator(places))
    return [
        file.reject(options, Reason.RUNNING_HEAD, first[head], f"{head} ({n} pages)")
        for head, n in sorted(heads.items())
    ]


def _blocks(
    pages: Sequence[PageText],
    laid: list[list[list[Element]]],
    size: float,
    refused: list[Rejection],
    title: str,
) -> Iterator[Block | Rejection]:
    """Yield the rejections, then the blocks; the title itself, which every document carries, is left out."""
    yield from refused
    lines = [line for columns in laid for line in lines_of(columns)]
    flow = Flow(body_of(lines, size))
    n_covers = covers(laid, size)
    for page, columns in zip(pages[:n_covers], laid[:n_covers], strict=True):
        yield from flow.cover(page, columns)
    for page, columns in zip(pages[n_covers:], laid[n_covers:], strict=True):
        for block in flow.page(page, columns):
            if block.kind == "heading" and title and plain(block.text) == plain(title):
                continue
            yield block
    yield from flow.end()
