"""A unit of running text, a table, a caption, a footnote or a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.origin import Origin, content_id

DocumentKind = Literal["text", "table", "caption", "footnote", "recommendation"]


@dataclass(frozen=True, slots=True)
class Document:
    """One unit of a book, guideline or article.

    `section` is the path of headings above the text, outermost first. A table has its cells in `table` (rows of
    cells) and its rows as sentences in `text`. `warnings` counts what could not be read, e.g. `unreadable glyphs: 2`.
    """

    id: str
    source: str
    origin: Origin
    kind: DocumentKind
    title: str
    section: tuple[str, ...]
    text: str
    department: str
    license: str
    table: tuple[tuple[str, ...], ...] | None = None
    grade: str | None = None
    evidence: str | None = None
    warnings: tuple[str, ...] = ()


def document_id(source: str, origin: Origin, text: str) -> str:
    """Id of a document: source, content hash of its file, place and text."""
    return content_id("doc", (source, origin.sha256, origin.locator, text))
