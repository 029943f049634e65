"""Instruction samples from consultations: patient → user, doctor → assistant, words as they were said.

Comes in: rows of the table `dialogue`. Goes out: one sample each. Courtesies at both ends and sentences about the
platform are left out; nothing is added but the mark before a doctor's opening question that the patient answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pedcorpus.config.sections import Instruct
from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import Template, pick, templates
from pedcorpus.task_labels.label_tasks import label_tasks
from pedcorpus.task_labels.talk_parts import talks_column
from schemas.rejection import Reason
from schemas.sample import Message

MAX_PLATFORM_CHARS = 80
"""A longer sentence says more than a word about the platform."""

_SEGMENT = re.compile(r"[^\n。！？!?；;]+[。！？!?；;]*\n?|\n|[。！？!?；;]+")
"""`吃的什么药？现在体` → `吃的什么药？`"""
_EMPTY = re.compile(r"[\W_]*")
"""`……？` → `……？`"""
_ASKS = re.compile(
    r"[?？]\s*$|(?:吗|呢|么|多大|多少|几天|几次|多久|怎么样|如何|没有|哪里|什么|(?:有没有|是不是|会不会|能不能|要不要)[^，。；！!]{0,10})[\s。，,~]*$"
)
"""`什么药？` → `？`"""
_MASKED = re.compile(r"\[MASK\]|<mask>|\{\{", re.IGNORECASE)
"""`合一组[MASK]口服治` → `[MASK]`"""

Turn = tuple[str, str]
"""(role, text); role is user or assistant."""


def samples(rows: Sequence[dict[str, Any]], settings: Instruct) -> SampleBuilder:
    """Make at most one sample of each dialogue; every row is used or has a reason."""
    builder = SampleBuilder()
    talks: list[tuple[dict[str, Any], tuple[Message, ...]]] = []
    for row in rows:
        turns = _trim(_turns(row["turns"]), settings)
        if not turns:
            builder.reject(row, Reason.NO_TEMPLATE)
        elif any(_MASKED.search(text) for role, text in turns if role == "assistant"):
            builder.reject(row, Reason.PLACEHOLDER)
        elif any(_pictures().search(text) for role, text in turns if role == "assistant"):
            builder.reject(row, Reason.NOT_GROUNDED)
        elif len(turns[-1][1]) > settings.max_answer_chars:
            builder.reject(row, Reason.TOO_LONG)
        else:
            talks.append((row, tuple(Message("user" if role == "user" else "assistant", text) for role, text in turns)))
    for (row, messages), template in zip(talks, task_templates([messages for _, messages in talks]), strict=True):
        builder.add_conversation(row, messages, template, (row["id"],))
    return builder


def task_templates(conversations: Sequence[Sequence[Message]]) -> list[Template]:
    """Return the template of each consultation: that of its task."""
    labels = label_tasks(talks_column(conversations), is_consultation=True, mostly_medical=True)
    return [templates("dialogue")[task] for task in labels]


def _turns(turns: Sequence[dict[str, Any]]) -> list[Turn]:
    """Return turns of alternating roles, without platform sentences."""
    merged: list[Turn] = []
    for turn in turns:
        role = "user" if turn["role"] == "patient" else "assistant"
        text = "".join(part for part in _SEGMENT.findall(turn["text"]) if not _is_platform(part)).strip()
        if _EMPTY.fullmatch(text):
            continue
        if merged and merged[-1][0] == role:
            merged[-1] = (role, f"{merged[-1][1]}\n{text}")
        else:
            merged.append((role, text))
    return merged


def _trim(turns: list[Turn], settings: Instruct) -> list[Turn]:
    """Return a conversation that begins with what the patient says and ends with what the doctor gives; or nothing."""
    turns = _begin(turns)[: settings.max_turns]
    while turns and not _gives(turns[-1], settings.min_answer_chars):
        turns.pop()
    if not turns:
        return []
    first, last = turns[0][1], turns[-1][1]
    return [("user", first), *turns[1:-1], ("assistant", _without_closing_words(last, settings.min_answer_chars))]


def _begin(turns: list[Turn]) -> list[Turn]:
    """Drop courtesies before the case; fold a doctor's opening question into the patient's answer to it."""
    start = 0
    while start < len(turns) and is_courtesy(turns[start][1]):
        start += 1
    turns = turns[start:]
    if not turns or turns[0][0] == "user":
        return turns
    if len(turns) > 2 and is_courtesy(turns[1][1]):
        merged = f"{turns[0][1]}\n{turns[2][1]}"
        return _begin([("assistant", merged), *turns[3:]])
    question = _without_courtesies(turns[0][1])
    if len(turns) < 2 or not question:
        return turns[1:]
    folded = pick(templates("dialogue")["courtesy"].phrasings["folded"], question)
    return [("user", folded.format(question=question, answer=turns[1][1])), *turns[2:]]


def _gives(turn: Turn, min_chars: int) -> bool:
    """Return whether a doctor's turn tells something: no courtesy, no mere question, long enough."""
    role, text = turn
    if role != "assistant" or is_courtesy(text):
        return False
    told = [part for part in _SEGMENT.findall(text) if not _ASKS.search(part) and not is_courtesy(part)]
    return len("".join(told).strip()) >= min_chars


def _without_courtesies(text: str) -> str:
    return "".join(part for part in _SEGMENT.findall(text) if not is_courtesy(part)).strip()


def _without_closing_words(text: str, min_chars: int) -> str:
    """Return a last turn without courtesies and questions at its end: nobody answers them any more."""
    parts = _SEGMENT.findall(text)
    while parts and (is_courtesy(parts[-1]) or _asks_on(parts, min_chars)):
        parts.pop()
    return "".join(parts).strip()


def _asks_on(parts: list[str], min_chars: int) -> bool:
    return _ASKS.search(parts[-1]) is not None and len("".join(parts[:-1]).strip()) >= min_chars


def _is_platform(part: str) -> bool:
    return len(part) <= MAX_PLATFORM_CHARS and _platform().search(part) is not None


@cache
def _platform() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, templates("dialogue")["courtesy"].phrasings["platform"])))


@cache
def _pictures() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, templates("dialogue")["courtesy"].phrasings["pictures"])))
