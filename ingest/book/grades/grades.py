"""Grades of recommendations: strength and certainty of evidence, as Chinese guidelines write them.

A phrase such as `推荐强度：强；证据质量：高；共识度：98%` is read mark by mark (`grade_marks`). Marks without a name of
their own are taken for what they are: 1A and 2B are GRADE's, 强 is a strength, 高 or ⊕⊕○○ a quality, and of two
bare marks （Ⅱa，B）the first is the class of recommendation, of （A，1）the digit. They are believed only in texts that
advise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.book.grades.grade_marks import NAMED_ITEM, PAIR, STRENGTH, Mark, read_marks

_ADVICE = re.compile(r"推荐|建议|应|不宜|宜|可(?!能)|必须|需|避免|禁|[Rr]ecommend|[Ss]uggest|should")
"""`首选推荐阿莫西林` → `推荐`, `可能有效` → –"""
_BRACKET = re.compile(r"[（(\[［【]([^（()）\[\]［］【】]{1,80})[)）\]］】]")
"""`阿莫西林（1A）。` → `1A`"""
_NAMED = re.compile(rf"{NAMED_ITEM}(?:[\s；;，,、/]*{NAMED_ITEM})*")
"""A phrase without brackets: each mark has its name. `推荐强度：强；证据质量：高。` → `推荐强度：强；证据质量：高`"""
_BEFORE, _BEHIND = re.compile(r"(?:^|[\s。；;，,：:）)】\]])$"), re.compile(r"\s*(?:$|[。；;\n])")
"""What stands around a level of evidence alone that is no part of a sentence about evidence."""
_NO_BRACKETS = re.compile(r"[【】\[\]]")
"""`【推荐等级】A` → `【`"""
_LEADING = re.compile(rf"(?:^|(?<=[。；;\n]))\s*((?:{PAIR})|{STRENGTH})\s*级?\s*[:：]")
"""A grade before a sentence. `强推荐：每年接种流感疫苗` → `强推荐`, `1A：首选` → `1A`"""
_STUDY = re.compile(r".*-[123]$")
"""Ⅱ-2: a level of evidence in the scheme of the USPSTF. `Ⅱ-2` → `Ⅱ-2`, `ⅡB` → –"""


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade and a level of evidence, as printed, and where they stand in the text."""

    grade: str | None
    evidence: str | None
    start: int
    end: int

    def merge(self, other: Graded) -> Graded | None:
        """Return both as one statement, None where both have a grade or both a level of evidence."""
        if (self.grade and other.grade) or (self.evidence and other.evidence):
            return None
        start, end = min(self.start, other.start), max(self.end, other.end)
        return Graded(self.grade or other.grade, self.evidence or other.evidence, start, end)


def find_grades(text: str) -> list[Graded]:
    """Return the grades in a text: in brackets, as a phrase such as `推荐强度：强；证据质量：高`, or before a colon."""
    advises = _ADVICE.search(text) is not None
    grades = list(_in_brackets(text, advises))
    for phrase, start, end in _phrases(text):
        marks = read_marks(_NO_BRACKETS.sub(" ", phrase))
        is_known = any(start < g.end and g.start < end for g in grades)
        if is_known or any(mark.role == "other" for mark in marks):
            continue
        graded = _grade_of_marks(marks, start, end, advises)
        is_apart = _BEFORE.search(text, max(0, start - 1), start) and _BEHIND.match(text, end)
        if graded and (graded.grade or is_apart):
            grades.append(graded)
    return _merge_adjacent(sorted(grades, key=lambda g: g.start), text)


def grade_of(phrase: str) -> tuple[str | None, str | None]:
    """Return grade and evidence of a phrase that is nothing else: a bracket's inside, a cell of a table."""
    graded = _grade_of_marks(read_marks(phrase), 0, len(phrase), advises=True)
    return (graded.grade, graded.evidence) if graded else (None, None)


def _phrases(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the phrases that may be grades without brackets, each with where it begins and ends."""
    yield from ((match[0], match.start(), match.end()) for match in _NAMED.finditer(text))
    yield from ((match[1], match.start(1), match.end()) for match in _LEADING.finditer(text))


def _in_brackets(text: str, advises: bool) -> Iterator[Graded]:
    for match in _BRACKET.finditer(text):
        if text[match.start() - 1 : match.start()] not in ("图", "表"):
            graded = _grade_of_marks(read_marks(match[1]), *match.span(), advises)
            if graded:
                yield graded


def _grade_of_marks(marks: Sequence[Mark], start: int, end: int, advises: bool) -> Graded | None:
    """Return the grade and evidence that marks state, bare ones by what they are; None where they are not believed."""
    sure = any(mark.sure for mark in marks)
    whole = all(mark.role != "other" for mark in marks)
    if not marks or not (sure or (whole and advises)):
        return None
    grade = next((mark.text for mark in marks if mark.role == "grade"), None)
    evidence = next((mark.text for mark in marks if mark.role == "evidence"), None)
    if whole:
        grade, evidence = _with_bare(
            [mark for mark in marks if mark.role in ("pair", "bare", "opinion")], grade, evidence
        )
    if not grade and advises:  # an agreement of experts, where nothing else says how strongly they recommend
        grade = next((mark.text for mark in marks if mark.role == "consensus"), None)
    if not sure and not (grade and evidence) and not any(mark.role in ("opinion", "consensus") for mark in marks):
        return None
    return Graded(grade, evidence, start, end) if grade or evidence else None


def _with_bare(marks: Sequence[Mark], grade: str | None, evidence: str | None) -> tuple[str | None, str | None]:
    """Add what marks without a name state: of 1A both, of two marks one each, of one what is still missing."""
    for mark in marks:
        if mark.role == "pair":
            grade, evidence = grade or mark.text, evidence or mark.letter
    bare = [mark.text for mark in marks if mark.role == "bare"]
    kinds = [_kind_of(mark) for mark in bare]
    if len(bare) == 2 and kinds[0] != kinds[1] and grade is None and evidence is None:
        swapped = _STUDY.match(bare[0]) or kinds == ["letter", "digit"]
        grade, evidence = (bare[1], bare[0]) if swapped else (bare[0], bare[1])
    elif len(bare) == 1 and (grade is None) != (evidence is None):
        grade, evidence = grade or bare[0], evidence or bare[0]
    opinion = next((mark.text for mark in marks if mark.role == "opinion"), None)
    if opinion and grade is None:
        return opinion, evidence
    return grade, evidence or opinion


def _kind_of(mark: str) -> str:
    return "digit" if mark[0].isdecimal() else "roman" if mark[0] in "ⅠⅡⅢⅣⅤIV" else "letter"


def _merge_adjacent(grades: list[Graded], text: str) -> list[Graded]:
    """Join a grade and the evidence right behind it: `（推荐等级：A）（证据级别：Ⅰ）` is one statement."""
    merged: list[Graded] = []
    for graded in grades:
        between = text[merged[-1].end : graded.start] if merged else ""
        both = merged[-1].merge(graded) if merged and not between.strip(" ，,；;、。") else None
        merged[-1:] = [both] if both else [*merged[-1:], graded]
    return merged
