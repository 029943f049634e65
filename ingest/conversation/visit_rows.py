"""Visits as a hospital's system exports them: 主诉 and 现病史 are asked, 诊断 and 处理意见 are answered.

    就诊日期,患儿姓名,主诉,现病史,诊断,处理意见,医生
    2024-03-01,某某,咳嗽3天,3天前受凉后…,急性支气管炎,雾化吸入…,某某

A column of names (医生, 患者) is no utterance. Each cell stands behind its name, so that later steps know what it is.
"""

from __future__ import annotations

import re

from ingest.conversation.message import text_of
from ingest.conversation.roles import DOCTOR_SIDE, PATIENT_SIDE, ROLE_NAMES
from ingest.conversation.utterances import Utterance
from ingest.privacy.names.surnames import surname_chars
from ingest.records.field_names import Columns, Record, names_in, value_of

HISTORY = {
    "complaint": "主诉",
    "present_illness": "现病史",
    "past_history": "既往史",
    "examination": "查体",
    "results": "辅助检查",
}
"""Fields of what is asked, in their order, and the words before each."""
VERDICT = {"diagnosis": "诊断", "treatment": "处理意见"}
"""Fields of what is answered, and the words before each."""
_PEOPLE = frozenset(["医生", "大夫", "医师", "主治医生", "主治医师", "患者", "病人", "患儿", "doctor", "patient"])
"""Columns that name who speaks, and as often hold a name."""
_SAID_BY = {"doctor": ("answer", "treatment", "dialogue"), "patient": ("question", "complaint", "dialogue")}
_PERSON = re.compile(rf"[{surname_chars()}][一-龥·]{{1,3}}(?:医生|医师|主任|大夫)?|\[姓名\](?:医生|医师|主任|大夫)?")
"""`王小明` → `王小明`"""


def visit_of(record: Record, columns: Columns) -> list[Utterance]:
    """Return history and verdict of a visit as two utterances; nothing for a record that is none.

    A record with an answer of its own (医生回复) is no visit, nor is one whose question and answer the user named.
    """
    if {"question", "answer", "dialogue", "text"} & set(columns) or _has_answer(record):
        return []
    asked = _parts(record, HISTORY, columns)
    told = _parts(record, VERDICT, columns)
    if not told or not any(line.startswith(("主诉", "现病史")) for line in asked):
        return []
    return [Utterance("\n".join(asked), PATIENT_SIDE), Utterance("\n".join(told), DOCTOR_SIDE)]


def without_names(record: Record) -> Record:
    """Return a record without the cells in which 医生 or 患者 holds a person's name and another column the words."""
    named = [key for key, value in record.items() if is_person(value) and _is_said_elsewhere(record, key)]
    return {key: value for key, value in record.items() if key not in named} if named else record


def _is_said_elsewhere(record: Record, key: str | int) -> bool:
    """Return whether a column is named by who speaks, and another one holds what this side says."""
    fields = _SAID_BY.get(ROLE_NAMES[key][0], ()) if isinstance(key, str) and key in _PEOPLE else ()
    others = (other for field in fields for other in names_in(record, field) if other != key)
    return any(text_of(record[other]) and not is_person(record[other]) for other in others)


def is_person(value: object) -> bool:
    """Return whether a cell holds nothing but a person's name."""
    return isinstance(value, str) and _PERSON.fullmatch(value.strip()) is not None


def _parts(record: Record, fields: dict[str, str], columns: Columns) -> list[str]:
    cells = ((name, text_of(value_of(record, field, columns))) for field, name in fields.items())
    return [f"{name}：{text}" for name, text in cells if text.strip("无。-—/ ")]


def _has_answer(record: Record) -> bool:
    own = set(names_in(record, "treatment")) | set(names_in(record, "diagnosis"))
    others = (key for key in names_in(record, "answer") if key not in own)
    return any(text_of(record[key]) and not is_person(record[key]) for key in others)
