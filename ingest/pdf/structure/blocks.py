"""Make blocks of the lines of all columns and pages: headings, paragraphs, tables, captions, footnotes.

What is open (a paragraph, a heading, a table, a caption) is held back until a line ends it, as the next line, column or
page may go on with it. Whether a line is a heading is decided in `headings`, whether it goes on with a paragraph in
`paragraph`, what is a footnote in `footnotes`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from statistics import median

from ingest.book.block import Block, Place
from ingest.book.heading_numbers import read_number, tidy_heading
from ingest.book.line_text import is_caption
from ingest.pdf.layout.page import PageText
from ingest.pdf.layout.reading_order import Element
from ingest.pdf.lines.contents_lines import contents_lines
from ingest.pdf.lines.lines import Line, join_lines
from ingest.pdf.structure.body_style import FULL_ROOM, SMALLER, BodyStyle
from ingest.pdf.structure.footnotes import footnote_blocks, footnote_lines, marks_of, without_marks
from ingest.pdf.structure.headings import (
    continues_heading,
    is_heading,
    is_heading_above_paragraph,
    join_heading,
)
from ingest.pdf.structure.paragraph import Paragraph, ends_sentence
from ingest.pdf.tables.ruled import Table


class BlockBuilder:
    """Takes the lines of a document, page by page in reading order, and yields its blocks as they end."""

    def __init__(self, body: BodyStyle) -> None:
        self.body = body
        self.paragraph = Paragraph()
        self.heading: Block | None = None
        self.heading_line: Line | None = None
        self.table: Block | None = None
        self.table_edges: tuple[float, ...] = ()
        self.caption: Block | None = None
        self.caption_line: Line | None = None
        self.in_references = False

    def add_cover(self, page: PageText, columns: Sequence[Sequence[Element]]) -> Iterator[Block]:
        """Yield the words of a cover page as one block of text."""
        lines = [e for column in columns for e in column if isinstance(e, Line)]
        if lines:
            yield _merged("text", lines, page)

    def add_page(self, page: PageText, columns: Sequence[Sequence[Element]]) -> Iterator[Block]:
        """Yield the blocks that end on this page."""
        lines = [e for column in columns for e in column if isinstance(e, Line)]
        contents = {id(lines[i]) for i in contents_lines(lines)}
        if contents:
            yield _merged("contents", [line for line in lines if id(line) in contents], page)
        bodies = [[e for e in column if id(e) not in contents] for column in columns]
        notes = [footnote_lines(body, page, self.body.size, self.in_references) for body in bodies]
        texts = [body[: len(body) - len(below)] for body, below in zip(bodies, notes, strict=True)]
        marks = marks_of(notes, texts)
        first = True
        for text, below in zip(texts, notes, strict=True):
            leading = _leading(text)
            for element, after in zip_longest(text, text[1:]):
                if isinstance(element, Table):
                    yield from self._table(element, page, first)
                else:
                    element.text = without_marks(element.text, marks)
                    yield from self._line(element, after, page, leading)
                first = False
            yield from footnote_blocks(below, page)

    def finish(self) -> Iterator[Block]:
        """Yield what is still held back."""
        yield from self._end_table()
        yield from self._end_heading()
        yield from self._end_caption()
        yield from self._end_paragraph()

    def _line(self, line: Line, after: Element | None, page: PageText, leading: float) -> Iterator[Block]:
        place = Place(page.number, page.displayed(line.box))
        if self._continue_caption(line, page):
            return
        yield from self._end_caption()
        if is_caption(line.text):
            yield from self._end_labels(line)
            yield from self._end_table()
            yield from self._end_heading()
            self.caption = _block("caption", line, place)
            self.caption_line = line
            return
        yield from self._end_table()
        ended = self.paragraph.has_ended_before(line, page.number, leading)
        opens = isinstance(after, Line) and is_heading_above_paragraph(line, after, self.paragraph.text)
        if is_heading(line, self.body, ended, opens):
            yield from self._heading_line(line, place)
            return
        if self._is_first_line_of_text(line, page):
            self._make_heading_text()
            ended = False
        yield from self._end_heading()
        if ended:
            yield from self._end_paragraph()
        self.paragraph.add(line, place)

    def _heading_line(self, line: Line, place: Place) -> Iterator[Block]:
        yield from self._end_paragraph()
        heading, last = self.heading, self.heading_line
        if heading is not None and last is not None and continues_heading(line, place, heading, last):
            text = tidy_heading(join_heading(heading.text, line.text))
            unreadable = heading.unreadable + line.unreadable
            self.heading = replace(heading, text=text, places=(*heading.places, place), unreadable=unreadable)
        else:
            yield from self._end_heading()
            self.heading = _block("heading", line, place)
        self.heading_line = line

    def _is_first_line_of_text(self, line: Line, page: PageText) -> bool:
        """Return whether the heading held back is in truth the first, full line of a paragraph set large or bold."""
        pending, before = self.heading, self.heading_line
        if pending is None or before is None or len(pending.places) > 1 or pending.places[0].page != page.number:
            return False
        alike = abs(before.size - line.size) < 0.04 * line.size and before.bold == line.bold
        close = 0 < line.baseline - before.baseline < 2.5 * line.size
        return alike and close and before.room < FULL_ROOM and read_number(pending.text) is None

    def _make_heading_text(self) -> None:
        """Begin a paragraph with the heading held back."""
        if self.heading is not None and self.heading_line is not None:
            self.paragraph.add(self.heading_line, self.heading.places[0])
        self.heading = self.heading_line = None

    def _continue_caption(self, line: Line, page: PageText) -> bool:
        """Add a line to the caption before it, where it goes on with it; return whether it does."""
        pending, before = self.caption, self.caption_line
        if pending is None or before is None or is_caption(line.text) or pending.places[-1].page != page.number:
            return False
        close = 0 < line.baseline - before.baseline < 1.6 * line.size
        alike = abs(line.size - before.size) < 0.3 and line.bold == before.bold
        if not (close and alike and before.room < 1.5 and line.size < 0.98 * self.body.size):
            return False
        text = join_lines(pending.text, line.text)
        self.caption = Block("caption", text, (*pending.places, Place(page.number, page.displayed(line.box))))
        self.caption_line = line
        return True

    def _table(self, table: Table, page: PageText, first: bool) -> Iterator[Block]:
        place = Place(page.number, page.displayed(table.box))
        pending = self.table
        if pending is not None and first and self._is_continued(pending, table):
            rows = table.rows[1:] if table.rows[0] == pending.rows[0] else table.rows
            places = (*pending.places, place)
            unreadable = pending.unreadable + table.unreadable
            self.table = Block("table", "", places, rows=pending.rows + rows, unreadable=unreadable)
            return
        yield from self._end_heading()
        yield from self._end_caption()
        yield from self._end_table()
        if self.paragraph.text and ends_sentence(self.paragraph.text):
            yield from self._end_paragraph()
        self.table = Block("table", "", (place,), rows=table.rows, unreadable=table.unreadable)
        self.table_edges = table.edges

    def _is_continued(self, pending: Block, table: Table) -> bool:
        """Return whether a table has the columns, or the first row, of the one that ended the column before."""
        if len(table.rows[0]) != len(pending.rows[0]):
            return False
        same_head = len(table.rows) > 1 and table.rows[0] == pending.rows[0]
        return same_head or _has_same_columns(self.table_edges, table.edges)

    def _end_table(self) -> Iterator[Block]:
        if self.table:
            yield self.table
        self.table = None

    def _end_caption(self) -> Iterator[Block]:
        if self.caption:
            yield self.caption
        self.caption = None

    def _end_labels(self, caption: Line) -> Iterator[Block]:
        """Yield small text right above a figure's caption, the words inside the figure, as a caption of its own."""
        pending = self.paragraph
        small = pending.last is not None and pending.last.size < SMALLER * self.body.size
        if small and caption.text.startswith(("图", "Fig", "FIG")) and len(pending.text) < 200:
            yield Block("caption", pending.text, tuple(pending.places), unreadable=pending.unreadable)
            self.paragraph = Paragraph()

    def _end_heading(self) -> Iterator[Block]:
        if self.heading:
            self.in_references = bool(re.match(r"参\s*考\s*文\s*献|References", self.heading.text))
            yield self.heading
        self.heading = self.heading_line = None

    def _end_paragraph(self) -> Iterator[Block]:
        paragraph = self.paragraph
        if paragraph.text:
            yield Block("text", paragraph.text, tuple(paragraph.places), unreadable=paragraph.unreadable)
        self.paragraph = Paragraph()


def _block(kind: str, line: Line, place: Place) -> Block:
    text = tidy_heading(line.text) if kind == "heading" else line.text
    return Block(kind, text, (place,), size=line.size, bold=line.bold, unreadable=line.unreadable)  # type: ignore[arg-type]


def _merged(kind: str, lines: Sequence[Line], page: PageText) -> Block:
    places = tuple(Place(page.number, page.displayed(line.box)) for line in lines)
    return Block(kind, " ".join(line.text for line in lines), places)  # type: ignore[arg-type]


def _has_same_columns(first: Sequence[float], second: Sequence[float]) -> bool:
    return len(first) == len(second) and all(abs(a - b) < 6 for a, b in zip(first, second, strict=True))


def _leading(body: Sequence[Element]) -> float:
    """Return the usual distance between baselines of a column."""
    lines = [e for e in body if isinstance(e, Line)]
    steps = [b.baseline - a.baseline for a, b in itertools.pairwise(lines)]
    near = [step for step, line in zip(steps, lines, strict=False) if 0.8 * line.size < step < 3 * line.size]
    return median(near) if near else 1.6 * (lines[0].size if lines else 10.0)
