"""The parts of conversations that tell their task, as columns."""

from __future__ import annotations

import polars as pl

_CONTENT = pl.element().struct.field("content")
_ROLE = pl.element().struct.field("role")

_POLITE = (
    r"(?:请问)?[您你]?(?:还|有)?(?:想|要|需要)(?:了解|知道|咨询)[^。！？?]{0,12}[?？]|(?:请问)?[您你]?还?(?:有|需要)[^。！？?]{0,8}(?:疑问|问题|帮助|疑惑|要问)[^。！？?]{0,6}[?？吗]+|[您你]?还?在(?:线)?[吗么][?？]?|好[吗么][?？]?|可以[吗么][?？]?$"
)
"""Questions that ask for nothing of the case: 还有其他问题吗？ 您还在吗？"""
_ASKS_BACK = r"[?？]|[吗么呢](?:[。，,！!\s]|$)|多久|多大|几天|几次|多少|有没有|是不是|哪里|什么(?:时候|样|颜色|药物?)"
_PICKS_OUT = r"(?:我了解一下|描述一下|说一下|具体说说|告诉我)"


def talk_parts(messages: pl.Series) -> pl.DataFrame:
    """Return the parts of conversations (lists of role and content): one line each.

    `asked`, `answers`: all words of a side; `first`: the first question; `answer`: the last answer; `rounds`: user
    messages; `asks_back`: answers but the last that ask for the history.
    """
    column = pl.col("messages")
    said = {
        role: column.list.eval(_CONTENT.filter(_ROLE == role)).alias(role) for role in ("user", "assistant")
    }
    sides = messages.alias("messages").to_frame().select(**said)
    asks = pl.element().str.replace_all(_POLITE, "").str.contains(f"{_ASKS_BACK}|{_PICKS_OUT}")
    return sides.select(
        asked=pl.col("user").list.join("\n"),
        first=pl.col("user").list.first().fill_null(""),
        answers=pl.col("assistant").list.join("\n"),
        answer=pl.col("assistant").list.last().fill_null(""),
        rounds=pl.col("user").list.len(),
        asks_back=pl.col("assistant")
        .list.slice(0, (pl.col("assistant").list.len().cast(pl.Int64) - 1).clip(0))
        .list.eval(asks)
        .list.sum(),
    )
