"""Folk cures and secret recipes, in an answer that gives them; a warning of them is none."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_medical_talk, shown, times, where

_CURES = re.compile(
    r"(?:民间|祖传|家传|小|土|老|食疗|中医|简单|这个|个|用|几个|治疗)偏方|偏方(?:[：:]|是|为|如下|很|可以"
    r"|挺|比较|治疗|做)|祖传|家传(?:秘|方)|秘方|土方(?:子)?[：:治]|民间(?:验方|疗法|方法|治疗)|独门|宫廷"
    r"|根治[^，。]{0,6}疗法|三氧自体|自体血回输|(?:捉|抓|取|用)[^，。]{0,4}(?:活?(?:蝎子|蜈蚣|蟾蜍|壁虎"
    r"|癞蛤蟆))|泡(?:高粱|白|药)酒|童子尿|童便|香灰|符水|放血疗法|鸡苦胆|蛇胆生"
)
"""`我有个祖传秘方可以试试` → `祖传`"""
_WARNED = re.compile(
    r"(?:不要|不能|不可|不宜|不应|不建议|不推荐|别|勿|切忌|切勿|避免|轻信|相信|迷信|听信|误信|盲目|乱"
    r"|所谓的?|没有|没什么)[^，。；]{0,14}(?:偏方|祖传|秘方|土方|民间)"
    r"|(?:偏方|秘方|土方)[^，。；]{0,10}(?:不可信|不靠谱|不可靠|不科学|没有(?:科学)?依据|没用|无效|不能"
    r"|不要|不建议|慎用)"
)
"""`不要轻信偏方` → `不要轻信偏方`"""


def folk_cure(parts: pl.DataFrame) -> pl.Series:
    """Return how often medical answers give a folk cure, warnings off."""
    given = parts["answers"].fill_null("").str.replace_all(_WARNED.pattern, "")
    return where(is_medical_talk(parts), times(given, _CURES))


def folk_cure_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return the words of folk cures."""
    return shown(parts["answers"], _CURES)
