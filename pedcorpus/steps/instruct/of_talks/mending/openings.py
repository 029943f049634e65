"""Where a talk begins: with words of the patient that can be understood without what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ingest.vocabulary.any_of import any_of
from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, asks, clauses
from pedcorpus.steps.instruct.templates import templates

MIN_CHARS = 6
"""A shorter turn brings no complaint: 夜晚, 有一点"""
MOST_TORN_CHARS = 15
"""A longer turn tells of itself what it is about."""
_EMPTY_OPENING = re.compile(
    r"(?:在的?|在线|[你您]好|医生|大夫|主任|麻烦|请问?|想问一下|帮忙?|给|看看|看一?下|我家?|的|宝宝|宝贝|孩子|小孩|这种?|那|是|怎么回事|怎么了?"
    r"|什么|情况|咋|了|呢|吗|啊|问|有点|急|谢谢|[\W_])+"
)
"""`在的医生，麻烦给看看` → `在的医生，麻烦给看看`"""
_ANSWERS = re.compile(
    r"^(?:(?:(?:应该|都|也)(?:没)?有|没有?|有的?|是的?|嗯+|恩+|对的?|好的|不是|哦+|噢+|可以|在的?|正常|都?还好|不会|不多|没有过)[？?，,。！…\s]+)+"
)
"""`没有？嗯，小便有减少` → `没有？嗯，`"""
_NEGATED = re.compile(r"(?:没有?|不|无|未|别)(?:怎么|再|太|是|出现|什么|明显|大)?$")
"""`没有` → `没有`"""
_AGE = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十两半]{1,3})(?:个半?月|周?岁)[一二三四五六七八九十两半零多\d]{0,3}(?:个月|岁)?"
    r"(?=[了大。，,的吧呢啊哦\s]|$)|男孩|女孩|男宝|女宝"
)
"""`4岁了，精神` → `4岁`"""
_DURATION = re.compile(any_of("前 后 多天 发烧 咳 拉 吐 以前 左右 内"))
"""`三天前开始` → `前`"""


def begin_with_complaint(turns: list[Turn]) -> list[Turn]:
    """Drop what stands before the case; a doctor's opening questions go with what only answers them.

    The first message is the first turn of the patient that brings a complaint or asks about something by name; the
    age, where the patient told it before, stands in front of it.
    """
    start = next((i for i, turn in enumerate(turns) if not is_courtesy(turn[1])), len(turns))
    turns = turns[start:]
    is_begun = bool(turns) and turns[0][0] == "user" and not _EMPTY_OPENING.fullmatch(turns[0][1])
    if not turns or (is_begun and not _is_torn(turns[0][1])):
        return turns
    first = next((i for i, turn in enumerate(turns) if turn[0] == "user" and is_complaint(turn[1])), None)
    if first is None:
        return turns if is_begun else []
    text = _ANSWERS.sub("", turns[first][1]) or turns[first][1]
    return [("user", _with_age(turns[:first], text)), *turns[first + 1 :]]


def is_complaint(text: str) -> bool:
    """Return whether a patient's words bring a complaint that is not denied, or ask about something by name."""
    said = "".join(part for part in clauses(text) if not is_courtesy(part))
    said = _ANSWERS.sub("", said)
    if len(said) < MIN_CHARS:
        return False
    found = [match for match in _complaints().finditer(said) if not _NEGATED.search(said[: match.start()])]
    return bool(found) or (asks(said) and _subjects().search(said) is not None)


def _is_torn(text: str) -> bool:
    """Return whether the first words of a patient are the answer to a question that is not there: 应该有, 买了些药."""
    return _ANSWERS.match(text) is not None or (len(text) <= MOST_TORN_CHARS and not is_complaint(text))


def _with_age(before: Sequence[Turn], text: str) -> str:
    """Return a complaint behind the clauses in which the patient told the age."""
    if _AGE.search(text):
        return text
    told = [part.strip("，,。 \n") for role, said in before if role == "user" for part in clauses(said)]
    ages = [part for part in told if len(part) <= 12 and _AGE.search(part) and not _DURATION.search(part)]
    return f"{ages[0]}，{text}" if ages else text


@cache
def _complaints() -> re.Pattern[str]:
    return _pattern("complaints")


@cache
def _subjects() -> re.Pattern[str]:
    return _pattern("subjects")


def _pattern(part: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, templates("dialogue")["opening"].phrasings[part])))
