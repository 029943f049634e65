r"""Turn one record of a distilled set, whatever its schema, into the messages of a conversation.

Schemas are told record by record, since sets mix them: message lists (`messages`, ShareGPT `conversations`,
`conversation`), preference rows (prompt and `chosen`), question and answer under any of their names, with `input`,
`history` and lists as values, and turns written into one string (`<user>: … <bot>: …`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.conversation.json_cells import parse_cell
from ingest.conversation.roles import role_of
from ingest.conversation.wide_rows import rounds
from ingest.distilled_formats.chat_markup import ROLES, alternating, flattened
from ingest.distilled_formats.multiple_choice import write_out_choices
from ingest.records.field_names import Columns, Record, has, names_in, value_of
from schemas.errors import UnusableRecord
from schemas.rejection import Reason
from schemas.sample import Message, MessageRole

_TEXTS = ("text", "content", "data", "正文", "内容")
_INNER = ("content", "text", "value", "sentence", "utterance", "answer", "response", "内容")
_TOOLS = frozenset({"tool", "function", "function_call", "observation", "tool_call", "tool_response", "ipython"})
"""Roles of a program between the messages of people: what it says is nothing to learn to say."""
_MOST_LETTERS = 24
"""Length up to which an answer may be the letters of options."""
_CALLS = frozenset({"tool_calls", "function_call"})
_NOTHING = frozenset({"", "nan", "none", "null", "n/a"})
_NO_INPUT = frozenset({"无", "没有", "<noinput>", "noinput", "none", "null", "n/a", "空"})


def conversation(record: object, columns: Columns) -> tuple[Message, ...]:
    """Return the messages of a record: perhaps a system message, then user and assistant in turn, an answer last.

    TurnRows before the first question and after the last answer are left out, adjacent turns of one role joined.
    Raises `UnusableRecord` where a question or an answer is missing (MISSING_FIELD) or its values are no texts.
    """
    if isinstance(record, str):
        turns = list(_plain(record))
    elif isinstance(record, dict):
        turns = list(_turns(record, columns))
    elif isinstance(record, list):
        turns = list(_listed(record))
    else:
        raise UnusableRecord(Reason.MALFORMED)
    return alternating(turns)


def _turns(record: Record, columns: Columns) -> Iterator[Message]:
    """Yield the turns as the record has them."""
    system = value_of(record, "system", columns)
    if not isinstance(system, list) and (said := text(system)):
        yield Message("system", said)
    chosen = parse_cell(record.get("chosen"))
    if wide := rounds(record):
        yield from (Message("assistant" if side[0] == "doctor" else "user", text(said)) for said, side in wide)
        return
    if (listed := _messages(record, columns)) is not None:
        yield from _listed(listed)
        if chosen is not None:
            yield from _answer(chosen)
        return
    yield from _history(parse_cell(value_of(record, "history", columns)))
    question, answer = (parse_cell(value_of(record, field, columns)) for field in ("question", "answer"))
    whole = text(next((record[key] for key in _TEXTS if record.get(key)), None))
    if question is None and answer is None and whole:
        yield from _plain(whole)
    elif question is None and _are_turns(answer):
        yield from _listed(answer if isinstance(answer, list) else [])
    elif answer is None and not has(record, "answer", columns):
        raise UnusableRecord(Reason.MISSING_FIELD)
    elif _are_turns(question):
        yield from _listed(question if isinstance(question, list) else [])
        yield from _answer(answer)
    else:
        more = _more(record, columns, question)
        if isinstance(answer, str) and len(answer) <= _MOST_LETTERS:
            question, answer = write_out_choices(text(question) or whole, answer, record)
        yield from _pairs(question or whole, more, answer, text(value_of(record, "title", columns)))


def _plain(whole: str) -> Iterator[Message]:
    """Yield the turns of a string: by their marks, else a question on the first line and its answer below."""
    first, _, rest = whole.strip().partition("\n")
    try:
        yield from list(flattened(whole))
    except UnusableRecord:
        if not first.rstrip().endswith(("?", "？")) or not rest.strip():
            raise
        yield from (Message("user", first), Message("assistant", rest))


def _messages(record: Record, columns: Columns) -> list[object] | None:
    """Return the list of turns of a record: under a name for it, as JSON text, as an object of turns, or as strings."""
    own = columns.get("messages")
    keys = (own,) if own is not None else names_in(record, "dialogue")
    for key in keys:
        value = parse_cell(record.get(key))
        if isinstance(value, list) and value:
            return value
        if isinstance(value, Mapping) and value and all(isinstance(turn, Mapping) for turn in value.values()):
            return list(value.values())
    strings = record.get("data")
    if isinstance(strings, list) and len(strings) > 1:
        return strings
    if any(has(record, field, columns) for field in ("question", "answer", "history")):
        return None
    return next((value for value in record.values() if isinstance(value, list) and _are_turns(value)), None)


def _more(record: Record, columns: Columns, question: object) -> str:
    """Return what follows an instruction: its input, unless that is the question or a word for nothing."""
    found = value_of(record, "input", columns)
    more = text(found)
    return "" if more.lower() in _NO_INPUT or (isinstance(question, str) and more == question.strip()) else more


def _are_turns(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and _role(value[0]) is not None


def _listed(turns: list[object]) -> Iterator[Message]:
    """Yield a list of turns: objects with role and text or with question and answer, pairs, or strings in turn."""
    if turns and all(isinstance(turn, dict) and _role(turn) in _TOOLS for turn in turns):
        raise UnusableRecord(Reason.MALFORMED)
    marked = [turn for turn in turns if isinstance(turn, str)]
    if len(marked) == len(turns) and all(_is_marked(turn) for turn in marked):
        yield from flattened("\n".join(marked))
        return
    for i, turn in enumerate(turns):
        if isinstance(turn, dict):
            yield from _of_object(turn)
        elif isinstance(turn, list | tuple):
            yield from _history([turn])
        else:
            yield Message("assistant" if i % 2 else "user", text(turn))


def _is_marked(turn: str) -> bool:
    return turn.lstrip().startswith(("问：", "答：", "问:", "答:", "患者：", "医生：", "患者:", "医生:"))


def _of_object(turn: Mapping[str | int, object]) -> Iterator[Message]:
    """Yield the message of an object with a role, or question and answer of one that has both."""
    name = _role(turn)
    if name is None and not any(has(turn, field, {}) for field in ("question", "answer")):
        raise UnusableRecord(Reason.MALFORMED)
    if name is None:
        yield from _turns(turn, {})
    elif name not in _TOOLS:
        yield _message(turn)


def _role(turn: Mapping[str | int, object]) -> str | None:
    found = next((turn[key] for key in ("role", "from", "speaker", "角色", "sender") if key in turn), None)
    return None if found is None else str(found).strip().lower()


def _message(turn: Mapping[str | int, object]) -> Message:
    name = _role(turn)
    role = _known_role(name or "")
    content = next((turn[key] for key in _INNER if key in turn), None)
    if role is None or (content is None and not _CALLS & set(turn)):
        raise UnusableRecord(Reason.MALFORMED)
    return Message(role, text(content, whole=True))


def _known_role(name: str) -> MessageRole | None:
    if role := ROLES.get(name):
        return role
    side = role_of(name)
    return None if side is None else "assistant" if side[0] == "doctor" else "user"


def _history(earlier: object) -> Iterator[Message]:
    """Yield earlier turns: `[[question, answer], …]`, a list of messages, strings in turn, or turns in one string."""
    if isinstance(earlier, str) and earlier.strip().lower() not in _NOTHING:
        try:
            yield from list(flattened(earlier))
        except UnusableRecord:
            yield Message("user", earlier)
    pairs = earlier if isinstance(earlier, list) else []
    if pairs and all(isinstance(turn, str) for turn in pairs):
        yield from _listed(pairs)
        return
    for pair in pairs:
        if isinstance(pair, dict):
            yield from _of_object(pair)
        elif isinstance(pair, list | tuple):
            yield from (Message("assistant" if i % 2 else "user", text(turn)) for i, turn in enumerate(pair))


def _answer(answer: object) -> Iterator[Message]:
    """Yield an answer: a text, a message, or the messages of a whole preferred conversation (its last one counts)."""
    if isinstance(answer, list) and answer and isinstance(answer[-1], dict) and _role(answer[-1]) is not None:
        answer = answer[-1]
    has_role = isinstance(answer, dict) and _role(answer) is not None
    yield Message("assistant", _message(answer).content if has_role and isinstance(answer, dict) else text(answer))


def _pairs(question: object, more: str, answer: object, title: str) -> Iterator[Message]:
    """Yield question and answer. Lists of one length are turns; of several lengths, wordings of the same: the first."""
    if isinstance(question, list) and isinstance(answer, list) and len(question) == len(answer) > 1:
        for asked, answered in zip(question, answer, strict=True):
            yield Message("user", text(asked))
            yield Message("assistant", text(answered))
        return
    asked = text(question)
    if title and title != asked:
        asked = f"{title}\n{asked}" if asked else title
    whole = "\n".join(part for part in (asked, more) if part)
    yield from flattened(whole, otherwise="user")
    yield from _answer(answer)


def text(value: object, whole: bool = False) -> str:
    """Return a text: of a list the first (`whole`: all its parts), of an object its text, of NaN nothing."""
    if isinstance(value, list | tuple) and whole:
        return "\n".join(part for element in value if (part := text(element, whole)))
    while isinstance(value, list | tuple):
        value = next((element for element in value if element not in (None, "", [])), None)
    if isinstance(value, dict):
        value = next((value[key] for key in _INNER if isinstance(value.get(key), str)), value)
        if isinstance(value, dict):
            if whole and value.get("type") not in (None, "text"):
                return ""  # a picture or a sound beside the text
            raise UnusableRecord(Reason.MALFORMED)
    if value is None or value != value:
        return ""
    found = str(value).strip()
    return "" if len(found) <= 4 and found.lower() in _NOTHING else found
