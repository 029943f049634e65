"""Text and speaker of one message, an object such as `{"speaker": "医生", "sentence": "多少度？"}`."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, SpeakerRole, role_of
from ingest.conversation.utterances import Utterance
from ingest.records.field_names import Columns, Record, best_key, names_in, value_of

PLAIN: Columns = {}
"""No columns named by the user."""
_WEAK_ROLES = frozenset({"name", "type", "usertype"})
"""Keys that may name a speaker, and as often name something else: they count only where they name a role."""
_IS_DOCTOR = ("is_doctor", "isDoctor", "from_doctor", "fromDoctor", "is_reply", "isReply")
_INNER = ("text", "content", "value", "sentence", "utterance", "answer", "response", "内容", "name")


def text_of(value: object, separator: str = "、") -> str:
    """Return the text of a value: of an object its `text` or `content`, of a list those of its elements."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return text_of(next((value[key] for key in _INNER if value.get(key) not in (None, "")), None), separator)
    if isinstance(value, list | tuple):
        return separator.join(text for part in value if (text := text_of(part, separator)))
    if isinstance(value, float) and value != value:
        return ""  # what a data frame writes for nothing
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def message_of(item: Record, columns: Columns = PLAIN) -> Utterance | None:
    """Return what a message object says, with its role where it names one; None where it has no text of its own."""
    key = columns.get("text", best_key(item, "text"))
    role, label = speaker_of(item, columns.get("role"))
    if key is None or key not in item:
        return Utterance("", role, label) if names_in(item, "text") and label else None
    return Utterance(text_of(item[key]), role, label)


def speaker_of(item: Record, own: str | int | None = None) -> tuple[SpeakerRole | None, str]:
    """Return the role and the name of a message's speaker; a name without a role may still tell voices apart."""
    if own is not None:
        label = text_of(item.get(own))
        return role_of(label), label
    first = ""
    for key in names_in(item, "role"):
        label = text_of(item[key])
        if role := role_of(label):
            return role, label
        if not first and str(key).lower() not in _WEAK_ROLES:
            first = label
    if (flag := next((item[key] for key in _IS_DOCTOR if isinstance(item.get(key), bool)), None)) is not None:
        return (DOCTOR_SIDE, "doctor") if flag else (PATIENT_SIDE, "patient")
    named = item.get("id")
    return (role_of(named), named) if isinstance(named, str) and role_of(named) else (None, first)


def texts_by_role(item: Record) -> list[Utterance]:
    """Return what each key that names a role holds (`{"患者": …, "医生": …}`)."""
    return [Utterance(value, role) for key, value in item.items() if isinstance(value, str) and (role := role_of(key))]


def question_and_answer(item: Record) -> list[Utterance]:
    """Return question and answer of an object with keys for both, nothing for any other."""
    question, answer = (text_of(value_of(item, field, PLAIN)) for field in ("question", "answer"))
    return [Utterance(question, PATIENT_SIDE), Utterance(answer, DOCTOR_SIDE)] if question and answer else []


def has_both_sides(utterances: Iterable[Utterance]) -> bool:
    """Return whether the patient's side speaks and the doctor's."""
    return len({utterance.role[0] for utterance in utterances if utterance.role}) == 2


def is_message(value: object) -> bool:
    """Return whether a value is an object that says something: a message, or question and answer."""
    if not isinstance(value, dict):
        return False
    message = message_of(value)
    if message is not None and (message.role or message.label):
        return True
    return has_both_sides(texts_by_role(value)) or bool(question_and_answer(value))
