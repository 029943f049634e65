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

MIN_CHARS, MIN_SENTENCES = 60, 2
"""Fewest characters and sentences of a chosen answer: a shorter one is seldom complete."""
SECOND_RANK = ("distilled", "wikipedia")
"""Kinds of sources that give pairs only where the others do not fill the size."""

_END = re.compile(r"[。！!.]+[”」）)]?\s*$")
"""`多喝水。` → `。`, `要看医生吗？` → –, `多喝水，` → –"""
_TALK = re.compile(r"客气|不用谢|不谢|希望能[帮忙]|希望.{0,12}帮助|感谢|谢谢")
"""`不客气，` → `客气`"""
_VIGNETTE = re.compile(
    r"^(?:有?[一某](?:名|位|个)|患者|患儿|病人|小[明红华刚强丽李王张芳美]|[李王张刘陈赵][一-龥]{1,2}[，,是]|[一-龥](?:先生|女士)的|男孩|女孩)"
    r"[^。\n]{0,40}(?:岁|月|天|新生儿|婴|儿童|男|女|孩)"
)
"""`一名3岁男童，发热两天，应如何治疗？` → `一名3岁男童，发热两天`, `我家孩子发热两天` → –"""
_GROWN = re.compile(
    r"服兵役|当兵|战士|部队|怀孕|孕期|孕妇|产后|输卵管|老婆|乳房|乳头|奶胀|涨奶|断奶后我|大学|上班|老公|男朋友|我今年[2-9]\d"
)
"""`我怀孕五个月` → `怀孕`"""
_PLATFORM = re.compile(r"平台|网站|网上|APP|在线|追问|采纳|点击|好评|评价|预约|专家|本院|我院|微信|加我|客服|热线|百度")
"""`可以在线预约` → `在线`"""


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
    said = sentences(answer)
    if len(answer.strip()) < MIN_CHARS or len(said) < MIN_SENTENCES:
        return Reason.TOO_SHORT
    if _VIGNETTE.match(question) or _GROWN.search(question):
        return Reason.OFF_TOPIC
    if _PLATFORM.search(answer):
        return Reason.ADVERTISEMENT
    if _TALK.search(answer) or not is_exchange(question, answer) or is_courtesy(said[-1]):
        return Reason.COURTESY
    return None if _END.search(answer) else Reason.UNFINISHED
