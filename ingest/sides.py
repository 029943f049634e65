"""What sources call the two sides of a consultation, and who of a side speaks."""

from __future__ import annotations

import re

from schemas.dialogue import Role, Speaker

Side = tuple[Role, Speaker | None]

DOCTOR: Side = ("doctor", "doctor")
NURSE: Side = ("doctor", "nurse")
PATIENT: Side = ("patient", "patient")
PARENT: Side = ("patient", "parent")
CHILD: Side = ("patient", "child")
ANSWERING: Side = ("doctor", None)
ASKING: Side = ("patient", None)


def _called(names: str, side: Side) -> dict[str, Side]:
    return dict.fromkeys(names.split(), side)


SIDES: dict[str, Side] = (
    _called(
        "医生 大夫 医师 专家 医 答 回答 医生回复 主治医生 主治医师 主任 教授 医务人员 doctor dr d physician", DOCTOR
    )
    | _called("assistant gpt bot system chatgpt model agent 助手 医生助理 客服医生", ANSWERING)
    | _called("护士 护师 护士长 nurse", NURSE)
    | _called("患者 病人 患 病患 就诊者 咨询者 patient p pt", PATIENT)
    | _called("问 提问 用户 网友 user human client question", ASKING)
    | _called("家长 家属 患者家属 患儿家属 患儿家长 病人家属 孩子家长 监护人 妈妈 爸爸 母亲 父亲", PARENT)
    | _called("患儿母亲 患儿父亲 宝妈 宝爸 奶奶 爷爷 外婆 外公 姥姥 姥爷 parent mother father family m f", PARENT)
    | _called("患儿 孩子 小孩 宝宝 小朋友 儿童 child kid c", CHILD)
)
"""A source's name for a speaker, in lower case → role, and who of that side."""

_ENDINGS: dict[str, Side] = (
    _called("医生 大夫 医师 主任 教授 doctor", DOCTOR)
    | _called("护士 nurse", NURSE)
    | _called("妈妈 爸爸 家长 家属 奶奶 爷爷 外婆 姥姥 母亲 父亲 parent", PARENT)
    | _called("患者 病人 patient", PATIENT)
)
"""王医生 and 小明妈妈 are named by how they end."""
_ADDRESS = re.compile(r"[我你您请谢问说想给让叫找看]")
"""A label with one of these is speech that ends in a title (谢谢医生：), no speaker."""
_MOST_CHARS = 6
"""Longest label that is told by its ending; longer ones are sentences."""
_DECORATION = re.compile(r"[\s:：\d_\[\]【】<>（）()]+")


def side_of(label: object) -> Side | None:
    """Return role and speaker for a source's name of a speaker, or None."""
    name = _DECORATION.sub("", str(label)).lower()
    if name in SIDES:
        return SIDES[name]
    if len(name) > _MOST_CHARS or _ADDRESS.search(name):
        return None
    return next((side for ending, side in _ENDINGS.items() if name.endswith(ending)), None)
