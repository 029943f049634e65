"""The utterances of one JSON record or table row: message lists, prefixed strings, question and answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.sides import SIDES, Side, side_of
from ingest.source import SourceOptions
from ingest.utterances import Utterance, split_prefixes
from schemas.rejection import Reason

LISTS = (
    "dialogue-content", "original_dialog", "dialogue", "dialog", "messages", "conversations", "conversation", "turns",
    "utterances", "dialogues", "content", "chat", "对话", "对话内容", "聊天记录", "问诊记录", "问诊对话", "text",
)  # fmt: skip
SPEAKERS = (
    "speaker",
    "role",
    "from",
    "sender",
    "identity",
    "who",
    "user_type",
    "type",
    "name",
    "角色",
    "说话人",
    "发言人",
    "身份",
)
TEXTS = (
    "sentence",
    "content",
    "value",
    "text",
    "utterance",
    "message",
    "msg",
    "sentences",
    "speech",
    "内容",
    "文本",
    "发言",
    "消息",
)
QUESTIONS = (
    "ask",
    "question",
    "query",
    "q",
    "问题",
    "提问",
    "问",
    "患者提问",
    "instruct",
    "instruction",
    "input",
    "prompt",
    "first_question",
    "medical_case",
)
ANSWERS = (
    "answer",
    "response",
    "reply",
    "a",
    "回答",
    "答",
    "答案",
    "医生回答",
    "医生回复",
    "output",
    "raw_answer",
    "raw_anwser",
    "doctor_diagnosis",
    "target",
)
TITLES = ("title", "标题", "主题", "topic", "summary_title")
DEPARTMENTS = ("department", "dept", "科室", "科别", "section", "cate", "faculty", "doctor_faculty")
DIAGNOSES = ("diagnosis", "disease", "disease_tag", "诊断", "诊断结果", "疾病", "初步诊断", "diagnose")
DIALOGUE_IDS = (
    "dialogue_id",
    "dialog_id",
    "conversation_id",
    "session_id",
    "consultation_id",
    "consult_id",
    "example-id",
    "对话id",
    "会话id",
    "问诊id",
    "对话编号",
    "会话编号",
    "id",
    "编号",
)

Record = Mapping[str | int, object]


class NoDialogue(Exception):
    """A record is no dialogue; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Consultation:
    """What a record says: utterances in order, and department and diagnosis where given."""

    utterances: tuple[Utterance, ...]
    department: str = ""
    diagnosis: str | None = None


def consultation(record: object, options: SourceOptions) -> Consultation:
    """Return the consultation of a record. Raises `NoDialogue` (MALFORMED, MISSING_FIELD) where there is none."""
    if isinstance(record, list | str):
        return Consultation(tuple(_listed(record if isinstance(record, list) else [record])))
    if not isinstance(record, Mapping):
        raise NoDialogue(Reason.MALFORMED)
    department = _text(_field(record, "department", DEPARTMENTS, options))
    diagnosis = _text(_field(record, "diagnosis", DIAGNOSES, options)) or None
    return Consultation(tuple(_unmasked(_utterances(record, options), record)), department, diagnosis)


def _unmasked(utterances: Iterable[Utterance], record: Record) -> Iterator[Utterance]:
    """Write a drug back that a record hides behind [MASK] and names; which of several it was would be a guess."""
    drugs = record.get("label")
    drug = drugs[0] if isinstance(drugs, list) and len(drugs) == 1 and isinstance(drugs[0], str) else "[MASK]"
    for utterance in utterances:
        masked = "[MASK]" in utterance.text
        yield replace(utterance, text=utterance.text.replace("[MASK]", drug)) if masked else utterance


def _utterances(record: Record, options: SourceOptions) -> Iterator[Utterance]:
    spoken = _field(record, "dialogue", LISTS, options)
    history = _field(record, "history", ("history", "历史"), options)
    question = _text(_field(record, "question", QUESTIONS, options))
    answer = _text(_field(record, "answer", ANSWERS, options))
    if isinstance(spoken, list):
        yield from _listed(spoken)
    elif question or answer:
        yield from _listed(history) if isinstance(history, list) else ()
        yield Utterance(_with_title(_text(_field(record, "title", TITLES, options)), question), ("patient", None))
        yield Utterance(answer, ("doctor", None))
    elif isinstance(spoken, str):
        yield from _listed(spoken.splitlines())
    elif named := [(side, value) for key, value in record.items() if (side := side_of(key)) and isinstance(value, str)]:
        yield from (Utterance(value, side) for side, value in named)
    elif any(
        _is_named(record, names, options, field) for field, names in (("question", QUESTIONS), ("dialogue", LISTS))
    ):
        yield Utterance("")
    else:
        raise NoDialogue(Reason.MISSING_FIELD)


def _listed(items: Sequence[object]) -> Iterator[Utterance]:
    """Yield the utterances of a list: objects with speaker and text, (speaker, text) pairs, strings with prefixes.

    A string or object without a speaker goes on with the one before it. Raises `NoDialogue` where none has a speaker.
    """
    found: list[Utterance] = []
    for item in items:
        for utterance in _of_item(item):
            side = utterance.side or (found[-1].side if found else None)
            found.append(Utterance(utterance.text, side, utterance.label))
    if any(utterance.text for utterance in found) and not any(utterance.side for utterance in found):
        raise NoDialogue(Reason.MISSING_FIELD)
    yield from found


def _of_item(item: object) -> Iterator[Utterance]:
    if isinstance(item, str):
        yield from split_prefixes(item)
    elif isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
        if side := SIDES.get(item[0].strip().lower()):
            yield Utterance(item[1], side)
        else:
            yield from (Utterance(item[0], ("patient", None)), Utterance(item[1], ("doctor", None)))
    elif isinstance(item, Mapping):
        yield from _of_object(item)
    elif item is not None:
        raise NoDialogue(Reason.MALFORMED)


def _of_object(item: Record) -> Iterator[Utterance]:
    side = speaker_of(item)
    text = _first(item, TEXTS)
    if text is not None or any(name in item for name in TEXTS):
        label = str(_first(item, SPEAKERS) or "")
        if side is None and label.lower() in {"system", "系统"}:
            return
        yield from split_prefixes(_text(text)) if side is None else (Utterance(_text(text), side),)
        return
    named = [(known, value) for key, value in item.items() if (known := side_of(key)) and isinstance(value, str)]
    if not named:
        raise NoDialogue(Reason.MISSING_FIELD)
    yield from (Utterance(value, known) for known, value in named)


def speaker_of(item: Record) -> Side | None:
    """Return the side a message object names. `system` is an instruction here, not a speaker."""
    for name in SPEAKERS:
        value = item.get(name)
        if isinstance(value, str) and value.lower() not in {"system", "系统"} and (side := side_of(value)):
            return side
    return None


def row_of_turn(row: Record, options: SourceOptions) -> tuple[str, Utterance] | None:
    """Return dialogue id and utterance of a row that is one turn, or None where the table is no list of turns."""
    key = _field(row, "id", DIALOGUE_IDS, options)
    label, text = _field(row, "role", SPEAKERS, options), _field(row, "text", TEXTS, options)
    if key is None or label is None or text is None:
        return None
    return str(key), Utterance(_text(text), side_of(label), str(label))


def message(record: object) -> tuple[str, Utterance] | None:
    """Return dialogue id ("" without one) and utterance of a record that is a single message, or None."""
    if not isinstance(record, Mapping) or any(isinstance(record.get(name), list) for name in LISTS):
        return None
    side, text = speaker_of(record), _first(record, TEXTS)
    if side is None or not isinstance(text, str):
        return None
    return str(_first(record, DIALOGUE_IDS[:-2]) or ""), Utterance(text, side)


def is_table_of_turns(row: Record, options: SourceOptions) -> bool:
    """Tell whether a table has columns for dialogue, speaker and text."""
    pairs = (("id", DIALOGUE_IDS), ("role", SPEAKERS), ("text", TEXTS))
    asks = _is_named(row, QUESTIONS, options, "question") and _is_named(row, ANSWERS, options, "answer")
    return not asks and all(_is_named(row, names, options, field) for field, names in pairs)


def _is_named(record: Record, names: tuple[str, ...], options: SourceOptions, field: str) -> bool:
    return field in options.columns or any(
        key in record for name in names for key in (name, name.capitalize(), name.upper())
    )


def _field(record: Record, field: str, names: tuple[str, ...], options: SourceOptions) -> object:
    """Return the value of the column the user named for `field`, else of the first of `names` that has one."""
    own = options.columns.get(field)
    return record.get(own) if own is not None else _first(record, names)


def _first(record: Record, names: tuple[str, ...]) -> object:
    for name in names:
        for key in (name, name.capitalize(), name.upper()):
            if record.get(key) not in (None, "", []):
                return record[key]
    return None


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(_text(part) for part in value if part not in (None, ""))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _with_title(title: str, question: str) -> str:
    """Put a title before a question that does not already say it; 无 and the like are no question."""
    if len(question.strip("无。.、 ")) < 2:
        return title
    if not title or title.rstrip("？?。") in question:
        return question
    return title + ("" if title[-1] in "？?。！!" else "。") + question
