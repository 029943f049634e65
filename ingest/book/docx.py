"""Read books in DOCX: headings by style or outline level, tables with merged cells, footnotes, no running heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.book.block import Block, BlockKind, Place
from ingest.book.docx_text import UNREADABLE, boxes_of, paragraphs_in, text_of, value
from ingest.book.formats import Blocks
from ingest.book.numbering import STRONG, numbering
from ingest.book.rows import regular
from ingest.book.wording import caption_of, clean, heading_of
from ingest.book.zipped import member, opened, xml
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"^(?:title|标题|题目)$", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"^(?:toc\b.*|目录.*|table of figures)$", re.IGNORECASE)
_CAPTION_STYLE = re.compile(r"^(?:caption|题注)$", re.IGNORECASE)
_BODY = 9
"""Outline level Word writes for body text."""


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of a DOCX book."""
    with opened(file) as archive:
        main = member(archive, "word/document.xml")
        if main is None:
            raise UnreadableFile(Reason.MALFORMED, f"{file.path}: no word/document.xml, it is no DOCX.")
        styles = _styles(member(archive, "word/styles.xml"))
        notes = {**_notes(member(archive, "word/footnotes.xml")), **_notes(member(archive, "word/endnotes.xml"))}
        core = member(archive, "docProps/core.xml")
    blocks = list(_blocks(xml(main, "word/document.xml"), styles, notes))
    named = xml(core, "docProps/core.xml").xpath("//*[local-name()='title']/text()") if core else []
    titled = [block.text for block in blocks if block.level == -1]
    title = titled[0] if titled else clean(" ".join(named[:1]))
    return title, (block for block in blocks if block.level != -1)


def _styles(data: bytes | None) -> dict[str, tuple[str, int]]:
    """Return each style's name and outline level (0 outermost), inherited where it names none."""
    if data is None:
        return {}
    found: dict[str, tuple[str, int | None, str]] = {}
    for style in xml(data, "word/styles.xml").iter(f"{_W}style"):
        name = value(style, f"{_W}name")
        level = value(style, f"{_W}pPr/{_W}outlineLvl")
        found[style.get(f"{_W}styleId", "")] = (
            name,
            int(level) if level.isdecimal() else None,
            value(style, f"{_W}basedOn"),
        )
    return {key: (found[key][0], _level(key, found)) for key in found}


def _level(key: str, styles: dict[str, tuple[str, int | None, str]]) -> int:
    for _ in range(20):  # styles may be based on each other in a circle
        if key not in styles:
            break
        name, level, base = styles[key]
        if level is not None:
            return level
        if match := _HEADING_STYLE.match(name):
            return int(match.group(1)) - 1
        key = base
    return _BODY


def _notes(data: bytes | None) -> dict[str, str]:
    """Return footnotes or endnotes by kind and number, separators left out."""
    if data is None:
        return {}
    notes = {}
    for note in xml(data, "word/footnotes.xml"):
        if note.get(f"{_W}type") in (None, "normal"):
            text = clean("".join(text_of(p) for p in note.iter(f"{_W}p")))
            notes[str(note.tag).removeprefix(_W) + note.get(f"{_W}id", "")] = text
    return notes


def _blocks(root: Any, styles: dict[str, tuple[str, int]], notes: dict[str, str]) -> Iterator[Block]:
    for order, element in enumerate(_top(root.find(f"{_W}body")), 1):
        place = (Place(label=f"#{order}"),)
        if element.tag == f"{_W}tbl":
            rows = regular(_rows(element))
            if rows and len(rows[0]) > 1:
                yield Block("table", "", place, rows=rows)
            else:
                yield from (Block("text", cell, place) for row in rows for cell in row)
        else:
            if text := clean(text_of(element)):
                yield replace(_paragraph(element, text, place, styles), unreadable=text.count(UNREADABLE))
            yield from (Block("text", words, place) for p in boxes_of(element) if (words := clean(text_of(p))))
        for kind in ("footnote", "endnote"):
            for mark in element.iter(f"{_W}{kind}Reference"):
                if note := notes.get(kind + mark.get(f"{_W}id", "")):
                    yield Block("footnote", note, place)


def _top(body: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of the body, those in content controls too."""
    stack = [] if body is None else list(reversed(body))
    while stack:
        element = stack.pop()
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif isinstance(element.tag, str) and not element.tag.endswith("}sectPr"):
            stack.extend(reversed(element))


def _paragraph(element: Any, text: str, place: tuple[Place, ...], styles: dict[str, tuple[str, int]]) -> Block:
    name, level = styles.get(value(element, f"{_W}pPr/{_W}pStyle"), ("", _BODY))
    own = value(element, f"{_W}pPr/{_W}outlineLvl")
    level = int(own) if own.isdecimal() else level
    if _CONTENTS_STYLE.match(name):
        return Block("contents", text, place)
    if _TITLE_STYLE.match(name) and level == _BODY:
        return Block("heading", heading_of(text), place, level=-1)
    if level < _BODY:
        return Block("heading", heading_of(text), place, level=level + 1)
    if _is_unstyled_heading(element, text):
        return Block("heading", heading_of(text), place, bold=True)
    kind: BlockKind = "caption" if _CAPTION_STYLE.match(name) else "text"
    return caption_of(Block(kind, text, place))


def _is_unstyled_heading(element: Any, text: str) -> bool:
    """Return True for a short bold line with a heading's number: many books are typed without styles."""
    found = numbering(text)
    if found is None or found.rank > STRONG or len(text) > 40 or re.search(r"[。；，：]$", text):
        return False
    runs = [run for run in element.iter(f"{_W}r") if "".join(t.text or "" for t in run.iter(f"{_W}t")).strip()]
    bold = all(run.find(f"{_W}rPr/{_W}b") is not None for run in runs)
    return bool(runs) and (bold or found.rank <= 30)


def _rows(table: Any) -> list[list[str]]:
    """Return the rows of a table; cells merged downwards are repeated, cells merged across too."""
    rows: list[list[str]] = []
    for row in table.iterchildren(f"{_W}tr"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{_W}tc"):
            span = value(cell, f"{_W}tcPr/{_W}gridSpan")
            width = min(int(span), 100) if span.isdecimal() else 1
            text = clean("\n".join(text_of(p) for p in paragraphs_in(cell)))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and rows:
                text = rows[-1][len(cells)] if len(cells) < len(rows[-1]) else text
            cells.extend([text] * max(1, width))
        rows.append(cells)
    return rows
