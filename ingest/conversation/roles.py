"""What sources call the two sides of a consultation, and who of a side speaks."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.records.field_names import simplified_name
from schemas.dialogue import Role, Speaker

SpeakerRole = tuple[Role, Speaker | None]

DOCTOR: SpeakerRole = ("doctor", "doctor")
NURSE: SpeakerRole = ("doctor", "nurse")
PATIENT: SpeakerRole = ("patient", "patient")
PARENT: SpeakerRole = ("patient", "parent")
CHILD: SpeakerRole = ("patient", "child")
DOCTOR_SIDE: SpeakerRole = ("doctor", None)
PATIENT_SIDE: SpeakerRole = ("patient", None)


def _with_role(names: str, role: SpeakerRole) -> dict[str, SpeakerRole]:
    return dict.fromkeys(names.split(), role)


ROLE_NAMES: dict[str, SpeakerRole] = (
    _with_role(
        "医生 大夫 医师 专家 expert 医 医方 答 追答 回答 主治医生 主治医师 住院医 主任 教授 医务人员 doctor doctors dr",
        DOCTOR,
    )
    | _with_role("d physician pediatrician paediatrician clinician gp", DOCTOR)
    | _with_role(
        "assistant gpt bot chatgpt model agent ai bing bard claude llm 助手 医助 坐席 医生助理 客服医生", DOCTOR_SIDE
    )
    | _with_role("药师 药剂师 导诊 导医 分诊 分诊台 营养师 康复师 技师 pharmacist", DOCTOR_SIDE)
    | _with_role("护士 护师 护士长 护理 nurse", NURSE)
    | _with_role("患者 病人 患 患方 病患 患者本人 patient patients p pt", PATIENT)
    | _with_role("问 追问 提问 用户 网友 客户 病友 user human client customer question q", PATIENT_SIDE)
    | _with_role(
        "家长 家属 家人 亲属 监护人 陪诊 妈妈 爸爸 母亲 父亲 妈 爸 宝妈 宝爸 奶爸 孩妈 孩爸 孩他妈 娃妈 娃爸", PARENT
    )
    | _with_role("奶奶 爷爷 外婆 外公 姥姥 姥爷 parent mother father family mom mum mommy dad daddy caregiver", PARENT)
    | _with_role("guardian grandma grandmother grandpa grandfather m f", PARENT)
    | _with_role("患儿 孩子 小孩 宝宝 小朋友 儿童 child kid c", CHILD)
)
"""A source's name for a speaker, in lower case → role, and who of that side."""

_PLATFORM = "system 系统 客服 平台 机器人 小助手 智能客服 在线客服 系统消息 系统提示 系统通知 通知 robot notice"
PLATFORM = frozenset(_PLATFORM.split())
"""Names under which a platform speaks to both sides: no part of the consultation."""

_ENDINGS: dict[str, SpeakerRole] = (
    _with_role("医生 大夫 医师 主任 教授 专家 院长 doctor", DOCTOR)
    | _with_role("护士 nurse", NURSE)
    | _with_role("妈妈 爸爸 宝妈 宝爸 子妈 子爸 家长 家属 奶奶 爷爷 外婆 姥姥 母亲 父亲 parent", PARENT)
    | _with_role("患者 病人 patient", PATIENT)
)
"""王医生 and 小明妈妈 are named by how they end."""
_ACTING = re.compile(r"(?:(提问|咨询|求助|问诊|就诊|发问|求医|询问|来访)|(回答|答复|回复|解答|接诊))[者人方]")
"""提问者 and 接诊人 are named by what they do. `咨询者` → `咨询者`"""
_DR = re.compile(r"dr(?:\.\s*|\s+)[a-z]+(?:\s[a-z]+)?", re.IGNORECASE)
"""`Dr. Wang` → `Dr. Wang`"""
_ADDRESS = re.compile(r"[我你您请谢问说想给让叫找看]")
"""A label with one of these is speech that ends in a title (谢谢医生：), no speaker. `昨天去看了医生` → `看`"""
_MOST_CHARS = 8
"""Longest label that is told by its ending; longer ones are sentences."""
_REMARK = re.compile(r"(?<=.)[（(][^）)]*[）)]$")
"""`问題（必填）` → `（必填）`"""
_DECORATION = re.compile(r"[\s:：\d_\[\]【】<>（）()*]+")
"""`KER_01` → `_01`"""
_SAYING = re.compile(r"(?<=.{2})(?:提?问|追问|回?答|回复|说|端)$")
"""`医生回复` → `回复`"""


def is_platform(label: object) -> bool:
    """Return whether a source's name of a speaker is a platform's own."""
    return _plain(label) in PLATFORM


@lru_cache(maxsize=1 << 12)
def role_of(label: object) -> SpeakerRole | None:
    """Return role and speaker for a source's name of a speaker, or None."""
    name = _plain(label)
    if role := ROLE_NAMES.get(name) or ROLE_NAMES.get(_SAYING.sub("", name)):
        return role
    if acting := _ACTING.fullmatch(name):
        return PATIENT if acting[1] else DOCTOR
    if _DR.fullmatch(str(label).strip()):
        return DOCTOR
    if len(name) > _MOST_CHARS or _ADDRESS.search(name):
        return None
    return next((role for ending, role in _ENDINGS.items() if name.endswith(ending)), None)


def _plain(label: object) -> str:
    return simplified_name(_DECORATION.sub("", _REMARK.sub("", str(label)[:40].strip())).lower())
