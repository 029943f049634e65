"""Segments: spans that belong to one line of one column, superscripts in their place; how they are cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.notation.superscripts import REFERENCE, raised_as_text
from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.lines.spans import HANGING, OPENING, WIDE_GAP, WORD_GAP, GlyphSpan

SPAN_GAP = 1.08
"""Gap in em between segments. Columns are mostly 1.5 em apart or more; justified text keeps its gaps below 1 em,
and an ideographic space that is not drawn leaves one."""
SAME_LINE = 0.25
"""Baselines within this share of the size are one line."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
"""`ab目` → `目`"""


@dataclass(slots=True)
class Segment:
    """Spans of one line, left to right, without a column's gap between them.

    `raised` has the small spans by number, True for superscripts and False for subscripts.
    """

    spans: list[GlyphSpan]
    box: Box
    baseline: float
    size: float
    bold: bool = False
    raised: dict[int, bool] = field(default_factory=dict)

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.box[0]

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.box[2]

    @property
    def core(self) -> Box:
        """The box without marks that may hang over the edges of its column."""
        return (_core(self.spans[0])[0], self.box[1], _core(self.spans[-1])[1], self.box[3])

    @property
    def font(self) -> str:
        """Name of the font of its span of most Chinese characters, of its longest where there are none."""
        if len(self.spans) == 1:
            return self.spans[0].font
        return max(self.spans, key=lambda span: (len(_HAN.findall(span.text)), len(span.text))).font

    @property
    def mark(self) -> str:
        """The reference raised at its very beginning: the mark of a footnote, where it is one."""
        first = self.spans[0].text.strip()
        return first if self.raised.get(0) and len(self.spans) > 1 and REFERENCE.fullmatch(first) else ""

    @property
    def unreadable(self) -> int:
        """How many glyphs of it could not be read."""
        return sum(span.unreadable for span in self.spans)

    @property
    def text(self) -> str:
        """The text, references left out and powers written out."""
        if len(self.spans) == 1 and not self.raised:
            return self.spans[0].text
        text = ""
        for i, span in enumerate(self.spans):
            piece = span.text
            if i in self.raised:
                after = self.spans[i + 1].text if i + 1 < len(self.spans) else ""
                piece = raised_as_text(text, piece, after) if self.raised[i] else piece
            elif i and i - 1 not in self.raised:
                text += space_between(text[-1:], piece[:1], (span.x0 - self.spans[i - 1].x1) / self.size)
            text += piece
        return text


def space_between(left: str, right: str, gap: float) -> str:
    """Return what stands between two pieces of a line `gap` em apart: a space or nothing."""
    latin = left < "\u2e80" and right < "\u2e80"
    return " " if gap > (WORD_GAP if latin else WIDE_GAP) else ""


def split_at(segment: Segment, gutter: tuple[float, float]) -> list[Segment]:
    """Cut a segment where the gap between two of its spans covers a gutter, or marks that hang into it fill it."""
    for i in range(1, len(segment.spans)):
        left, right = segment.spans[i - 1], segment.spans[i]
        end, begin = _core(left, quotes=True)[1], _core(right, quotes=True)[0]
        hangs = begin - end > right.x0 - left.x1
        if end <= gutter[0] + 2 and begin >= gutter[1] - 2 and (hangs or right.x0 - left.x1 > 0.5 * segment.size):
            return _cut_at(segment, i)
    return [segment]


def _core(span: GlyphSpan, quotes: bool = False) -> tuple[float, float]:
    """Return where a span begins and ends without a mark, or a quote, that may hang over the edge of its column."""
    opening, hanging = (OPENING + "“‘", HANGING + "”’") if quotes else (OPENING, HANGING)
    before = span.size if span.text[:1] in opening and len(span.text) > 1 else 0.0
    behind = span.size if span.text[-1:] in hanging else 0.0
    return span.x0 + before, span.x1 - behind


def cut_at_gaps(segment: Segment) -> list[Segment]:
    """Return a segment cut at all its gaps of half an em or more: its cells, if it is a row of a table."""
    rest, pieces = segment, []
    while gaps := _gaps(rest):
        first, rest = _cut_at(rest, gaps[0])
        pieces.append(first)
    return [*pieces, rest]


def _gaps(segment: Segment) -> list[int]:
    """Return the spans of a segment, by number, with a gap of half an em or more before them, or an em of blanks.

    The blank halves of marks count.
    """
    places = []
    for i, (left, right) in enumerate(pairwise(segment.spans), 1):
        least = (SPAN_GAP if right.spaced else 0.5) * segment.size
        if _core(right)[0] - _core(left)[1] > least:
            places.append(i)
    return places


def _cut_at(segment: Segment, i: int) -> list[Segment]:
    first, second = make_segment(segment.spans[:i]), make_segment(segment.spans[i:])
    first.raised = {k: up for k, up in segment.raised.items() if k < i}
    second.raised = {k - i: up for k, up in segment.raised.items() if k >= i}
    return [first, second]


def make_segment(spans: list[GlyphSpan]) -> Segment:
    """Make a segment of spans of one line, left to right."""
    box = union_of([span.box for span in spans])
    main = max(spans, key=lambda s: (len(s.text), s.size))
    bold = sum(len(s.text) for s in spans if s.bold) * 2 > sum(len(s.text) for s in spans)
    return Segment(spans, box, main.baseline, main.size, bold)


def union_of(boxes: Sequence[Box]) -> Box:
    """Return the box around boxes."""
    if len(boxes) == 1:
        return boxes[0]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
