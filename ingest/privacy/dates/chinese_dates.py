"""Dates in Chinese text: find them, read them, write them back moved by the same number of days.

A moved date always has a year from 2100 on, so no one takes it for a real one and a second run leaves it alone (the
practice of the MIMIC clinical data sets). Weekday and, within eight weeks, season stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

from ingest.vocabulary.chinese_numerals import write_digits, write_number

_HAN = "零〇○一二三四五六七八九"
ASSUMED_YEAR = 2021
"""Year in which dates without one are reckoned where the dialogue names none; no leap year."""


@dataclass(slots=True)
class Calendar:
    """How the dates of one dialogue move. `year` and `month` last seen complete what a date leaves out."""

    days: int
    year: int = ASSUMED_YEAR
    month: int | None = None
    late_and_early: bool = False

    @classmethod
    def of(cls, key: str) -> Calendar:
        """Make the calendar of the dialogue called `key`: 190 to 250 years and up to eight weeks, in whole weeks."""
        seed = int.from_bytes(blake2b(key.encode(), digest_size=8, person=b"calendar").digest(), "big")
        years, weeks = 190 + seed % 61, 2 + seed // 61 % 7
        sign = 1 if seed // 427 % 2 else -1
        return cls(7 * (round(years * 365.2425 / 7) + sign * weeks))

    def move(self, year: int, month: int, day: int) -> date | None:
        """Return a date moved, or None where there is no such day."""
        try:
            return date(year, month, day) + timedelta(days=self.days)
        except ValueError:
            return None


def write_like(value: int, like: str) -> str:
    """Return a number in the form of `like`: digits of the same width at least, or Chinese numerals."""
    if like.isascii():
        return str(value).zfill(len(like) if like.startswith("0") or len(like) > 2 else 1)
    return write_digits(value) if value >= 100 else write_number(value)


Y4 = rf"(?:19[2-9]\d|20[0-4]\d|(?:一九[二三四五六七八九]|二[零〇○][零〇○一二三四])[{_HAN}])"
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
DAY = (
    r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|"
    r"十[一二三四五六七八九]?|初?[一二三四五六七八九十])"
)
_TO = r"[ ]?(?:-|~|～|至|到|—){1,2}[ ]?"
_COUNTERS = r"[个天岁次片粒周年支包袋毫斤度分\d%~～.月]"

YEAR_MONTH_DAY = re.compile(
    rf"(?<![\d.])(?P<y>{Y4}|(?<!\d)[0-2]\d(?=年[ ]?{MONTH}月[ ]?{DAY}[日号]))(?P<s1>[ ]?年度?[ "
    rf"]?)(?P<m>{MONTH})(?P<s2>[ ]?月份?[ ]?)"
    rf"(?:(?P<d>{DAY})(?:(?P<s3>[ ]?[日号])(?:(?P<to>{_TO})(?P<d2>{DAY})(?P<s4>[日号]))?|(?!{_COUNTERS}|"
    r"[-—至到])(?P<bare>)))?"
)
"""`2022年5月12日复诊,` → `2022年5月12日`"""
NUMERIC = re.compile(
    rf"(?<![\d./A-Za-z])(?P<y>{Y4})(?P<s1>[ ]?[\-./年][ ]?)(?P<m>1[0-2]|0?[1-9])(?P<s2>[ ]?[\-./][ "
    r"]?)(?P<d>3[01]|[12]\d|0?[1-9])(?P<s3>[日号]?)(?!\d|[./]\d|-\d{1,2}(?!\d))"
)
"""`2021/6/10入院,` → `2021/6/10`"""
COMPACT = re.compile(
    r"(?<![\d.\-/A-Za-z])(?P<y>19[3-9]\d|20[0-3]\d)(?P<s1>)(?P<m>1[0-2]|0[1-9])(?P<s2>)(?P<d>3[01]|[12]\d|"
    r"0[1-9])(?P<s3>)(?![\dA-Za-z]|[.\-/]\d)"
)
"""`20210305做的检查` → `20210305`"""
SHORT_NUMERIC = re.compile(
    r"(?<![\d./\-A-Za-z])(?P<y>0\d|1\d|2\d)(?P<s1>[./])(?P<m>1[0-2]|0?[1-9])(?P<s2>[./])"
    r"(?P<d>3[01]|[12]\d|0?[1-9])(?P<s3>[日号]?)(?!\d|[./]\d|[ ]?[A-Za-z%×*/])"
    r"(?=[开出打做查住复检发入起去手剖生确就来晚早接晨上下凌到中又体有]|(?<=[日号])|[^一-龥\d.]|\.(?!\d)|$)"
)
"""`18.12.16出的疹` → `18.12.16`"""
NUMERIC_MONTH = re.compile(
    r"(?<![\d.\-/A-Za-z])(?P<y>19[5-9]\d|20[0-3]\d)(?P<s1>[./])(?P<m>1[0-2]|0[1-9])(?![\d./\-年月]|[ "
    r"]?[A-Za-z%个元万次])"
)
"""`2021.03复查` → `2021.03`, `2021.03.05` → –"""
SHORT_YEAR_MONTH = re.compile(
    r"(?<![\d.第])(?P<y>0\d|1\d|2\d)(?P<s1>年)(?P<m>1[0-2]|0?[1-9])(?P<s2>月(?:份|底|初|中旬|上旬|下旬|"
    r"(?=[开做查去出生得诊检发住手怀确停患生始])))"
)
"""`19年8月做的手术` → `19年8月`"""
MONTH_DAY = re.compile(
    rf"(?<![\d年岁个第./\-一二三四五六七八九十])(?<!年 )(?P<m>{MONTH})(?P<s2>[ ]?月[ ]?)(?P<d>{DAY})(?P<s3>[ ]?[日号]|"
    rf"(?=[开发去做查出晚早上中下住打复就入]))(?:(?P<to>{_TO})(?P<d2>{DAY})(?P<s4>[日号]))?"
)
"""`疫苗是4月2号打的,` → `4月2号`"""
DOTTED_DAY = re.compile(
    r"(?<![\d年./\-])(?P<m>1[0-2]|0?[1-9])(?P<s2>[./])(?P<d>3[01]|[12]\d|0?[1-9])(?P<s3>[日号])(?![码楼床线])"
)
"""`有痰。5.3号又烧了` → `5.3号`"""
BIRTHDAY = re.compile(
    r"(?:生日|出生日期|预产期|末次月经|就诊日期|检查日期|日期|生于|出生于)(?:是|为|在|[: "
    rf"]){{0,3}}(?P<m>{MONTH})(?P<s2>月|"
    rf"[./\-])(?P<d>{DAY})(?P<s3>)(?!{_COUNTERS}|[日号./\-A-Za-z])"
)
"""`预产期8月15` → `预产期8月15`"""
LUNAR = re.compile(
    rf"(?:农历|阴历|旧历)(?:的)?(?:{Y4}年)?(?:闰?[正一二三四五六七八九十冬腊]{{1,2}}|"
    rf"\d{{1,2}})月(?:初?[一二三四五六七八九十廿卅]{{1,3}}|\d{{1,2}})?[日号]?"
)
"""`农历八月十五出生` → `农历八月十五`"""
BIRTHDAY_DIGITS = re.compile(
    r"(?:生日|出生)(?:是|为|[: ]){0,3}(?P<m>1[0-2]|0[1-9])(?P<s2>)(?P<d>3[01]|[12]\d|0[1-9])(?P<s3>)(?!\d|[年月日])"
)
"""`生日是0503` → `生日是0503`"""
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY_IN_ENGLISH = r"[0-3]?\d(?:st|nd|rd|th)?"
ENGLISH = re.compile(
    rf"(?<![A-Za-z]){_MONTHS}\.? {_DAY_IN_ENGLISH}(?:,? ?(?:19|20)\d\d)?(?![A-Za-z\d])"
    rf"|(?<![\d:]){_DAY_IN_ENGLISH} {_MONTHS}\.?,? (?:19|20)\d\d(?!\d)"
)
"""A date in English. It and a birthday of four digits are rare: masked, not moved.
`May 3, 2019` → `May 3, 2019`"""
WHOLE = (
    YEAR_MONTH_DAY,
    NUMERIC,
    COMPACT,
    NUMERIC_MONTH,
    SHORT_NUMERIC,
    SHORT_YEAR_MONTH,
    MONTH_DAY,
    DOTTED_DAY,
    BIRTHDAY,
)

BARE_YEAR = re.compile(
    r"(?<![\d.\-/])(?P<y>19[5-9]\d|20[0-4]\d)(?P<s1>年)(?![\d一二三四五六七八九十]|[ ]?(?:版|发布|指南|共识|制定|修订))"
)
"""`出院,2020年也住过` → `2020年`, `2019年版指南` → –"""
BARE_DAY = re.compile(
    r"(?<![\d年月.\-/第一二三四五六七八九十A-Za-z:])(?P<d>3[01]|[12]\d|"
    r"[1-9])(?P<s3>[号日])(?![楼床线院病门药文方染码店室房色馆口机针柜窗桌站]|染色|专家|医生|大夫)"
)
"""`8号去的医院` → `8号`, `16号染色体` → –"""
