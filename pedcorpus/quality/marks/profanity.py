"""Profanity and insults, in questions and answers."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_talk, shown, times, where

_WORDS = re.compile(
    r"傻[逼比叉屄]|煞笔|[牛装苦懵二]逼|逼格|[操草肏]你|卧槽|我[操靠]|他妈的|[你他尼]妈逼|妈[逼蛋]|滚蛋"
    r"|王八蛋|混蛋|狗屁|屁话|贱[人货逼]|婊子?|绿茶婊|脑残|白痴|屌|[草艹]泥马|去死|日狗|撕逼|尼玛|特么|婊"
    r"|鸡巴|老子(?:就|不|是)|娘炮|吃屎|人渣|败类|逗逼|脑子(?:有病|进水|有坑)|有病吧|神经病(?:吧|啊)"
)
"""`这人真是傻逼` → `傻逼`"""


def profanity(parts: pl.DataFrame) -> pl.Series:
    """Return how many profane words a conversation holds."""
    return where(is_talk(parts), times(parts["asked"], _WORDS) + times(parts["answers"], _WORDS))


def profanity_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the profane words."""
    texts = parts.select(pl.concat_str("asked", "answers", separator="\n", ignore_nulls=True)).to_series()
    return shown(texts, _WORDS)
