"""Headings of a PDF: which lines are headings, and which go on with the heading of the line before.

A line is judged by its size and weight against the running text (`body_style`), by the number it begins with and the
rank of that number (`ingest.book.heading_numbers`), and by the room it leaves in its column. How deep a heading stands
is decided later and for all formats alike, by `ingest.book.heading_tree`.
"""

from __future__ import annotations

import re

from ingest.book.block import Block, Place
from ingest.book.heading_numbers import Rank, read_number
from ingest.pdf.lines.lines import Line, join_lines
from ingest.pdf.structure.body_style import FULL_ROOM, SMALLER, BodyStyle

LARGER = 1.1
"""From this ratio to the body size a line's size makes it a heading (人卫 books: 五号 10.5 pt to 小四 12 pt, 1.14)."""
SAME_SIZE = 0.04
"""Lines of one heading differ in size by less than this share."""
MAX_HEADING = 60
"""Longest heading in characters."""
MAX_WORDS = 30
"""Longest words in characters of a heading that its number, or bold type alone, makes one."""
LONG_SHARE = 0.7
"""Share of a column's width that the first line of a paragraph of several lines reaches at least."""
SHORT_HEADING = 15
"""Longest heading in characters that only its place makes one."""
NEXT_LINE, NEXT_LINE_OF_NUMBER = 2.2, 4.0
"""Farthest baseline in em of a heading's second line, and of the words below a number alone."""

BULLETS = "•·●○■◆▪–"
"""Marks of list items, which are no headings in bold type either."""

_BYLINE = re.compile(r".{6}(?:学组|委员会|分会|学会|协会|编辑部|编委会|工作组|协作组|专家组|联盟)$")
"""The body that issues a guideline, whose name stands large below the title.
`儿科学分会呼吸学组` → `科学分会呼吸学组`"""
_ENDS_SENTENCE = re.compile(r"[。！？；，、,;!?]$|[.:：]$")
"""`治疗原则如下：` → `：`, `（一）病因` → –"""
_INNER_SENTENCE = re.compile(r"[。；！？].")
"""`腹泻。应补液` → `。应`, `应补液。` → –"""


def is_heading(line: Line, body: BodyStyle, ended: bool, opens: bool = False) -> bool:
    """Return whether a line is a heading.

    `ended` says that the paragraph before came to its end, `opens` that the line stands alone above a paragraph.
    """
    text = line.text
    if not text or text[0] in BULLETS or len(text) > MAX_HEADING or not re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return False
    number = read_number(text)
    if number is None and _BYLINE.search(text):
        return False
    if line.size >= LARGER * body.size:
        runs_on = bool(re.search(r"[，。；]", text)) and (line.room < FULL_ROOM or not ended)
        return not runs_on and not re.search(r"[。；，、,;]$", text)
    if line.size < SMALLER * body.size or _INNER_SENTENCE.search(text):
        return False
    if _ENDS_SENTENCE.search(text) or not ended or line.room < FULL_ROOM:
        return number is not None and number.rank is Rank.BRACKETED and text == number.number
    if number is None:
        return body.is_lighter_than(line) and len(text) <= MAX_WORDS
    if number.rank.makes_heading:
        return len(number.rest) <= MAX_WORDS and (bool(number.rest) or number.rank.may_stand_alone)
    is_set_apart = body.differs_from(line) or (opens and number.rank is Rank.DECIMAL_1)
    return is_set_apart and 0 < len(number.rest) <= MAX_WORDS


def is_heading_above_paragraph(line: Line, after: Line, before: str) -> bool:
    """Return whether a few words stand alone above an indented full line; `before` is no item of a list.

    So books set the headings `1. 病因` in the type of the text.
    """
    item = read_number(before)
    is_listed = item is not None and not item.rank.is_above_decimals and len(before) < MAX_HEADING
    is_long = after.box[2] - after.left >= LONG_SHARE * (after.right - after.left)
    is_first_line = 1.3 < after.indent < 5 and is_long and read_number(after.text) is None
    is_short = len(line.text) <= SHORT_HEADING and not re.search(r"[，。；：、,:;]", line.text[3:])
    return is_first_line and not is_listed and is_short


def continues_heading(line: Line, place: Place, heading: Block, last: Line) -> bool:
    """Return whether a line goes on with a heading, whose `last` line stands close above it.

    Farther above, and in another size, only where the heading is the number 第一章 alone.
    """
    if heading.places[-1].page != place.page or read_number(line.text) is not None:
        return False
    number = read_number(heading.text)
    is_number_alone = number is not None and not number.rest and number.rank.is_division
    farthest = NEXT_LINE_OF_NUMBER if is_number_alone else NEXT_LINE
    is_close = 0 < line.baseline - last.baseline < farthest * line.size
    return is_close and (is_number_alone or abs(last.size - line.size) < SAME_SIZE * line.size)


def join_heading(first: str, second: str) -> str:
    """Return two lines of a heading as one; a number alone and its words keep a space between them."""
    number = read_number(first)
    return f"{first} {second}" if number and not number.rest else join_lines(first, second)
