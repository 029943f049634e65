"""Courtesies between the sides of a talk: turns that say nothing of the case go, unless they answer a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.of_talks.mending.endings import is_waiting
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, asks, clauses, joined, sentences
from pedcorpus.steps.instruct.templates import templates

MIN_REST_CHARS = 6
"""What is left of a sentence about the platform and shorter says nothing."""


def without_courtesy_turns(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns without those of thanks and wishes; 嗯 and 可以 behind a question are answers."""
    kept: list[Turn] = []
    for role, text in turns:
        before = kept[-1] if kept else None
        answers = before is not None and before[0] != role and _expects(before)
        if answers or not is_courtesy(text):
            kept.append((role, text))
    return joined(kept)


def without_platform(text: str) -> str:
    """Return a text without what it says of the platform: 请给五星好评, 平台不允许推荐剂量."""
    return "".join(map(_of_the_case, sentences(text))).strip() if _platform().search(text) else text


def _of_the_case(sentence: str) -> str:
    """Return a sentence without clauses about the platform and the courtesies around them."""
    if not _platform().search(sentence):
        return sentence
    kept = [part for part in clauses(sentence) if not _platform().search(part) and not is_courtesy(part)]
    rest = "".join(kept)
    return f"{rest.rstrip('，, ')}。" if len(rest) >= MIN_REST_CHARS else ""


def _expects(turn: Turn) -> bool:
    role, text = turn
    return is_waiting(text) if role == "assistant" else asks(text)


@cache
def _platform() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, templates("dialogue")["courtesy"].phrasings["platform"])))
