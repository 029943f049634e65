"""Segments: spans that belong to one line of one column, superscripts in their place.

`read_segments` groups the spans of a page by baseline, cuts each row at the gaps of columns, and puts superscripts and
subscripts, which stand on baselines of their own, into the line they touch.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.notation.superscripts import REFERENCE, raised_as_text
from ingest.pdf.drawing.glyphs import Box
from ingest.pdf.lines.spans import BLANK_GAP, HANGING, OPENING, WIDE_GAP, WORD_GAP, GlyphSpan

SPAN_GAP = 1.08
"""Gap in em between segments. Columns are mostly 1.5 em apart or more; justified text keeps its gaps below 1 em,
and an ideographic space that is not drawn leaves one."""
SAME_LINE = 0.25
"""Baselines within this share of the size are one line."""
AFTER_RAISED = 0.35
"""Text goes on within this many em after a superscript; at a greater distance it is the next column's."""
RAISED_SIZE = 0.85
"""A superscript is set at 0.5 to 0.75 of the size of its line."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
"""`目` → `目`"""


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


def read_segments(spans: Sequence[GlyphSpan]) -> list[Segment]:
    """Return the segments of a page, top to bottom; text of raised spans goes to the segment they touch."""
    rows: list[tuple[float, list[GlyphSpan]]] = []
    for span in sorted(spans, key=lambda s: (s.baseline, s.x0)):
        if rows and span.baseline - rows[-1][0] <= SAME_LINE * span.size:
            rows[-1][1].append(span)
        else:
            rows.append((span.baseline, [span]))
    segments = [segment for _, row in rows for segment in _cut_row(row)]
    segments.sort(key=lambda s: (s.baseline, s.x0))
    return _attach_small(segments)


def _cut_row(row: list[GlyphSpan]) -> list[Segment]:
    """Cut a row of spans where a column's gap is."""
    row.sort(key=lambda s: s.x0)
    pieces: list[list[GlyphSpan]] = []
    edge = 0.0
    for span in row:
        widest = BLANK_GAP if span.spaced else SPAN_GAP
        if (
            pieces
            and span.x0 - edge <= widest * min(span.size, pieces[-1][-1].size)
            and _is_one_line(pieces[-1][-1], span)
        ):
            pieces[-1].append(span)
        else:
            pieces.append([span])
        edge = max(edge, span.x1) if pieces[-1][0] is not span else span.x1
    return [_segment(piece) for piece in pieces]


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
    first, second = _segment(segment.spans[:i]), _segment(segment.spans[i:])
    first.raised = {k: up for k, up in segment.raised.items() if k < i}
    second.raised = {k - i: up for k, up in segment.raised.items() if k >= i}
    return [first, second]


def _is_one_line(left: GlyphSpan, right: GlyphSpan) -> bool:
    """Return whether two neighbours are of one line: neither is a superscript that belongs to the other column's."""
    small, large = sorted((left.size, right.size))
    touching = abs(left.baseline - right.baseline) < 0.06 * large and right.x0 - left.x1 < AFTER_RAISED * large
    return small > RAISED_SIZE * large or touching


def _segment(spans: list[GlyphSpan]) -> Segment:
    box = _union([span.box for span in spans])
    main = max(spans, key=lambda s: (len(s.text), s.size))
    bold = sum(len(s.text) for s in spans if s.bold) * 2 > sum(len(s.text) for s in spans)
    return Segment(spans, box, main.baseline, main.size, bold)


def _union(boxes: Sequence[Box]) -> Box:
    if len(boxes) == 1:
        return boxes[0]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def _attach_small(segments: list[Segment]) -> list[Segment]:
    """Put superscripts and subscripts into the line they touch, and mark the raised ones."""
    bases = [segment.baseline for segment in segments]
    gone: set[int] = set()
    joins: dict[int, list[GlyphSpan]] = {}
    for i, small in enumerate(segments):
        if len(small.text) > 24:
            continue
        reach = 1.2 * small.size / RAISED_SIZE
        near = range(bisect_left(bases, small.baseline - reach), bisect_left(bases, small.baseline + 2 * reach))
        hosts = [k for k in near if k != i and k not in gone and _is_attached(small, segments[k])]
        if hosts:
            host = min(hosts, key=lambda k: abs(segments[k].baseline - small.baseline))
            joins.setdefault(host, []).extend(small.spans)
            gone.add(i)
    merged = [_insert_small(s, joins[i]) if i in joins else s for i, s in enumerate(segments) if i not in gone]
    return _rejoin(merged) if joins else merged


def _is_attached(small: Segment, host: Segment) -> bool:
    """Return whether `small` is a superscript or subscript of a glyph of `host`."""
    if small.size > RAISED_SIZE * host.size or host.size > 3.5 * small.size:
        return False
    rise = (host.baseline - small.baseline) / host.size
    if not -0.5 <= rise <= 0.75:
        return False
    return host.x0 - AFTER_RAISED * host.size <= small.x1 and small.x0 <= host.x1 + AFTER_RAISED * host.size


def _insert_small(host: Segment, extra: list[GlyphSpan]) -> Segment:
    """Return the host with the small spans at their place in it."""
    pieces: list[GlyphSpan] = []
    for span in host.spans:
        cuts = sorted(s.x0 for s in extra if span.x0 + 0.3 * span.size < s.x0 < span.x1 - 0.3 * span.size)
        pieces.extend(_cut(span, cuts) if cuts else [span])
    spans = sorted([*pieces, *extra], key=lambda s: (s.x0 + 0.25 * s.size, s.x1))
    small = {id(span) for span in extra}
    raised = {i: host.baseline - s.baseline > 0.12 * host.size for i, s in enumerate(spans) if id(s) in small}
    return Segment(spans, _union([s.box for s in spans]), host.baseline, host.size, host.bold, raised)


def _cut(span: GlyphSpan, cuts: list[float]) -> list[GlyphSpan]:
    """Cut a span at x positions, glyph widths taken as equal: a fallback for files that draw the line in one go."""
    pieces, rest = [], span
    for cut in cuts:
        share = (cut - rest.x0) / max(rest.x1 - rest.x0, 0.1)
        place = round(share * len(rest.text))
        if 0 < place < len(rest.text):
            x0, top, x1, bottom = rest.box
            pieces.append(GlyphSpan(rest.text[:place], (x0, top, cut, bottom), rest.baseline, rest.size, rest.bold))
            rest = GlyphSpan(
                rest.text[place:], (cut, top, x1, bottom), rest.baseline, rest.size, rest.bold, rest.unreadable
            )
    return [*pieces, rest]


def _rejoin(segments: list[Segment]) -> list[Segment]:
    """Join neighbours that only a superscript between them had parted."""
    done: list[Segment] = []
    for segment in segments:
        last = done[-1] if done else None
        same_line = last is not None and abs(last.baseline - segment.baseline) <= SAME_LINE * segment.size
        if last is not None and same_line and -0.05 <= (segment.x0 - last.x1) / segment.size <= AFTER_RAISED:
            shift = len(last.spans)
            raised = {**last.raised, **{i + shift: up for i, up in segment.raised.items()}}
            box = _union([last.box, segment.box])
            spans = [*last.spans, *segment.spans]
            done[-1] = Segment(spans, box, last.baseline, last.size, last.bold and segment.bold, raised)
        else:
            done.append(segment)
    return done
