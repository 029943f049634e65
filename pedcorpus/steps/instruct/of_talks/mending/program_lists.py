"""Lists and objects in the syntax of Python or JSON that an answer holds: written out as a sentence."""

from __future__ import annotations

import ast
import re

_WHOLE = re.compile(r"\s*(?:\[.*\]|\{.*\})[。.]?\s*", re.DOTALL)
"""`["咳嗽", "发热"]` → `["咳嗽", "发热"]`"""
_INSIDE = re.compile(r"\[\s*(?P<sign>['\"])[^\[\]{}]{0,600}(?P=sign)\s*\]")
"""`包括['手术', '化疗']等` → `['手术', '化疗']`"""
_LEFT = re.compile(r"\[\s*(?:['\"]|\{)|\{\s*['\"][^'\"]{1,40}['\"]\s*:|\]\s*\}")
"""`{'辅助检查': [{'名称` → `{'辅助检查':`"""


def is_serialised(answer: str) -> bool:
    """Return whether an answer holds a list or an object in the syntax of a program."""
    return _LEFT.search(answer) is not None


def written_out(answer: str) -> str:
    """Return an answer with flat lists and objects as words; nested ones stay as they are.

    `["咳嗽", "发热"]` becomes 咳嗽、发热。, `{'检查': ['血常规']}` becomes 检查：血常规。
    """
    if _WHOLE.fullmatch(answer):
        said = _words(_value(answer.strip().rstrip("。.")))
        return f"{said}。" if said else answer
    return _INSIDE.sub(lambda found: _words(_value(found[0])) or found[0], answer)


def _value(text: str) -> object:
    try:
        return ast.literal_eval(text.replace("“", '"').replace("”", '"'))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _words(value: object) -> str:
    """Return a flat list or object as words, "" for any other value."""
    if isinstance(value, list):
        return "、".join(map(str.strip, value)) if value and all(map(_is_text, value)) else ""
    if not isinstance(value, dict) or not value:
        return ""
    parts = [(key, other if isinstance(other, str) else _words(other)) for key, other in value.items()]
    flat = all(_is_text(key) and said and not isinstance(value[key], dict) for key, said in parts)
    return "；".join(f"{key}：{said}" for key, said in parts) if flat else ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
