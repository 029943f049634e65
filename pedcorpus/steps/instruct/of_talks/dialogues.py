"""Instruction samples from consultations: patient → user, doctor → assistant, words as they were said.

Comes in: rows of the table `dialogue`. Goes out: one sample each. Courtesies, words about the platform and what
stands before the complaint are left out, late answers stand behind their questions (`mending/`); nothing is added. A
visit with a diagnosis is asked and answered by `visits.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_talks import visits
from pedcorpus.steps.instruct.of_talks.mending.alignment import realigned
from pedcorpus.steps.instruct.of_talks.mending.courtesies import without_courtesy_turns, without_platform
from pedcorpus.steps.instruct.of_talks.mending.endings import end_with_advice, without_courtesy_end
from pedcorpus.steps.instruct.of_talks.mending.form_labels import mend_question
from pedcorpus.steps.instruct.of_talks.mending.headings import without_headings
from pedcorpus.steps.instruct.of_talks.mending.openings import begin_with_complaint
from pedcorpus.steps.instruct.of_talks.mending.pictures import before_unseen, without_asking
from pedcorpus.steps.instruct.of_talks.mending.spoken_runs import MOST_RUNS, misheard_runs, without_misheard
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, joined
from pedcorpus.steps.instruct.of_talks.mending.windows import last_window
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import Template, templates
from pedcorpus.task_labels.label_tasks import label_tasks
from pedcorpus.task_labels.talk_parts import talks_column
from schemas.rejection import Reason
from schemas.sample import Message

LEADING = "？?！!，,。、；; "
"""Marks before the first word, left where a sentence before them was taken out."""

_MASKED = re.compile(r"\[MASK\]|<mask>|\{\{", re.IGNORECASE)
"""`合一组[MASK]口服治` → `[MASK]`"""


def samples(rows: Sequence[dict[str, Any]], settings: Instruct) -> SampleBuilder:
    """Make at most one sample of each dialogue; every row is used or has a reason."""
    builder = SampleBuilder()
    talks: list[tuple[dict[str, Any], tuple[Message, ...]]] = []
    for row in rows:
        if visit := visits.talk_of(row):
            builder.add_conversation(row, _messages(visit), visits.template(), (row["id"],))
        elif isinstance(mended := _mended(row, settings), Reason):
            builder.reject(row, mended)
        else:
            talks.append((row, _messages(mended)))
    for (row, messages), template in zip(talks, task_templates([messages for _, messages in talks]), strict=True):
        builder.add_conversation(row, messages, template, (row["id"],))
    return builder


def _messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    return tuple(Message("user" if role == "user" else "assistant", text.lstrip(LEADING)) for role, text in turns)


def task_templates(conversations: Sequence[Sequence[Message]]) -> list[Template]:
    """Return the template of each consultation: that of its task."""
    labels = label_tasks(talks_column(conversations), is_consultation=True, mostly_medical=True)
    return [templates("dialogue")[task] for task in labels]


def _mended(row: dict[str, Any], settings: Instruct) -> list[Turn] | Reason:
    """Return the turns of a sample, from the complaint to the last advice, or why there is none."""
    spoken = _spoken(row["turns"])
    if misheard_runs(spoken) > MOST_RUNS:
        return Reason.GARBLED
    begun = begin_with_complaint(without_courtesy_turns(realigned(spoken)))
    seen = before_unseen(begun)
    turns = end_with_advice(_heard(seen), settings.min_answer_chars)
    if not turns:
        return Reason.NO_TEMPLATE if len(seen) == len(begun) else Reason.NOT_GROUNDED
    if any(_MASKED.search(text) for role, text in turns if role == "assistant"):
        return Reason.PLACEHOLDER
    if len(turns[-1][1]) > settings.max_answer_chars:
        return Reason.TOO_LONG
    return last_window(turns, settings.max_turns)


def _spoken(turns: Sequence[dict[str, Any]]) -> list[Turn]:
    """Return what both sides say of the case: no word about the platform, no heading of a form."""
    spoken: list[Turn] = []
    for turn in turns:
        is_patient = turn["role"] == "patient"
        text = without_platform(turn["text"])
        spoken.append(("user", mend_question(text)) if is_patient else ("assistant", _of_doctor(text)))
    return joined(spoken)


def _of_doctor(text: str) -> str:
    """Return what a doctor says, without headings, without wishes at its end; a mere 好的 stays, it may answer."""
    text = without_headings(text)
    return without_courtesy_end(text) or text


def _heard(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns without words about sending pictures and without what speech recognition misheard."""
    texts = ((role, without_asking(text)) for role, text in turns)
    heard = [(role, without_misheard(text) if role == "assistant" else text) for role, text in texts]
    return without_courtesy_turns(joined(heard))
