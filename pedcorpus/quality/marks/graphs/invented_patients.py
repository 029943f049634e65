"""Patients that nobody has met: a Mr in pregnancy, a Mrs of four years, a man with a cervix."""

from __future__ import annotations

import re

import polars as pl

from ingest.vocabulary.any_of import any_of
from pedcorpus.quality.marks.found import shown

_WOMEN = any_of("妊娠 怀孕 产后 分娩 宫颈 子宫 卵巢 阴道 外阴 闭经 月经 绝经")
_MEN = any_of("前列腺 睾丸 阴茎 阴囊 精索 包皮")

_MAN = re.compile(
    rf"(?:^|[，。：:一])(?:[一-龥]{{0,4}}先生|[^，。]{{0,6}}(?:男性|男子)[^，。]{{0,4}})[^。]{{0,60}}?{_WOMEN}"
)
"""`王先生，36岁，妊娠20周` → `王先生，36岁，妊娠`"""
_WOMAN = re.compile(rf"(?:^|[，。：:一])(?:[一-龥]{{0,4}}女士|[^，。]{{0,6}}女性[^，。]{{0,4}})[^。]{{0,60}}?{_MEN}")
"""`李女士，睾丸肿痛` → `李女士，睾丸`"""
_TORN = re.compile(
    r"(?:[、因有伴]|出现了?)(?:年龄|食管|气管|四肢|红细胞|血小板|亢进|硬化|开放|视力|眼位|粗糙)"
    r"(?:、[一-龥、]{1,30}|和[一-龥]{1,10})?等(?:[一-龥]{0,4}症状|表现|不适|情况)"
)
"""Names that are no symptom. `一名患者因黄疸、食管等症状就诊` → `、食管等症状`"""
_CHILD = re.compile(r"[一-龥](?:先生|女士|阿姨|大爷)[，,]?(?:今年|年龄)?(?:[1-9]|1[0-2])(?:周?岁|个?月)")
"""`赵女士今年9岁` → `赵女士今年9岁`"""


def contradicted(parts: pl.DataFrame) -> pl.Series:
    """Return where a question tells of a patient of the wrong sex or age, or with symptoms that are none."""
    asked = parts["asked"].fill_null("")
    men = asked.str.contains(_MAN.pattern) & ~asked.str.contains("[女妻妇她妈母]|太太|老婆|爱人|伴侣|对象|先生商量")
    women = asked.str.contains(_WOMAN.pattern) & ~asked.str.contains("[男夫他爸父儿]|老公|爱人|伴侣|对象")
    children = asked.str.contains(_CHILD.pattern) & ~asked.str.contains("孩|儿子|女儿|宝")
    return men | women | children | asked.str.contains(_TORN.pattern)


def contradicted_shown(parts: pl.DataFrame) -> pl.Series:
    """Return the words of patients that contradict themselves."""
    found = [shown(parts["asked"], pattern) for pattern in (_MAN, _WOMAN, _CHILD, _TORN)]
    words = pl.concat_str([pl.Series(series) for series in found])
    return pl.select(pl.when(contradicted(parts)).then(words).otherwise(pl.lit(""))).to_series()
