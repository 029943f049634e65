"""What the answer of a talk must be, and must not hold, to be a reference: in columns, then by its clauses."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.medical_terms import parse

MIN_CHARS, MAX_CHARS = 50, 450
"""Characters of a reference out of a talk: a shorter one says little, a longer one is several glued."""
MAX_LINES = 3
"""Lines of it: more are several messages of chat."""
CHARS_PER_STOP = 90
"""Characters between two full stops on average: beyond, the text was dictated or spun."""
MIN_COPIED_CHARS = 13
"""A clause of the answer from this length on that stands in the prompt is copied."""
MIN_CLAUSE_CHARS = 6
"""Clauses from this length on may not be said twice."""

_ENDS = re.compile(r"[。！!]\s*$")
"""`请及时就诊。` → `。`"""
_STOP = re.compile(r"[。！!；;]")
"""`请及时就诊。` → `。`"""
_ASKS_BACK = re.compile(
    r"[?？]|[吗呢嘛]\s*(?:[，。！!\n]|$)|(?:^|[，。！!\n])(?:宝宝|孩子|现在|目前|平时)?(?:有没有|是不是|是否|几天了|多大了|多久了)[^，。]{0,14}。"
    r"|还是[^，。看查]{1,10}。$|没看到|不知[^，。]{0,8}的"
)
"""`现在有没有发热？` → `？`; `母乳喂养，还是吃奶粉。` → `还是吃奶粉。`"""
_OPENING = re.compile(
    r"^(?:好的?[，。！]|你好[，。！：]|您好[，。！：]|(?:谢谢|感谢)[^，。！]{0,10}[，。！]"
    r"|我?(?:明白|了解|理解)[^，。！]{0,8}[，。！]|当然[，。！]|当然可以[，。！])+"
)
"""What a reference may begin with. `感谢您的回答。鉴于孩子的症状` → `感谢您的回答。`"""
_CHAT = re.compile(
    r"[奥嗷噢喔呃啦哒哈~～]|嗯|哦|[😀-🙏]|^(?:那|另外|而且|再就是|但是|所以|然后|还有(?:就是|一点|，)|谢谢|感谢|比如|也|就|因为|是吗)"
    r"|另外。|[。.．…]{2,}|[，,、]{2,}|[。，][，。]|\?\?|r如|上诉|尾巴"
)
"""`多喝水奥` → `奥`; `另外注意休息。` → `另外`"""
_EVASIVE = re.compile(
    r"因人而异|待查|不确定的?因素|每个(?:患者|人|孩子)都?(?:是)?不(?:相)?同|没办法判断|无法判断|不好说|不好判断|要看具体|看情况|具体情况具体|遵医嘱|指导下使用"
    r"|(?:我可以|接下来我?)(?:会)?(?:给|为)您[^。]{0,24}[，。][^。]{0,10}。?$|问题是?不大|没有什么问题的|我对[^，。]{0,12}的了解|没什么妨碍|不会有什么影响"
)
"""`这个因人而异。` → `因人而异`"""
_WORD_TWICE = re.compile(r"([一-龥]{2,5})\1")
"""`就觉得觉得喉咙疼` → `觉得觉得`"""
_CLAUSE = re.compile(r"[^，。！？；、\s,;!?：:]+")
"""`多喝水，多休息。` → `多喝水`"""


def is_clean(told: pl.Expr) -> pl.Expr:
    """Return whether an answer is whole, of one piece, and holds nothing of a platform, of folk medicine or of harm."""
    chars = told.str.len_chars()
    told = told.str.replace(_OPENING.pattern, "")
    names_others = told.str.replace_all("|".join(words("known_drugs")), "").str.contains_any(words("drugs"))
    return (
        chars.is_between(MIN_CHARS, MAX_CHARS)
        & told.str.contains(_ENDS.pattern)
        & (told.str.count_matches("\n") < MAX_LINES)
        & (chars <= CHARS_PER_STOP * told.str.count_matches(_STOP.pattern))
        & ~told.str.contains_any(words("leftovers"))
        & ~told.str.contains_any(words("stock_advice"))
        & ~told.str.contains_any(words("unsafe_advice"))
        & ~pl.any_horizontal(told.str.contains(p.pattern) for p in (_ASKS_BACK, _CHAT, _EVASIVE))
        & ~names_others
    )


def says_nothing_twice(told: str) -> bool:
    """Return whether no word is doubled and no longer clause comes twice."""
    clauses = [clause for clause in _CLAUSE.findall(told) if len(clause) >= MIN_CLAUSE_CHARS]
    return len(clauses) == len(set(clauses)) and _WORD_TWICE.search(told) is None


def rests_on(told: str, before: str) -> bool:
    """Return whether an answer asserts no finding that was not told, and does not copy what was."""
    unseen = [sign for sign in words("findings") if sign in told and sign not in before]
    copied = [clause for clause in _CLAUSE.findall(told) if len(clause) >= MIN_COPIED_CHARS and clause in before]
    return not unseen and not copied


@cache
def words(name: str) -> list[str]:
    """Return the words of a list in `terms/`."""
    return parse((files("pedcorpus.steps.decontaminate.exam") / "terms" / f"{name}.txt").read_text(encoding="utf-8"))
