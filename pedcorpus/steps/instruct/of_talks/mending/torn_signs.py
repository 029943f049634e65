"""Signs that the maker of a general set lost or exchanged: brackets and quotes without an end, 。 for a point."""

from __future__ import annotations

import re

from ingest.vocabulary.any_of import any_of

_LANGUAGES = any_of("学名 英语 法语 德语 日语 西班牙语 意大利语 俄语 拉丁语 葡萄牙语 荷兰语 韩语")
_BRACKET = re.compile(rf"(?<=\S)[（(](?:{_LANGUAGES}[：:])?(?=[是为，])(?![^（()）。\n]*[）)])")
"""`甲堡（是一座城堡。` → `（`"""
_POINT = re.compile(
    r"(?<=\d)(?<![a-z]\d)。(?=\d+\s?"
    r"(?:[%％‰°℃]|平方|立方|公[里尺分斤顷]|千米|[米厘毫海英光]|[a-zA-Z]{1,4}(?![一-龥a-zA-Z])|[人元万亿倍度吨岁等]))"
)
"""`长3。5公里` → `。`"""

_LONE = re.compile(r"^[\"“](?=[^\"“”]+$)")
"""`“好的，我来。` → `“`"""


def with_signs(text: str) -> str:
    """Return a text without brackets that only open before 是 and without its one quote, with points in decimals."""
    text = _BRACKET.sub("", text) if "（" in text or "(" in text else text
    return _LONE.sub("", _POINT.sub(".", text))
