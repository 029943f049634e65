"""Which treatments and drugs of a graph can be told: crawled lists hold tests, symptoms, creams for the heart."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cache
from importlib.resources import files

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.medical_terms import parse

_NO_REMEDY = re.compile(
    r"试验|检查|检测|测定|造影|显像|衣原体|支原体|病毒$|[球杆]菌$|科$|^[A-Za-z]{1,3}$|^(?:肠溶|缓释|控释)[片]?$"
)
"""Tests, germs, departments, torn ends among treatments. `衣原体抗体检测` → `衣原体`"""
_FOR_THE_SKIN = re.compile(r"乳膏|软膏|凝胶|酊$|搽剂|洗剂|癣|足光|贴$|栓$")
"""`盐酸特比萘芬凝胶` → `凝胶`"""
_OF_THE_SURFACE = re.compile(
    any_of("皮 癣 疹 疮 痤 疖 痈 痔 甲 脚气 瘙痒 疱 烧伤 烫伤 冻 脓 眼 结膜 角膜 口 唇 龈 阴道 肛 关节 扭伤 鼻 尿布")
)
"""Diseases that something is put upon. `足癣` → `癣`"""
_INNER = re.compile(r"[心肺肝肾脑胃肠脾胰血]")
"""`脚气病性心脏病` → `心`"""
_GENERAL = re.compile(
    rf"^{any_of('药物 手术 支持性 支持 对症支持 对症 一般 综合 保守 康复 介入 放射性 放射 内科 外科')}治疗$"
)
"""Words for treatment that name none. `支持性治疗` → `支持性治疗`"""
_FORM = re.compile(
    r"(?:肠溶|缓释|控释|分散|咀嚼|泡腾|口服|软|滴|含|浓|复方)*(?:片|胶囊|颗粒|丸|注射液|溶液|口服液|混悬液|糖浆|酏剂|滴剂|干混悬剂|散|冲剂)$"
)
"""`盐酸二甲双胍缓释片` → `缓释片`"""


def is_remedy(name: str, subject: str, symptoms: Set[str]) -> bool:
    """Return whether something that a graph gives as a treatment of `subject` can be one."""
    if _NO_REMEDY.search(name) or name in symptoms:
        return False
    is_inner = _INNER.search(subject) is not None or not _OF_THE_SURFACE.search(subject)
    return not (is_inner and _FOR_THE_SKIN.search(name))


def is_general(name: str) -> bool:
    """Return whether a treatment says nothing by itself: 药物治疗, 支持治疗."""
    return _GENERAL.search(name) is not None


def told_drugs(names: Sequence[str]) -> list[str]:
    """Return drugs, each once whatever its form; of a list of products those with generic names alone."""
    by_stem = {_FORM.sub("", name).removeprefix("注射用") or name: name for name in reversed(names)}
    once = [name for name in names if name in by_stem.values()]
    is_of_products = sum(_FORM.search(name) is not None for name in once) > len(once) / 2
    return [name for name in once if _generics().search(name)] if is_of_products else once


@cache
def _generics() -> re.Pattern[str]:
    text = (files("pedcorpus.steps.instruct.of_graphs") / "terms" / "generics.txt").read_text(encoding="utf-8")
    return re.compile(any_of(" ".join(parse(text))))
