"""Answers that are names joined by ；: said in a sentence with the words of their question."""

from __future__ import annotations

import re

_ASKS = re.compile(r"(?P<what>[^，。？?！；\n]{2,40}的[一-龥]{2,10}?)(?:有些什么|有哪些|有什么|是什么|包括哪些)[？?]?")
"""`水痘的并发症有些什么？` → `水痘的并发症有些什么？`"""
MOST_CHARS = 24
"""A longer item may be a sentence."""


def in_a_sentence(question: str, answer: str) -> str:
    """Return 水痘的并发症包括肺炎、脑炎和皮肤感染。 for 肺炎；脑炎；皮肤感染; any other answer as it is."""
    found = _ASKS.fullmatch(question.strip())
    names = list(dict.fromkeys(name.strip() for name in answer.strip().rstrip("。").split("；")))
    if found is None or len(names) < 2 or not all(map(_is_name, names)):
        return answer
    return f"{found['what']}包括{'、'.join(names[:-1])}和{names[-1]}。"


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MOST_CHARS and not re.search("[，。：:\n]", text)
