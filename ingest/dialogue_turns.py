"""Gather rows and records that are single turns by the dialogue they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.dialogue_messages import message_of, question_and_answer, text_of
from ingest.fields import Record, best_key, has, value_of
from ingest.source import SourceOptions
from ingest.utterances import Utterance

_WEAK_IDS = ("id", "编号", "序号")
"""Names that may number the dialogue or the turn."""


def is_turn(record: object, options: SourceOptions) -> bool:
    """Tell whether a record is one turn: who speaks and what, no question with its answer, no list of messages."""
    if not isinstance(record, Mapping) or question_and_answer(record):
        return False
    if isinstance(value_of(record, "dialogue", options.columns), list):
        return False
    spoken = message_of(record, options)
    return spoken is not None and bool(spoken.side or spoken.label) and bool(spoken.text)


def is_table_of_turns(row: Record, options: SourceOptions) -> bool:
    """Tell whether a table has columns for speaker and text, and none for question and answer."""
    asks = has(row, "question", options.columns) and has(row, "answer", options.columns)
    return not asks and has(row, "role", options.columns) and has(row, "text", options.columns)


@dataclass(slots=True)
class Gathered:
    """The turns of one dialogue, where it begins, and its first row."""

    locator: str
    row: Record
    spoken: list[Utterance] = field(default_factory=list)


class Turns:
    """Turns by their dialogue. A row without an id goes on with the dialogue before it, as merged cells do."""

    def __init__(self, options: SourceOptions) -> None:
        self._options = options
        self._found: dict[str, Gathered] = {}
        self._is_weak = True
        self._last = ""

    def add(self, locator: str, row: Record) -> None:
        """Add a turn."""
        key, name = self._id(row)
        self._is_weak = self._is_weak and (key is None or name in _WEAK_IDS)
        self._last = self._last if key is None else key
        spoken = message_of(row, self._options)
        if spoken is not None:
            self._found.setdefault(self._last, Gathered(locator, row)).spoken.append(spoken)

    def _id(self, row: Record) -> tuple[str | None, str]:
        own = self._options.columns.get("id")
        if own is not None:
            return text_of(row.get(own)) or None, str(own)
        name = best_key(row, "id")
        return (None, "") if name is None else (text_of(row[name]) or None, str(name).strip().lower())

    def dialogues(self) -> Iterator[Gathered]:
        """Yield the dialogues in the order they begin; numbers that no two turns share are those of turns."""
        found = list(self._found.values())
        if self._is_weak and len(found) > 1 and all(len(dialogue.spoken) == 1 for dialogue in found):
            found[0].spoken = [dialogue.spoken[0] for dialogue in found]
            found = found[:1]
        yield from found
