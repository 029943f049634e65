"""Turns of a conversation and their sentences: what is told, what is asked, what is courtesy."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pedcorpus.quality.courtesy import is_courtesy

Turn = tuple[str, str]
"""(role, text); role is user or assistant."""

_SENTENCE = re.compile(r"[^\n。！？!?；;]+[。！？!?；;]*\n?|\n|[。！？!?；;]+")
"""`吃的什么药？现在体` → `吃的什么药？`"""
_CLAUSE = re.compile(r"[^，,。！？!?；;\n]+[，,。！？!?；;\n]*|[，,。！？!?；;\n]+")
"""`两岁，烧了三天` → `两岁，`"""
_ASKS = re.compile(
    r"[?？]\s*$|(?:吗|呢|么|多大|多少|几天|几次|多久|怎么样|如何|没有|哪里|什么|(?:有没有|是不是|会不会|能不能|要不要)[^，。；！!]{0,10})[\s。，,~]*$"
)
"""`什么药？` → `？`"""
_QUESTION = re.compile(
    r"[?？]|吗|怎么|怎样|如何|为什么|为啥|什么|是不是|会不会|能不能|可不可以|要不要|需不需要|有没有|多久|多少|几[天次个]|咋|哪"
)
"""`要不要去医院` → `要不要`"""
_EMPTY = re.compile(r"[\W_]*")
"""`……？` → `……？`"""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with its end."""
    return _SENTENCE.findall(text)


def clauses(text: str) -> list[str]:
    """Return the clauses of a text, each with the sign behind it."""
    return _CLAUSE.findall(text)


def is_question(sentence: str) -> bool:
    """Return whether a sentence ends as a question does: 吃的什么药？, 有没有痰."""
    return _ASKS.search(sentence) is not None


def asks(text: str) -> bool:
    """Return whether anything is asked anywhere in a text."""
    return _QUESTION.search(text) is not None


def told(text: str) -> str:
    """Return what a text tells: its sentences that are no question and no courtesy."""
    return "".join(part for part in sentences(text) if not is_question(part) and not is_courtesy(part)).strip()


def joined(turns: Iterable[Turn]) -> list[Turn]:
    """Return turns of alternating roles: empty ones dropped, neighbours of one role joined, nothing said twice."""
    found: list[Turn] = []
    for role, text in turns:
        text = text.strip()
        if _EMPTY.fullmatch(text):
            continue
        if found and found[-1][0] == role:
            before = found[-1][1]
            found[-1] = (role, before if text in before else text if before in text else f"{before}\n{text}")
        else:
            found.append((role, text))
    return found
