"""Clean the tails of a graph into names one can list: no list numbers, no torn ends, nothing told twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

EDGES = "。；;，,、：: \t\u3000"
_BRACKETS = re.compile(r"(?<=.)\s*[\[［【][^\[\]［］【】]{1,40}[\]］】]$")
"""What an encyclopaedia adds to tell two articles apart. `鼠疫[传染病]` → `[传染病]`"""
_NUMBER = re.compile(
    r"^\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.、．](?!\d)|[一二三四五六七八九十]{1,2}、|[①-⑳])\s*"
)
"""`1.肝昏迷` → `1.`"""
_NEXT_NUMBER = re.compile(r"(?<=[^\d.(（])[；;，,。]?\s*(?:\d{1,2}[.、．](?!\d)|[(（]\d{1,2}[)）]|[②-⑳])\s*")
"""`或肝病2.肾衰` → `2.`"""
_OPENING = re.compile(
    r"^(?:本病|患者|临床上?|主要|常见|最常见|多)*(?:的?症状)?(?:一般|主要|常|多|可)*(?:表现(?:为|是)|以)[：:]?"
    r"|^(?:多发生于|多见于|好发于|多发于|常见于)|^(?:常见|主要)的?(?:致病菌|致病因素|病因|原因|症状|表现)?(?:主要)?(?:是|有|为|包括)|^(?:多|常|常常)?(?:与|由|因)(?=.+(?:有关|引起|所致|导致|造成)等?$)"
)
"""How an encyclopaedia begins a list. `主要表现为耳痛` → `主要表现为`"""
_JOINED = re.compile(r"^(?:可伴有?|伴有?|可有|有时有|常有|或伴有?|可出现)(?=..)")
"""`可伴发热` → `可伴`"""
_SAYS = re.compile(
    r"禁用|慎用|忌用|应当?|不宜|必须|需要|可继发|最好|否则|[是为因由]|有关|引起|最常见|为主|可能|如果|[0-9]+岁|患者"
)
"""What a clause has and a name has not. `酸中毒患者慎用` → `患者`"""
_CLOSING = re.compile(r"(?:等(?:多种|各种)?(?:症状|表现|因素|原因|病因)?)?(?:所?引起|有关|所致|导致|造成|为主)?等?$")
"""`遗传因素等引起` → `等引起`"""
_PARTS = re.compile(r"[、，,；;](?![^（(]*[）)])")
"""`耳痛、流脓` → `、`"""
_LIST_CHARS = 20
"""Most characters of a part of a cell that is a list: longer ones are clauses."""
_PART_CHARS = 10
"""As many where commas divide it, which divide clauses as well."""
_CLAUSE = re.compile(
    r"[。！？；\n]|.{40,}|.{12,}，|，.{12,}|(?:禁用|慎用|忌用|忌食|禁忌|最强|最常见|最多见)$|[^、]{6,}，[^、]{6,}"
)
"""What is said, not named. `肾功能不全者慎用` → `慎用`"""
_TORN = re.compile(
    r"[:：]$|^[〇零一二三四五六七八九十和与及或等其]$|^(?:有|无|是|否|不详|未知|其他|其它|暂无.*)$|(?:\.{3}|…)$|^[)）\]】]|[(（\[【]$"
)
"""A heading, a joining word, a cut end, a mere yes or no: what a graph took for a name. `二` → `二`"""
_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")
"""五岁以下儿童 and 5岁以下儿童 are the same children."""
_NAME = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")
"""`肺炎链球` → `肺`"""


def bare_subject(head: str) -> str:
    """Return a head without what an encyclopaedia puts behind it: `鼠疫[一种传染病]` is 鼠疫."""
    return _BRACKETS.sub("", head).strip() or head


def is_text(tail: str) -> bool:
    """Return whether a tail is a statement of whole clauses rather than a name."""
    return _CLAUSE.search(tail.rstrip(EDGES)) is not None


def names_in(tail: str, is_list: bool = True) -> list[str]:
    """Return the names in a tail, cleaned; [] where it holds none, [tail] for a statement of whole clauses.

    `is_list`: the aspect gathers names, so that `主要表现为耳痛、流脓等` is a list of them.
    """
    text = tail.strip()
    if _TORN.search(text) and not is_text(text):
        return []
    numbered = [part for part in _NEXT_NUMBER.split(_NUMBER.sub("", text)) if part.strip(EDGES)]
    if len(numbered) > 1 and all(len(part) <= _LIST_CHARS * 2 for part in numbered):
        return [name for part in numbered for name in names_in(part, is_list)]
    text = text if is_text(text) else _NUMBER.sub("", text).strip(EDGES)
    listed = _listed(text) if is_list else []
    if listed:
        return listed
    if not _NAME.search(text) or (_TORN.search(text) and not is_text(text)):
        return []
    return [text]


def _listed(text: str) -> list[str]:
    """Return the names of a cell that lists them, with or without words around them; [] for any other text."""
    bare = _CLOSING.sub("", _OPENING.sub("", text.strip(EDGES)))
    parts = [part.strip(EDGES) for part in _PARTS.split(bare)]
    is_bare = len(parts) < 2 and bare == text.strip(EDGES)
    most = _PART_CHARS if "，" in bare else _LIST_CHARS
    if is_bare or "。" in bare or any(len(part) > most or _SAYS.search(part) for part in parts):
        return []
    bare_parts = (_JOINED.sub("", _NUMBER.sub("", part)) for part in parts)
    return [part for part in bare_parts if _NAME.search(part) and not _TORN.search(part)]


def without_repeats(names: Sequence[str]) -> list[str]:
    """Return names without those that stand inside another one, in order: 糖尿 beside 糖尿病 is told by it."""
    unique = {name.translate(_DIGITS): name for name in reversed(names)}
    all_of_them = "\n".join(unique)
    kept = [key for key in unique if all_of_them.count(key) == 1]
    return [unique[key] for key in reversed(kept)]


def chosen(names: Iterable[str], most: int) -> list[str]:
    """Return the first names of which none holds another, and no two begin or end alike (咳痰, 咳黄痰)."""
    told: list[str] = []
    for name in names:
        alike = any(name in other or other in name or _is_alike(name, other) for other in told)
        if not alike:
            told.append(name)
        if len(told) == most:
            break
    return told


def _is_alike(name: str, other: str) -> bool:
    """Return whether two names differ in the middle alone: 咳白痰 and 咳黄痰, 脓臭痰 and 大量脓臭痰."""
    return (len(name) > 2 or len(other) > 2) and name[0] == other[0] and name[-1] == other[-1] and name[-1] in "痰音"
