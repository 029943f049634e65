"""Paragraphs: lines are joined across columns and pages until something says that a paragraph has ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.book.block import Place
from ingest.book.heading_numbers import read_number
from ingest.pdf.lines.lines import Line, first_word_width, join_lines

_LIST_ITEM = re.compile(
    r"^(?:[（(]\d{1,2}[)）]|\d{1,2}[)）]|\d{1,2}[.．、](?!\d)|[①-⑳]|[•·●○■◆▪□✓]|[–—-]\s"
    r"|[（(]?[一二三四五六七八九十]{1,3}[)）、]|[A-Ea-e][.．、)]|\[\d{1,3}\]|【)"
)
"""`（1）补液` → `（1）`, `1.5 mg` → –"""
_PUNCTUATED = re.compile(r"[，。；：]")
"""`诊断，治疗` → `，`, `诊断` → –"""
_HAN = re.compile(r"[\u4e00-\u9fff]")
"""`mg 口服` → `口`"""
_NO_START = "，。；：、！？）】》”’」』"
"""Marks that begin no paragraph."""
_OPEN = re.compile(r"[（(][^（）()]{0,40}$")
"""A parenthesis that the text so far has not closed. `头孢曲松（每日1次静` → `（每日1次静`, `（每日1次）` → –"""
SHORT = 0.35
"""A line that leaves this share of its column's width free ends its paragraph."""
FAR, FARTHER = 1.4, 1.15
"""Distance of lines, as a ratio to the usual one, that parts paragraphs: anywhere, and behind a whole sentence."""


@dataclass(slots=True)
class Paragraph:
    """Lines of a paragraph gathered so far."""

    text: str = ""
    places: list[Place] = field(default_factory=list)
    unreadable: int = 0
    last: Line | None = None
    page: int = 0
    indented: bool = False

    def add(self, line: Line, place: Place) -> None:
        """Add a line."""
        if self.last is None:
            self.indented = 1.3 < line.indent < 5
        self.text = join_lines(self.text, line.text)
        self.places.append(place)
        self.unreadable += line.unreadable
        self.last = line
        self.page = place.page

    def has_ended_before(self, line: Line, page: int, leading: float) -> bool:
        """Return whether it has ended before `line`; `leading` is the usual distance of baselines in points."""
        last = self.last
        if last is None:
            return True
        if abs(line.size - last.size) > 0.08 * last.size:
            return True
        same_column = self.page == page and line.baseline > last.baseline and line.left == last.left
        inside = line.text[:1] in _NO_START or bool(_OPEN.search(self.text))
        complete = ends_sentence(self.text) and not inside
        step = (line.baseline - last.baseline) / leading if same_column else 1.0
        if step > FAR + 0.1 * line.size / leading:
            return True
        if complete and (step > FARTHER or _is_set_otherwise(line, last) or _is_numbered_title(line)):
            return True
        wanted = first_word_width(line.text)
        if _LIST_ITEM.match(line.text) and (complete or (not inside and last.room > max(1.5, wanted + 0.6))):
            return True
        aside = last.indent > 7 or (_is_centred(last) and abs(line.box[0] - last.box[0]) > line.size)
        if aside and len(self.places) == 1:  # set at the right or in the middle: a line by itself
            return True
        deeper = line.box[0] - line.left > last.box[0] - last.left + 0.5 * line.size and line.indent < 7
        if not deeper and line.indent < 0.5 and self._is_wrapped_at_space(line, complete):
            return False
        if last.room <= wanted + 0.6:
            hangs = len(self.places) == 1 and bool(_LIST_ITEM.match(self.text))
            return complete and not hangs and (deeper or (1.5 < line.indent < 7 and last.room > 0.8))
        return complete or deeper or last.room > SHORT * (last.right - last.left) / last.size

    def _is_wrapped_at_space(self, line: Line, complete: bool) -> bool:
        """Return whether the line before is short only because the next word, up to a space, had no room in it.

        Programs made for Latin text break Chinese at spaces alone, and those stand beside Latin letters and digits.
        Behind a full stop that is believed only of paragraphs whose first line is indented, as the next one's would be.
        """
        if not (self.text[-1:].isascii() or line.text[:1].isascii()) or (complete and read_number(line.text)):
            return False
        word = line.text.split(" ", 1)[0]
        wide = sum(1.0 if char >= "\u2e80" else 0.6 for char in word)
        fits = self.last is not None and self.last.room > wide + 0.6
        return not fits and (not complete or (self.indented and self.text.endswith("。")))


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return bool(re.search(r"[。！？!?.：:；;…”’」』）)】]$", text))


def _is_set_otherwise(line: Line, last: Line) -> bool:
    """Return whether one of two lines is bold, or their Chinese characters are of different fonts."""
    return line.bold != last.bold or (
        line.font != last.font and bool(_HAN.search(line.text) and _HAN.search(last.text))
    )


def _is_numbered_title(line: Line) -> bool:
    """Return whether a line is a few words, alone, behind a number of several parts, which lists do not have."""
    number = read_number(line.text)
    if number is None or not number.rank.has_several_parts:
        return False
    return line.room > 3 and not _PUNCTUATED.search(number.rest)


def _is_centred(line: Line) -> bool:
    """Return whether a line is set in the middle of its column, such as a formula."""
    return line.indent > 2.5 and abs(line.indent - line.room) < 1.0
