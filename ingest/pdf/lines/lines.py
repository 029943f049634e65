"""Lines: the segments of a column that stand on one baseline, and how the text of two lines is joined."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.book.line_text import tidy
from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.lines.segments import SAME_LINE, Segment, space_between

_WORD_HYPHEN = re.compile(r"[a-z]-$")
"""`pro-` → `o-`, `10-` → –"""
_FIRST = re.compile(
    r"^[（(《“‘【「『]*(?:[^\s\u2e80-\u9fff\uff00-\uffef]+|.(?:/[^\s\u2e80-\u9fff\uff00-\uffef]*)?)"
    r"[，。；：、！？）】》”’」』%％]*",
    re.DOTALL,
)
"""`（C）三级。` → `（C）`, `50mg/kg口服` → `50mg/kg`"""


@dataclass(slots=True)
class Line:
    """One line of one column. `left` and `right` are the edges of its column in points.

    `mark` is a raised reference at its beginning, which is left out of `text`.
    """

    text: str
    box: Box
    baseline: float
    size: float
    bold: bool
    unreadable: int = 0
    font: str = ""
    left: float = 0.0
    right: float = 0.0
    mark: str = ""

    @property
    def indent(self) -> float:
        """Distance from the column's left edge in em."""
        return (self.box[0] - self.left) / max(self.size, 1.0)

    @property
    def room(self) -> float:
        """Distance to the column's right edge in em."""
        return (self.right - self.box[2]) / max(self.size, 1.0)


def group_rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Group the segments of one column by baseline, top to bottom, each row left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (s.baseline, s.x0)):
        if rows and segment.baseline - rows[-1][0].baseline <= SAME_LINE * segment.size:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    for row in rows:
        row.sort(key=lambda s: s.x0)
    return rows


def line_of(row: Sequence[Segment]) -> Line:
    """Make one line of a row of segments."""
    text = row[0].text
    for before, after in itertools.pairwise(row):
        text += space_between(text[-1:], after.text[:1], (after.x0 - before.x1) / after.size) + after.text
    main = max(row, key=lambda s: len(s.text))
    box = (row[0].x0, min(s.box[1] for s in row), max(s.x1 for s in row), max(s.box[3] for s in row))
    unreadable = sum(segment.unreadable for segment in row)
    return Line(
        tidy(text), box, main.baseline, main.size, all(s.bold for s in row), unreadable, main.font, mark=row[0].mark
    )


def join_lines(first: str, second: str) -> str:
    """Return two lines of a paragraph as one text: no space at Chinese characters, words cut by a hyphen made whole."""
    if not first or not second:
        return first + second
    if _WORD_HYPHEN.search(first) and second[0].islower():
        return first[:-1] + second
    if second[0] == "^" or (first[-1] in "-–—/" and second[0].isascii()):
        return first + second
    latin = first[-1] < "\u2e80" and second[0] < "\u2e80"
    return f"{first} {second}" if latin and first[-1] not in "“‘" and second[0] not in "”’" else first + second


def first_word_width(text: str) -> float:
    """Return the width in em of what no line break may part at the beginning of a text, marks beside it included."""
    match = _FIRST.match(text)
    return sum(1.0 if char >= "\u2e80" else 0.6 for char in match.group()) if match else 1.0
