"""Advice to a child that every pediatrician refuses, by its words; a warning of it is none.

Comes in: medical talks about children. What is refused stands with its sources in `terms/unsafe_for_children.toml`:
labels and guidelines, common knowledge alone.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from pedcorpus.quality.marks.found import is_medical_talk, where

_WARNED = re.compile(
    r"不[要能可宜应用是需必得建推主适加喝吃喂给擦放服捂]|别|勿|忌|禁|避免|慎|没有?|无|防止|预防|警惕|停[用药止]|过敏[者史]|药过敏|尽量少|[吗么？?]|有用"
    r"|副作用|危险|中毒|误服|抵抗|不良"
)
"""`不要用酒精擦浴` → `不要`"""
_CLAUSE = re.compile(r"[^，。；！!？?\n]+[，。；！!？?\n]?")
"""`可以吃，不要紧` → `可以吃，`"""
_AGE = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d)?|[一二两三四五六七八九十半]{1,2})\s?(?:个)?(?P<unit>周岁|岁|月|天)(?!前|后|左右就|内|以)"
)
"""`宝宝8个月了` → `8个月`"""
_NEWBORN = re.compile(r"新生儿|新生宝|刚(?:刚)?(?:出生|满月)|百天|[刚未]满月")
"""`拍百天照着凉了` → `百天`"""
NEWBORN_MONTHS = 3.0
_DIGITS = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "半": 0.5}
_MONTHS = {"周岁": 12.0, "岁": 12.0, "月": 1.0, "天": 1 / 30}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is refused: the advice, what else must be told or not, and below which age in months."""

    advice: re.Pattern[str]
    told: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    but_not: re.Pattern[str] | None = None
    months: float | None = None


def unsafe_for_children(parts: pl.DataFrame) -> pl.Series:
    """Return how many pieces of refused advice the answers to a child hold."""
    return where(_applies(parts), _found(parts).list.len())


def unsafe_for_children_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the clauses that advise it."""
    return _found(parts).list.join("; ")


def _applies(parts: pl.DataFrame) -> pl.Series:
    return is_medical_talk(parts) & parts["pediatric"]


def _found(parts: pl.DataFrame) -> pl.Series:
    answers = parts["answers"].fill_null("")
    may_be = (_applies(parts) & answers.str.contains("|".join(rule.advice.pattern for rule in _rules()))).to_list()
    rows = zip(parts["asked"].fill_null("").to_list(), answers.to_list(), may_be, strict=True)
    found = [_refused(asked, said) if may else [] for asked, said, may in rows]
    return pl.Series(found, dtype=pl.List(pl.String))


def _refused(asked: str, answers: str) -> list[str]:
    """Return the clauses of answers that give refused advice."""
    age = NEWBORN_MONTHS if _NEWBORN.search(asked + answers) else youngest_age(asked)
    rules = [rule for rule in _rules() if _holds(rule, asked, answers, age)]
    return [
        clause.strip("，。；！!\n")
        for clause in _CLAUSE.findall(answers)
        if not _WARNED.search(clause)
        for rule in rules
        if rule.advice.search(clause) and not (rule.but_not and rule.but_not.search(clause))
    ]


def _holds(rule: Rule, asked: str, answers: str, age: float | None) -> bool:
    if rule.months is not None and (age is None or age >= rule.months):
        return False
    is_told = rule.told is None or rule.told.search(asked + answers) is not None
    return is_told and (rule.unless is None or rule.unless.search(asked + answers) is None)


def youngest_age(text: str) -> float | None:
    """Return the youngest age in months that a text tells, None for none; three days of fever count as no age."""
    found = [(_number(match["number"]), match["unit"]) for match in _AGE.finditer(text)]
    ages = [number * _MONTHS[unit] for number, unit in found if unit != "天" or number > 10]
    return min(ages, default=None)


def _number(sign: str) -> float:
    if sign[0].isdigit():
        return float(sign)
    tens, units = ("", sign) if len(sign) == 1 else (sign[0], sign[1])
    return _DIGITS[units] + (10 if tens == "十" else 0) if units != "半" or not tens else _DIGITS[tens] + 0.5


@cache
def _rules() -> tuple[Rule, ...]:
    text = (files("pedcorpus.quality") / "terms" / "unsafe_for_children.toml").read_text(encoding="utf-8")
    return tuple(
        Rule(months=rule.pop("months", None), **{name: re.compile(words) for name, words in rule.items()})
        for rule in tomllib.loads(text).values()
    )
