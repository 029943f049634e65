"""Samples of distilled sets: mended, else word for word; where the set names no task, the whole talk tells it.

A general sample stays as it is, thanks at its end aside: a letter may end in wishes, a program may print a list.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import polars as pl

from pedcorpus.config.sections import Instruct
from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.of_talks.mending.bare_lists import in_a_sentence
from pedcorpus.steps.instruct.of_talks.mending.endings import end_with_advice, is_thanks, without_closing
from pedcorpus.steps.instruct.of_talks.mending.form_labels import mend_question
from pedcorpus.steps.instruct.of_talks.mending.headings import without_headings
from pedcorpus.steps.instruct.of_talks.mending.label_fields import with_fields_asked
from pedcorpus.steps.instruct.of_talks.mending.pictures import is_seeing, is_showing
from pedcorpus.steps.instruct.of_talks.mending.program_lists import is_serialised, written_out
from pedcorpus.steps.instruct.of_talks.mending.repeats import without_earlier, without_second_copy
from pedcorpus.steps.instruct.of_talks.mending.torn_signs import with_signs
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn
from pedcorpus.steps.instruct.of_talks.mending.windows import last_window
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.task_labels.label_tasks import label_tasks
from pedcorpus.task_labels.talk_parts import talks_column
from schemas.rejection import Reason
from schemas.sample import Builder, Message, Task

BUILDER = Builder("original", "distilled", "2")
"""Nobody of ours wrote these texts. The version is that of the labelling rules (`pedcorpus.task_labels`)."""

DEFAULTS = Instruct()
"""What holds where a caller gives no settings."""
MIN_ANSWER_CHARS = 15
"""What the last answer of a talk must tell, unless it names a drug or an illness."""


def samples(rows: pl.DataFrame, settings: Instruct = DEFAULTS, *, mostly_medical: bool = False) -> SampleBuilder:
    """Make the sample of each ingested one, mended; every row is used or has a reason.

    `mostly_medical` says so of the set the rows are of (`pedcorpus.task_labels.label_tasks`).
    """
    builder = SampleBuilder()
    told = label_tasks(rows["messages"], is_consultation=False, mostly_medical=mostly_medical)
    kept: list[tuple[dict[str, Any], tuple[Message, ...], Task]] = []
    for row, task in zip(rows.to_dicts(), told, strict=True):
        messages = tuple(Message(message["role"], message["content"]) for message in row["messages"])
        mended = _sample_of(messages, row["task"] or task, settings)
        if isinstance(mended, Reason):
            builder.reject(row, mended)
        else:
            kept.append((row, mended, row["task"] or task))
    for (row, messages, _), task in zip(kept, _labels_of_mended(kept, mostly_medical=mostly_medical), strict=True):
        builder.keep(row, messages, task, BUILDER)
    return builder


def _sample_of(messages: tuple[Message, ...], task: Task, settings: Instruct) -> tuple[Message, ...] | Reason:
    if not _alternates([message.role for message in messages if message.role != "system"]):
        return Reason.MALFORMED
    return _mended(messages, settings) if task != "general" else _of_general(messages)


def _labels_of_mended(
    kept: Sequence[tuple[dict[str, Any], tuple[Message, ...], Task]], *, mostly_medical: bool
) -> list[Task]:
    """Return the tasks of samples: those named or told, told anew where mending took turns and with them evidence."""
    tasks = [task for _, _, task in kept]
    shorter = [
        i
        for i, (row, messages, task) in enumerate(kept)
        if not row["task"] and task != "general" and len(messages) < len(row["messages"])
    ]
    talks = talks_column([kept[i][1] for i in shorter])
    for i, task in zip(shorter, label_tasks(talks, is_consultation=False, mostly_medical=mostly_medical), strict=True):
        tasks[i] = task
    return tasks


def _mended(messages: Sequence[Message], settings: Instruct) -> tuple[Message, ...] | Reason:
    """Return the messages of a medical sample up to the last advice, or why there are none."""
    system = [message for message in messages if message.role == "system"]
    turns = _told([(message.role, message.content) for message in messages if message.role != "system"])
    answers = [text for role, text in turns if role == "assistant"]
    if not all(answers):
        return Reason.SELF_NAMING
    if any(map(is_serialised, answers)):
        return Reason.SERIALISED
    grounded = list(
        itertools.takewhile(lambda turn: not (is_showing if turn[0] == "user" else is_seeing)(turn[1]), turns)
    )
    ended = end_with_advice(grounded, MIN_ANSWER_CHARS) if len(turns) > 2 else _single(grounded)
    if not ended:
        return Reason.COURTESY if len(grounded) == len(turns) else Reason.NOT_GROUNDED
    window = last_window(ended, settings.max_turns)
    return (*system, *(Message("user" if role == "user" else "assistant", text) for role, text in window))


def _is_grounded(turn: Turn) -> bool:
    """Return whether a turn neither shows a picture nor tells what one shows."""
    role, text = turn
    return not (is_showing(text) if role == "user" else is_seeing(text))


def _of_general(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return messages without exchanges of thanks and courtesies at their end, answers with their signs."""
    while len(messages) > 2 and is_thanks(messages[-2].content) and is_courtesy(messages[-1].content):
        messages = messages[:-2]
    return tuple(
        Message(message.role, with_signs(message.content)) if message.role == "assistant" else message
        for message in messages
    )


def _told(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns without what a form, a platform or a program wrote into them, and nothing said twice."""
    found: list[Turn] = []
    for role, text in turns:
        if role == "user":
            found.append((role, mend_question(text)))
            continue
        earlier = [said for other, said in found if other == "assistant"]
        answer = written_out(without_headings(without_second_copy(text)))
        answer = in_a_sentence(found[-1][1], answer) if "；" in answer else answer
        found.append((role, without_earlier(answer, earlier) or answer))
    return with_fields_asked(found)


def _single(turns: list[Turn]) -> list[Turn]:
    """Return a question and its answer without the courtesies at its end; nothing where the answer is one."""
    if len(turns) < 2:
        return []
    answer = without_closing(turns[1][1], MIN_ANSWER_CHARS)
    return [turns[0], ("assistant", answer)] if answer else []


def _alternates(roles: Sequence[str]) -> bool:
    expected = ["user", "assistant"] * (len(roles) // 2)
    return bool(roles) and list(roles) == expected
