"""The numbers headings begin with (`第一章`, `一、`, `1.1`), and the rank of each kind.

What a rank means for a reader is asked of `Rank`: whether a number of its kind makes a line a heading, may stand
alone, or is one of the decimal family. A new kind of number is a member of `Rank` and a line of `_PATTERNS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from ingest.vocabulary.any_of import any_of

_HAN = "一二三四五六七八九十百零〇○两"
_WORDS = any_of(
    "支气 支原 支架 支持 个体 个人 个案 人工 人体 人类 人乳 人群 年龄 年长 日常 日间 周期 周围 天然 天花 度量 种植 种类"
    " 名称 名词 位置 项目 组织 组成 组胺 次要 次数 次声 例外 片剂 元素 万古 级别 月经"
)
"""Words that begin as a unit does: `1.1 支气管哮喘` is a heading."""
_UNIT = (
    rf"(?!{_WORDS})"
    rf"(?:{any_of('mg ml mL ug μg kg g cm mm m L IU U h d min s')}(?![A-Za-z])"
    rf"|{any_of('岁 月 周 天 日 倍 例 年 个 次 小时 分钟 % ％ ℃ 片 支 万 亿 元 级 度 ～ ~ 至 或 种 名 人 位 项 组')}"
    r"|型(?!.{0,12}$))"
)


class Rank(IntEnum):
    """The kinds of number; a smaller one stands above a larger one."""

    PART = 10
    """第一编, Part 1"""
    CHAPTER = 20
    """第一章, 附录A, Chapter 1"""
    SECTION = 30
    """第一节, Section 1"""
    HAN = 40
    """一、"""
    BRACKETED = 50
    """【病因】"""
    HAN_PAREN = 60
    """（一）"""
    DECIMAL_1 = 70
    """1."""
    DECIMAL_2 = 71
    """1.1"""
    DECIMAL_3 = 72
    """1.1.1"""
    DECIMAL_4 = 73
    """1.1.1.1"""
    ARABIC_PAREN = 80
    """（1）, 1)"""
    CIRCLED = 90
    """①, a."""

    @property
    def is_division(self) -> bool:
        """Return whether it numbers the parts, chapters and sections of a book: it needs no other sign of a heading."""
        return self <= Rank.SECTION

    @property
    def is_decimal(self) -> bool:
        """Return whether it is one of 1, 1.1, 1.1.1 and 1.1.1.1."""
        return Rank.DECIMAL_1 <= self <= Rank.DECIMAL_4

    @property
    def has_several_parts(self) -> bool:
        """Return whether it is 1.1, 1.1.1 or 1.1.1.1, which number no list."""
        return Rank.DECIMAL_2 <= self <= Rank.DECIMAL_4

    @property
    def is_above_decimals(self) -> bool:
        """Return whether it is one from 第一编 down to （一）, which number no list of a line each."""
        return self <= Rank.HAN_PAREN

    @property
    def makes_heading(self) -> bool:
        """Return whether such a number makes a short line a heading; lists are numbered in the other ways."""
        return self.is_above_decimals or self.has_several_parts

    @property
    def may_stand_alone(self) -> bool:
        """Return whether the number may be a whole heading: 第一章 above its title, 【病因】, but not （一） or 1.1."""
        return self <= Rank.BRACKETED


_PATTERNS: tuple[tuple[Rank, str], ...] = (
    (
        Rank.PART,
        rf"第\s*[{_HAN}\d]+\s*[编篇卷部](?:\s*分)?(?=[\s　:：]|$|[^属份分门的])|Part\s+[\dIVX]+\b|PART\s+[\dIVX]+\b",
    ),
    (
        Rank.CHAPTER,
        rf"第\s*[{_HAN}\d]+\s*章"
        r"|Chapter\s+\d+\b|CHAPTER\s+\d+\b|Appendix\s+[A-Z\d]"
        rf"|附\s*录\s*[A-Z\d{_HAN}]*(?=[\s　:：]|$)",
    ),
    (Rank.SECTION, rf"第\s*[{_HAN}\d]+\s*节|Section\s+\d+"),
    (Rank.HAN, rf"[{_HAN}]{{1,3}}\s*[、．.](?!\d)"),
    (Rank.BRACKETED, r"【[^】]{1,24}】"),
    (Rank.HAN_PAREN, rf"[（(]\s*[{_HAN}]{{1,3}}\s*[)）]"),
    (Rank.DECIMAL_4, r"\d{1,2}(?:[.．]\d{1,2}){3}(?![.．\d])\.?"),
    (Rank.DECIMAL_3, r"\d{1,2}(?:[.．]\d{1,2}){2}(?![.．\d])\.?"),
    (Rank.DECIMAL_2, r"\d{1,2}[.．]\d{1,2}(?![.．\d])\.?"),
    (Rank.DECIMAL_1, r"\d{1,2}\s*[、．.](?![\d.])|\d{1,2}(?=[\s　]+[^\d\s.])"),
    (Rank.ARABIC_PAREN, r"[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）]"),
    (Rank.CIRCLED, r"[①-⑳]|[a-zA-Z][.)）](?=\s|[\u4e00-\u9fff])"),
)
"""The first that fits is the kind: 1.1.1 stands before 1.1."""
_COMPILED = tuple((rank, re.compile(rf"(?:{pattern})")) for rank, pattern in _PATTERNS)
_QUANTITY = re.compile(rf"\d+(?:[.．]\d+)*\s*{_UNIT}")
"""`1.5 mg/kg` → `1.5 mg`"""


@dataclass(frozen=True, slots=True)
class HeadingNumber:
    """The number a line begins with, and what follows it."""

    rank: Rank
    number: str
    rest: str


def read_number(text: str) -> HeadingNumber | None:
    """Return the heading number `text` begins with; None for none, and for quantities such as `1.5 mg`."""
    stripped = text.strip()
    if _QUANTITY.match(stripped):
        return None
    for rank, pattern in _COMPILED:
        if match := pattern.match(stripped):
            return HeadingNumber(rank, match.group().strip(), stripped[match.end() :].strip(" 　:：\t"))
    return None


def tidy_heading(text: str) -> str:
    """Return a heading with one space between number and words where the source had a gap, and none elsewhere."""
    number = read_number(text)
    if number is None or not number.rest:
        return text.strip()
    head = text.strip()[: len(text.strip()) - len(number.rest)]
    gap = " " if head[-1:].isspace() else ""
    return f"{head.rstrip()}{gap}{number.rest}"
