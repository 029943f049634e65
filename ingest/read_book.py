"""Which reader takes which format of book: told by `format` of the source, by the first bytes, by the suffix.

The readers are imported when first needed: those of PDF and Word load large libraries.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.book.block import Blocks
from ingest.book.joined_headings import whole_headings
from ingest.formats import Format, format_of
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

BookReader = Callable[[SourceFile, SourceOptions], Blocks]

_HEAD_BYTES = 1024
_HTML = re.compile(rb"\s*(<\?xml[^>]*>)?\s*<(!doctype html|html)", re.IGNORECASE)
"""`<html lang="zh">` → `<html`"""


def read_book(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of a book in any format. Raises `UnreadableFile` for one we do not read."""
    name = format_of(FORMATS, file, options)
    if name is None:
        kind = file.suffix or "no suffix"
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, f"{file.path}: {kind} is no book. Known: {', '.join(FORMATS)}.")
    return FORMATS[name].read(file, options)


def _head(file: SourceFile) -> bytes:
    with file.open() as stream:
        return stream.read(_HEAD_BYTES)


def _is_pdf(file: SourceFile, options: SourceOptions) -> bool:
    return file.suffix == ".pdf" or b"%PDF-" in _head(file)


def _is_html(file: SourceFile, options: SourceOptions) -> bool:
    return file.suffix in (".html", ".htm", ".xhtml") or _HTML.match(_head(file)) is not None


def _has_suffix(*suffixes: str) -> Callable[[SourceFile, SourceOptions], bool]:
    return lambda file, options: file.suffix in suffixes


def _read_pdf(file: SourceFile, options: SourceOptions) -> Blocks:
    from ingest.pdf.read import read

    return read(file, options)


def _read_docx(file: SourceFile, options: SourceOptions) -> Blocks:
    from ingest.book.formats.docx import read

    return _with_whole_headings(read, file, options)


def _read_epub(file: SourceFile, options: SourceOptions) -> Blocks:
    from ingest.book.formats.epub import read

    return _with_whole_headings(read, file, options)


def _read_markdown(file: SourceFile, options: SourceOptions) -> Blocks:
    from ingest.book.formats.markdown import read

    return _with_whole_headings(read, file, options)


def _read_text(file: SourceFile, options: SourceOptions) -> Blocks:
    from ingest.book.formats.plain_text import read

    return _with_whole_headings(read, file, options)


def _read_html(file: SourceFile, options: SourceOptions) -> Blocks:
    from ingest.book.formats.html import read

    return _with_whole_headings(read, file, options)


def _with_whole_headings(read: BookReader, file: SourceFile, options: SourceOptions) -> Blocks:
    """Return what a reader gives, with headings of two blocks joined; the PDF reader joins its lines itself."""
    title, blocks = read(file, options)
    return title, whole_headings(blocks)


FORMATS = {
    "pdf": Format(_is_pdf, _read_pdf),
    "docx": Format(_has_suffix(".docx", ".docm"), _read_docx),
    "epub": Format(_has_suffix(".epub"), _read_epub),
    "markdown": Format(_has_suffix(".md", ".markdown"), _read_markdown),
    "text": Format(_has_suffix(".txt", ".text", ""), _read_text),
    "html": Format(_is_html, _read_html),
}
"""Formats of books. A suffix is believed before a web page's first tag is."""
