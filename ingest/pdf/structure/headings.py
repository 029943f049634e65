"""What a line is: heading, caption, start of a footnote, or text."""

from __future__ import annotations

import re

from ingest.book import line_text
from ingest.book.heading_numbers import STRONG, numbering
from ingest.pdf.lines.lines import Line
from ingest.pdf.structure.body_style import FULL_ROOM, Body

LARGER = 1.1
"""From this ratio to the body size a line's size makes it a heading (人卫 books: 五号 10.5 pt to 小四 12 pt, 1.14)."""
SMALLER = 0.93
"""Up to this ratio to the body size a line may be a footnote or a caption."""
MAX_HEADING = 60
"""Longest heading in characters."""
LONG_SHARE = 0.7
"""Share of a column's width that the first line of a paragraph of several lines reaches at least."""
SHORT_HEADING = 15
"""Longest heading in characters that only its place makes one."""

BULLETS = "•·●○■◆▪–"
"""Marks of list items, which are no headings in bold type either."""

_BYLINE = re.compile(r".{6}(?:学组|委员会|分会|学会|协会|编辑部|编委会|工作组|协作组|专家组|联盟)$")
"""Names of the bodies that issue a guideline stand large below its title. `学会儿科学分会呼吸学组` → `科学分会呼吸学组`"""
_ENDS_SENTENCE = re.compile(r"[。！？；，、,;!?]$|[.:：]$")
"""`示之用。` → `。`"""
_INNER_SENTENCE = re.compile(r"[。；！？].")
"""`类问题。腹泻病的` → `。腹`"""
_FOOTNOTE = re.compile(
    r"^(?:[①-⑳¹²³⁴-⁹]|[*＊†‡§△▲]|注\s*\d*\s*[:：]|\[\d{1,2}\]|［\d{1,2}］|[a-d]\s?(?=[\u4e00-\u9fff])|\d{1,2}(?:\s*(?=[^\d\s.．、,，%)）])|[.．]\s?(?=[\u4e00-\u9fffA-Z]))"
    r"|DOI\s*[:：]|doi\s*[:：]|基金项目|作者单位|通信作者|通讯作者|收稿日期|本文编辑)"
)
"""`20 mg，` → `20 `"""


def is_caption(line: Line) -> bool:
    """Return True for the title of a figure or table."""
    return line_text.is_caption(line.text)


def is_heading(line: Line, body: Body, ended: bool, opens: bool = False) -> bool:
    """Return True for a heading.

    `ended` says that the paragraph before came to its end, `opens` that the line stands alone above a paragraph.
    """
    text = line.text
    if not text or text[0] in BULLETS or len(text) > MAX_HEADING or not re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return False
    found = numbering(text)
    if found is None and _BYLINE.search(text):
        return False
    if line.size >= LARGER * body.size:
        runs_on = bool(re.search(r"[，。；]", text)) and (line.room < FULL_ROOM or not ended)
        return not runs_on and not re.search(r"[。；，、,;]$", text)
    if line.size < SMALLER * body.size or _INNER_SENTENCE.search(text):
        return False
    if _ENDS_SENTENCE.search(text) or not ended or line.room < FULL_ROOM:
        return bool(found and found.rank == 50 and text == found.number)
    if found is None:
        return body.stands_out(line) and len(text) <= 30
    if found.rank <= STRONG or found.rank in (71, 72, 73):
        return len(found.rest) <= 30 and (bool(found.rest) or found.rank <= 50)
    return (body.differs(line) or (opens and found.rank == 70)) and 0 < len(found.rest) <= 30


def opens_paragraph(line: Line, after: Line, before: str) -> bool:
    """Return True for a few words, alone on their line, above an indented full one; `before` is no item of a list.

    So books set the headings `1. 病因` in the type of the text.
    """
    item = numbering(before)
    listed = item is not None and item.rank >= 70 and len(before) < MAX_HEADING
    long = after.box[2] - after.left >= LONG_SHARE * (after.right - after.left)
    full = 1.3 < after.indent < 5 and long and numbering(after.text) is None
    return full and not listed and len(line.text) <= SHORT_HEADING and not re.search(r"[，。；：、,:;]", line.text[3:])


def starts_footnote(line: Line) -> bool:
    """Return True for a line that begins as footnotes do."""
    return bool(line.mark or _FOOTNOTE.match(line.text))


def ends_sentence(text: str) -> bool:
    """Return True where a text ends as a sentence does."""
    return bool(re.search(r"[。！？!?.：:；;…”’」』）)】]$", text))
