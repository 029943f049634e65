"""Holes that a stripped template or link left in a text: a name, a number, a unit, a quote that is not there."""

from __future__ import annotations

import re

import polars as pl

from pedcorpus.quality.marks.found import is_talk, shown, times, where

_GAPS = re.compile(
    r"[（(](?:学名|拉丁文|英语|法语|德语|日语|西班牙语|俄语|又名|又称|简称|旧称|原名|化学式"
    r"|分子式)[：:][为是，。、；]"
    r"|[（(][为是][^）)\n]{14}|[（(][，。、；]"
    r"|(?:面积|人口|人口数量|编码|编号|代码|海拔|密度|电话|区号|时区|选区|坐标|首府|总数"
    r"|邮编)为(?:[，。、；]|人。)"
    r"|(?:^|[。\n])的(?:时区|邮政|人口|面积|行政|选区|首府)|于时的人口|所属的[一-龥]{2,6}为。|分布[于在]。"
    r"|位于[，。]|(?:被|也|又)?称为[，。]"
)
"""`面积为，邮政编码为。` → `面积为，`"""


OF_A_QUOTE = 2
"""Holes that a quote without a beginning counts for: others are lost where one is (read: nearly all of 10 rows)."""


def gaps(parts: pl.DataFrame) -> pl.Series:
    """Return how many holes the answers have; quotes count in general answers, doctors type them anyhow."""
    return where(is_talk(parts), times(parts["answers"], _GAPS) + OF_A_QUOTE * _loses_quotes(parts).cast(pl.UInt32))


def _loses_quotes(parts: pl.DataFrame) -> pl.Series:
    """Return where more quotes end than begin."""
    answers = parts["answers"].fill_null("")
    ends_more = answers.str.count_matches("”") > answers.str.count_matches("“")
    return ends_more & (parts["task"] == "general").fill_null(False)


def gaps_evidence(parts: pl.DataFrame) -> pl.Series:
    """Return what stands around the holes."""
    return shown(parts["answers"], _GAPS)
