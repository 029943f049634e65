"""The straight rules drawn on a page: borders of tables, the line above footnotes, underlines."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ingest.pdf.drawing import pdfium_calls
from ingest.pdf.drawing.glyphs import Frame
from ingest.pdf.drawing.paths import Budget, Matrix, combine, matrix_of, straight_segments

MAX_OBJECTS = 20_000
"""Page objects looked at; more is a map or an attack, and no table."""
MAX_RULES = 1_500
"""Rules kept of a page; the largest ruled tables seen have some 600."""
MAX_DEPTH = 4
"""Forms within forms that are followed."""
SAME_END = 6.0
"""Ends of rules of one table agree to this many points."""
LEAST_WIDTH = 60.0
"""Rules shorter than this many points border no table alone."""
SHORTEST = 4.0
"""Shorter rules, in points, are parts of glyph-like drawings."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal (`top == bottom`) or vertical (`x0 == x1`) rule in reading space, in points."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def is_horizontal(self) -> bool:
        """Whether it is a horizontal rule."""
        return self.top == self.bottom


def read_rules(page: Any, frame: Frame) -> list[Rule]:
    """Return the rules of a page, none where it is a drawing (more than `MAX_RULES`)."""
    n = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    objects = pdfium_calls.page_objects(pdfium_calls.handle(page.raw), n)
    corners: list[tuple[float, float, float, float]] = []
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    _collect(objects, identity, corners, 0, Budget())
    if not corners or len(corners) > MAX_RULES:
        return []
    rows = frame.reading(np.array(corners, np.float64)).tolist()
    return [rule for row in rows if (rule := _rule(*row))]


def _collect(objects: list[tuple[int, int]], outer: Matrix, corners: list[Any], depth: int, budget: Budget) -> None:
    for kind, address in objects:
        if len(corners) > MAX_RULES:
            return
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            corners.extend(straight_segments(address, outer, budget))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            form = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            count = min(max(0, pdfium.FPDFFormObj_CountObjects(form)), MAX_OBJECTS)
            _collect(
                pdfium_calls.form_objects(address, count), combine(matrix_of(form), outer), corners, depth + 1, budget
            )


def group_rules(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return the level rules in groups of the same extent, each from top to bottom: borders of one table, mostly."""
    groups: list[list[Rule]] = []
    for rule in _merge_pieces(rules):
        same = [g for g in groups if abs(g[-1].x0 - rule.x0) < SAME_END and abs(g[-1].x1 - rule.x1) < SAME_END]
        same[0].append(rule) if same else groups.append([rule])
    return groups


def _merge_pieces(rules: Sequence[Rule]) -> list[Rule]:
    """Return the level rules from top to bottom, pieces that meet made one, short ones left out."""
    whole: list[Rule] = []
    for rule in sorted((r for r in rules if r.is_horizontal), key=lambda r: (round(r.top), r.x0)):
        last = whole[-1] if whole else None
        if last and abs(last.top - rule.top) < 1.5 and rule.x0 <= last.x1 + 3:
            whole[-1] = Rule(last.x0, last.top, max(last.x1, rule.x1), last.top)
        else:
            whole.append(rule)
    return [rule for rule in whole if rule.x1 - rule.x0 > LEAST_WIDTH]


def _rule(x0: float, top: float, x1: float, bottom: float) -> Rule | None:
    if x1 - x0 >= SHORTEST and bottom - top <= 1.0:
        middle = (top + bottom) / 2
        return Rule(x0, middle, x1, middle)
    if bottom - top >= SHORTEST and x1 - x0 <= 1.0:
        middle = (x0 + x1) / 2
        return Rule(middle, top, middle, bottom)
    return None
