"""Grades of recommendations: strength and certainty of evidence, as Chinese guidelines write them.

GRADE: 1A, 2B, 1+, “强推荐，高质量证据”, ⊕⊕○○; Oxford and society schemes: Ⅰ类推荐, A级证据, 证据级别：Ⅱa, 推荐等级 B,
（Ⅱa，B）.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROMAN = r"[ⅠⅡⅢⅣⅤIV]{1,3}\s*[a-dA-D]?"
_LETTER = r"[A-EＡ-Ｅ][+\-]?"
_STRENGTH = r"(?:强烈?推荐|弱推荐|强|弱|有条件推荐|条件性推荐|不推荐|良好实践(?:声明|主张)?|专家共识|GPS)"
_QUALITY = r"(?:极低|很低|非常低|低|中等?|高)(?:\s*(?:质量|级别|等级|确定性))?"

_PAIR = re.compile(r"(?<![A-Za-z0-9.])([12])\s*[-–/，,]?\s*([A-DＡ-Ｄ])(?![A-Za-z0-9])")
_PAIR_PHRASE = re.compile(
    r"(?:GRADE|Grade|grade|推荐|证据|强度|等级|级别|质量|水平|[12]\s*[-–/，,]?\s*[A-DＡ-Ｄ]|[\s:：,，;；级])+"
)
_GRADE = re.compile(
    rf"(?:推荐(?:级别|等级|强度|类别|程度)|(?:推荐)?强度)\s*(?:为)?\s*[:：]?\s*({_STRENGTH}|{_LETTER}\s*级?|{_ROMAN}\s*[类级]?|\d级?)"
    rf"|(?:^|(?<=[,，;；、/]))\s*({_STRENGTH}(?:推荐)?)(?=\s*(?:$|[,，;；、/]))|({_ROMAN}|{_LETTER})\s*[类级]\s*推荐"
    r"|\b((?i:strong|weak|conditional) recommendation)"
)
_EVIDENCE = re.compile(
    rf"(?:证据(?:级别|等级|质量|水平|强度|确定性)|质量(?:等级)?)\s*(?:为)?\s*[:：]?\s*({_QUALITY}|{_LETTER}\s*级?|{_ROMAN}\s*[类级]?|\d[a-c]?[+\-]{{0,2}}\s*级?)"
    rf"|({_QUALITY})\s*(?:证据)|({_LETTER}|{_ROMAN})\s*[类级]\s*证据|([⊕○◯]{{2,4}})"
    r"|\b((?i:high|moderate|low|very[ -]low)[ -](?:quality|certainty)) (?:of )?evidence"
)
_SHORT = re.compile(rf"({_STRENGTH}(?:推荐)?|[ⅠⅡⅢ]{{1,3}}[ab]?)\s*[,，/]\s*([A-D])")
"""Strength or class, then level, as in （强，A） and （Ⅱa，B）; believed in texts that recommend."""
_ADVICE = re.compile(r"推荐|建议|应|不宜")
_BRACKET = re.compile(r"[（(\[［【]([^（()）\[\]［］【】]{1,60})[)）\]］】]")
_TRAILING = re.compile(r"(?:推荐(?:级别|等级|强度|类别)|证据(?:级别|等级|质量|水平))[^。；\n]{1,30}[。；]?")


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade and a level of evidence, as printed, and where they stand in the text."""

    grade: str | None
    evidence: str | None
    start: int
    end: int


def find_grades(text: str) -> list[Graded]:
    """Return the grades in a text: in brackets, or as a phrase such as `推荐强度：强；证据质量：高。`."""
    found = [
        graded
        for match in _BRACKET.finditer(text)
        if text[match.start() - 1 : match.start()] not in ("图", "表")
        and (graded := _read(match.group(1), *match.span()) or _short(match, text))
    ]
    for match in _TRAILING.finditer(text):
        if not any(match.start() < g.end and g.start < match.end() for g in found):
            graded = _read(match.group(), *match.span())
            if graded:
                found.append(graded)
    return _joined(sorted(found, key=lambda g: g.start), text)


def _read(phrase: str, start: int, end: int) -> Graded | None:
    """Return what a phrase says of grade and evidence, None where it says nothing of them."""
    phrase = phrase.strip()
    grade, evidence = _first(_GRADE.search(phrase)), _first(_EVIDENCE.search(phrase))
    pair = _PAIR.search(phrase)
    if grade and not evidence and (short := _SHORT.fullmatch(phrase)):
        evidence = short[2]
    if pair and not (grade and evidence) and _PAIR_PHRASE.fullmatch(phrase):
        grade, evidence = f"{pair.group(1)}{pair.group(2)}", evidence or pair.group(2)
    return Graded(grade, evidence, start, end) if grade or evidence else None


def _short(match: re.Match[str], text: str) -> Graded | None:
    """Return what a bracket of two bare marks says."""
    short = _SHORT.fullmatch(match.group(1).strip())
    return Graded(short[1], short[2], *match.span()) if short and _ADVICE.search(text) else None


def _first(match: re.Match[str] | None) -> str | None:
    return next((group.strip() for group in match.groups() if group), None) if match else None


def _joined(found: list[Graded], text: str) -> list[Graded]:
    """Join a grade and the evidence right behind it: `（推荐等级：A）（证据级别：Ⅰ）` is one statement."""
    done: list[Graded] = []
    for graded in found:
        last = done[-1] if done else None
        between = text[last.end : graded.start] if last else ""
        apart = last is None or len(between.strip(" ，,；;、。")) > 0
        if (
            last is not None
            and not apart
            and not (last.grade and graded.grade)
            and not (last.evidence and graded.evidence)
        ):
            done[-1] = Graded(last.grade or graded.grade, last.evidence or graded.evidence, last.start, graded.end)
        else:
            done.append(graded)
    return done
