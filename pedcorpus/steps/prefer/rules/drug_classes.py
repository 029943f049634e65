"""The rule that names another drug of the same class: one that a child must not have, or that does not work as well."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from dedup.clinical.lexicon import DRUG, words
from pedcorpus.steps.instruct.templates import pick
from pedcorpus.steps.prefer.rules.places import put_all

_FORBIDDEN = re.compile(r"不|禁|避免|勿|忌|慎|停|非|代替|过敏|抗药|耐药|[含血羟查测]$")
"""`对青霉素过敏` → `过敏`"""
_BANNED = re.compile(r"过敏|禁用|慎用|忌|停用|停药|无效|耐药|抗药")
"""`过敏者` → `过敏`"""
_NO_DRUG = re.compile(
    r"^(?:缺乏|不足|过量|中毒|过敏|依赖|耐药|合成|受体|代谢|[素酶]|水平|测定|试验|检测|皮试|类|受|浓度|抵抗|浊度|软膏|滴?眼|鼻|[IVX])"
)
"""`缺乏性佝偻病` → `缺乏`"""
MOST_NAMED = 5
"""Drugs in an answer that is about some of them; more are a list, in which one more or less tells nothing."""
_AROUND = 8
"""Characters of the clause before a name in which a ban may stand."""


@cache
def drug_classes() -> dict[str, tuple[str, ...]]:
    """Return drug → drugs of its class that are unfit for children or work less well."""
    text = files("pedcorpus.steps.prefer").joinpath("terms", "drug_classes.txt").read_text(encoding="utf-8")
    classes: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            fit, _, unfit = line.partition(">")
            classes |= dict.fromkeys(fit.split(), tuple(unfit.split()))
    return classes


def swap_drug(answer: str, prompt: str, key: str) -> str | None:
    """Return the answer with one drug, wherever it stands, exchanged for an unfit one of its class."""
    found: dict[str, list[re.Match[str]]] = {}
    for match in _names().finditer(answer):
        found.setdefault(match.group(), []).append(match)
    if len(found) > MOST_NAMED:
        return None
    able = [name for name, matches in found.items() if name in drug_classes() and _is_given(answer, matches)]
    able = [name for name in able if name not in prompt]
    if not able:
        return None
    name = pick(able, key)
    others = [other for other in drug_classes()[name] if other not in answer and other not in prompt]
    if not others:
        return None
    new = pick(others, key)
    return put_all(answer, [(*match.span(), new) for match in found[name]])


def is_swap(chosen: str, rejected: str) -> bool:
    """Return whether two answers differ only in a drug and one of its class."""
    for name, others in drug_classes().items():
        for other in others:
            if name in chosen and other in rejected and chosen.replace(name, "\0") == rejected.replace(other, "\0"):
                return True
    return False


def _is_given(answer: str, matches: list[re.Match[str]]) -> bool:
    """Return whether all places name the drug as one to give: no ban, no disease, no laboratory value."""
    for match in matches:
        before = re.split(r"[，。；！？\n]", answer[: match.start()])[-1][-_AROUND:]
        after = re.split(r"[，。；！？\n]", answer[match.end() :])[0]
        if _FORBIDDEN.search(before) or _BANNED.search(after[:_AROUND]) or _NO_DRUG.search(after):
            return False
    return True


@cache
def _names() -> re.Pattern[str]:
    """Return a pattern of all names of drugs, the longest first: 去甲肾上腺素 is no 肾上腺素."""
    known = {word for word, kind, _ in words() if kind == DRUG and len(word) > 1 and not word.isascii()}
    known |= drug_classes().keys() | {word for others in drug_classes().values() for word in others}
    known |= {"去甲肾上腺素", "异丙肾上腺素", "肾上腺皮质激素", "维生素K1", "维生素A", "维生素D", "维生素D3"}
    return re.compile("|".join(map(re.escape, sorted(known, key=lambda word: (-len(word), word)))))
