"""Samples of what sections tell: one by one, or neighbouring sections of one subject as a conversation.

Of two in three subjects (by hash) that have MIN_SECTIONS or more, two to four neighbouring sections (病因 → 临床表现 →
诊断 → 治疗) become the rounds of one conversation; the first question names the subject, the others go on from it.
The other sections stay samples of their own, so that no passage is trained on twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pedcorpus.pediatric.patients import patient_words
from pedcorpus.steps.instruct.of_documents import headings
from pedcorpus.steps.instruct.of_documents.passages import Passage
from pedcorpus.steps.instruct.of_documents.section_questions import QUESTION, asked_of_aspects
from pedcorpus.steps.instruct.of_documents.subject import Focus
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import Template, pick, templates
from schemas.sample import Message

MIN_SECTIONS = 3
"""Sections of a subject from which some may become a conversation."""
ROUNDS = ("2", "3", "3", "4")
"""Rounds of a conversation, one chosen by hash."""
SHARE = ("conversation", "conversation", "single")
"""What becomes of a subject's sections, one chosen by hash."""


@dataclass(frozen=True, slots=True)
class Told:
    """A passage with its question. `row` is the first of its section."""

    row: dict[str, Any]
    focus: Focus
    template: Template
    question: str
    passage: Passage


def add_told(told: Sequence[Told], builder: SampleBuilder) -> None:
    """Add all samples of what sections tell."""
    for _, group in groupby(told, lambda one: (one.row["origin"]["file"], one.row["title"], one.focus.subject)):
        neighbours = list(group)
        rounds = _rounds(neighbours)
        if rounds:
            _add_conversation(rounds, builder)
        for one in neighbours:
            if one not in rounds:
                builder.add(one.row, one.question, one.passage.text, one.template, one.passage.parents)


def _rounds(told: Sequence[Told]) -> list[Told]:
    """Return the neighbouring sections of one subject that become a conversation; none where they stay alone."""
    able = [one for one in told if _can_follow(one)]
    if len({one.template.name for one in able}) < MIN_SECTIONS or not headings.names_subject(able[0].focus.subject):
        return []
    key = f"{able[0].focus.subject} {able[0].passage.parents[0]}"
    if pick(SHARE, key) != "conversation":
        return []
    longest = max(_different(able), key=len)
    count = min(int(pick(ROUNDS, f"rounds {key}")), len(longest))
    start = int(pick([str(n) for n in range(len(longest) - count + 1)], f"start {key}"))
    return longest[start : start + count]


def _different(told: Sequence[Told]) -> Iterator[list[Told]]:
    """Yield runs in which each section has an aspect of its own."""
    run: list[Told] = []
    for one in told:
        if one.template.name in {other.template.name for other in run}:
            yield run
            run = []
        run.append(one)
    yield run


def _can_follow(one: Told) -> bool:
    """Return whether a passage can be a round: its headings name aspects and nothing else, and ask nothing."""
    if one.focus.topic:
        return headings.is_made_of_aspects(one.focus.topic)
    opens = one.template.name.endswith(("-definition", "-overview"))
    return (opens or "followups" in one.template.phrasings) and QUESTION.search(one.focus.subject) is None


def _add_conversation(rounds: Sequence[Told], builder: SampleBuilder) -> None:
    messages, parents = list[Message](), list[str]()
    for number, one in enumerate(rounds):
        messages += [Message("user", _asked(one, number)), Message("assistant", one.passage.text)]
        parents += one.passage.parents
    template = templates("document")["conversation"]
    builder.add_conversation(rounds[0].row, tuple(messages), template, list(dict.fromkeys(parents)))


def _asked(one: Told, number: int) -> str:
    """Return the question of a round: the first is asked in full, the others lean on it."""
    if number and one.focus.topic:
        return f"那{asked_of_aspects(one.focus.topic)}？"
    if number == 0 or "followups" not in one.template.phrasings:
        return one.question
    words = patient_words(one.row["department"], one.focus.subject)
    return one.template.phrase("followups", one.passage.parents[0], **words)
