"""One page as later steps need it: segments, ruled tables, rules, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from ingest.pdf.drawing.dropped_glyphs import SecondOpinion, add_dropped
from ingest.pdf.drawing.glyphs import Box, Frame, read_glyphs
from ingest.pdf.drawing.repair_glyphs import repair
from ingest.pdf.drawing.rules import Rule, read_rules
from ingest.pdf.drawing.type3_faces import name_faces
from ingest.pdf.lines.read_segments import read_segments
from ingest.pdf.lines.segments import Segment
from ingest.pdf.lines.spans import find_redrawn, read_spans
from ingest.pdf.tables.ruled import Table, find_ruled_tables


@dataclass(slots=True)
class PageText:
    """The text of one page (numbered from 1) in reading space.

    `unreadable` of its `glyphs` mean nothing, of `unreadable_kinds` different ones. `running_heads` are the rows of
    running heads and page numbers, which are no longer among the `segments`.
    """

    number: int
    frame: Frame
    quarter_turns: int
    segments: list[Segment]
    tables: list[Table]
    rules: list[Rule]
    glyphs: int
    unreadable: int
    unreadable_kinds: int = 0
    running_heads: list[tuple[Segment, ...]] = field(default_factory=list)

    def displayed(self, box: Box) -> Box:
        """Return a box of reading space on the page as displayed."""
        return self.frame.original(box, self.quarter_turns)


def read_page(page: Any, number: int, second: SecondOpinion | None = None) -> PageText:
    """Read one pypdfium2 page; `second` is asked for glyphs PDFium drops."""
    drawn, frame, owners = read_glyphs(page)
    if second is not None:
        drawn, frame = add_dropped(page, number, drawn, frame, owners, second)
    glyphs, code, bad = repair(name_faces(drawn))
    once = ~find_redrawn(code, glyphs.box, glyphs.size)
    glyphs, code, bad = glyphs.take(once), code[once], bad[once]
    rules = read_rules(page, frame)
    tables, inside = find_ruled_tables(glyphs, code, bad, rules, frame.size)
    outside = ~inside
    segments = read_segments(read_spans(glyphs.take(outside), code[outside], bad[outside]))
    turns = pdfium.FPDFPage_GetRotation(page)
    kinds = len(set(zip(glyphs.font[bad].tolist(), glyphs.code[bad].tolist(), strict=True)))
    return PageText(number, frame, turns, segments, tables, rules, len(code), int(bad.sum()), kinds)
