"""What a sample is about, as far as it says so: its department and its task.

A task is only told where the record names it; the step `instruct` labels the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.records.field_names import names_in
from ingest.vocabulary.children import (
    AGE_OF_A_CHILD,
    AGE_OF_A_GROWN_UP,
    CHILD,
    GROWN_UP,
    PEDIATRICS,
    PREGNANT,
    is_pediatric,
)
from ingest.vocabulary.departments import department_in
from ingest.vocabulary.simplified import to_simplified
from schemas.sample import TASKS, Message, Task

_TASK_KEYS = ("task", "任务")
_NO_DEPARTMENT = frozenset({"", "nan", "none", "null", "其他", "其它", "未知"})

_CHILD = re.compile(
    rf"{CHILD}|婴|孩子"
    rf"|(?<!\d){AGE_OF_A_CHILD}周?岁(?![至到~-]?[2-9]\d)"
    r"|(?<!\d)\d{1,2}个?月(?:大|龄)|[一二两三四五六七八九十]岁半?的?(?:儿子|女儿|男|女|小)"
)
"""`7号，小孩的预产` → `小孩`"""
_ADULT = re.compile(
    rf"{PREGNANT}|{GROWN_UP}|月经|排卵|子宫|宫颈|卵巢|输卵管|精子|怀不上|[要生]小?孩|(?<!\d){AGE_OF_A_GROWN_UP}周?岁"
)
"""`准备做试管婴儿，要抽` → `试管婴儿`"""
_MEDICAL = re.compile(
    r"[病症炎癌瘤疹疮疡痛痒咳喘泻晕血肝肾胃肠肺脑药医疗诊患孕婴疝穴肚胖胎疫痔疤]|临床|高危|多发|手术|感染|灼伤|骨折|发热|发烧|月经|护理|健康"
    r"|营养|皮肤|睡眠|心脏|维生素|适应[证症]|宝宝|宜[吃食]|忌[吃食]|减肥|性欲|做爱|影像|体重|身高|喂奶|牙"
)
"""Words of health, read generously: where none stands in it, a sample tells of no department.
`肽素的适应证、用法` → `适应证`"""
_TRADITIONAL = re.compile(r"[們個這來說時會發燒嗎對話寶兒醫藥療癥師過還後麼應該檢項體溫歲長嚴]")
"""Common characters that simplified text does not have. `寶寶發燒` → `寶`"""


def department_of(record: object, messages: tuple[Message, ...], default: str) -> str:
    """Return the department a record names, else 儿科 where the patient's side tells of a child, else the default.

    Where there is no default either, it is the one the first question clearly belongs to, or "".
    """
    if isinstance(record, Mapping):
        named = [str(record[key]).strip() for key in names_in(record, "department") if record.get(key) is not None]
        if any(map(is_pediatric, named)):
            return PEDIATRICS
        if found := next((name for name in named if name.lower() not in _NO_DEPARTMENT and len(name) <= 20), None):
            return found
    asked = _simplified("\n".join(message.content for message in messages if message.role == "user"))
    is_child = _MEDICAL.search(asked) and _CHILD.search(asked) and not _ADULT.search(asked)
    if is_child:
        return PEDIATRICS
    first = _simplified(next((message.content for message in messages if message.role == "user"), ""))
    return default or (department_in(first) if _MEDICAL.search(first) else "")


def task_of(record: object) -> Task | None:
    """Return the task a record names, None where it names none: the step `instruct` reads the whole talk."""
    if not isinstance(record, Mapping):
        return None
    named = {str(record.get(key, "")).strip().lower() for key in _TASK_KEYS}
    return next((task for task in TASKS if task in named), None)


def _simplified(text: str) -> str:
    """Return a text in simplified characters, as the words here are."""
    return to_simplified(text) if _TRADITIONAL.search(text) else text
