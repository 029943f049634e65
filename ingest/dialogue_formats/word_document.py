"""Word documents of conversations, as meeting tools export them: their paragraphs as lines of text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.book.formats.docx_text import W, text_of
from ingest.book.formats.office_zip import member, opened, xml
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_SUFFIXES = (".docx", ".docm")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
"""Namespace of strict files; they are read as the usual ones."""


def is_word(file: SourceFile, options: SourceOptions) -> bool:
    """Return whether a file is a Word document by its name."""
    return file.suffix in _SUFFIXES


def document_as_text(file: SourceFile) -> SourceFile:
    """Return a file of the document's paragraphs, one per line; rows of tables have tabs between their cells.

    Raises `UnreadableFile`.
    """
    with opened(file) as archive:
        data = member(archive, "word/document.xml")
    if data is None:
        raise UnreadableFile(Reason.MALFORMED, "no word/document.xml, it is no DOCX")
    root = xml(data.replace(_STRICT, W[1:-1].encode()), "word/document.xml")
    for tab in root.iter(f"{W}tab"):  # between a speaker and the words a tab says more than a space
        tab.tag, tab.text = f"{W}t", "\t"
    text = "\n".join(_lines(root)).encode("utf-8", "replace")
    return replace(file, opener=lambda: io.BytesIO(text), suffix=".txt")


def _lines(parent: Any) -> Iterator[str]:
    """Yield the lines of a body: paragraphs, rows, and what stands in content controls."""
    for element in parent:
        match _name(element):
            case "p":
                yield from text_of(element).split("\n")
            case "tr":
                cells = (cell for cell in element if _name(cell) == "tc")
                yield "\t".join(" ".join(line for line in _lines(cell) if line) for cell in cells)
            case "body" | "tbl" | "sdt" | "sdtContent" | "customXml" | "tc":
                yield from _lines(element)


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
