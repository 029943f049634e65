"""Read segments: group the spans of a page by baseline, cut each row at the gaps of columns.

Superscripts and subscripts stand on baselines of their own; they are put into the segment they touch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from ingest.pdf.lines.segments import SAME_LINE, SPAN_GAP, Segment, make_segment, union_of
from ingest.pdf.lines.spans import BLANK_GAP, GlyphSpan

AFTER_RAISED = 0.35
"""Text goes on within this many em after a superscript; at a greater distance it is the next column's."""
RAISED_SIZE = 0.85
"""A superscript is set at 0.5 to 0.75 of the size of its line."""


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
    return [make_segment(piece) for piece in pieces]


def _is_one_line(left: GlyphSpan, right: GlyphSpan) -> bool:
    """Return whether two neighbours are of one line: neither is a superscript that belongs to the other column's."""
    small, large = sorted((left.size, right.size))
    touching = abs(left.baseline - right.baseline) < 0.06 * large and right.x0 - left.x1 < AFTER_RAISED * large
    return small > RAISED_SIZE * large or touching


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
    return Segment(spans, union_of([s.box for s in spans]), host.baseline, host.size, host.bold, raised)


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
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        same_line = last is not None and abs(last.baseline - segment.baseline) <= SAME_LINE * segment.size
        if last is not None and same_line and -0.05 <= (segment.x0 - last.x1) / segment.size <= AFTER_RAISED:
            shift = len(last.spans)
            raised = {**last.raised, **{i + shift: up for i, up in segment.raised.items()}}
            box = union_of([last.box, segment.box])
            spans = [*last.spans, *segment.spans]
            joined[-1] = Segment(spans, box, last.baseline, last.size, last.bold and segment.bold, raised)
        else:
            joined.append(segment)
    return joined
