"""The consultation of one JSON record or table row, and the consultations of a record that holds several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.conversation.json_cells import parse_cell
from ingest.conversation.message import has_both_sides, is_message, text_of
from ingest.conversation.record import IN_TURN, read_record
from ingest.conversation.utterances import Utterance, restore_line_breaks, split_prefixes
from ingest.conversation.visit_rows import visit_of, without_names
from ingest.dialogue_formats.consultation import Consultation
from ingest.records.field_names import Record, best_key, names_in, value_of
from ingest.source import SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Reason

_UNKNOWN = frozenset({"nan", "none", "null", "其他", "其它", "未知", "无"})


def consultation(locator: str, record: object, options: SourceOptions) -> Consultation:
    """Return the consultation of a record. Raises `UnusableRecord` (MALFORMED, MISSING_FIELD) where there is none."""
    if isinstance(record, Mapping):
        record = without_names(record)
        if visit := visit_of(record, options.columns):
            return Consultation(locator, tuple(visit), *department_and_diagnosis(record, options))
    content = read_record(record, options.columns, _join_question)
    if isinstance(content, str):
        lines = restore_line_breaks(content).splitlines()
        in_turn = "[SEP]" in content
        content = [Utterance(line, label=IN_TURN[i % 2] if in_turn else "") for i, line in enumerate(lines)]
    utterances = _with_speakers(content)
    if not isinstance(record, Mapping):
        return Consultation(locator, tuple(utterances))
    return Consultation(
        locator, tuple(_fill_in_masked_drug(utterances, record)), *department_and_diagnosis(record, options)
    )


def _join_question(title: str, question: str, more: str) -> str:
    """Return what the patient asks. A title stands before a question that does not say it; 无 is no question."""
    if more and question:
        question = more if has_both_sides(split_prefixes(more)) else f"{question}\n{more}"
    if len(question.strip("无。.、 ")) < 2:
        return title or question
    if not title or title.rstrip("？?。") in question:
        return question
    return title + ("" if title[-1] in "？?。！!" else "。") + question


def _with_speakers(content: Sequence[Utterance]) -> list[Utterance]:
    """Return utterances split where their text names speakers; one without a speaker goes on with the one before.

    Strings in turn of which none names a speaker are two voices, told apart by what they say. Raises `UnusableRecord`.
    """
    spoken: list[Utterance] = []
    for utterance in content:
        for part in _split(utterance):
            goes_on = part.role is None and not part.label and spoken
            spoken.append(replace(part, role=spoken[-1].role, label=spoken[-1].label) if goes_on else part)
    is_named = any(utterance.role or utterance.label for utterance in spoken)
    if not is_named and len(content) > 1 and all(utterance.label in IN_TURN for utterance in content):
        return [replace(utterance, label=IN_TURN[i % 2]) for i, utterance in enumerate(spoken)]
    if not is_named and any(utterance.text for utterance in spoken):
        raise UnusableRecord(Reason.MISSING_FIELD)
    return spoken


def _split(utterance: Utterance) -> Iterator[Utterance]:
    if utterance.label and utterance.label not in IN_TURN:
        yield utterance
        return
    parts = list(split_prefixes(utterance.text))
    if utterance.role is None:
        yield from parts
    elif utterance.role[0] == "patient" and has_both_sides(parts):
        yield from (part if part.role else replace(part, role=utterance.role) for part in parts)
    elif len(parts) == 1 and parts[0].role and parts[0].role[0] == utterance.role[0]:
        yield parts[0] if parts[0].role[0] == "patient" else replace(utterance, text=parts[0].text)
    else:
        yield utterance


def department_and_diagnosis(record: Record, options: SourceOptions) -> tuple[str, str | None]:
    """Return the department ("" where not given) and the diagnosis of a record; of several departments a child's.

    What the record does not say itself, an object in it may (`{"basic": {"科室": …}, "dialogue": […]}`).
    """
    department, diagnosis = _own_department_and_diagnosis(record, options)
    for inner in record.values():
        if isinstance(inner, Mapping) and not (department and diagnosis):
            found = _own_department_and_diagnosis(inner, options)
            department, diagnosis = department or found[0], diagnosis or found[1]
    return department, diagnosis or None


def _own_department_and_diagnosis(record: Record, options: SourceOptions) -> tuple[str, str]:
    own = options.columns.get("department")
    keys = names_in(record, "department") if own is None else (own,)
    departments = [text for key in keys if (text := text_of(record.get(key))) and text.lower() not in _UNKNOWN]
    first = departments[0] if departments else ""
    child = next((name for name in departments if "儿" in name), first)
    return child, text_of(value_of(record, "diagnosis", options.columns))


def _fill_in_masked_drug(utterances: Iterable[Utterance], record: Record) -> Iterator[Utterance]:
    """Write a drug back that a record hides behind [MASK] and names; which of several it was would be a guess."""
    drugs = record.get("label")
    drug = drugs[0] if isinstance(drugs, list) and len(drugs) == 1 and isinstance(drugs[0], str) else "[MASK]"
    for utterance in utterances:
        masked = "[MASK]" in utterance.text
        yield replace(utterance, text=utterance.text.replace("[MASK]", drug)) if masked else utterance


def split_dialogues(locator: str, record: object, options: SourceOptions) -> Iterator[tuple[str, object]]:
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
    elif (
        key is None
        and _has_numbered_dialogues(record)
        and all(_is_dialogue(element, options) for element in record.values())
    ):
        yield from ((f"{locator}.{name}", element) for name, element in record.items())
    else:
        yield locator, record


def _has_numbered_dialogues(record: Record) -> bool:
    """Return whether an object holds dialogues by number and is no record with a single list."""
    return len(record) > 1 or any(str(key).isdecimal() for key in record)


def _is_dialogue(value: object, options: SourceOptions) -> bool:
    """Return whether a value is a list of messages, or an object that has one."""
    if isinstance(value, list):
        return len(value) > 0 and is_message(value[0])
    if not isinstance(value, Mapping) or is_message(value):
        return False
    return isinstance(parse_cell(value_of(value, "dialogue", options.columns)), list)
