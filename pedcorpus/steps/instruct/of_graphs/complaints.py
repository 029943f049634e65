"""Tell what a patient says from what a doctor finds and from what is a diagnosis: graphs call all of it 症状."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal

from ingest.graph_formats.person_names import has_term_character
from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.medical_terms import parse

Kind = Literal["told", "found", "diagnosed", "other"]
_NO_COMPLAINT = re.compile(
    r"科$|科室|片$|胶囊|颗粒|注射液|口服液|[丸膏]$|试验|检测|测定|检查|造影|镜$|手术|切除|移植|期[(（]|^[A-Za-z]+$|一般无|最常见|并存$"
)
"""Departments, drugs, tests, stages: no complaints, whatever a graph says. `呼吸内科` → `科`"""


def kind_of(name: str) -> Kind:
    """Return who knows of a symptom: its patient, the doctor, a test alone; `other` where words do not tell."""
    if name.endswith(("体征", "征")) or _words("found").search(name):
        return "found"
    if name.endswith(("炎", "病", "症", "瘤")) or _words("diagnosed").search(name):
        return "diagnosed"
    return "told" if _words("told").search(name) else "other"


def is_no_complaint(name: str) -> bool:
    """Return whether something that a graph calls a symptom is none: a department, a drug, a test, a person."""
    is_unknown = len(name) == 3 and kind_of(name) == "other" and not has_term_character(name)
    return is_unknown or _NO_COMPLAINT.search(name) is not None


@cache
def _words(name: str) -> re.Pattern[str]:
    text = (files("pedcorpus.steps.instruct.of_graphs") / "terms" / f"{name}.txt").read_text(encoding="utf-8")
    return re.compile(any_of(" ".join(parse(text))))
