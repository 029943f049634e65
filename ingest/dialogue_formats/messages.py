"""Utterances of message lists: objects with speaker and text, pairs, question and answer, strings with prefixes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, ROLE_NAMES, SpeakerRole, role_of
from ingest.conversation.utterances import Utterance, split_prefixes
from ingest.dialogue_formats.timestamps import CLOCK, seconds
from ingest.records.field_names import Columns, Record, best_key, names_in, value_of
from ingest.source import SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Reason

_PLAIN: Columns = {}
_WEAK_ROLES = frozenset({"name", "type", "usertype"})
"""Keys that may name a speaker, and as often name something else: they count only where they name a side."""
_IS_DOCTOR = ("is_doctor", "isDoctor", "from_doctor", "fromDoctor", "is_reply", "isReply")
_IN_TURN = ("1", "2")
_INNER = ("text", "content", "value", "name")


def text_of(value: object) -> str:
    """Return the text of a value: of an object its `text` or `content`, of a list those of its elements."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return text_of(next((value[key] for key in _INNER if value.get(key) not in (None, "")), None))
    if isinstance(value, list):
        return "、".join(text for part in value if (text := text_of(part)))
    if isinstance(value, float) and value != value:
        return ""  # what a data frame writes for nothing
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def utterances_of(items: Sequence[object], in_turn: bool = False) -> Iterator[Utterance]:
    """Yield the utterances of a list. A string or object that names no speaker goes on with the one before it.

    `in_turn`: strings of which none names a speaker are two voices in turn, to be told by what they say.
    Raises `UnusableRecord` where none names a speaker, or an element is no message.
    """
    found: list[Utterance] = []
    for item in items:
        for utterance in _of_item(item):
            if utterance.role is None and not utterance.label and found:
                utterance = Utterance(utterance.text, found[-1].role, found[-1].label)
            found.append(utterance)
    if in_turn and len(items) > 1 and all(isinstance(item, str) for item in items) and not any(u.label for u in found):
        found = [replace(utterance, label=_IN_TURN[i % 2]) for i, utterance in enumerate(found)]
    if any(utterance.text for utterance in found) and not any(u.role or u.label for u in found):
        raise UnusableRecord(Reason.MISSING_FIELD)
    yield from found


def _of_item(item: object) -> Iterator[Utterance]:
    if isinstance(item, str):
        yield from split_prefixes(item)
    elif isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
        if side := ROLE_NAMES.get(item[0].strip().lower()):
            yield Utterance(item[1], side)
        else:
            yield from (Utterance(item[0], PATIENT_SIDE), Utterance(item[1], DOCTOR_SIDE))
    elif isinstance(item, dict):
        yield from of_object(item)
    elif item is not None:
        raise UnusableRecord(Reason.MALFORMED)


def of_object(item: Record) -> Iterator[Utterance]:
    """Yield the utterance of a message, or what an object says under the names of the sides. Raises
    `UnusableRecord`.
    """
    if (spoken := message_of(item)) is not None:
        yield from split_prefixes(spoken.text) if spoken.role is None and not spoken.label else (spoken,)
        return
    named = texts_by_role(item)
    if len({side[0] for _, side in named}) < 2 and (asked := question_and_answer(item)):
        yield from asked
    elif named:
        yield from (Utterance(text, side) for text, side in named)
    elif speaker_of(item)[0]:
        yield Utterance("")  # a picture or a recording without words
    else:
        raise UnusableRecord(Reason.MISSING_FIELD)


def texts_by_role(item: Record) -> list[tuple[str, SpeakerRole]]:
    """Return text and side of each key that names a side (`{"患者": …, "医生": …}`)."""
    return [(value, side) for key, value in item.items() if isinstance(value, str) and (side := role_of(key))]


def question_and_answer(item: Record) -> list[Utterance]:
    """Return question and answer of an object with keys for both, nothing for any other."""
    question, answer = (text_of(value_of(item, field, _PLAIN)) for field in ("question", "answer"))
    return [Utterance(question, PATIENT_SIDE), Utterance(answer, DOCTOR_SIDE)] if question and answer else []


def message_of(item: Record, options: SourceOptions | None = None) -> Utterance | None:
    """Return the utterance of a message object, its side where it names one; None where it has no text of its own."""
    columns = options.columns if options else _PLAIN
    key = columns.get("text", best_key(item, "text"))
    if key is None or key not in item:
        return Utterance("") if names_in(item, "text") and speaker_of(item)[1] else None
    side, label = speaker_of(item, columns.get("role"))
    text = text_of(item[key])
    if "start" not in columns and not names_in(item, "start"):
        return Utterance(text, side, label)
    return Utterance(text, side, label, *times_of(item, columns))


def times_of(item: Record, columns: Columns = _PLAIN) -> tuple[float | None, float | None]:
    """Return start and end of a segment in the unit it has; a time of day is none."""
    start, end = (_time(value_of(item, field, columns)) for field in ("start", "end"))
    return start, end


def _time(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return seconds(value) if isinstance(value, str) and CLOCK.fullmatch(value.strip()) else None


def speaker_of(item: Record, own: str | int | None = None) -> tuple[SpeakerRole | None, str]:
    """Return the side and the name of a message's speaker; a name without a side may still tell voices apart."""
    if own is not None:
        label = text_of(item.get(own))
        return role_of(label), label
    first = ""
    for key in names_in(item, "role"):
        label = text_of(item[key])
        if side := role_of(label):
            return side, label
        if not first and str(key).lower() not in _WEAK_ROLES:
            first = label
    if (flag := next((item[key] for key in _IS_DOCTOR if isinstance(item.get(key), bool)), None)) is not None:
        return (DOCTOR_SIDE, "doctor") if flag else (PATIENT_SIDE, "patient")
    named = item.get("id")
    return (role_of(named), named) if isinstance(named, str) and role_of(named) else (None, first)
