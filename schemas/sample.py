"""Training samples: instructions, preference pairs, pre-training texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.origin import Origin, content_id

Task = Literal["medkqa", "evidiag", "trerecom", "general"]
MEDICAL_TASKS: tuple[Task, ...] = ("medkqa", "evidiag", "trerecom")
"""The tasks of the corpus, each with a benchmark of its name."""
TASKS: tuple[Task, ...] = (*MEDICAL_TASKS, "general")
MessageRole = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: MessageRole
    content: str


@dataclass(frozen=True, slots=True)
class Builder:
    """What wrote a text: `name` and `version` of a template, prompt or rule; `model` where a model wrote it.

    `rule` and `model` make rejected answers: one that a rule made worse, or what a model answered.
    """

    kind: Literal["template", "original", "rule", "model"]
    name: str
    version: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class InstructionSample:
    """A conversation to learn from. `parents` are the ids of all records its text came from.

    `pediatric`: the patient is a child, or the topic is one of children (`pedcorpus.pediatric.about_children`).
    """

    id: str
    messages: tuple[Message, ...]
    task: Task
    source: str
    department: str
    pediatric: bool
    parents: tuple[str, ...]
    builder: Builder


@dataclass(frozen=True, slots=True)
class IngestedSample:
    """A sample as a distilled set brings it. It becomes an `InstructionSample` in the step `instruct`."""

    id: str
    source: str
    origin: Origin
    messages: tuple[Message, ...]
    task: Task | None
    department: str
    license: str


@dataclass(frozen=True, slots=True)
class PreferenceSample:
    """A preference pair. `parents` are those of the prompt, the chosen and the rejected answer."""

    id: str
    prompt: tuple[Message, ...]
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]
    task: Task
    source: str
    pediatric: bool
    parents: tuple[str, ...]
    chosen_by: Builder
    rejected_by: Builder


@dataclass(frozen=True, slots=True)
class PretrainSample:
    """A text to continue pre-training on: plain, or an instruction in completion form."""

    id: str
    text: str
    kind: Literal["plain", "instruction"]
    source: str
    parents: tuple[str, ...]


def messages_id(prefix: str, messages: tuple[Message, ...], parents: tuple[str, ...] = ()) -> str:
    """Id of a sample: its messages and its parents."""
    words = (word for message in messages for word in (message.role, message.content))
    return content_id(prefix, (*words, *parents))
