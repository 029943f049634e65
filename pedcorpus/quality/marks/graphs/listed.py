"""Lists of a graph in the place of an answer: bare, endless, repeating themselves, of drugs without a word on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.medical_terms import parse
from pedcorpus.quality.marks.graphs.lists import LEAST_ITEMS, lists_in

MOST_CHARS = 300
"""A longer answer tells more than its lists."""
ENDLESS_ITEMS, ENDLESS_SHARE = 10, 0.5
"""So many names that make so much of the answer are no longer told apart."""
LEAST_DRUGS, DRUGS_SHARE = 5, 0.7
"""Different drugs of a list, and their share of it, that need a word on class, dose or order."""
LEAST_FOR_PARTS = 5
"""A list of four may well hold a kind and its part (短波、超短波)."""
LONGEST_NAME = 14
"""A bare list has no longer item: what is longer may be a clause."""

_DRUG = re.compile(
    r"^[^（(]{0,9}(?:"
    + any_of(
        "霉素 西林 沙星 硝唑 洛尔 地平 普利 沙坦 他汀 泼尼松 泼尼松龙 米松 洛韦 康唑 拉唑 替丁 巴比妥 妥英钠 西泮"
        " 可的松 胺 酸 苷 碱 铂 嗪 啶 唑 素 钠 钙 钾 锌 油 酚 醇 酯 酶 单抗 球蛋白 血浆 白蛋白 丸 汤 片 洛芬 磺胺 米特"
        " 尼龙 喹 他定 司汀 司他丁 芬 隆"
    )
    + r"|头孢[一-龥]{1,3})$"
)
"""`阿莫西林` → `阿莫西林`"""
_NO_DRUG = re.compile(r"检查|试验|测定|血清|尿|抗体|转氨酶|脱氢酶|红细胞|缺乏|水平")
"""`血清谷丙转氨酶` → `血清`"""
_EXPLAINS = re.compile(
    r"\d\s?(?:mg|ml|g|毫克|毫升|克|片|粒|次)|每[日天次晚]|[一二三]代|首选|联合|不推荐|禁用|慎用|化疗|抗真菌"
)
"""`口服5ml` → `5ml`"""
_FIELD = re.compile(r"(?m)^[一-龥]{2,6}[：:]")
"""`剂型:片剂` → `剂型:`"""
_SENTENCE = re.compile(
    r"[。：:\n！？]|是|为|可|应|需|会|包括|建议|属|要|请|如|注意|避免|多[喝吃休]|考虑|[吃喝用给予以于]|[^没带]有"
    r"|能(?![量障异力缺减低不衰])"
)
"""What makes a sentence of a list. `发热、咳嗽可自愈` → `可`"""


def list_faults(question: str, answer: str) -> list[str]:
    """Return names of a graph in a talk and faults of the lists of its answer; a drug label has lists in its fields."""
    if len(answer) > MOST_CHARS or _FIELD.search(answer):
        return []
    faults = [stray for stray in _strays() if stray in answer or stray in question][:1]
    if is_bare(answer):
        faults.append(answer[:LONGEST_NAME])
    for names in lists_in(answer):
        faults += [*_torn(names), *_repeated(names), *_endless(names, answer), *_unexplained(names, answer)]
    return faults


def is_bare(answer: str) -> bool:
    """Return whether an answer is nothing but names joined by 、."""
    text = answer.strip().rstrip("。等")
    names = [name for name in re.split("[、，]", text) if name.strip()]
    is_short = all(len(name) <= LONGEST_NAME for name in names)
    return "、" in text and len(names) >= LEAST_ITEMS and is_short and _SENTENCE.search(text) is None


def _torn(names: Sequence[str]) -> list[str]:
    return [name for name in names if name in _torn_names()][:1]


def _repeated(names: Sequence[str]) -> list[str]:
    """Return the first name that the list says again, alone or as the beginning or end of a longer one."""
    pairs = (sorted(pair, key=len) for pair in combinations(names, 2))
    may_be_part = len(names) >= LEAST_FOR_PARTS
    return [
        f"{short}、{long}"
        for short, long in pairs
        if len(short) > 1 and (short == long or (may_be_part and (long.startswith(short) or long.endswith(short))))
    ][:1]


def _endless(names: Sequence[str], answer: str) -> list[str]:
    """Return the number of names where there is no end of them; clauses joined by 、 are no names."""
    is_long = len(names) >= ENDLESS_ITEMS and len("、".join(names)) >= ENDLESS_SHARE * len(answer)
    return [f"{len(names)}×、"] if is_long and not any(map(_SENTENCE.search, names)) else []


def _unexplained(names: Sequence[str], answer: str) -> list[str]:
    drugs = {name for name in names if _DRUG.search(name) and not _NO_DRUG.search(name)}
    is_heap = len(drugs) >= LEAST_DRUGS and len(drugs) >= DRUGS_SHARE * len(names)
    return ["、".join(sorted(drugs)[:3])] if is_heap and not _EXPLAINS.search(answer) else []


@cache
def _strays() -> tuple[str, ...]:
    return tuple(_terms("graph_strays"))


@cache
def _torn_names() -> frozenset[str]:
    return frozenset(_terms("torn_names"))


def _terms(name: str) -> list[str]:
    return parse((files("pedcorpus.quality") / "terms" / f"{name}.txt").read_text(encoding="utf-8"))
