r"""Turn one record of a distilled set, whatever its schema, into the messages of a conversation.

Schemas are told record by record, since sets mix them: message lists (`messages`, ShareGPT `conversations`,
`conversation`), preference rows (prompt and `chosen`), question and answer under any of their names, with `input`,
`history` and lists as values, and turns written into one string (`<user>: … <bot>: …`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import orjson

from schemas.rejection import Reason
from schemas.sample import Message, MessageRole

ROLES: dict[str, MessageRole] = {
    **dict.fromkeys(
        ("user", "human", "patient", "question", "q", "用户", "患者", "病人", "家长", "问", "问题"),
        "user",
    ),
    **dict.fromkeys(
        ("assistant", "gpt", "bot", "doctor", "answer", "a", "chatgpt", "model", "医生", "助手", "答", "回答"),
        "assistant",
    ),
    "system": "system",
}  # fmt: skip
"""A source's name for a role, in lower case → ours."""

LISTS = ("messages", "conversations", "conversation", "dialogue", "dialog", "chat", "turns")
QUESTIONS = (
    "instruction", "instruct", "question", "prompt", "query", "ask", "context", "问", "问题", "提问", "指令",
    "medical_case", "first_question", "user", "human", "questions",
)  # fmt: skip
ANSWERS = (
    "output", "answer", "response", "target", "completion", "reply", "答", "回答", "答案", "输出", "raw_answer",
    "raw_anwser", "doctor_diagnosis", "assistant", "bot", "answers", "chosen",
)  # fmt: skip
INPUTS = ("input", "输入")
TEXTS = ("text", "content", "data")

_MARKER = re.compile(
    r"<(?P<angle>user|bot|human|assistant|gpt|system)>\s*[:：]?"
    r"|<\|im_start\|>(?P<chatml>user|assistant|system)\n"
    r"|\[\|(?P<bar>Human|AI|System)\|\]"
    r"|(?:^|\n)\s*(?:###\s*)?(?P<line>Human|User|Assistant|Bot|Question|Answer|Q|A|问题|回答|问|答|用户|患者|病人|医生|助手)\s*[:：]",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:<\|im_end\|>|<\|endoftext\|>|<eo[hams]>|</s>|<s>|\[/?INST\])")
_BEFORE = {
    "user": re.compile(r"^\s*(?:问题|提问|问|Question|Q|Human)\s*[:：]\s*", re.IGNORECASE),
    "assistant": re.compile(r"^\s*(?:回答|答案|答|输出|Answer|A|Assistant)\s*[:：]\s*", re.IGNORECASE),
    "system": re.compile(r"(?!)"),
}
_AFTER = re.compile(r"\s*(?:回答|答案|答|Answer|Assistant)\s*[:：]\s*$", re.IGNORECASE)

Columns = Mapping[str, str | int]


class NoConversation(Exception):
    """A record is no conversation; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def conversation(record: object, columns: Columns) -> tuple[Message, ...]:
    """Return the messages of a record: perhaps a system message, then user and assistant in turn, an answer last.

    Turns before the first question and after the last answer are left out, adjacent turns of one role joined.
    Raises `NoConversation` where a question or an answer is missing (MISSING_FIELD) or its values are no texts.
    """
    if isinstance(record, str):
        turns = list(flattened(record))
    elif isinstance(record, dict):
        turns = list(_turns(record, columns))
    elif isinstance(record, list):
        turns = list(_listed(record))
    else:
        raise NoConversation(Reason.MALFORMED)
    return _alternating(turns)


def _turns(record: Mapping[str | int, object], columns: Columns) -> Iterator[Message]:
    """Yield the turns as the record has them."""
    if (system := text(_first(record, ("system", "system_prompt"), columns, "system"))) and not isinstance(
        record.get("system"), list
    ):
        yield Message("system", system)
    listed = _parsed(_first(record, LISTS, columns, "messages"))
    chosen = _parsed(record.get("chosen"))
    if isinstance(listed, list):
        yield from _listed(listed)
        if chosen is not None:
            yield from _answer(chosen)
        return
    yield from _history(_parsed(_first(record, ("history", "历史"), columns, "history")))
    question = _parsed(_first(record, QUESTIONS, columns, "question"))
    answer = _parsed(_first(record, ANSWERS, columns, "answer"))
    if question is None and (whole := text(_first(record, TEXTS, columns, "text"))):
        yield from flattened(whole)
    elif answer is None and not _has_answer(record, columns):
        raise NoConversation(Reason.MISSING_FIELD)
    elif _are_turns(question):
        yield from _listed(question if isinstance(question, list) else [])
        yield from _answer(answer)
    else:
        yield from _pairs(question, text(_first(record, INPUTS, columns, "input")), answer, text(record.get("title")))


def _first(record: Mapping[str | int, object], names: tuple[str, ...], columns: Columns, field: str) -> object:
    """Return the value of the column the user named for `field`, else of the first of `names` that has one."""
    if (own := columns.get(field)) is not None:
        return record.get(own)
    rank = _ranks(names)
    held = [key for key in record if key in rank and record[key] not in (None, "", [])]
    return record[min(held, key=lambda key: rank[key])] if held else None


@cache
def _ranks(names: tuple[str, ...]) -> dict[str | int, int]:
    """Return each name, also with a capital, → its place; a record has few keys, so those are looked up."""
    return {key: i for i, name in enumerate(names) for key in (name, name.capitalize())}


def _has_answer(record: Mapping[str | int, object], columns: Columns) -> bool:
    """Tell an answer that is empty from one that is not there."""
    names = {columns["answer"]} if "answer" in columns else _ranks(ANSWERS).keys()
    return not names.isdisjoint(record)


def _parsed(value: object) -> object:
    """Parse a list or object that a CSV or Parquet cell holds as JSON text."""
    if isinstance(value, str) and value.lstrip().startswith(("[{", "[[", '["', '{"')):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _are_turns(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _listed(turns: list[object]) -> Iterator[Message]:
    """Yield a list of turns: objects with role and text, pairs, or strings that alternate."""
    for i, turn in enumerate(turns):
        if isinstance(turn, dict):
            yield _message(turn)
        elif isinstance(turn, list | tuple):
            yield from _history([turn])
        else:
            yield Message("assistant" if i % 2 else "user", text(turn))


def _message(turn: dict[str, object]) -> Message:
    name = next((turn[key] for key in ("role", "from", "speaker", "角色") if key in turn), None)
    role = ROLES.get(str(name).strip().lower())
    content = next(
        (turn[key] for key in ("content", "value", "text", "sentence", "utterance", "内容") if key in turn), None
    )
    if role is None or content is None:
        raise NoConversation(Reason.MALFORMED)
    return Message(role, text(content))


def _history(pairs: object) -> Iterator[Message]:
    """Yield earlier turns: `[[question, answer], …]` or a list of messages."""
    for pair in pairs if isinstance(pairs, list) else []:
        if isinstance(pair, dict):
            yield from _turns(pair, {}) if not {"role", "from"} & set(pair) else [_message(pair)]
        elif isinstance(pair, list | tuple):
            yield from (Message("assistant" if i % 2 else "user", text(turn)) for i, turn in enumerate(pair))


def _answer(answer: object) -> Iterator[Message]:
    """Yield an answer: a text, a message, or the messages of a whole preferred conversation (its last one counts)."""
    if isinstance(answer, list) and answer and isinstance(answer[-1], dict):
        answer = answer[-1]
    yield Message("assistant", text(_message(answer).content if isinstance(answer, dict) else answer))


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
    yield from _answer(answer) if not isinstance(answer, list) else [Message("assistant", text(answer))]


def flattened(whole: str, otherwise: MessageRole | None = None) -> Iterator[Message]:
    """Yield the turns written into one string; a string without marks is one turn of the role `otherwise`."""
    marks = list(_MARKER.finditer(whole))
    roles = [_role(mark) for mark in marks]
    if len(marks) < 2 and not (marks and marks[0]["angle"]):
        if otherwise is None:
            raise NoConversation(Reason.MISSING_FIELD)
        yield Message(otherwise, whole)
        return
    if otherwise is not None and not _is_dialogue(marks):
        yield Message(otherwise, whole)
        return
    if before := whole[: marks[0].start()].strip():
        yield Message(otherwise or "user", before)
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(whole)
        yield Message(roles[i], whole[mark.end() : end])


def _role(mark: re.Match[str]) -> MessageRole:
    name = next(value for value in mark.groupdict().values() if value).lower()
    return "assistant" if name == "ai" else ROLES[name]


def _is_dialogue(marks: list[re.Match[str]]) -> bool:
    """Tell turns from a question that merely has a line `问题：`: marks made for it, or both roles and a third turn."""
    return any(mark["angle"] or mark["chatml"] or mark["bar"] for mark in marks) or (
        len(marks) > 2 and len({_role(mark) for mark in marks}) == 2
    )


def text(value: object) -> str:
    """Return a text: of a list the first, of numbers their digits, of nothing and of NaN nothing."""
    while isinstance(value, list | tuple):
        value = next((element for element in value if element not in (None, "", [])), None)
    if isinstance(value, dict):
        raise NoConversation(Reason.MALFORMED)
    if value is None or value != value:
        return ""
    found = str(value).strip()
    return "" if len(found) <= 4 and found.lower() in ("nan", "none", "null") else found


def _alternating(turns: list[Message]) -> tuple[Message, ...]:
    system = [turn for turn in turns if turn.role == "system" and _bare(turn)][:1]
    joined: list[Message] = []
    for turn in turns:
        content = _bare(turn)
        if turn.role == "system" or (not content and turn is not turns[-1]):
            continue
        if joined and joined[-1].role == turn.role:
            joined[-1] = Message(turn.role, f"{joined[-1].content}\n{content}".strip())
        elif joined or turn.role == "user":
            joined.append(Message(turn.role, content))
    while joined and joined[-1].role == "user":
        joined.pop()
    if not joined or not joined[0].content:
        raise NoConversation(Reason.MISSING_FIELD)
    return (*(Message("system", _bare(turn)) for turn in system), *joined)


def _bare(turn: Message) -> str:
    """Return a turn's text without the words and tokens that only mark it as a turn."""
    content = _BEFORE[turn.role].sub("", _ENDS.sub("", turn.content), count=1)
    return (_AFTER.sub("", content) if turn.role == "user" else content).strip()
