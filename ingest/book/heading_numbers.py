"""The numbers Chinese headings begin with, and how deep each kind stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "一二三四五六七八九十百零〇○两"
_WORDS = (
    "支气|支原|支架|支持|个体|个人|个案|人工|人体|人类|人乳|人群|年龄|年长|日常|日间|周期|周围|天然|天花|度量|种植|种类|名称"
    "|名词|位置|项目|组织|组成|组胺|次要|次数|次声|例外|片剂|元素|万古|级别|月经"
)
"""Words that begin as a unit does: `1.1 支气管哮喘` is a heading."""
_UNIT = (
    rf"(?!{_WORDS})"
    r"(?:(?:mg|ml|mL|ug|μg|kg|g|cm|mm|m|L|IU|U|h|d|min|s)(?![A-Za-z])|岁|月|周|天|日|倍|例|年|个|次|小时|分钟|%|％|℃|片|支"
    r"|万|亿|元|级|度|～|~|至|或|种|名|人|位|项|组|型(?!.{0,12}$))"
)

_PATTERNS: tuple[tuple[int, str], ...] = (
    (10, rf"第\s*[{_HAN}\d]+\s*[编篇卷部](?:\s*分)?(?=[\s　:：]|$|[^属份分门的])|Part\s+[\dIVX]+\b|PART\s+[\dIVX]+\b"),
    (
        20,
        rf"第\s*[{_HAN}\d]+\s*章"
        r"|Chapter\s+\d+\b|CHAPTER\s+\d+\b|Appendix\s+[A-Z\d]"
        rf"|附\s*录\s*[A-Z\d{_HAN}]*(?=[\s　:：]|$)",
    ),
    (30, rf"第\s*[{_HAN}\d]+\s*节|Section\s+\d+"),
    (40, rf"[{_HAN}]{{1,3}}\s*[、．.](?!\d)"),
    (50, r"【[^】]{1,24}】"),
    (60, rf"[（(]\s*[{_HAN}]{{1,3}}\s*[)）]"),
    (73, r"\d{1,2}(?:[.．]\d{1,2}){3}(?![.．\d])\.?"),
    (72, r"\d{1,2}(?:[.．]\d{1,2}){2}(?![.．\d])\.?"),
    (71, r"\d{1,2}[.．]\d{1,2}(?![.．\d])\.?"),
    (70, r"\d{1,2}\s*[、．.](?![\d.])|\d{1,2}(?=[\s　]+[^\d\s.])"),
    (80, r"[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）]"),
    (90, r"[①-⑳]|[a-zA-Z][.)）](?=\s|[\u4e00-\u9fff])"),
)
_COMPILED = tuple((rank, re.compile(rf"(?:{pattern})")) for rank, pattern in _PATTERNS)
_QUANTITY = re.compile(rf"\d+(?:[.．]\d+)*\s*{_UNIT}")
"""`1.5 mg/kg` → `1.5 mg`"""
DECIMAL = range(70, 74)
"""Ranks of the decimal family: 1, 1.1, 1.1.1, 1.1.1.1."""
STRONG = 60
"""Up to this rank a number makes a short line a heading; beyond it lists are numbered the same way."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The number a line begins with: its rank (smaller stands higher) and what follows it."""

    rank: int
    number: str
    rest: str


def numbering(text: str) -> Numbering | None:
    """Return the heading number `text` begins with; None for none, and for quantities such as `1.5 mg`."""
    stripped = text.strip()
    if _QUANTITY.match(stripped):
        return None
    for rank, pattern in _COMPILED:
        if match := pattern.match(stripped):
            return Numbering(rank, match.group().strip(), stripped[match.end() :].strip(" 　:：\t"))
    return None


def tidy_heading(text: str) -> str:
    """Return a heading with one space between number and words where the source had a gap, and none elsewhere."""
    found = numbering(text)
    if found is None or not found.rest:
        return text.strip()
    head = text.strip()[: len(text.strip()) - len(found.rest)]
    gap = " " if head[-1:].isspace() else ""
    return f"{head.rstrip()}{gap}{found.rest}"
