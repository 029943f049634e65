"""How far the last answer of a medical talk takes up the last question.

Words alone cannot tell a miss: 氯雷他定 answers 吃什么药 without a word in common (read: 300 answers that share
nothing, nine of ten are right). So only what is plainly not there counts as one: a number that was asked for, where
nothing else was. What is right about the subject is not judged here.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import polars as pl

from ingest.vocabulary.medical_terms import parse
from pedcorpus.quality.marks.found import is_medical_talk, where

SHARES, SAYS_ASPECT, SHARES_TALK, SHARES_NOTHING, MISSES = 1.0, 0.8, 0.6, 0.4, 0.0
"""An answer shares a word with the question; it only says what such a question asks for; it only shares one with what
was said before; not even that; it leaves out the number that alone was asked for."""
LEAST_QUESTION_CHARS, MOST_QUESTION_CHARS = 6, 60
"""嗯, 好的, 没有 ask for nothing to take up; a longer question asks for more than a number."""

_HAN = re.compile(r"[一-龥]+|[A-Za-z]{2,}")
"""`WBC，4.2` → `WBC`"""
_ASPECTS = {
    r"怎么(?:办|治|处理|调|吃|用|护理|缓解)|如何(?:治|处理|调|缓解|护理|预防)|[吃用]什么|什么药|治疗|注意什么|怎样": (
        r"治|药|服|吃|用|涂|手术|建议|注意|检查|避免|休息|饮食|医院|就诊|护理|保持|观察|多喝|锻炼|疗|可以|应|按"
    ),
    r"原因|为什么|为啥|怎么回事|引起|怎么会|什么病|怎么了|是不是|会不会|严重吗|是什么": (
        r"引起|因为|由于|导致|原因|可能|考虑|所致|造成|属于|有关|是|炎|病|症|缺|感染|不|正常|因"
    ),
    r"吗|能不能|可不可以|要不要|是否|能否|可否|需不需要|[?？]": (
        r"可以|能|会|是|不|没|需|要|行|正常|建议|最好|别|对|有|好|注意|考虑|应"
    ),
}
"""What a question asks for → what an answer to it says."""
_NUMBERS = {
    r"多少钱|价格|费用(?:是|大概|要|多)": r"元|钱|费|价|块|贵|便宜|万|医保|报销|\d",
    r"(?:吃|喝|用|服|量|加|打|补)[^，。？?]{0,6}多少|多少(?:毫升|克|片|粒|量|合适|ml)|[几多]少?[片粒包袋支]合适": (
        r"\d|[一二两三四五六七八九十半]|说明|药师|体重|适量|按需|少量|根据|不(?:要|能|需|用|宜|建议)|随意|看"
    ),
    r"(?:要|吃|用|观察|需|隔|疗程|服|喝|治|持续|住院|恢复)[^，。]{0,6}(?:多久|多长时间|几[天周月年])"
    r"[^，。一-龥]{0,3}[呢呀啊合适好]{0,2}[^，。一-龥]{0,2}$": (
        r"\d|[一二两三四五六七八九十半几数多][个天次周月年日小]|时间|期|马上|尽快|立即|随时|以后|之?[前后]"
        r"|时|终身|根据|因人|一般|天|不(?:要|能|会|用)|早|晚"
    ),
}
"""A question for a number → what an answer to it holds."""
_MORE = re.compile(r"怎么|什么(?!时候)|为何|如何|吗|呢.{4}|是不是|能不能|会不会|原因|治疗|还有|[?？].+[?？]")
"""What else a question asks. `多少钱，怎么治` → `怎么`"""


def answered(parts: pl.DataFrame) -> pl.Series:
    """Return how far the last answer takes up the question, from 0 to 1."""
    mask = is_medical_talk(parts)
    columns = ("question", "answer", "asked", "answers")
    rows = zip(*(parts[name].fill_null("").to_list() for name in columns), mask.to_list(), strict=True)
    values = [_taken_up(*row[:4]) if row[4] else None for row in rows]
    return where(mask, pl.Series(values, dtype=pl.Float32))


def _taken_up(question: str, answer: str, asked: str, answers: str) -> float:
    if LEAST_QUESTION_CHARS <= len(question) <= MOST_QUESTION_CHARS and _leaves_out_number(question, answer):
        return MISSES
    if len(question) < LEAST_QUESTION_CHARS or _shares(question, answer):
        return SHARES
    wanted = next((says for asks, says in _ASPECTS.items() if re.search(asks, question)), "")
    if re.search(wanted, answer):
        return SAYS_ASPECT
    said = _pairs(answer)
    return SHARES_TALK if said & (_pairs(asked) | _pairs(answers[: -len(answer)])) else SHARES_NOTHING


def _shares(question: str, answer: str) -> bool:
    """Return whether an answer holds a pair or a foreign word of the question; the pairs of long answers are many."""
    asked = _pairs(question)
    return any(pair in answer for pair in asked if not pair.isascii()) or bool(asked & _pairs(answer))


def _leaves_out_number(question: str, answer: str) -> bool:
    if _MORE.search(question):
        return False
    wanted = next((holds for asks, holds in _NUMBERS.items() if re.search(asks, question)), "")
    return not re.search(wanted, answer)


def _pairs(text: str) -> set[str]:
    """Return the pairs of characters of a text that carry content, and its foreign words."""
    pairs: set[str] = set()
    for run in _HAN.findall(text):
        pairs.update([run.lower()] if run.isascii() else (run[i : i + 2] for i in range(len(run) - 1)))
    return pairs - _empty_pairs()


@cache
def _empty_pairs() -> frozenset[str]:
    text = (files("pedcorpus.quality") / "terms" / "empty_pairs.txt").read_text(encoding="utf-8")
    return frozenset(parse(text))
