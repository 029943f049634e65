"""Drug labels as answers: the question asks for the fields that the answer has, the wrong first line goes.

A set of labels asks of each drug the same four fields, of which three in four labels lack one, and begins the answer
with a class of drugs (药品类型) that its makers guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pedcorpus.steps.instruct.of_talks.mending.turns import Turn

_ASKS = re.compile(r"请介绍(?P<drug>[^。，\n]{1,60}?)的适应证、用法用量、禁忌证和注意事项。?")
"""`请介绍甲药片的适应证、用法用量、禁忌证和注意事项。` → `请介绍甲药片的适应证、用法用量、禁忌证和注意事项。`"""
_FIELD = re.compile(r"(?m)^(?P<name>[一-龥]{2,8})[:：][ \t]*(?P<text>\S.*)$")
"""`用法用量:口服，一次1片。` → `用法用量:口服，一次1片。`"""
_GUESSED = "药品类型"
_ASKED = ("适应证", "用法用量", "禁忌证", "注意事项", "不良反应", "药物相互作用")
"""What a question may ask for, in its order."""
_UNKNOWN = re.compile(r"目前(?:还)?不明确|尚不明确|暂无|不详|无")
"""`目前还不明确。` → `目前还不明确`"""


def with_fields_asked(turns: Sequence[Turn]) -> list[Turn]:
    """Return a question about a label and its answer in lines, the question for what the answer tells; others as is."""
    found = _ASKS.fullmatch(turns[0][1].strip()) if len(turns) == 2 else None
    fields = [field for field in _FIELD.finditer(turns[1][1]) if _is_told(field)] if found else []
    asked = [name for name in _ASKED if name in {field["name"] for field in fields}]
    if found is None or not asked:
        return list(turns)
    answer = "\n".join(f"{field['name']}：{field['text'].strip()}" for field in fields)
    return [("user", f"请介绍{found['drug']}的{_joined(asked)}。"), ("assistant", answer)]


def _is_told(field: re.Match[str]) -> bool:
    return field["name"] != _GUESSED and _UNKNOWN.fullmatch(field["text"].strip().rstrip("。")) is None


def _joined(names: Sequence[str]) -> str:
    return "和".join(filter(None, ("、".join(names[:-1]), names[-1])))
