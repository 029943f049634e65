"""Answers that came one turn late, as in a chat where both sides type: moved behind the question they answer.

Only where the words tell it: the first clauses of a doctor's turn share content with what was asked a turn earlier,
with no other turn of the patient, and nothing with the turn they stand behind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pedcorpus.steps.instruct.of_talks.mending.endings import is_waiting
from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, asks, clauses, is_question, joined

_FUNCTION = frozenset(
    "的了是在有我你您他她它也都就不没要会能和跟与或把被给到从对为这那吗呢吧啊哦嗯呀哈么什怎样还又只很太再好可以个着过说如果所然但而且因上下去来"
)
"""Characters of no content: a pair of characters with one of them tells no subject."""
_CONTENT = re.compile("[" + re.sub(f"[{''.join(_FUNCTION)}]", "", "".join(map(chr, range(0x4E00, 0x9FA6)))) + "]{2,}")
"""`吃36度的退烧药` → `退烧药`"""
_COMMON = """
宝宝 宝贝 孩子 小孩 大便 医院 医生 药物 问题 情况 时间 口服 正常 严重 应该 需要 继续
饮食 症状 感染 检查 治疗 注意 建议 喝水 吃药
"""
_OF_ALL = frozenset(_COMMON.split())
"""Pairs that any answer may hold."""
_YES_OR_NO = re.compile(
    r"[嗯恩哦，。\s]*(?:是|对|可以|不|没|有|会|能|应该|需要|好|行|暂时|最好|建议|一般|正常|问题不大)"
)
"""`可以的，挺好` → `可以`"""
MAX_MOVED_CHARS = 60
"""A longer beginning of an answer is no late word but a new one."""
MIN_SHARED = 1
"""Pairs of characters an answer must share with the earlier question."""


def realigned(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with late answers behind their questions, neighbours of one side joined."""
    found = [list(turn) for turn in turns]
    late_ones = [i for i in range(3, len(turns)) if _may_be_late(turns, i)]
    pairs = [_pairs(text) for _, text in turns] if late_ones else []
    said = zip(turns, pairs, strict=True) if late_ones else ()
    common = Counter(pair for (role, _), own in said if role == "user" for pair in own)
    for i in late_ones:
        question = turns[i - 3][1]
        words = "".join(part for part in clauses(question) if asks(part))
        asked = {pair for pair in _pairs(words) if common[pair] == 1} - _OF_ALL
        late = 0 if asked & pairs[i - 2] else _late(found[i][1], asked, pairs[i - 1])
        if late:
            parts = clauses(found[i][1])
            found[i - 2][1] += f"\n{''.join(parts[:late]).rstrip('，,')}"
            found[i][1] = "".join(parts[late:])
    return joined([(role, text) for role, text in found])


def _may_be_late(turns: Sequence[Turn], i: int) -> bool:
    """Return whether a turn is the doctor's, behind two questions of which the first is not plainly answered."""
    question, reply, now = (turns[k][1] for k in range(i - 3, i))
    return turns[i][0] == "assistant" and asks(question) and asks(now) and not _answers(reply)


def _answers(reply: str) -> bool:
    """Return whether a doctor's turn may well be the answer: it says yes or no, or asks back."""
    return is_waiting(reply) or _YES_OR_NO.match(reply) is not None


def _late(text: str, asked: set[str], now: set[str]) -> int:
    """Return how many of the first clauses of an answer belong to the earlier question, 0 for none."""
    late = 0
    chars = 0
    for i, clause in enumerate(clauses(text), 1):
        own = _pairs(clause)
        chars += len(clause)
        if own & now or is_question(clause) or chars > MAX_MOVED_CHARS:
            break
        if len(own & asked) >= MIN_SHARED:
            late = i
    return late


def _pairs(text: str) -> set[str]:
    """Return the neighbouring pairs of characters of content."""
    return {run[i : i + 2] for run in _CONTENT.findall(text) for i in range(len(run) - 1)}
