r"""Turn one record of a distilled set, whatever its schema, into the messages of a conversation.

Schemas are recognised record by record, since sets mix them. A row of Alpaca with history, and its messages:

    {"instruction": "还要做检查吗？", "input": "", "output": "查血常规。", "history": [["咳嗽三天", "有没有发热？"]]}
    user 咳嗽三天, assistant 有没有发热？, user 还要做检查吗？, assistant 查血常规。
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from ingest.conversation.message import text_of
from ingest.conversation.record import IN_TURN, answer_text, read_record
from ingest.conversation.utterances import Utterance
from ingest.distilled_formats.chat_markup import ROLES, as_alternating, split_chat_markup
from ingest.distilled_formats.multiple_choice import write_out_choices
from ingest.records.field_names import Columns, value_of
from schemas.errors import UnusableRecord
from schemas.rejection import Reason
from schemas.sample import Message, MessageRole

_TOOLS = frozenset({"tool", "function", "function_call", "observation", "tool_call", "tool_response", "ipython"})
"""Roles of a program between the messages of people: what it says is nothing to learn to say."""
_MOST_LETTERS = 24
"""Length up to which an answer may be the letters of options."""
_MARKS = ("问：", "答：", "问:", "答:", "患者：", "医生：", "患者:", "医生:")


def messages_of_record(record: object, columns: Columns) -> tuple[Message, ...]:
    """Return the messages of a record: perhaps a system message, then user and assistant in turn, an answer last.

    Turns before the first question and after the last answer are left out, adjacent turns of one role joined.
    Raises `UnusableRecord` where a question or an answer is missing (MISSING_FIELD) or its values are no texts.
    """
    if "messages" in columns:
        columns = {**columns, "dialogue": columns["messages"]}
    content = read_record(record, columns, _join_question)
    turns = list(_split_text(content)) if isinstance(content, str) else _messages(content)
    if isinstance(record, Mapping):
        if record.get("chosen") and turns and turns[-1].role == "user":
            turns.append(Message("assistant", answer_text(record["chosen"])))
        turns = _system_message(record, columns) + _with_choices(turns, record)
    return as_alternating(turns)


def _system_message(record: Mapping[str | int, object], columns: Columns) -> list[Message]:
    value = value_of(record, "system", columns)
    text = "" if isinstance(value, list) else text_of(value)
    return [Message("system", text)] if text else []


def _with_choices(turns: list[Message], record: Mapping[str | int, object]) -> list[Message]:
    """Write out the options that the letters of the last answer stand for."""
    if len(turns) < 2 or len(turns[-1].content) > _MOST_LETTERS or turns[-2].role != "user":
        return turns
    question, answer = write_out_choices(turns[-2].content, turns[-1].content, record)
    return [*turns[:-2], Message("user", question), Message(turns[-1].role, answer)]


def _join_question(title: str, question: str, more: str) -> str:
    return "\n".join(part for part in ("" if title == question else title, question, more) if part)


def _split_text(text: str) -> Iterator[Message]:
    """Yield the turns of a string: by their marks, else a question on the first line and its answer below."""
    first, _, rest = text.strip().partition("\n")
    if turns := split_chat_markup(text):
        yield from turns
    elif first.rstrip().endswith(("?", "？")) and rest.strip():
        yield from (Message("user", first), Message("assistant", rest))
    else:
        raise UnusableRecord(Reason.MISSING_FIELD)


def _messages(content: Sequence[Utterance]) -> list[Message]:
    """Return the messages of utterances. Raises `UnusableRecord` (MALFORMED) where nothing says who speaks."""
    if content and all(utterance.label.strip().lower() in _TOOLS for utterance in content):
        raise UnusableRecord(Reason.MALFORMED)
    messages: list[Message] = []
    for is_in_turn, group in itertools.groupby(content, key=lambda utterance: utterance.label in IN_TURN):
        run = list(group)
        if is_in_turn and all(utterance.text.lstrip().startswith(_MARKS) for utterance in run):
            messages += split_chat_markup("\n".join(utterance.text for utterance in run))
        else:
            messages += (message for utterance in run for message in _of_utterance(utterance))
    return messages


def _of_utterance(utterance: Utterance) -> Iterator[Message]:
    name = utterance.label.strip().lower()
    role = _message_role(name, utterance)
    if name in _TOOLS:
        return
    if role is None:
        raise UnusableRecord(Reason.MALFORMED)
    turns: Sequence[Message] = ()
    if name in IN_TURN:
        turns = split_chat_markup(utterance.text)
    elif role == "user" and not name:
        turns = split_chat_markup(utterance.text, within="user")
    yield from turns or (Message(role, utterance.text),)


def _message_role(name: str, utterance: Utterance) -> MessageRole | None:
    """Return the role of a message: by its label, by its place among strings in turn, or by its field."""
    if name in IN_TURN:
        return "assistant" if name == IN_TURN[1] else "user"
    if utterance.role is None or name in ROLES:
        return ROLES.get(name)
    return "assistant" if utterance.role[0] == "doctor" else "user"
