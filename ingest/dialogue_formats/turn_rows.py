"""Gather rows and records that are single turns by the dialogue they belong to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.conversation.message import question_and_answer, text_of
from ingest.conversation.roles import role_of
from ingest.conversation.utterances import Utterance, split_prefixes
from ingest.dialogue_formats.timestamps import timed_message_of
from ingest.records.field_names import Record, best_key, has, spelled, value_of
from ingest.source import SourceOptions

_NUMBER_NAMES = """
turn turnid turnno sentenceid utteranceid seq seqid sequence round msgno msgindex 轮次 轮数 句序 顺序 消息序号 序列号
"""
_NUMBERS = frozenset(_NUMBER_NAMES.split())
"""Names, as `spelled`, of the number of a turn in its dialogue."""
_WEAK_IDS = ("id", "编号", "序号")
"""Names that may number the dialogue or the turn."""


def as_turn(record: object, options: SourceOptions) -> Record | None:
    """Return a record that is one turn: what is said and by whom or when; None for an exchange, a list of messages.

    `[0.0, 4.2, "孩子怎么了"]` is one, as faster-whisper's segments are printed.
    """
    match record:
        case [int() | float() as start, int() | float() as end, str() as text]:
            return {"start": start, "end": end, "text": text}
    if not isinstance(record, Mapping) or question_and_answer(record):
        return None
    if isinstance(value_of(record, "dialogue", options.columns), list) or any(
        isinstance(value, list) and value and isinstance(value[0], Mapping) for value in record.values()
    ):
        return None
    spoken = timed_message_of(record, options.columns)
    is_turn = spoken is not None and spoken.text and (spoken.role or spoken.label or spoken.start is not None)
    return record if is_turn else None


def is_table_of_turns(row: Record, options: SourceOptions) -> bool:
    """Return whether a table has columns for text and its speaker or time, and none for question and answer."""
    asks = has(row, "question", options.columns) and has(row, "answer", options.columns)
    speaks = has(row, "role", options.columns) or has(row, "start", options.columns)
    return not asks and speaks and has(row, "text", options.columns)


def infer_turn(row: Record, options: SourceOptions) -> Record | str:
    """Return a row without header as what it says by itself: a turn behind a speaker's name, or a text with names.

    Any other row, and one whose columns the user named, stays as it is.
    """
    cells = [str(cell).strip() for cell in row.values() if str(cell).strip()]
    if options.columns or not cells or not all(isinstance(key, int) for key in row):
        return row
    if len(cells) == 1:
        parts = list(split_prefixes(cells[0]))
        is_turn = len(parts) == 1 and parts[0].label
        return {"role": parts[0].label, "text": parts[0].text} if is_turn else cells[0]
    at = next((i for i, cell in enumerate(cells[:-1]) if role_of(cell)), None)
    if at is None:
        return row
    turn: dict[str | int, object] = {"role": cells[at], "text": cells[at + 1]}
    return turn | {"id": cells[0]} if at else turn


@dataclass(slots=True)
class DialogueRows:
    """The turns of one dialogue, where it begins, its sheet, whether an id names it, and its first row."""

    locator: str
    sheet: str
    has_id: bool
    row: Record
    spoken: list[Utterance] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Return whether more than one speaker speaks."""
        return len({utterance.label or utterance.role for utterance in self.spoken}) > 1


class TurnRows:
    """Turns by their dialogue. A row without an id goes on with the dialogue before it, as merged cells do.

    Each sheet of a workbook begins anew. Where no row has an id, so do rows behind an empty one, and where turns are
    numbered, those whose number begins again.
    """

    def __init__(self, options: SourceOptions) -> None:
        self._options = options
        self._found: dict[tuple[str, str], DialogueRows] = {}
        self._is_weak = True
        self._last = ("", "")
        self._line = 0
        self._number: float | None = None
        self._numbered: list[tuple[str, DialogueRows]] = []

    def add(self, locator: str, row: Record) -> None:
        """Add a turn."""
        key, name = self._id(row)
        self._is_weak = self._is_weak and (key is None or name in _WEAK_IDS)
        self._last = self._place(locator, key, row)
        spoken = timed_message_of(row, self._options.columns)
        if spoken is not None:
            gathered = DialogueRows(locator, self._last[0], key is not None, row)
            self._found.setdefault(self._last, gathered).spoken.append(spoken)
            if self._is_weak and key is not None:
                self._numbered.append((key, replace(gathered, spoken=[spoken])))

    def _place(self, locator: str, key: str | None, row: Record) -> tuple[str, str]:
        """Return sheet and dialogue of a row."""
        sheet, _, line = locator.rpartition(": line ")
        is_behind_gap = sheet == self._last[0] and line.isdecimal() and int(line) > self._line + 1
        self._line = int(line) if line.isdecimal() else 0
        before, self._number = self._number, _number(row)
        begins_again = before is not None and self._number is not None and self._number <= before
        if key is not None:
            return sheet, key
        if sheet != self._last[0]:
            return sheet, ""
        gathered = self._found.get(self._last)
        is_new = (is_behind_gap or begins_again) and gathered and not gathered.has_id
        return (sheet, f"\n{locator}") if is_new else self._last

    def _id(self, row: Record) -> tuple[str | None, str]:
        own = self._options.columns.get("id")
        if own is not None:
            return text_of(row.get(own)) or None, str(own)
        name = best_key(row, "id")
        return (None, "") if name is None else (text_of(row[name]) or None, str(name).strip().lower())

    def dialogues(self) -> Iterator[DialogueRows]:
        """Yield the dialogues in the order they begin; numbers that no two turns share are those of turns."""
        if self._is_weak and (restarted := _split_on_restart(self._numbered)):
            yield from restarted
            return
        for _, group in itertools.groupby(self._found.values(), key=lambda dialogue: dialogue.sheet):
            found = list(group)
            are_turns = self._is_weak and all(len(dialogue.spoken) == 1 for dialogue in found)
            are_gaps = not any(dialogue.has_id for dialogue in found) and not all(d.is_whole for d in found)
            if are_turns or are_gaps:
                found[0].spoken = [spoken for dialogue in found for spoken in dialogue.spoken]
                found = found[:1]
            yield from found


def _split_on_restart(numbered: list[tuple[str, DialogueRows]]) -> list[DialogueRows]:
    """Return the dialogues of turns whose numbers rise and begin again, nothing where they do not."""
    keys = [int(key) if key.isdecimal() and len(key) < 10 else -1 for key, _ in numbered]
    if len(set(keys)) == len(keys) or -1 in keys or any(a == b for a, b in itertools.pairwise(keys)):
        return []
    found: list[DialogueRows] = []
    for i, (_, turn) in enumerate(numbered):
        if not found or keys[i] <= keys[i - 1] or turn.sheet != found[-1].sheet:
            found.append(replace(turn, spoken=[]))
        found[-1].spoken += turn.spoken
    return found if all(dialogue.is_whole for dialogue in found) else []


def _number(row: Record) -> float | None:
    """Return the number a turn has in its dialogue, None where it has none."""
    for key in row:
        if isinstance(key, str) and spelled(key) in _NUMBERS:
            text = text_of(row[key])
            return float(text) if text.isdecimal() and len(text) < 10 else None
    return None
