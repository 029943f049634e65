"""Read the conversation of one JSON record or table row, whatever its schema: who says what, in order.

Known schemas: a list of messages under any of its names, perhaps further inside; question and answer with title, input
and history; a wide row; keys that name the speakers; one string. What an utterance says stays as the source has it:

    {"history": [["发热", "几天了"]], "input": "两天", "output": "先观察"}
    patient 发热, doctor 几天了, patient 两天, doctor 先观察
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ingest.conversation.json_cells import parse_cell
from ingest.conversation.message import (
    PLAIN,
    has_both_sides,
    is_message,
    message_of,
    question_and_answer,
    speaker_of,
    text_of,
    texts_by_role,
)
from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, ROLE_NAMES, SpeakerRole, role_of
from ingest.conversation.utterances import Utterance, split_prefixes
from ingest.conversation.wide_rows import wide_row_turns
from ingest.records.field_names import Columns, Record, best_key, has, names_in, value_of
from schemas.errors import UnusableRecord
from schemas.rejection import Reason

IN_TURN = ("first in turn", "second in turn")
"""Labels of strings in a list: two speakers in turn, unless the strings name them."""
_SIDES = (PATIENT_SIDE, DOCTOR_SIDE)
_MAX_DEPTH = 3
"""Objects gone into to find the messages of a record (`{"session": {"messages": …}}`)."""
_TEXTS = ("text", "content", "data", "正文", "内容")
"""Keys of a string that holds the whole conversation, besides the names of a dialogue."""
_NOTHING = frozenset({"nan", "none", "null", "n/a"})
_NO_INPUT = _NOTHING | {"无", "没有", "<noinput>", "noinput", "空"}

JoinQuestion = Callable[[str, str, str], str]
"""(title, question, input) of a record, each perhaps "", → what is asked."""


def read_record(record: object, columns: Columns, join_question: JoinQuestion) -> list[Utterance] | str:
    """Return the utterances of a record, or the string that holds them all.

    An utterance has a `label` where a message names its speaker, `role` alone where it stands in a field for that role,
    neither where nothing says who speaks. Raises `UnusableRecord` (MALFORMED, MISSING_FIELD).
    """
    if isinstance(record, str):
        return record
    if isinstance(record, list):
        return list(utterances_of(record))
    if not isinstance(record, Mapping):
        raise UnusableRecord(Reason.MALFORMED)
    if wide := wide_row_turns(record):
        return _first_words(record, columns, "self_report", "question") + [Utterance(text_of(v), r) for v, r in wide]
    if (messages := find_messages(record, columns)) is not None:
        return _first_words(record, columns, "self_report") + list(utterances_of(messages))
    if spoken := _spoken_whole(record, columns):
        return spoken
    if exchange := list(_exchange(record, columns, join_question)):
        return exchange
    if whole := _whole(record, columns):
        return whole
    if by_role := texts_by_role(record):
        return by_role
    if any(has(record, field, columns) for field in ("question", "answer", "dialogue")):
        return []
    raise UnusableRecord(Reason.MISSING_FIELD)


def _first_words(record: Record, columns: Columns, *fields: str) -> list[Utterance]:
    """Return what the patient writes before the messages."""
    first = next((text for field in fields if (text := text_of(value_of(record, field, columns)))), "")
    return [Utterance(first, PATIENT_SIDE)] if first else []


def _whole(record: Record, columns: Columns) -> str:
    values = (value_of(record, "dialogue", columns), *(record.get(key) for key in _TEXTS))
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _spoken_whole(record: Record, columns: Columns) -> str:
    """Return the string of a column of dialogues in which both sides speak: it says more than 患者 and 医生 beside."""
    own = columns.get("dialogue")
    keys = (key for key in names_in(record, "dialogue") if key not in _TEXTS) if own is None else (own,)
    values = (record.get(key) for key in keys)
    return next((v for v in values if isinstance(v, str) and has_both_sides(split_prefixes(v))), "")


def find_messages(record: Record, columns: Columns, depth: int = 0) -> Sequence[object] | None:
    """Return the messages of a record: a list, a list as JSON text, an object of messages; perhaps further inside."""
    own = columns.get("dialogue")
    values = [parse_cell(record.get(key)) for key in (names_in(record, "dialogue") if own is None else (own,))]
    if listed := next((value for value in values if isinstance(value, list) and value), None):
        return listed
    inner: list[object] = [value for value in values if isinstance(value, Mapping)]
    is_named = any(value is not None and value != "" for value in values)
    if not is_named and not any(has(record, field, columns) for field in ("question", "answer", "history")):
        if lists := [value for value in record.values() if isinstance(value, list) and _are_messages(value)]:
            return max(lists, key=len)
        strings = record.get("data")
        if isinstance(strings, list) and len(strings) > 1 and all(isinstance(string, str) for string in strings):
            return strings
        inner = list(record.values())
    found = (_messages_inside(value, columns, depth) for value in inner if isinstance(value, Mapping))
    return next((messages for messages in found if messages is not None), None)


def _messages_inside(mapping: Record, columns: Columns, depth: int) -> Sequence[object] | None:
    messages = list(mapping.values())
    if messages and all(map(is_message, messages)):
        return messages
    return find_messages(mapping, columns, depth + 1) if depth < _MAX_DEPTH else None


def utterances_of(items: Sequence[object]) -> Iterator[Utterance]:
    """Yield what each element of a list says: a message, an exchange, a string. Raises `UnusableRecord`."""
    for i, item in enumerate(items):
        if isinstance(item, str):
            yield Utterance(item, label=IN_TURN[i % 2])
        elif isinstance(item, list | tuple):
            yield from utterances_of(item) if _are_messages(item) else _of_strings(item)
        elif isinstance(item, Mapping):
            yield from _of_object(item)
        elif item is not None:
            raise UnusableRecord(Reason.MALFORMED)


def _of_strings(strings: Sequence[object]) -> Iterator[Utterance]:
    """Yield what a list in a list says: `[speaker, text]`, or `[question, answer, …]` in turn."""
    texts = [string for string in strings if isinstance(string, str | None)]
    if len(texts) < len(strings):
        raise UnusableRecord(Reason.MALFORMED)
    if len(texts) == 2 and texts[0] and texts[1] and (role := ROLE_NAMES.get(texts[0].strip().lower())):
        yield Utterance(texts[1], role, texts[0])
    else:
        yield from (Utterance(text or "", _SIDES[i % 2]) for i, text in enumerate(texts))


def _of_object(item: Record) -> Iterator[Utterance]:
    role, label = speaker_of(item)
    exchange = question_and_answer(item)
    message = None if exchange and not label else message_of(item)
    by_role = texts_by_role(item)
    if message is not None:
        yield message
    elif exchange and not has_both_sides(by_role):
        yield from exchange
    elif by_role:
        yield from by_role
    elif role:
        yield Utterance(text_of(item), role, label)  # a picture or a recording has no words
    else:
        yield from _exchange(item, PLAIN, _join_lines)


def _exchange(record: Record, columns: Columns, join_question: JoinQuestion) -> Iterator[Utterance]:
    """Yield history, question and answer of a record that has a question or an answer."""
    question, answer = (parse_cell(value_of(record, field, columns)) for field in ("question", "answer"))
    asked = "" if _are_messages(question) else _first_text(question)
    if not asked and not _are_messages(question) and not _first_text(answer):
        return
    yield from _history(parse_cell(value_of(record, "history", columns)))
    if isinstance(question, list) and isinstance(answer, list) and len(question) == len(answer) > 1:
        for one, other in zip(question, answer, strict=True):
            yield from (Utterance(text_of(one), PATIENT_SIDE), Utterance(text_of(other), DOCTOR_SIDE))
        return
    if isinstance(question, list) and _are_messages(question):
        yield from utterances_of(question)
    elif isinstance(answer, list) and not asked and _are_messages(answer):
        yield from utterances_of(answer)
        return
    else:
        title, more = (text_of(value_of(record, field, columns)) for field in ("title", "input"))
        more = "" if more.lower() in _NO_INPUT or more == asked else more
        # a column `content` beside one `reply` is what was asked
        whole = join_question(title, asked or _whole(record, columns), more)
        yield Utterance(whole, _role_of_column(record, "question", columns))
    if has(record, "answer", columns):
        yield Utterance(answer_text(answer), _role_of_column(record, "answer", columns))


def _history(earlier: object) -> Iterator[Utterance]:
    """Yield earlier turns: a list of exchanges, messages or strings, or a string that holds them."""
    if isinstance(earlier, list):
        yield from utterances_of(earlier)
    elif isinstance(earlier, str) and earlier.strip() and earlier.strip().lower() not in _NOTHING:
        yield Utterance(earlier, label=IN_TURN[0])


def _are_messages(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and is_message(value[0])


def answer_text(answer: object) -> str:
    """Return an answer; of the messages of a whole conversation the last one's text. Raises `UnusableRecord`."""
    answer = parse_cell(answer)
    return text_of(answer[-1]) if isinstance(answer, list) and _are_messages(answer) else _first_text(answer)


def _first_text(value: object) -> str:
    """Return a text, of several wordings the first; "" for words that mean there is none. Raises `UnusableRecord`."""
    while isinstance(value, list | tuple):
        value = next((element for element in value if element not in (None, "", [])), None)
    text = str(value) if isinstance(value, bool) else text_of(value)
    if isinstance(value, Mapping) and value and not text:
        raise UnusableRecord(Reason.MALFORMED)
    return "" if text.lower() in _NOTHING else text


def _role_of_column(record: Record, field: str, columns: Columns) -> SpeakerRole:
    """Return the role under whose name the question or the answer stands (`医生`), else just who asks and answers."""
    otherwise = PATIENT_SIDE if field == "question" else DOCTOR_SIDE
    key = columns.get(field, best_key(record, field))
    role = role_of(key) if isinstance(key, str) else None
    return role if role and role[0] == otherwise[0] else otherwise


def _join_lines(title: str, question: str, more: str) -> str:
    return "\n".join(part for part in (title, question, more) if part)
