"""The marks a grade is printed with: names (推荐等级, LOE), strengths, qualities, letters, numerals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.vocabulary.any_of import any_of

_NOUN = any_of("等级 级别 强度 类别 程度 力度 分级 分类 水平 质量 确定性 可信度")
GRADE_NAME = (
    rf"(?:推荐意见(?:的)?{_NOUN}|推荐意见(?=\s*[:：]\s*(?:[强弱不有条]|[A-DⅠⅡⅢ]))"
    rf"|推荐(?:的)?{_NOUN}{{1,2}}|建议(?:的)?{_NOUN}{{1,2}}|(?<!证据)(?:强度|力度)|GOR|COR|SOR"
    r"|(?i:(?:class|grade|strength) of (?:the )?recommendations?|recommendation (?:grade|class|strength)|class\b))"
)
EVIDENCE_NAME = (
    rf"(?:(?:研究|临床|循证(?:医学)?|中国|牛津|最佳)?证据(?:体)?(?:的)?{_NOUN}{{1,2}}|质量(?:等级|级别)?|LOE|QOE"
    r"|(?i:(?:level|quality|certainty|strength) of (?:the )?evidence|evidence (?:level|quality|certainty)|level\b))"
)
CONSENSUS_NAME = (
    r"(?:(?:专家)?(?:共识|同意|一致|赞成|赞同|支持|认可|推荐)(?:度|率|程度|水平|比例|性)|(?:专家)?投票(?:率|结果)?"
    r"|(?i:agreement|consensus))"
)
_SYSTEM = r"(?i:GRADE)(?:\s*(?:分级|系统|方法|标准))?|牛津(?:标准)?|OCEBM|SIGN|USPSTF"

STRENGTH = (
    r"(?:(?:强烈?|弱|有条件(?:地)?|条件性|一般|中等强度|不)\s*(?:不推荐|推荐|反对|不建议|建议)(?:使用)?"
    r"|(?i:(?:strong|weak|conditional)(?:ly)? (?:recommendation|recommended|suggested|against|for)"
    r"(?: (?:against|for)(?: the intervention)?)?)|[↑↓]{1,2}\??)"
)
_MERE = r"(?:强烈?|弱|有条件|条件性|推荐|建议|(?i:strong|weak|conditional))"
_OPINION = r"(?:专家(?:共识|意见|建议)|良好(?:的)?(?:临床)?实践(?:声明|主张|陈述|推荐|要点)?|GPS|GPP|BPS)"
_QUALITY = r"(?:(?:极低|很低|非常低|较低|中低|低|中高|中等?|较高|极高|高)(?:\s*(?:质量|级别|等级|确定性|可信度))?)"
_QUALITY_ENGLISH = r"(?i:(?:high|moderate|low|very[ -]low)(?:[ -](?:quality|certainty))?)"
_CIRCLES = r"(?:[⊕⨁●+＋○◯⊖〇]{3,4}|[⊕⨁][○◯⊖⊕⨁]|[⊕⨁])"
_ROMAN = r"(?:(?:[ⅠⅡⅢⅣⅤ]{1,3}|I{1,3}|I?V)\s*[a-dA-D]?(?:-[123])?)"
_LETTER = r"(?:[A-EＡ-Ｅ](?:[+＋\-](?!\w)|-(?:R|NR|LD|EO))?)"
_DIGIT = r"(?:[1-5][a-d]?(?:\+{1,2}|-{1,2})?)"
PAIR = r"[12]\s*[-–/，,]?\s*[A-DＡ-Ｄ]"
_ROMAN_PAIR = r"[ⅠⅡⅢ]{1,3}[ab]?\s*[-–]?\s*[A-D](?![a-z])"
_LETTER_ROMAN = r"([A-D])\s*[-–]?\s*((?:[ⅠⅡⅢ]{1,3}|III?|I)[a-c]?)"
_END = r"(?=$|[\W_]|推荐|证据|共识|质量|强|弱|高|中|低|极|GRADE)"
_MARK_END = r"(?![A-Za-z0-9+])"
_STEP = r"(?:\s*[级类])?"
_IS = r"\s*(?:为|是|[:：=])?\s*"

_VALUE = (
    rf"(?:{STRENGTH}{_END}|{_OPINION}{_END}|{_QUALITY}{_END}|{_QUALITY_ENGLISH}\b|{_MERE}{_END}|{_CIRCLES}"
    rf"|(?:{PAIR}|{_ROMAN}|{_LETTER}|{_DIGIT}){_MARK_END}{_STEP}{_END})"
)
_SHARE = (
    r"\d+(?:\.\d+)?\s*[%％](?:\s*[（(]\s*\d+\s*/\s*\d+\s*[)）])?|\d+\s*/\s*\d+|(?:强|高|中|弱|低)(?:度)?(?:共识|一致)?"
)
_CLEARLY = r"[】\]]?(?:\s*(?:为|是|[:：=])\s*|\s+|(?<=[】\]])|(?=[A-EⅠⅡⅢ1-5]))"
NAMED_ITEM = (
    rf"(?:[【\[]?(?:(?:{GRADE_NAME}|{EVIDENCE_NAME}){_CLEARLY}{_VALUE}|{CONSENSUS_NAME}{_CLEARLY}(?:{_SHARE})))"
)
"""A mark with its name in running text, where 证据质量高低 is none."""
_ITEM = re.compile(
    rf"(?P<consensus>{CONSENSUS_NAME}{_IS}(?:{_SHARE}))"
    rf"|(?P<grade>{GRADE_NAME}|推荐(?=\s*[:：]|\s*[A-EⅠⅡⅢ]\s*[级类]?{_END}|\s*[1-5]\s*[级类])){_IS}(?P<grade_value>{_VALUE})"
    rf"|(?P<evidence>{EVIDENCE_NAME}|证据(?!等)){_IS}(?P<evidence_value>{_VALUE})"
    rf"|(?P<of_evidence>{PAIR}|{_DIGIT}|{_LETTER}|{_ROMAN}|{_QUALITY}|{_QUALITY_ENGLISH}){_STEP}"
    r"\s*(?:的)?(?:证据|(?: of)? ?evidence)"
    rf"|(?P<of_grade>{_LETTER}|{_ROMAN}|{_DIGIT})\s*[级类]\s*(?:推荐|建议)"
    rf"|(?P<strength>{STRENGTH}){_END}|(?P<opinion>{_OPINION}){_END}"
    rf"|(?P<pair>{PAIR})\s*级?{_END}|(?P<roman_pair>{_ROMAN_PAIR}){_END}|(?P<letter_roman>{_LETTER_ROMAN}){_END}"
    rf"|(?P<quality>{_QUALITY}{_END}|{_QUALITY_ENGLISH}\b)|(?P<circles>{_CIRCLES})|(?P<mere>{_MERE}){_END}"
    rf"|(?P<bare>{_ROMAN}|{_LETTER}|{_DIGIT}){_MARK_END}\s*级?{_END}|(?P<system>{_SYSTEM})"
)
"""`推荐强度：强；证据质量：高` → `推荐强度：强`"""
_BETWEEN = re.compile(r"[\s,，;；、/|·:：。.&和及—]+")
"""`1A，强推荐` → `，`"""
_UNKNOWN = re.compile(r"[^,，;；、/|]+")
"""`每日1次/餐前` → `每日1次`"""

Role = Literal["grade", "evidence", "pair", "bare", "opinion", "consensus", "system", "other"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a phrase. `sure`: it is one of a grade by itself. `letter`: the evidence in a pair such as 1A."""

    role: Role
    text: str
    sure: bool = False
    letter: str = ""


def read_marks(phrase: str) -> list[Mark]:
    """Return the marks of a phrase in order; what is none has the role `other`."""
    marks: list[Mark] = []
    at = 0
    while at < len(phrase):
        if between := _BETWEEN.match(phrase, at):
            at = between.end()
            continue
        match = _ITEM.match(phrase, at) or _UNKNOWN.match(phrase, at)
        if match is None:
            return marks
        marks.extend(_marks(match) if match.re is _ITEM else [Mark("other", match[0].strip())])
        at = match.end()
    if any(mark.role == "system" for mark in marks):  # GRADE 1+: the digit is its strength
        marks = [Mark("grade", m.text, sure=True) if m.role == "bare" else m for m in marks if m.role != "system"]
    return marks


def _marks(match: re.Match[str]) -> list[Mark]:
    group = match.groupdict()
    kind = next(name for name in _KINDS if group[name])
    text = group[kind].strip()
    if kind in ("grade", "evidence"):
        return _named(kind, group[f"{kind}_value"].strip())  # type: ignore[arg-type]
    if kind in ("pair", "roman_pair"):
        pair = "".join(text.split()) if kind == "roman_pair" else text[0] + text[-1]
        return [Mark("pair", pair, kind == "pair", text[-1])]
    if kind == "letter_roman":
        letter, roman = re.fullmatch(_LETTER_ROMAN, text).groups()  # type: ignore[union-attr]
        return [Mark("grade", letter), Mark("evidence", roman)]
    return [Mark(_ROLE[kind], text, kind in _SURE)]


def _named(kind: Role, value: str) -> list[Mark]:
    pair = re.fullmatch(PAIR, value)
    if pair and kind == "grade":
        return [Mark("grade", value[0] + value[-1], True), Mark("bare", value[-1])]
    return [Mark(kind, value, True)]


_ROLE: dict[str, Role] = {
    **{"consensus": "consensus", "of_evidence": "evidence", "of_grade": "grade", "strength": "grade", "mere": "grade"},
    **{"opinion": "opinion", "quality": "evidence", "circles": "evidence", "bare": "bare", "system": "system"},
}
_KINDS = ("grade", "evidence", "pair", "roman_pair", "letter_roman", *_ROLE)
_SURE = frozenset({"of_evidence", "of_grade", "strength", "circles"})
