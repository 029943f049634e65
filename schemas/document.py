"""A unit of running text, a table, a caption, a footnote or a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.origin import Origin, content_id

DocumentKind = Literal["text", "table", "caption", "footnote", "recommendation"]


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a drug-dose table, each word as printed, "" where the table does not tell.

    `dose` is a number or range (`10～15`), `unit` its unit (`mg/kg`, `袋(3 g)`), `frequency` also says what the dose is
    for (`每日`, `每次`, `负荷量`), `limit` the largest dose (`最大1 g/d`), `text` the header and cell it was read from.
    """

    drug: str
    dose: str
    unit: str
    route: str
    frequency: str
    age: str
    weight: str
    limit: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One unit of a book, guideline or article.

    `section` is the path of headings above the text, outermost first. A table has its cells in `table` (rows of
    cells) and its rows as sentences in `text`; one of drug doses has these one by one in `doses`. A recommendation from
    a table has its header and cells in `table`. `warnings` counts what could not be read, e.g. `unreadable glyphs: 2`.
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
    doses: tuple[Dose, ...] = ()


def document_id(source: str, origin: Origin, text: str) -> str:
    """Id of a document: source, content hash of its file, place and text."""
    return content_id("doc", (source, origin.sha256, origin.locator, text))
