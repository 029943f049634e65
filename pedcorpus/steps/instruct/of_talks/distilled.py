"""Samples of distilled sets: mended, else word for word; where the set names no task, its question does.

A general sample stays as it is, thanks at its end aside: a letter may end in wishes, a program may print a list.

Rules, in this order, on the last question (all questions for the medical words):
1. no name of an illness in a question, and fewer than two different medical words in all: general;
2. the question asks for treatment, drugs, diet or care: trerecom;
3. it asks what the matter is or what to examine, or the talk has several turns: evidiag;
4. else medkqa.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import polars as pl

from pedcorpus.config.sections import Instruct
from pedcorpus.quality.courtesy import is_courtesy
from pedcorpus.steps.instruct.of_talks.mending.endings import end_with_advice, is_thanks, without_closing
from pedcorpus.steps.instruct.of_talks.mending.form_labels import mend_question
from pedcorpus.steps.instruct.of_talks.mending.headings import without_headings
from pedcorpus.steps.instruct.of_talks.mending.pictures import is_seeing
from pedcorpus.steps.instruct.of_talks.mending.repeats import without_earlier, without_second_copy
from pedcorpus.steps.instruct.of_talks.mending.serialised import is_serialised, written_out
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn
from pedcorpus.steps.instruct.of_talks.mending.windows import last_window
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import templates
from schemas.rejection import Reason
from schemas.sample import Builder, Message

BUILDER = Builder("original", "distilled", "1")
"""Nobody of ours wrote these texts. The version is that of the labelling rules above."""

DEFAULTS = Instruct()
"""What holds where a caller gives no settings."""
MIN_ANSWER_CHARS = 15
"""What the last answer of a talk must tell, unless it names a drug or an illness."""
MEDICAL_WORDS = 2
"""Different medical words that make a sample medical: one alone (检查, 牙, 细胞) also stands in general samples."""


def with_task(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill null tasks of a frame with the column `messages`."""
    found = templates("distilled")
    content = pl.col("messages").list.eval(pl.element().struct.field("content"))
    roles = pl.col("messages").list.eval(pl.element().struct.field("role"))
    users = pl.col("messages").list.eval(
        pl.element().filter(pl.element().struct.field("role") == "user").struct.field("content")
    )
    medical = found["medkqa"].phrasings
    words = content.list.join("\n").str.extract_many(list(medical["marks"]), overlapping=True)
    named = users.list.join("\n").str.contains_any(list(medical["names"]))
    asked = users.list.last().fill_null("")
    label = (
        pl.when((words.list.n_unique() < MEDICAL_WORDS) & ~named)
        .then(pl.lit("general"))
        .when(asked.str.contains_any(list(found["trerecom"].phrasings["asks"])))
        .then(pl.lit("trerecom"))
        .when(asked.str.contains_any(list(found["evidiag"].phrasings["asks"])))
        .then(pl.lit("evidiag"))
        .when(roles.list.count_matches("user") > 1)
        .then(pl.lit("evidiag"))
        .otherwise(pl.lit("medkqa"))
    )
    return rows.with_columns(task=pl.coalesce(pl.col("task"), label))


def samples(rows: Sequence[dict[str, Any]], settings: Instruct = DEFAULTS) -> SampleBuilder:
    """Make the sample of each ingested one, mended; every row is used or has a reason."""
    builder = SampleBuilder()
    for row in rows:
        messages = tuple(Message(message["role"], message["content"]) for message in row["messages"])
        mended: tuple[Message, ...] | Reason = messages
        if not _alternates([message.role for message in messages if message.role != "system"]):
            mended = Reason.MALFORMED
        else:
            mended = _mended(messages, settings) if row["task"] != "general" else _without_thanks(messages)
        if isinstance(mended, Reason):
            builder.reject(row, mended)
        else:
            builder.keep(row, mended, row["task"], BUILDER)
    return builder


def _mended(messages: Sequence[Message], settings: Instruct) -> tuple[Message, ...] | Reason:
    """Return the messages of a medical sample up to the last advice, or why there are none."""
    system = [message for message in messages if message.role == "system"]
    turns = _told([(message.role, message.content) for message in messages if message.role != "system"])
    answers = [text for role, text in turns if role == "assistant"]
    if not all(answers):
        return Reason.SELF_NAMING
    if any(map(is_serialised, answers)):
        return Reason.SERIALISED
    grounded = list(itertools.takewhile(lambda turn: turn[0] == "user" or not is_seeing(turn[1]), turns))
    ended = end_with_advice(grounded, MIN_ANSWER_CHARS) if len(turns) > 2 else _single(grounded)
    if not ended:
        return Reason.COURTESY if len(grounded) == len(turns) else Reason.NOT_GROUNDED
    window = last_window(ended, settings.max_turns)
    return (*system, *(Message("user" if role == "user" else "assistant", text) for role, text in window))


def _without_thanks(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return messages without exchanges of thanks and courtesies at their end."""
    while len(messages) > 2 and is_thanks(messages[-2].content) and is_courtesy(messages[-1].content):
        messages = messages[:-2]
    return messages


def _told(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns without what a form, a platform or a program wrote into them, and nothing said twice."""
    found: list[Turn] = []
    for role, text in turns:
        if role == "user":
            found.append((role, mend_question(text)))
            continue
        earlier = [said for other, said in found if other == "assistant"]
        answer = written_out(without_headings(without_second_copy(text)))
        found.append((role, without_earlier(answer, earlier) or answer))
    return found


def _single(turns: list[Turn]) -> list[Turn]:
    """Return a question and its answer without the courtesies at its end; nothing where the answer is one."""
    if len(turns) < 2:
        return []
    answer = without_closing(turns[1][1], MIN_ANSWER_CHARS)
    return [turns[0], ("assistant", answer)] if answer else []


def _alternates(roles: Sequence[str]) -> bool:
    expected = ["user", "assistant"] * (len(roles) // 2)
    return bool(roles) and list(roles) == expected
