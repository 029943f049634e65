"""Whom a text is about: children where the department says so."""

from __future__ import annotations

import re

PEDIATRICS = "儿科"
"""The department of samples that name none and are about a child."""

_PEDIATRIC = re.compile(r"儿|p(?:a?e)diatri", re.IGNORECASE)
"""`小儿遗尿症` → `儿`"""
_NOT_A_CHILD = re.compile(r"老年|老人|妊娠|孕|产后|绝经|更年期|前列腺|成人")
"""`老年性骨质` → `老年`"""


def is_pediatric(department: str) -> bool:
    """Tell whether a department is one for children: 儿科, 新生儿科, 小儿外科, 儿童保健科, pediatrics …."""
    return _PEDIATRIC.search(department) is not None


def patient_words(department: str, subject: str) -> dict[str, str]:
    """Return how templates name the patient: `patient` as a family says it, `child` as a doctor does."""
    if is_pediatric(department or subject) and not _NOT_A_CHILD.search(subject):
        return {"patient": "孩子", "child": "患儿"}
    return {"patient": "患者", "child": "患者"}
