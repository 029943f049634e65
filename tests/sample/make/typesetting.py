"""Set lines, paragraphs, tables and figures into frames (columns) of pages. Lengths are points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby

from fpdf import FPDF
from fpdf.fonts import TTFFont

NEVER_FIRST = frozenset("，。、；：！？）》】”℃%～①")
"""Characters that may not open a line: the word before goes along with them."""
CELL_PAD = 3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A column: left edge and width."""

    x: float
    width: float


def font_of(pdf: FPDF, char: str) -> str:
    """Return the font for a character: Latin where the Han font has no glyph."""
    han = pdf.fonts["han"]
    return "han" if isinstance(han, TTFFont) and ord(char) in han.cmap else "latin"


def runs(pdf: FPDF, text: str) -> list[tuple[str, str]]:
    """Split a text into (font, run)."""
    return [(font, "".join(chars)) for font, chars in groupby(text, key=lambda char: font_of(pdf, char))]


def width_of(pdf: FPDF, text: str, size: float) -> float:
    """Return the set width of a line."""
    total = 0.0
    for font, run in runs(pdf, text):
        pdf.set_font(font, size=size)
        total += pdf.get_string_width(run)
    return total


def wrap(pdf: FPDF, text: str, size: float, width: float, first: float = 0.0) -> list[str]:
    """Break a text into lines of at most `width`, the first shorter by `first`; Latin words and numbers stay whole."""
    lines: list[str] = []
    line: list[str] = []
    used = first
    for word in re.findall(r"（[0-9A-Z]{1,3}）|[A-Za-z0-9.,/\-öμ]+|.", text):
        step = width_of(pdf, word, size)
        if used + step > width and line:
            carried = line[-1:] if word in NEVER_FIRST and len(line) > 1 else []
            lines.append("".join(line[: len(line) - len(carried)]).rstrip())
            line, word = carried, word.lstrip()
            used = width_of(pdf, "".join(carried), size)
        line, used = [*line, word], used + step
    return [*lines, "".join(line)]


@dataclass(slots=True)
class Flow:
    """Where the next line goes. `running` holds, for each page begun, the chapter it opened in."""

    pdf: FPDF
    frames: list[Frame]
    top: float
    bottom: float
    size: float
    leading: float
    started: bool = False
    first_top: float | None = None
    index: int = 0
    y: float = 0.0
    floor: float = 0.0
    chapter: str = ""
    running: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.floor = self.bottom
        if self.started:
            self.y = self.first_top if self.first_top is not None else self.top
            return
        self.index = len(self.frames) - 1
        self.y = self.bottom + 1

    @property
    def frame(self) -> Frame:
        """The column being filled."""
        return self.frames[self.index]

    def next_page(self, heading: str = "") -> None:
        """Begin a page, under a new chapter where a heading is given."""
        self.chapter = heading or self.chapter
        self.pdf.add_page()
        self.running.append(self.chapter)
        self.index, self.y, self.floor, self.first_top = 0, self.top, self.bottom, None

    def next_frame(self) -> None:
        """Go to the next column, or to a new page."""
        if self.index + 1 == len(self.frames):
            self.next_page()
            return
        self.index += 1
        self.y = self.top if self.first_top is None else self.first_top

    def keep_together(self, height: float) -> None:
        """Go on where `height` is left."""
        if self.y + height > self.floor:
            self.next_frame()

    def skip(self, height: float) -> None:
        """Leave space, but not at the head of a column."""
        if self.y > self.top:
            self.y += height

    def put(self, x: float, y: float, text: str, size: float) -> None:
        """Draw a line with its baseline at `y`."""
        for font, run in runs(self.pdf, text):
            self.pdf.set_font(font, size=size)
            self.pdf.text(x, y, run)
            x += self.pdf.get_string_width(run)

    def line(self, text: str, size: float, centred: bool = False, indent: float = 0.0) -> None:
        """Set one line."""
        height = max(self.leading, size * 1.5) if size > self.size else self.leading
        self.keep_together(height)
        x = self.frame.x + indent
        if centred:
            x += (self.frame.width - width_of(self.pdf, text, size)) / 2
        self.put(x, self.y + size, text, size)
        self.y += height

    def leader(self, title: str, number: str, size: float, indent: float) -> None:
        """Set a line of the contents: title, dots, page."""
        room = self.frame.width - indent - width_of(self.pdf, title + number, size) - 8
        dots = "." * int(room / width_of(self.pdf, ".", size))
        self.keep_together(self.leading)
        right = self.frame.x + self.frame.width - width_of(self.pdf, dots + number, size)
        self.put(self.frame.x + indent, self.y + size, title, size)
        self.put(right, self.y + size, dots + number, size)
        self.y += self.leading

    def paragraph(self, text: str, indent: bool = True, note: str = "") -> None:
        """Set a paragraph, two characters indented, and its footnote at the foot of the page."""
        first = 2 * self.size if indent else 0.0
        lines = wrap(self.pdf, text, self.size, self.frame.width, first)
        if note:
            self.keep_together(len(lines) * self.leading + 40)
            self.footnote(note)
        for number, line in enumerate(lines):
            self.line(line, self.size, indent=first if number == 0 else 0.0)

    def footnote(self, note: str) -> None:
        """Set a footnote under a short rule at the foot of this column; the text ends above it."""
        lines = wrap(self.pdf, note, self.size - 2, self.frame.width)
        y = self.floor - 12.0 * len(lines)
        self.pdf.line(self.frame.x, y - 4, self.frame.x + 100, y - 4)
        for number, line in enumerate(lines):
            self.put(self.frame.x, y + 8 + 12.0 * number, line, self.size - 2)
        self.floor = y - 10

    def figure(self, caption: str, boxes: list[str]) -> None:
        """Draw a row of labelled ovals (rectangles would be a table) joined by lines, the caption under it."""
        self.keep_together(40 + 2 * self.leading)
        step = self.frame.width / len(boxes)
        for number, label in enumerate(boxes):
            x = self.frame.x + number * step
            self.pdf.ellipse(x + 8, self.y + 4, step - 30, 30)
            size = self.size - 1.5
            self.put(x + 8 + (step - 30 - width_of(self.pdf, label, size)) / 2, self.y + 22, label, size)
            if number + 1 < len(boxes):
                self.pdf.line(x + step - 22, self.y + 19, x + step + 8, self.y + 19)
        self.y += 42
        self.line(caption, self.size - 1, centred=True)
        self.skip(4)

    def table(self, title: str, rows: tuple[tuple[str, ...], ...]) -> None:
        """Set a ruled table under its title, in one piece."""
        size, leading = self.size - 1.5, self.leading - 3
        widths = column_widths(rows, self.frame.width)
        cells = [
            [wrap(self.pdf, cell, size, width - 2 * CELL_PAD) for cell, width in zip(row, widths, strict=True)]
            for row in rows
        ]
        heights = [max(len(cell) for cell in row) * leading + 2 * CELL_PAD for row in cells]
        self.keep_together(self.leading + sum(heights) + 8)
        self.line(title, self.size - 0.5, centred=True)
        for row, height in zip(cells, heights, strict=True):
            x = self.frame.x
            for cell, width in zip(row, widths, strict=True):
                self.pdf.rect(x, self.y, width, height)
                for number, line in enumerate(cell):
                    self.put(x + CELL_PAD, self.y + CELL_PAD + size + number * leading, line, size)
                x += width
            self.y += height
        self.skip(8)


def column_widths(rows: tuple[tuple[str, ...], ...], width: float) -> list[float]:
    """Share the width by the square root of each column's longest cell: long cells wrap, short ones stay readable."""
    weights = [max(len(row[column]) for row in rows) ** 0.5 for column in range(len(rows[0]))]
    return [width * weight / sum(weights) for weight in weights]
