"""Two diseases that have nothing in common, compared: a graph was asked for the same edge of two random nodes."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

_PAIR = re.compile(
    r"(?:^|[，。：:]|请问|比较|对比|治疗)(?P<one>[^，。：:？?和与]{2,20})[和与](?P<other>[^，。：:？?和与]{1,20}?)"
    r"(?:的|在|之间|有|是否|两|多发|容易|最|，|$)"
)
"""`哮喘和痛风的病因有何不同？` → `哮喘和痛风的`"""
COMPARES = "不同|区别|差异|差别|相似|一致|关联|共同|异同|相同|重叠|不一样"
"""What asks for a comparison."""
UNNAMED = (
    r"^(?:请问)?(?:这|那|上述|以上|它们)(?:两|2|二)?(?:种|个|者)?(?:疾?病|者)?的?"
    r"[^，。]{0,12}(?:不同|区别|差异|相似|相同|共同|重叠|都会)"
)
"""A comparison whose two sides nobody has named."""
MOST_CHARS = 60
"""A longer question tells of somebody who has both."""
COMMON_CHARS = 2
"""Characters in a row that two related names share."""

_EMPTY = re.compile("急性|慢性|细胞|综合征|膜炎|性心|疾病|治疗|患者|功能|症状")
"""What names share that have nothing in common. `急性阑尾炎` → `急性`"""


def unrelated_pair(question: str) -> str:
    """Return the two diseases that a question compares though they have nothing in common, "" where there are none."""
    for found in _PAIR.finditer(question):
        one, other = (_EMPTY.sub("｜", found[name].split("的")[0]) for name in ("one", "other"))
        mine, theirs = _systems(found["one"]), _systems(found["other"])
        if mine and theirs and not mine & theirs and not _shares(one, other):
            return f"{found['one']}/{found['other']}"
    return ""


def compares(parts: pl.DataFrame) -> pl.Series:
    """Return where a question does nothing but compare."""
    question = parts["question"].fill_null("")
    return question.str.contains(COMPARES) & (question.str.len_chars() <= MOST_CHARS)


def compares_unnamed(parts: pl.DataFrame) -> pl.Series:
    """Return where the first question compares two diseases that it does not name."""
    return parts["question"].fill_null("").str.contains(UNNAMED) & (parts["rounds"] == 1)


def _shares(one: str, other: str) -> bool:
    pairs = (one[i : i + COMMON_CHARS] for i in range(len(one) - 1))
    return any("｜" not in pair and pair in other for pair in pairs)


def _systems(name: str) -> frozenset[str]:
    return frozenset(system for system, words in _words().items() if any(word in name for word in words))


@cache
def _words() -> dict[str, list[str]]:
    text = (files("pedcorpus.quality") / "terms" / "body_systems.toml").read_text(encoding="utf-8")
    return {system: words.split() for system, words in tomllib.loads(text).items()}
