"""The answer to another question about the same subject: on topic, and not what was asked.

Only samples that templates made of documents and graphs take part: their questions name their subject, and the template
says which aspect of it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from ingest.vocabulary.medical_terms import bundled
from pedcorpus.steps.prefer.overlap import shared_grams, two_grams

MIN_SUBJECT = 3
"""Characters of a subject: 发热 is in too many questions."""
MOST_ALIKE = 0.4
"""Share of the other answer's 2-grams, those of the subject apart, that the chosen one may have too: to prevent
rickets and to treat it is nearly the same."""
_ASKED = re.compile(r"(?:检查|治疗|科|诊断|标准|表现|症状|学|并发症|后遗症|传染病|手术)$")
"""Terms that questions have whatever they are about. `并发症` → `并发症`, `水痘` → –"""
FITTING = (0.6, 1.7)
"""Length of the other answer, as a multiple of the chosen one."""
GROUPS = ("document", "graph")
"""Groups of templates whose questions name their subject."""


class Aspect(NamedTuple):
    """What a sample answers: its place among the rows of a shard, the template (the aspect), and the answer."""

    row: int
    name: str
    answer: str


def aspects_of(rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[str, list[Aspect]]:
    """Return subject → aspects of the rows of a shard, in the order of the rows."""
    templated = [(number, row) for number, row in rows if _is_templated(row)]
    found: dict[str, list[Aspect]] = {}
    for (number, row), subject in zip(templated, _subjects([question_of(row) for _, row in templated]), strict=True):
        if subject:
            found.setdefault(subject, []).append(Aspect(number, row["builder"]["name"], row["messages"][-1]["content"]))
    return found


def other_aspects(rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, Aspect]:
    """Return row number → the aspect that stands against it: of those of fitting length the one most like its prompt.

    An answer that holds the chosen one, or is held by it, is no other aspect.
    """
    by_row = dict(rows)
    found: dict[int, Aspect] = {}
    for subject, group in aspects_of(rows).items():
        for own in group:
            able = [other for other in group if _may_stand_against(subject, own, other)]
            prompt = prompt_of(by_row[own.row])
            if able:
                found[own.row] = max(able, key=lambda other: (shared_grams(prompt, other.answer), other.row))
    return found


def question_of(row: dict[str, Any]) -> str:
    """Return the last question of a sample."""
    return next((m["content"] for m in reversed(row["messages"]) if m["role"] == "user"), "")


def prompt_of(row: dict[str, Any]) -> str:
    """Return all that is said before the last answer."""
    return "\n".join(message["content"] for message in row["messages"][:-1] if message["role"] != "system")


def _may_stand_against(subject: str, own: Aspect, other: Aspect) -> bool:
    """Return whether an answer is of another aspect, says something else, and is about as long."""
    if subject not in own.answer or subject not in other.answer or other.name == own.name:
        return False
    if not FITTING[0] <= len(other.answer) / max(len(own.answer), 1) <= FITTING[1]:
        return False
    chosen, rejected = (two_grams(aspect.answer.replace(subject, "")) for aspect in (own, other))
    return len(chosen & rejected) <= MOST_ALIKE * min(len(chosen), len(rejected))


def _is_templated(row: dict[str, Any]) -> bool:
    return row["builder"]["kind"] == "template" and row["builder"]["name"].partition("-")[0] in GROUPS


def _subjects(questions: list[str]) -> list[str]:
    """Return the longest known term in each question; empty where there is none."""
    found = pl.Series(questions, dtype=pl.String).str.extract_many(_terms().implode(), overlapping=True)
    return [max(terms, key=lambda term: (len(term), term), default="") for terms in found.to_list()]


@cache
def _terms() -> pl.Series:
    """Return the names of the bundled lists that may be a subject."""
    kinds = ("medical", "pediatric")
    named = [term for term, kind in bundled().items() if kind in kinds and len(term) >= MIN_SUBJECT]
    return pl.Series([term for term in named if not _ASKED.search(term)])
