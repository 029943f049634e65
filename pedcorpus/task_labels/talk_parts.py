"""The parts of conversations that tell their task, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from pedcorpus.task_labels.talk_aspects import pattern
from schemas.sample import Message

_TALK = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))
_CONTENT = pl.element().struct.field("content")
_ROLE = pl.element().struct.field("role")


def talks_column(conversations: Iterable[Sequence[Message]]) -> pl.Series:
    """Return conversations as a column of lists of role and content."""
    rows = [[{"role": message.role, "content": message.content} for message in talk] for talk in conversations]
    return pl.Series("messages", rows, dtype=_TALK)


def talk_parts(messages: pl.Series) -> pl.DataFrame:
    """Return the parts of conversations (lists of role and content): one line each.

    `asked`, `answers`: all words of a side; `first`: the first question; `answer`: the last answer; `rounds`: user
    messages; `asks_back`: answers but the last that ask for the history.
    """
    sides = messages.alias("messages").to_frame().select(user=_said("user"), assistant=_said("assistant"))
    before = pl.col("assistant").list.head((pl.col("assistant").list.len().cast(pl.Int64) - 1).clip(0))
    asks = pl.element().str.replace_all(pattern("polite"), "").str.contains(pattern("asks_back"))
    return sides.select(
        asked=pl.col("user").list.join("\n"),
        first=pl.col("user").list.first().fill_null(""),
        answers=pl.col("assistant").list.join("\n"),
        answer=pl.col("assistant").list.last().fill_null(""),
        rounds=pl.col("user").list.len().cast(pl.Int64),
        asks_back=before.list.eval(asks).list.sum().fill_null(0).cast(pl.Int64),
    )


def _said(role: str) -> pl.Expr:
    return pl.col("messages").list.eval(_CONTENT.filter(_ROLE.eq(role))).list.drop_nulls()
