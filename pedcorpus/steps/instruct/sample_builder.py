"""Collect samples, and a reason for each row that no sample uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pedcorpus.steps.instruct.templates import Template
from schemas.origin import Origin
from schemas.rejection import EXCERPT_CHARS, Reason, Rejection
from schemas.sample import Builder, InstructionSample, Message, PretrainSample, Task, messages_id

STEP = "instruct"


@dataclass(slots=True)
class SampleBuilder:
    """Samples and rejections of one shard. A row is used when it is a parent of a sample."""

    samples: list[InstructionSample] = field(default_factory=list)
    texts: list[PretrainSample] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _noted: dict[str, Reason] = field(default_factory=dict)

    def add(self, row: dict[str, Any], question: str, answer: str, template: Template, parents: Sequence[str]) -> None:
        """Add a sample of one question and one answer; source and department are those of `row`."""
        messages = (Message("user", question), Message("assistant", answer))
        self.add_conversation(row, messages, template, parents)

    def add_conversation(
        self, row: dict[str, Any], messages: tuple[Message, ...], template: Template, parents: Sequence[str]
    ) -> None:
        """Add a sample of several turns."""
        self._append(row, messages, template.task, parents, template.builder)

    def keep(self, row: dict[str, Any], messages: tuple[Message, ...], task: Task, builder: Builder) -> None:
        """Add a sample that is a row as it came."""
        self._append(row, messages, task, (row["id"],), builder)

    def _append(
        self,
        row: dict[str, Any],
        messages: tuple[Message, ...],
        task: Task,
        parents: Sequence[str],
        builder: Builder,
    ) -> None:
        found = tuple(parents)
        sample_id = messages_id("ins", messages, found)
        self.samples.append(
            InstructionSample(sample_id, messages, task, row["source"], row["department"], False, found, builder)
        )
        self.used.update(found)

    def note_reason(self, parents: Iterable[str], reason: Reason) -> None:
        """Remember why records gave no sample, for those that end up in none."""
        for parent in parents:
            self._noted.setdefault(parent, reason)

    def reject(self, row: dict[str, Any], reason: Reason) -> None:
        """Reject a row."""
        excerpt = excerpt_of(row)
        self.rejections.append(Rejection(row["id"], STEP, reason, excerpt, Origin(**row["origin"])))

    def reject_unless_used(self, row: dict[str, Any], reason: Reason) -> None:
        """Reject a row that no sample holds, for the reason remembered, else for `reason`."""
        if row["id"] not in self.used:
            self.reject(row, self._noted.get(row["id"], reason))


def excerpt_of(row: dict[str, Any]) -> str:
    """Return the first characters of whatever text a row has."""
    if "text" in row:
        text = row["text"]
    elif "turns" in row:
        text = " ".join(turn["text"] for turn in row["turns"])
    elif "messages" in row:
        text = " ".join(message["content"] for message in row["messages"])
    else:
        text = f"{row['head']} {row['relation']} {row['tail']}"
    return str(text)[:EXCERPT_CHARS]
