"""Footnotes: small lines at the foot of a column, below a short rule or with a mark, and their marks in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.book.block import Block, Place
from ingest.book.line_text import is_caption
from ingest.pdf.drawing.rules import group_rules
from ingest.pdf.layout.page import PageText
from ingest.pdf.layout.reading_order import Element
from ingest.pdf.lines.lines import Line, join_lines
from ingest.pdf.structure.body_style import SMALLER
from ingest.vocabulary.any_of import any_of

FOOT = 0.75
"""Share of the page's height below which a rule of any width may stand above footnotes."""
MARKS = frozenset("①②③④⑤⑥⑦⑧⑨⑩*＊†‡§")
"""Marks of footnotes that body text may carry on its own line, not raised."""
_FOOTNOTE = re.compile(
    r"^(?:[①-⑳¹²³⁴-⁹]|[*＊†‡§△▲]|注\s*\d*\s*[:：]|\[\d{1,2}\]|［\d{1,2}］|[a-d]\s?(?=[\u4e00-\u9fff])"
    r"|\d{1,2}(?:\s*(?=[^\d\s.．、,，%)）])|[.．]\s?(?=[\u4e00-\u9fffA-Z]))"
    rf"|DOI\s*[:：]|doi\s*[:：]|{any_of('基金项目 作者单位 通信作者 通讯作者 收稿日期 本文编辑')})"
)
"""`①按体重计算` → `①`, `基金项目：` → `基金项目`, `20 mg，口服` → `20 `"""


def footnote_lines(body: Sequence[Element], page: PageText, body_size: float, in_references: bool) -> list[Line]:
    """Return the lines at the end of a column that are footnotes: small, below a short rule or with a mark."""
    notes: list[Line] = []
    for element in reversed(body):
        if not isinstance(element, Line) or element.size > 1.02 * body_size or is_caption(element.text):
            break
        notes.insert(0, element)
    opens = [i for i, line in enumerate(notes) if starts_footnote(line) and _is_below_rule(line, page)]
    small = next((i + 1 for i in range(len(notes) - 1, -1, -1) if notes[i].size > SMALLER * body_size), 0)
    notes = notes[opens[0] if opens else small :]  # notes as large as the text stand below a short rule
    while notes and not (_is_below_rule(notes[0], page) or (starts_footnote(notes[0]) and not in_references)):
        notes.pop(0)
    low = page.frame.size[1] * 0.4
    return notes if notes and notes[0].box[1] > low else []


def starts_footnote(line: Line) -> bool:
    """Return whether a line begins as footnotes do."""
    return bool(line.mark or _FOOTNOTE.match(line.text))


def _is_below_rule(line: Line, page: PageText) -> bool:
    """Return whether a rule stands right above the line: shorter than the page is wide, or near its foot."""
    width, height = page.frame.size
    widest = 0.6 * width if line.baseline < FOOT * height else width
    bordered = [rule.top for group in group_rules(page.rules) if len(group) > 2 for rule in group]
    return any(
        r.is_horizontal
        and 20 < r.x1 - r.x0 < widest
        and r.top not in bordered
        and 0 <= line.baseline - r.top < 3.2 * line.size
        and r.x0 < line.box[0] + 30
        and r.x1 > line.box[0]
        for r in page.rules
    )


def footnote_blocks(lines: Sequence[Line], page: PageText) -> Iterator[Block]:
    """Yield one block per footnote: each begins with a mark."""
    note: list[Line] = []
    for line in lines:
        if note and starts_footnote(line):
            yield _footnote(note, page)
            note = []
        note.append(line)
    if note:
        yield _footnote(note, page)


def _footnote(lines: Sequence[Line], page: PageText) -> Block:
    text = lines[0].mark
    for line in lines:
        text = join_lines(text, line.text) if text != lines[0].mark else f"{text} {line.text}".strip()
    places = tuple(Place(page.number, page.displayed(line.box)) for line in lines)
    return Block("footnote", text, places, unreadable=sum(line.unreadable for line in lines))


def marks_of(notes: Sequence[Sequence[Line]], texts: Sequence[Sequence[Element]]) -> set[str]:
    """Return the marks of footnotes that stand once in the text; circled numbers also count lists, and those stay."""
    first = {note.text[0] for lines in notes for note in lines if note.text[:1] in MARKS}
    text = "".join(element.text[1:] for body in texts for element in body if isinstance(element, Line))
    if any(char in MARKS and char not in first for char in text):
        return set()
    return {mark for mark in first if text.count(mark) == 1}


def without_marks(text: str, marks: set[str]) -> str:
    """Return a line without the marks of this page's footnotes, the one at its beginning apart."""
    return text[:1] + "".join(char for char in text[1:] if char not in marks)
