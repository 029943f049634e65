"""Read a cell of a dose table: `6月龄以下每日10 mg；6月龄及以上每日20 mg，口服`, every word as printed.

A quantity with the unit of a drug is a dose; quantities of age, of body weight, of time and limits are distinguished
by their units and the words before them. Nothing is computed, and no number is made up.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.vocabulary.any_of import any_of

_NUMBER = r"\d+(?:[, ]\d{3}(?!\d))*(?:[.．/]\d+)?"
_TO = r"\s*(?:[~～\-–—－至到]|或)\s*"
_PER = (
    r"(?:公斤体重|千克体重|公斤|千克|小时|分钟|kg体重|kg|m[2²]|m\^2|㎡|min|h|d|次|日|天|剂|回|dose|day|hour)"
    r"(?:\^?[-−–⁻][1¹])?"
)
UNIT = (
    r"(?:(?:[mμuµn]g|mcg|g|m[Ll]|L|mmol|mEq|(?:万|百万|千)\s*(?:IU|iu|U|u|单位|国际单位)"
    rf"|{any_of('IU iu kU MU U u 国际单位 单位 毫克 微克 克 毫升 滴 片 粒 袋 包 支 丸 喷 揿 掀 吸 枚 瓶')}|k?J|k?cal)"
    rf"(?:\s*[/／·.]\s*(?:{_PER}|[(（]\s*{_PER}(?:\s*[·./／×*]\s*{_PER})*\s*[)）]))*(?![A-Za-z]))"
)
_QUANTITY = re.compile(
    rf"(?P<each>(?:第\s*{_NUMBER}(?:{_TO}{_NUMBER})?\s*[天日次]|每[次日天晚周]|(?<!\d)[一1]\s*[次日天]|单次|首次|首剂|日"
    r"|(?:负荷|维持|初始|起始|冲击)(?:剂)?量)"
    r"\s*(?:剂量|用量|量|口服|服|总量)?\s*[:：为]?\s*)?"
    rf"(?P<dose>[<>≤≥＜＞约]?\s*{_NUMBER}(?:\s*{UNIT}|\s*[万千百])?(?:{_TO}{_NUMBER})?)\s*(?P<unit>{UNIT})"
)
"""`6月龄以下每日10 mg` → `每日`, `15 mg/(kg·d)` → `mg/(kg·d)`"""
_SIGN = r"[<>≤≥＜＞≦≧]\s*"
_AGE_UNIT = r"(?:周岁|岁龄|岁|个月龄|月龄|个月|月|周龄|日龄|生后\d+天)"
_BOUND = r"(?:\s*(?:及|或)?(?:以上|以下|以内|之内|及其以上|者))?"
AGE = re.compile(
    rf"(?:年龄|胎龄|矫正胎龄|生后)?\s*(?:{_SIGN})?{_NUMBER}(?:\s*{_AGE_UNIT})?(?:{_TO}(?:{_SIGN})?{_NUMBER})?\s*{_AGE_UNIT}{_BOUND}"
    rf"|(?:日龄|生后|出生)\s*(?:{_SIGN})?{_NUMBER}(?:{_TO}(?:{_SIGN})?{_NUMBER})?\s*(?:天|d)?{_BOUND}"
    rf"|(?:{_SIGN})?{_NUMBER}(?:{_TO}{_NUMBER})?\s*(?i:months?|mo|years?|yrs?|weeks? old|days? old)\b(?: of age)?"
    rf"|(?:早产儿|足月儿|新生儿|婴幼儿|婴儿|幼儿|学龄前儿童|学龄儿童|青少年|儿童|成年人|成人){_BOUND}"
)
"""`用于6月龄及以上，口服` → `6月龄及以上`"""
WEIGHT = re.compile(
    rf"(?:体重)?\s*(?:{_SIGN})?{_NUMBER}(?:\s*kg)?(?:{_TO}(?:{_SIGN})?{_NUMBER})?\s*(?:kg|公斤|千克)(?!\s*[·.]|[a-z]){_BOUND}"
)
"""`>40 kg者` → `>40 kg者`, `mg/kg` → –"""
_COURSE = re.compile(
    rf"(?:疗程|连[用服续]|持续|共用?|维持|使用|服用|用)\s*[:：为]?\s*(?:至少|约)?\s*{_NUMBER}(?:{_TO}{_NUMBER})?\s*(?:个月|月|周|天|d|日|h|小时)"
)
"""`连用3 d，口服` → `连用3 d`"""
LIMIT = re.compile(
    r"(?:(?:单次|每次|每[日天]|[一1]?日|24\s*(?:h|小时)内?|总量|单剂)?\s*"
    r"(?:最大(?:剂量|用量|量|不超过|单次剂量)?|极量|最多|不(?:宜|应|得)?超过|上限)"
    r"|[Mm]ax(?:imum)?\.?)\s*[:：为]?\s*(?:不超过)?(?:[^，。；;,、()（）]|(?<=[/／·])[(（][^()（）]*[)）])*"
)
"""`50 mg/kg，最大60 mg/d` → `最大60 mg/d`"""
FREQUENCY = re.compile(
    rf"\b[qQ]\s*{_NUMBER}(?:{_TO}{_NUMBER})?\s*[hdw]\b|\b(?i:q[dn]|qod|[qtb]id|prn|hs)\b"
    rf"|(?:每|间隔(?:至少)?)\s*(?:隔\s*)?{_NUMBER}(?:{_TO}{_NUMBER})?\s*(?:小时|h|天|日|d|周|分钟|min)(?:\s*(?:[一1]次|{_NUMBER}(?:{_TO}{_NUMBER})?\s*次))?"
    rf"|(?:每[日天周晚]|[一1]?日|隔日)\s*(?:[一二两三四]|{_NUMBER}(?:{_TO}{_NUMBER})?)\s*次|(?<![\d.]){_NUMBER}(?:{_TO}{_NUMBER})?\s*次\s*[/／]\s*(?:d|日|天|周)"
    rf"|分\s*(?:[一二两三四]|{_NUMBER}(?:{_TO}{_NUMBER})?)\s*次|顿服|必要时|睡前|单剂|隔日|即刻"
    rf"|(?i:every {_NUMBER}(?:{_TO}{_NUMBER})?\s*(?:h|hours?|hrs?)\b)"
    r"|(?i:(?:once|twice|three times|four times) (?:a day|daily|per day))"
)
"""`静脉滴注，分2~4次` → `分2~4次`, `每8小时1次` → `每8小时1次`"""
ROUTE = re.compile(
    r"口服|静脉(?:滴注|注射|推注|输注|泵入|给药|内注射)?|静[滴注推]|肌[内肉]注射|肌注|皮下(?:注射)?|皮内注射"
    r"|雾化(?:吸入)?|吸入|喷鼻|鼻喷|滴[鼻眼耳]|外用|外涂|涂抹|直肠(?:给药)?|塞肛|纳肛|灌肠|舌下(?:含服)?|含[服漱]|鼻饲"
    r"|气管内(?:滴入|给药)?|鞘内(?:注射)?|骨(?:髓腔|内)|颊黏膜"
    r"|(?i:\b(?:p\.?o|i\.?v(?:\.?\s*(?:gtt|drip))?|i\.?m|s\.?c|i\.?h|p\.?r|inh)\b\.?)"
)
"""`分3次口服` → `口服`, `50 mg IV drip` → `IV drip`"""
_SEGMENT = re.compile(r"[；;。\n]")
"""`每日10 mg；6月龄以上每日20 mg` → `；`"""
_CLAUSE = re.compile(r"(?:[^，,（(）)]|(?<=\d),(?=\d{3}(?!\d))|(?<=[/／·])[（(][^（()）]*[)）])+")
"""What stands between commas and brackets, those of a unit such as mg/(kg·d) apart.
`15 mg/(kg·d)，口服` → `15 mg/(kg·d)`"""
_BARE = re.compile(rf"\s*(?P<dose>[<>≤≥＜＞约]?\s*{_NUMBER}(?:{_TO}{_NUMBER})?)\s*")
"""`30～50` → `30～50`, `30 mg` → `30 `"""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one clause of a cell says."""

    dose: str = ""
    unit: str = ""
    route: str = ""
    frequency: str = ""
    age: str = ""
    weight: str = ""
    limit: str = ""
    aside: str = ""
    """The words of a bracket that says the dose before it in another unit."""


def read_doses(cell: str, unit: str = "") -> list[Statement]:
    """Return the doses of a cell; `unit` is the one its column's header names, for numbers without one."""
    if bare := _BARE.fullmatch(cell):
        return [Statement(bare["dose"].strip(), unit)]
    parts = [list(_CLAUSE.finditer(part)) for part in _SEGMENT.split(cell)]
    segments = [[said for clause in clauses for said in _read_clause(clause)] for clauses in parts if clauses]
    behind = list(itertools.takewhile(lambda said: not said.dose, reversed(segments[-1]))) if segments else []
    return [said for segment in segments for said in _doses_of_segment(segment, behind)]


def _doses_of_segment(statements: Sequence[Statement], behind: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the doses of a segment. How and how often holds for all of it, for whom until someone else is named.

    What stands behind the last dose of the cell (`均每日2次，口服`) holds for segments that do not say themselves.
    """
    route = _route(statements) or _route(behind)
    often = _often(statements) or ([] if any(said.frequency for said in statements) else _often(behind))
    age = weight = ""
    for i, said in enumerate(statements):
        if said.age or said.weight:
            age, weight = said.age, said.weight
        if said.dose and not said.aside:
            after = list(itertools.takewhile(lambda other: not other.dose or other.aside, statements[i + 1 :]))
            yield replace(
                said,
                unit=said.unit + "".join(other.aside for other in after),
                route=said.route or route,
                frequency="，".join(dict.fromkeys(word for word in (said.frequency, *often) if word)),
                age=age,
                weight=weight,
                limit=said.limit or next((other.limit for other in after if other.limit), ""),
            )


def _route(statements: Sequence[Statement]) -> str:
    return next((said.route for said in statements if said.route), "")


def _often(statements: Sequence[Statement]) -> list[str]:
    return [said.frequency for said in statements if said.frequency and not said.dose]


def _read_clause(match: re.Match[str]) -> list[Statement]:
    clause, before = match[0], match.string[max(0, match.start() - 1) : match.start()]
    limit, rest = _take_out(LIMIT, clause)
    _, rest = _take_out(_COURSE, rest)
    frequency, rest = _take_out(FREQUENCY, rest)
    route, _ = _take_out(ROUTE, rest)
    bands = _QUANTITY.sub(lambda match: "|" * len(match[0]), rest)  # a dose per kg is no body weight
    weight, bands = _take_out(WEIGHT, bands)
    age, _ = _take_out(AGE, bands)
    said = Statement(route=route, frequency=frequency, age=age, weight=weight, limit=limit)
    found = [_with_dose(said, match) for match in _QUANTITY.finditer(rest)] or [said]
    whole = _QUANTITY.fullmatch(clause.strip())
    is_aside = before in ("(", "（") and whole and not whole["each"]
    return [replace(found[0], aside=f"{before}{clause}{')' if before == '(' else '）'}")] if is_aside else found


def _with_dose(said: Statement, match: re.Match[str]) -> Statement:
    each = (match["each"] or "").strip(" :：为")
    frequency = "，".join(word for word in (each, said.frequency) if word)
    return replace(said, dose=match["dose"].strip(), unit=match["unit"].strip(), frequency=frequency)


def _take_out(shape: re.Pattern[str], text: str) -> tuple[str, str]:
    """Return what a pattern finds in a text, and the text with it blanked out."""
    found = [match[0].strip() for match in shape.finditer(text)]
    return "，".join(dict.fromkeys(found)), shape.sub(lambda match: "|" * len(match[0]), text)
