"""Word documents of conversations, as meeting tools export them: their paragraphs as lines of text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.book.formats.office_zip import member, opened, xml
from ingest.source import SourceFile
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_SUFFIXES = (".docx", ".docm")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_GONE = frozenset({"del", "moveFrom", "instrText", "footnoteReference", "pict", "drawing"})
"""Elements of a paragraph whose text nobody reads."""


def is_word(file: SourceFile) -> bool:
    """Tell a Word document by its name."""
    return file.suffix in _SUFFIXES


def document_as_text(file: SourceFile) -> SourceFile:
    """Return a file of the document's paragraphs, one a line; rows of tables have tabs between their cells.

    Raises `UnreadableFile`.
    """
    with opened(file) as archive:
        data = member(archive, "word/document.xml")
    if data is None:
        raise UnreadableFile(Reason.MALFORMED, "no word/document.xml, it is no DOCX")
    text = "\n".join(_lines(xml(data, "word/document.xml"))).encode("utf-8", "replace")
    return replace(file, opener=lambda: io.BytesIO(text), suffix=".txt")


def _lines(parent: Any) -> Iterator[str]:
    """Yield the lines of a body: paragraphs, rows, and what stands in content controls."""
    for element in parent:
        match _name(element):
            case "p":
                yield from _text(element).split("\n")
            case "tr":
                cells = (cell for cell in element if _name(cell) == "tc")
                yield "\t".join(" ".join(line for line in _lines(cell) if line) for cell in cells)
            case "body" | "tbl" | "sdt" | "sdtContent" | "customXml" | "tc":
                yield from _lines(element)


def _text(element: Any) -> str:
    """Return the text of a paragraph."""
    name = _name(element)
    if name in _GONE:
        return ""
    if name == "t":
        return element.text or ""
    return _SIGNS.get(name) or "".join(map(_text, element))


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
