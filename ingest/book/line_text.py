"""Lines of text: their white space, and which are captions or headings."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.heading_numbers import read_number, tidy_heading

_HAN = r"\u2100-\u214f\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) +(?=[{_HAN}])")
"""`小 儿` → ` `, `10 mg` → –"""
_HEAD = re.compile(
    r"^(?:第 ?[一二三四五六七八九十百零〇\d]{1,5} ?[编篇卷部章节]|附录 ?[A-Z\d一二三四五六七八九十]{0,2}"
    r"|[图表] ?\d[\d.\-]*) "
)
"""A number before a heading or caption, the space after which is kept.
`第一章 绪 论` → `第一章 `, `表 1-2 剂量` → `表 1-2 `"""
_RAISED = "¹²³⁴-⁹"
_REFERENCE = re.compile(
    rf"(?<=[\u4e00-\u9fff，。；：、！？）”])[{_RAISED}](?:[{_RAISED}⁰,，\-–]*[{_RAISED}⁰])?(?![A-Z⁺⁻{_RAISED}⁰])"
)
"""A reference in superscript characters; powers follow digits and isotopes stand before a letter (¹³C).
`首选阿莫西林¹，` → `¹`, `10⁹/L` → –, `行¹³C呼气试验` → –"""
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
"""`甲\u3000乙` → `\u3000`"""
_CAPTION = re.compile(
    r"^(?:续?\s*[图表]\s*[A-Z]?\d+(?:\s*[-–—.．]\s*\d+)*|(?:Fig(?:ure)?|Table)\.?\s*\d+(?:[-–.]\d+)*)(?P<rest>.*)$",
    re.DOTALL,
)
"""The title of a figure or table; `rest` are its words. `表1-2 常用药物剂量` → ` 常用药物剂量`"""
_VERB_AFTER = re.compile(r"^\s*(?:显示|所示|为|可见|列出|中|和|与|及|、|，|,|表明|说明|给出|是|的|总结|示|[)）])")
"""What a sentence about a figure goes on with. `所示，` → `所示`, ` 常用药物剂量` → –"""
MAX_CAPTION = 80
"""Longest caption in characters."""
MAX_HEADING = 40
"""Longest heading in characters that is not marked as one."""


def tidy(text: str) -> str:
    """Fold the white space of one line, with none between Chinese characters, and leave out references."""
    text = _SPACES.sub(" ", text).strip()
    head = match.group() if (match := _HEAD.match(text)) else ""
    return head + _REFERENCE.sub("", _BETWEEN_HAN.sub("", text[len(head) :]))


def clean(text: str) -> str:
    """Tidy each line of a text; line breaks that mark-up asks for stay, empty lines go."""
    return "\n".join(line for part in text.split("\n") if (line := tidy(part)))


def is_caption(text: str) -> bool:
    """Return whether a text is the title of a figure or table."""
    match = _CAPTION.match(text)
    if not match or len(text) > MAX_CAPTION or text.endswith(("。", "；")):
        return False
    return not _VERB_AFTER.match(match.group("rest"))


def caption_of(block: Block) -> Block:
    """Return a block of text as a caption where it is one."""
    return replace(block, kind="caption") if block.kind == "text" and is_caption(block.text) else block


def is_unmarked_heading(text: str, *, bold: bool) -> bool:
    """Return whether a short line is a heading by its number: many books are written without styles.

    Numbers of parts, chapters and sections need no bold type beside them.
    """
    number = read_number(text)
    if number is None or not number.rank.is_above_decimals or len(text) > MAX_HEADING:
        return False
    if re.search(r"[。；，：;,]$", text):
        return False
    return bold or (number.rank.is_division and "\n" not in text)


def heading_of(text: str) -> str:
    """Return the text of a heading on one line."""
    return tidy_heading(" ".join(text.split()))
