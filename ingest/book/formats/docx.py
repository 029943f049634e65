"""Read books in DOCX: headings by style or outline level, tables with merged cells, footnotes, no running heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

from ingest.book.block import Block, BlockKind, Blocks, Place
from ingest.book.formats.docx_numbers import Numbers, numbers_of
from ingest.book.formats.docx_text import UNREADABLE, W, boxes_of, paragraphs_in, read_part, text_of, value
from ingest.book.formats.office_zip import member, opened, xml
from ingest.book.line_text import caption_of, clean, heading_of, is_unmarked_heading
from ingest.book.table_sentences import regular_rows
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_HEADING_STYLE = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
"""`heading 1` → `1`, `标题 2` → `2`"""
_TITLE_STYLE = re.compile(r"^(?:title|标题|题目)$", re.IGNORECASE)
"""`Title` → `Title`, `heading 1` → –"""
_CONTENTS_STYLE = re.compile(r"^(?:toc\b.*|目录.*|table of figures)$", re.IGNORECASE)
"""`toc 1` → `toc 1`, `目录` → `目录`"""
_CAPTION_STYLE = re.compile(r"^(?:caption|题注)$", re.IGNORECASE)
"""`题注` → `题注`"""
_BODY = 9
"""Outline level Word writes for body text."""
_TITLE_LEVEL = -1
"""Level of the blocks in the style of a title, above all headings; they are no blocks of the book."""


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the title and the blocks of a DOCX book."""
    with opened(file) as archive:
        name = _main_part(archive)
        main = read_part(archive, name)
        if main is None:
            raise UnreadableFile(Reason.MALFORMED, f"{file.path}: no {name}, it is no DOCX.")
        kinds = read_part(archive, "word/styles.xml")
        numbers = numbers_of(read_part(archive, "word/numbering.xml"), kinds)
        notes = {**_notes(read_part(archive, "word/footnotes.xml")), **_notes(read_part(archive, "word/endnotes.xml"))}
        core = read_part(archive, "docProps/core.xml")
    blocks = list(_blocks(main, _styles(kinds), notes, numbers))
    in_metadata = core.xpath("//*[local-name()='title']/text()") if core is not None else []
    in_title_style = [block.text for block in blocks if block.level == _TITLE_LEVEL]
    title = in_title_style[0] if in_title_style else clean(" ".join(in_metadata[:1]))
    return title, (block for block in blocks if block.level != _TITLE_LEVEL)


def _main_part(archive: ZipFile) -> str:
    """Return the name of the part that holds the text: Office online names it word/document2.xml."""
    rels = member(archive, "_rels/.rels")
    links = xml(rels, "_rels/.rels") if rels else ()
    targets = [str(link.get("Target", "")) for link in links if str(link.get("Type", "")).endswith("/officeDocument")]
    return targets[0].lstrip("/") if targets and targets[0] else "word/document.xml"


def _styles(root: Any) -> dict[str, tuple[str, int]]:
    """Return each style's name and outline level (0 outermost), inherited where it names none."""
    if root is None:
        return {}
    styles: dict[str, tuple[str, int | None, str]] = {}
    for style in root.iter(f"{W}style"):
        name = value(style, f"{W}name")
        level = value(style, f"{W}pPr/{W}outlineLvl")
        own_level = int(level) if level.isdecimal() else None
        styles[style.get(f"{W}styleId", "")] = (name, own_level, value(style, f"{W}basedOn"))
    return {key: (styles[key][0], _level_of(key, styles)) for key in styles}


def _level_of(key: str, styles: dict[str, tuple[str, int | None, str]]) -> int:
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


def _notes(root: Any) -> dict[str, str]:
    """Return footnotes or endnotes by kind and number, separators left out."""
    notes = {}
    for note in root if root is not None else ():
        if note.get(f"{W}type") in (None, "normal"):
            text = clean("".join(text_of(p) for p in note.iter(f"{W}p")))
            notes[str(note.tag).removeprefix(W) + note.get(f"{W}id", "")] = text
    return notes


def _blocks(root: Any, styles: dict[str, tuple[str, int]], notes: dict[str, str], numbers: Numbers) -> Iterator[Block]:
    for order, element in enumerate(_top(root.find(f"{W}body")), 1):
        place = (Place(label=f"#{order}"),)
        if element.tag == f"{W}tbl":
            rows = regular_rows(_rows(element))
            if rows and len(rows[0]) > 1:
                yield Block("table", "", place, rows=rows)
            else:
                yield from (Block("text", cell, place) for row in rows for cell in row)
        else:
            number = numbers.of(element)
            if text := clean(text_of(element)):
                text = clean(f"{number} {text}") if number else text
                yield replace(_paragraph(element, text, place, styles), unreadable=text.count(UNREADABLE))
            yield from (Block("text", words, place) for p in boxes_of(element) if (words := clean(text_of(p))))
        for kind in ("footnote", "endnote"):
            for mark in element.iter(f"{W}{kind}Reference"):
                if note := notes.get(kind + mark.get(f"{W}id", "")):
                    yield Block("footnote", note, place)


def _top(body: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of the body, those in content controls too."""
    stack = [] if body is None else list(reversed(body))
    while stack:
        element = stack.pop()
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif isinstance(element.tag, str) and not element.tag.endswith("}sectPr"):
            stack.extend(reversed(element))


def _paragraph(element: Any, text: str, place: tuple[Place, ...], styles: dict[str, tuple[str, int]]) -> Block:
    name, level = styles.get(value(element, f"{W}pPr/{W}pStyle"), ("", _BODY))
    own = value(element, f"{W}pPr/{W}outlineLvl")
    level = int(own) if own.isdecimal() else level
    if _CONTENTS_STYLE.match(name):
        return Block("contents", text, place)
    if _TITLE_STYLE.match(name) and level == _BODY:
        return Block("heading", heading_of(text), place, level=_TITLE_LEVEL)
    if level < _BODY:
        return Block("heading", heading_of(text), place, level=level + 1)
    if is_unmarked_heading(text, bold=_is_bold(element)):
        return Block("heading", heading_of(text), place, bold=True)
    kind: BlockKind = "caption" if _CAPTION_STYLE.match(name) else "text"
    return caption_of(Block(kind, text, place))


def _is_bold(element: Any) -> bool:
    runs = [run for run in element.iter(f"{W}r") if "".join(t.text or "" for t in run.iter(f"{W}t")).strip()]
    return bool(runs) and all(run.find(f"{W}rPr/{W}b") is not None for run in runs)


def _rows(table: Any) -> list[list[str]]:
    """Return the rows of a table; cells merged downwards are repeated, cells merged across too."""
    rows: list[list[str]] = []
    for row in table.iterchildren(f"{W}tr"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{W}tc"):
            span = value(cell, f"{W}tcPr/{W}gridSpan")
            width = min(int(span), 100) if span.isdecimal() else 1
            text = clean("\n".join(text_of(p) for p in paragraphs_in(cell)))
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and merge.get(f"{W}val", "continue") == "continue" and rows:
                text = rows[-1][len(cells)] if len(cells) < len(rows[-1]) else text
            cells.extend([text] * max(1, width))
        rows.append(cells)
    return rows
