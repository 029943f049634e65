"""How templates name the patient: as a child where the department says so."""

from __future__ import annotations

import re

from ingest.vocabulary.children import GROWN_UP_SUBJECT, is_pediatric

_NOT_A_CHILD = re.compile(GROWN_UP_SUBJECT)
"""`老年性骨质` → `老年`"""


def patient_words(department: str, subject: str) -> dict[str, str]:
    """Return how templates name the patient: `patient` as a family says it, `child` as a doctor does."""
    if is_pediatric(department or subject) and not _NOT_A_CHILD.search(subject):
        return {"patient": "孩子", "child": "患儿"}
    return {"patient": "患者", "child": "患者"}
