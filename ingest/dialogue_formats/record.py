"""The consultation of one JSON record or table row: a list of messages, prefixed strings, or question and answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ingest.conversation.json_cells import parse_cell
from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, SpeakerRole, role_of
from ingest.conversation.utterances import Utterance, restore_line_breaks, split_prefixes
from ingest.conversation.wide_rows import rounds
from ingest.dialogue_formats.messages import (
    message_of,
    question_and_answer,
    text_of,
    texts_by_role,
    utterances_of,
)
from ingest.records.field_names import Record, best_key, has, names_in, value_of
from ingest.source import SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Reason

_UNKNOWN = frozenset({"nan", "none", "null", "其他", "其它", "未知", "无"})
_MOST_NESTED = 3
"""Objects gone into to find the dialogue of a record (`{"session": {"messages": …}}`)."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """What a record says: utterances in order, and department and diagnosis where given."""

    utterances: tuple[Utterance, ...]
    department: str = ""
    diagnosis: str | None = None


def consultation(record: object, options: SourceOptions) -> Consultation:
    """Return the consultation of a record. Raises `UnusableRecord` (MALFORMED, MISSING_FIELD) where there is none."""
    if isinstance(record, list | str):
        in_turn = isinstance(record, list)
        return Consultation(tuple(utterances_of(record if isinstance(record, list) else [record], in_turn)))
    if not isinstance(record, Mapping):
        raise UnusableRecord(Reason.MALFORMED)
    spoken = tuple(_unmasked(_utterances(record, options), record))
    return Consultation(spoken, *about(record, options))


def about(record: Record, options: SourceOptions) -> tuple[str, str | None]:
    """Return the department ("" where not given) and the diagnosis of a record; of several departments a child's.

    What the record does not say itself, an object in it may (`{"basic": {"科室": …}, "dialogue": […]}`).
    """
    department, diagnosis = _about(record, options)
    for inner in record.values():
        if isinstance(inner, Mapping) and not (department and diagnosis):
            found = _about(inner, options)
            department, diagnosis = department or found[0], diagnosis or found[1]
    return department, diagnosis or None


def _about(record: Record, options: SourceOptions) -> tuple[str, str]:
    own = options.columns.get("department")
    keys = names_in(record, "department") if own is None else (own,)
    departments = [text for key in keys if (text := text_of(record.get(key))) and text.lower() not in _UNKNOWN]
    first = departments[0] if departments else ""
    child = next((name for name in departments if "儿" in name), first)
    return child, text_of(value_of(record, "diagnosis", options.columns))


def _unmasked(utterances: Iterable[Utterance], record: Record) -> Iterator[Utterance]:
    """Write a drug back that a record hides behind [MASK] and names; which of several it was would be a guess."""
    drugs = record.get("label")
    drug = drugs[0] if isinstance(drugs, list) and len(drugs) == 1 and isinstance(drugs[0], str) else "[MASK]"
    for utterance in utterances:
        masked = "[MASK]" in utterance.text
        yield replace(utterance, text=utterance.text.replace("[MASK]", drug)) if masked else utterance


def _utterances(record: Record, options: SourceOptions) -> Iterator[Utterance]:
    if wide := rounds(record):
        if first := text_of(
            value_of(record, "self_report", options.columns) or value_of(record, "question", options.columns)
        ):
            yield Utterance(first, PATIENT_SIDE)
        yield from (Utterance(text_of(value), side) for value, side in wide)
        return
    spoken = _listed(record, options)
    asked = list(_exchange(record, options)) if spoken is None else []
    whole = value_of(record, "dialogue", options.columns)
    if spoken is not None:
        if report := text_of(value_of(record, "self_report", options.columns)):
            yield Utterance(report, PATIENT_SIDE)
        yield from utterances_of(spoken, in_turn=True)
    elif asked:
        yield from asked
    elif isinstance(whole, str):
        yield from utterances_of(restore_line_breaks(whole).splitlines(), in_turn="[SEP]" in whole)
    elif named := texts_by_role(record):
        yield from (Utterance(text, side) for text, side in named)
    elif any(has(record, field, options.columns) for field in ("question", "answer", "dialogue")):
        yield Utterance("")
    else:
        raise UnusableRecord(Reason.MISSING_FIELD)


def _listed(record: Record, options: SourceOptions, depth: int = 0) -> list[object] | None:
    """Return the messages of a record: a list, a list as JSON text, an object of messages; perhaps further inside."""
    value = parse_cell(value_of(record, "dialogue", options.columns))
    if isinstance(value, list):
        return value
    inner = [value] if isinstance(value, Mapping) else []
    if value is None and not has(record, "question", options.columns) and not has(record, "answer", options.columns):
        if lists := [v for v in record.values() if isinstance(v, list) and v and _is_message(v[0])]:
            return max(lists, key=len)
        inner = [v for v in record.values() if isinstance(v, Mapping)]
    for mapping in inner:
        values = list(mapping.values())
        if values and all(isinstance(v, Mapping) and _is_message(v) for v in values):
            return values
        if depth < _MOST_NESTED and (found := _listed(mapping, options, depth + 1)) is not None:
            return found
    return None


def _is_message(value: object) -> bool:
    """Tell an object that says something: a message, or question and answer."""
    if not isinstance(value, Mapping):
        return False
    spoken = message_of(value)
    if spoken is not None and (spoken.role or spoken.label):
        return True
    return len({side[0] for _, side in texts_by_role(value)}) == 2 or bool(question_and_answer(value))


def _exchange(record: Record, options: SourceOptions) -> Iterator[Utterance]:
    """Yield history, question and answer of a record that has a question or an answer."""
    question, answer = _question(record, options), value_of(record, "answer", options.columns)
    whole = value_of(record, "dialogue", options.columns)
    if isinstance(question, list) and isinstance(answer, list) and len(question) == len(answer) > 1:
        for asked, answered in zip(question, answer, strict=True):
            yield from (Utterance(text_of(asked), PATIENT_SIDE), Utterance(text_of(answered), DOCTOR_SIDE))
        return
    answered = text_of(answer[0] if isinstance(answer, list) and answer else answer)
    asked = text_of(question[0] if isinstance(question, list) and question else question)
    if not asked and answered and isinstance(whole, str):
        asked = whole  # a column `content` beside one `reply` is what was asked
    if not asked and not answered:
        return
    history = value_of(record, "history", options.columns)
    yield from utterances_of(history) if isinstance(history, list) else ()
    asked = _with_title(text_of(value_of(record, "title", options.columns)), asked)
    parts = list(split_prefixes(asked))
    if len({part.role[0] for part in parts if part.role}) == 2:
        yield from (part if part.role else replace(part, role=PATIENT_SIDE) for part in parts)
    else:
        named = len(parts) == 1 and parts[0].role and parts[0].role[0] == "patient"
        yield parts[0] if named else Utterance(asked, _side(record, "question", options))
    parts = list(split_prefixes(answered))
    if len(parts) == 1 and parts[0].role:
        answered = parts[0].text  # 医生：… as the answer of a record
    yield Utterance(answered, _side(record, "answer", options))


def _question(record: Record, options: SourceOptions) -> object:
    """Return what was asked: the question, behind it the `input` of an instruction."""
    question, more = (value_of(record, field, options.columns) for field in ("question", "input"))
    if not isinstance(question, str) or not (added := text_of(more)) or added == question:
        return question
    if len({part.role[0] for part in split_prefixes(added) if part.role}) == 2:
        return added
    return f"{question}\n{added}"


def _side(record: Record, field: str, options: SourceOptions) -> SpeakerRole:
    """Return the side under whose name the question or the answer stands (`医生`), else just who asks and answers."""
    otherwise = PATIENT_SIDE if field == "question" else DOCTOR_SIDE
    key = options.columns.get(field, best_key(record, field))
    side = role_of(key) if isinstance(key, str) else None
    return side if side and side[0] == otherwise[0] else otherwise


def _with_title(title: str, question: str) -> str:
    """Put a title before a question that does not already say it; 无 and the like are no question."""
    if len(question.strip("无。.、 ")) < 2:
        return title or question
    if not title or title.rstrip("？?。") in question:
        return question
    return title + ("" if title[-1] in "？?。！!" else "。") + question


def spread(locator: str, record: object, options: SourceOptions) -> Iterator[tuple[str, object]]:
    """Yield the record, or the dialogues in it where it holds several: under its list, or each under its number.

    What else the record says is said of each.
    """
    if not isinstance(record, Mapping):
        yield locator, record
        return
    key = best_key(record, "dialogue")
    value = record[key] if key is not None else None
    if isinstance(value, list) and len(value) and all(_is_dialogue(element, options) for element in value):
        rest = {name: other for name, other in record.items() if name != key}
        for i, element in enumerate(value):
            yield f"{locator}.{i}", rest | (dict(element) if isinstance(element, Mapping) else {key: element})
    elif key is None and _are_numbered(record) and all(_is_dialogue(element, options) for element in record.values()):
        yield from ((f"{locator}.{name}", element) for name, element in record.items())
    else:
        yield locator, record


def _are_numbered(record: Record) -> bool:
    """Tell an object of dialogues by number from one record with a single list."""
    return len(record) > 1 or any(str(key).isdecimal() for key in record)


def _is_dialogue(value: object, options: SourceOptions) -> bool:
    """Tell a list of messages, or an object that has one."""
    if isinstance(value, list):
        return len(value) > 0 and _is_message(value[0])
    if not isinstance(value, Mapping) or _is_message(value):
        return False
    return isinstance(parse_cell(value_of(value, "dialogue", options.columns)), list)
