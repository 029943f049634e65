"""General answers in another language than the question, where it asks for none."""

from __future__ import annotations

import polars as pl

from pedcorpus.quality.marks.found import is_talk, where

LEAST_CHARS = 60
"""A shorter answer may be a name, a formula or a line of code."""
MOST_HAN = 0.05
"""Share of Chinese characters of an answer in another language."""

_ASKS_FOR_LETTERS = r"[A-Za-z]|[英法德日韩俄]|西班牙|拉丁|翻译|译|语|外文|代码|程序|编程|网[址站页]|公式|名字|名称|口号"
"""A question that is in two languages, or asks for words, names or code."""


def other_language(parts: pl.DataFrame) -> pl.Series:
    """Return 1 where a Chinese question has an answer without Chinese, else 0; null for medical tasks."""
    answer, asked = parts["answer"].fill_null(""), parts["asked"].fill_null("")
    han = answer.str.count_matches("[一-龥]") / answer.str.len_chars().clip(1)
    is_foreign = (han <= MOST_HAN) & (answer.str.len_chars() >= LEAST_CHARS) & answer.str.contains("[A-Za-z]{3}")
    is_plain = asked.str.contains("[一-龥]{4}") & ~asked.str.contains(_ASKS_FOR_LETTERS)
    is_general = is_talk(parts) & (parts["task"] == "general").fill_null(False)
    return where(is_general, (is_foreign & is_plain).cast(pl.Float32))
