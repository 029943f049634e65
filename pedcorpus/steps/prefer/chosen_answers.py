"""Which samples may give the chosen answer: medical, about children, and an answer that is whole by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from pedcorpus.pediatric.scope import in_scope
from pedcorpus.quality.courtesy import is_courtesy, is_exchange
from pedcorpus.rows.row_texts import answer, last_asked
from pedcorpus.steps.prefer.rules.sentences import sentences
from schemas.rejection import Reason
from schemas.sample import MEDICAL_TASKS

MIN_CHARS = 40
"""Fewest characters of a chosen answer: a shorter one is seldom complete."""
SECOND_RANK = ("distilled", "wikipedia")
"""Kinds of sources that give pairs only where the others do not fill the size."""

_END = re.compile(r"[。！!.]+[”」）)]?\s*$")
"""`多喝水。` → `。`, `要看医生吗？` → –, `多喝水，` → –"""
_TALK = re.compile(r"^(?:不用?客气|不用谢|不谢)")
"""`不客气，` → `不客气`"""


def unfit_reasons(rows: pl.DataFrame, payload: Mapping[str, Any]) -> list[Reason | None]:
    """Return why each instruction row gives no chosen answer, None where it may; `payload` is that of a task."""
    wanted = in_scope(rows, payload) & rows["task"].is_in(MEDICAL_TASKS).to_numpy()
    texts = rows.select(question=last_asked().fill_null(""), answer=answer().fill_null(""))
    reasons: list[Reason | None] = [Reason.OFF_TOPIC] * rows.height
    for number in np.flatnonzero(wanted).tolist():
        reasons[number] = _unfit(*texts.row(number))
    return reasons


def rank_of(source: str, sources: Mapping[str, Mapping[str, Any]]) -> int:
    """Return 0 for sources whose pairs come first, 1 for distilled sets and encyclopaedias."""
    return int(sources.get(source, {}).get("kind") in SECOND_RANK)


def _unfit(question: str, answer: str) -> Reason | None:
    """Return what speaks against an answer as the chosen one."""
    if len(answer.strip()) < MIN_CHARS:
        return Reason.TOO_SHORT
    if _TALK.match(answer) or not is_exchange(question, answer) or is_courtesy(sentences(answer)[-1]):
        return Reason.COURTESY
    return None if _END.search(answer) else Reason.UNFINISHED
