"""Which reader takes which format of book: told by `format` of the source, by the first bytes, by the suffix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from ingest.book.block import Block
from ingest.book.joined_headings import whole_headings
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

Blocks = tuple[str, Iterator[Block | Rejection]]
"""A book's title ("" where unknown) and its blocks."""
BookReader = Callable[[SourceFile, SourceOptions], Blocks]

_MODULES = {
    "pdf": "ingest.pdf.read",
    "docx": "ingest.book.formats.docx",
    "epub": "ingest.book.formats.epub",
    "html": "ingest.book.formats.html",
    "markdown": "ingest.book.formats.markdown",
    "text": "ingest.book.formats.plain_text",
}
FORMATS = tuple(_MODULES)
"""Formats of books; each module has `read(file, options) -> Blocks` and is imported when first needed."""
_SUFFIXES = {
    **{".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".epub": "epub", ".txt": "text", ".text": "text", "": "text"},
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
}


def read_blocks(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of a book in any format."""
    name = format_of(file, options)
    read: BookReader = import_module(_MODULES[name]).read
    title, blocks = read(file, options)
    return title, blocks if name == "pdf" else whole_headings(blocks)


def format_of(file: SourceFile, options: SourceOptions) -> str:
    """Return the name of the file's format; raise UnreadableFile for one we do not read."""
    if options.format:
        if options.format in _MODULES:
            return options.format
        known = ", ".join(FORMATS)
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, f"{file.path}: no book format {options.format}. Known: {known}.")
    with file.open() as stream:
        head = stream.read(1024)
    if b"%PDF-" in head:
        return "pdf"
    if found := _SUFFIXES.get(file.suffix):
        return found
    if re.match(rb"\s*(<\?xml[^>]*>)?\s*<(!doctype html|html)", head, re.IGNORECASE):
        return "html"
    known = ", ".join(FORMATS)
    raise UnreadableFile(
        Reason.UNKNOWN_FORMAT, f"{file.path}: {file.suffix or 'no suffix'} is no book. Known: {known}."
    )
