"""Dates as private data: which of them are a patient's, and what they become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.privacy.classes import LABELS, Span
from ingest.privacy.dates.chinese_dates import (
    BARE_DAY,
    BARE_YEAR,
    BIRTHDAY_DIGITS,
    ENGLISH,
    LUNAR,
    WHOLE,
    Calendar,
    write_like,
)
from ingest.vocabulary.chinese_numerals import parse_number

_PUBLICATION = re.compile(
    r"指南|共识|发布|印发|颁布|出版|修订|诊疗方案|药典|杂志|期刊|文献|卫健委|卫生部|药监|医学会|世卫|WHO|"
    r"》|《|第[一二三四五六七八九十\d]+版|执行|施行|上市|获批|公告|通知|"
    r"国药准字|批号|有效期|生产日期|保质期"
)
"""`中华医学会2019年发布` → `医学会`"""
_BEFORE, _AFTER = 14, 10
"""Characters around a date in which a word of publishing makes it no patient's date."""
_CLAUSE = re.compile(r"[。!！?？;；,，\n]")
"""`三天了,有痰,` → `,`"""


def dates(folded: str) -> Iterator[Span]:
    """Yield dates of day or month, those of guidelines, laws and drug packs apart."""
    if not any(char in folded for char in ("年", "月", "号", "日", "19", "20", ".")) and not ENGLISH.search(folded):
        return
    for pattern in (LUNAR, ENGLISH, BIRTHDAY_DIGITS, *WHOLE):
        for match in pattern.finditer(folded):
            start = match.start("m") if "y" not in pattern.groupindex and "m" in pattern.groupindex else match.start()
            if not _is_published(folded, start, match.end()):
                yield Span(start, match.end(), "date")


def _is_published(text: str, start: int, end: int) -> bool:
    before = _CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1]
    after = _CLAUSE.split(text[end : end + _AFTER])[0]
    return bool(_PUBLICATION.search(before) or _PUBLICATION.search(after))


def prepare_calendar(calendar: Calendar, texts: Sequence[str]) -> None:
    """Let a calendar know a dialogue's dates: its first year, and whether it spans a turn of the year."""
    months: set[int] = set()
    year = None
    for text in texts:
        for span in dates(text):
            match = next((m for p in WHOLE if (m := p.match(text, span.start, span.end))), None)
            if match is None:
                continue
            months.add(parse_number(match["m"]))
            if year is None and "y" in match.re.groupindex:
                year = _year(match["y"])
    if year is not None:
        calendar.year = year
    calendar.late_and_early = bool(months) and max(months) >= 11 and min(months) <= 2
    calendar.month = None


def move_date(folded: str, span: Span, calendar: Calendar) -> str | None:
    """Return a date moved, in the same form; None where it cannot be computed."""
    match = next((m for p in WHOLE if (m := _match(p, folded, span))), None)
    if match is None:
        return None
    parts = match.groupdict()
    month = parse_number(parts["m"])
    year = _year(parts["y"]) if parts.get("y") else _assumed(calendar, month)
    calendar.year, calendar.month = (year, month) if parts.get("y") else (calendar.year, month)
    day = parse_number(parts["d"].removeprefix("初")) if parts.get("d") else 15
    new = calendar.move(year, month, day)
    if new is None:
        return None
    after_year = _year_sign(parts["s2"]) if parts.get("s1") is None else parts["s1"]
    text = f"{write_like(new.year, _like_year(parts))}{after_year}{write_like(new.month, _wide(parts, 'm'))}"
    text += parts.get("s2") or ""
    if parts.get("d"):
        text += f"{write_like(new.day, _wide(parts, 'd'))}{parts.get('s3') or ''}"
    return text + _range_end(parts, year, month, new.month, calendar)


def _match(pattern: re.Pattern[str], folded: str, span: Span) -> re.Match[str] | None:
    """Match a pattern where a span was found; the span may begin after a cue (生日是)."""
    match = pattern.match(folded, span.start)
    if match is None and "y" not in pattern.groupindex:
        match = next(
            (m for m in pattern.finditer(folded, max(0, span.start - 12), span.end) if m.start("m") == span.start), None
        )
    return match if match and match.end() == span.end else None


def _range_end(parts: dict[str, str | None], year: int, month: int, shown: int, calendar: Calendar) -> str:
    """Return the second half of 3月5日-8日, moved."""
    if not parts.get("d2"):
        return ""
    day = str(parts["d2"])
    new = calendar.move(year, month, parse_number(day.removeprefix("初")))
    if new is None:
        return f"{parts['to']}{LABELS['date']}"
    named = "" if new.month == shown else f"{write_like(new.month, str(parts['m']))}{parts['s2']}"
    return f"{parts['to']}{named}{write_like(new.day, day)}{parts['s4']}"


def loose_parts(folded: str) -> Iterator[tuple[Span, re.Match[str]]]:
    """Yield bare years (2018年) and days (16号): parts of dates, to be moved where a dialogue has dates."""
    for pattern in (BARE_YEAR, BARE_DAY):
        for match in pattern.finditer(folded):
            if not _is_published(folded, *match.span()):
                yield Span(*match.span(), "date"), match


def move_part(match: re.Match[str], calendar: Calendar) -> str | None:
    """Return a bare year or day moved, or None where the dialogue has named no month yet."""
    if match.re is BARE_YEAR:
        new = calendar.move(int(match["y"]), 7, 1)
        return f"{new.year}{match['s1']}" if new else None
    if calendar.month is None:
        return None
    new = calendar.move(_assumed(calendar, calendar.month), calendar.month, int(match["d"]))
    return f"{new.year}年{new.month}月{new.day}{match['s3']}" if new else None


def _year(text: str) -> int:
    value = parse_number(text)
    return value + 2000 if value < 100 else value


def _assumed(calendar: Calendar, month: int) -> int:
    """Return the year of a date without one; in a dialogue over New Year the late months belong to the year before."""
    return calendar.year - 1 if calendar.late_and_early and month >= 7 else calendar.year


def _like_year(parts: dict[str, str | None]) -> str:
    like = parts.get("y") or ""
    if like.isascii():
        return "0000"
    return like


def _wide(parts: dict[str, str | None], part: str) -> str:
    """Return a month or day as an example of its form: between dots and dashes 03 and 11 have two digits."""
    both = [parts["m"] or "", parts.get("d") or ""]
    padded = parts.get("s2") in ("", ".", "/", "-") and all(len(like) == 2 and like.isascii() for like in both)
    return "00" if padded else parts[part] or ""


def _year_sign(sign: str | None) -> str:
    return sign if sign in (".", "/", "-") else "年"
