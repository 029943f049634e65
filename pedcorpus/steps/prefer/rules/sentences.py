"""Sentences and clauses of Chinese answers."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*[”」）)]?")
"""`多喝水。注意休息！` → `多喝水。`"""
_CLAUSE = re.compile(r"[^，,。！？!?；;\n]+[，,。！？!?；;\n]*")
"""`多喝水，注意休息。` → `多喝水，`"""
_MARKS = "，,。！？!?；;：:、 \n"
_LEADING = re.compile(r"^(?:\d{1,2}[.、)）]|[（(][\d一二三四五六七八九十]{1,2}[)）]|[①-⑩]|[一二三四五六七八九十]、)\s*")
"""`1.多喝水` → `1.`"""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text with their marks; joined they are the text."""
    return _SENTENCE.findall(text)


def clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence with their marks; joined they are the sentence."""
    return _CLAUSE.findall(sentence)


def bare(text: str) -> str:
    """Return a text without list numbers in front and marks behind."""
    return _LEADING.sub("", text.strip()).strip(_MARKS)


def closed(text: str) -> str:
    """Return a text that ends as a sentence does."""
    return text if text.endswith(("。", "！", "？", "!", "?")) else f"{text.rstrip(_MARKS)}。"
