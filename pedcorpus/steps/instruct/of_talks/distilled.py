"""Samples of distilled sets: kept word for word; where the set names no task, its question does.

Rules, in this order, on the last question (all questions for the medical words):
1. no name of an illness in a question, and fewer than two different medical words in all: general;
2. the question asks for treatment, drugs, diet or care: trerecom;
3. it asks what the matter is or what to examine, or the talk has several turns: evidiag;
4. else medkqa.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import templates
from schemas.rejection import Reason
from schemas.sample import Builder, Message

BUILDER = Builder("original", "distilled", "1")
"""Nobody of ours wrote these texts. The version is that of the labelling rules above."""

_UNSEEN = re.compile(
    r"从?(?:图片|照片|您?发的图|上传的图)[^，。]{0,6}(?:来看|看来|上看|看到|显示|所示|可见)|如[上下]?图所示|见[上下附]?图\s*\d|见[上下附]?表\s*\d|如[上下附]?表\s*\d"
)
"""An answer that tells of a picture or table nobody sees. `从图片来看，考虑` → `从图片来看`"""

MEDICAL_WORDS = 2
"""Different medical words that make a sample medical: one alone (检查, 牙, 细胞) also stands in general samples."""


def with_task(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill null tasks of a frame with the column `messages`."""
    found = templates("distilled")
    content = pl.col("messages").list.eval(pl.element().struct.field("content"))
    roles = pl.col("messages").list.eval(pl.element().struct.field("role"))
    users = pl.col("messages").list.eval(
        pl.element().filter(pl.element().struct.field("role") == "user").struct.field("content")
    )
    medical = found["medkqa"].phrasings
    words = content.list.join("\n").str.extract_many(list(medical["marks"]), overlapping=True)
    named = users.list.join("\n").str.contains_any(list(medical["names"]))
    asked = users.list.last().fill_null("")
    label = (
        pl.when((words.list.n_unique() < MEDICAL_WORDS) & ~named)
        .then(pl.lit("general"))
        .when(asked.str.contains_any(list(found["trerecom"].phrasings["asks"])))
        .then(pl.lit("trerecom"))
        .when(asked.str.contains_any(list(found["evidiag"].phrasings["asks"])))
        .then(pl.lit("evidiag"))
        .when(roles.list.count_matches("user") > 1)
        .then(pl.lit("evidiag"))
        .otherwise(pl.lit("medkqa"))
    )
    return rows.with_columns(task=pl.coalesce(pl.col("task"), label))


def samples(rows: Sequence[dict[str, Any]]) -> SampleBuilder:
    """Make the sample of each ingested one, unless its sides do not alternate or an answer tells of a picture."""
    builder = SampleBuilder()
    for row in rows:
        messages = tuple(Message(message["role"], message["content"]) for message in row["messages"])
        if not _alternates([message.role for message in messages if message.role != "system"]):
            builder.reject(row, Reason.MALFORMED)
        elif row["task"] != "general" and any(_UNSEEN.search(m.content) for m in messages if m.role == "assistant"):
            builder.reject(row, Reason.NOT_GROUNDED)
        else:
            builder.keep(row, messages, row["task"], BUILDER)
    return builder


def _alternates(roles: Sequence[str]) -> bool:
    expected = ["user", "assistant"] * (len(roles) // 2)
    return bool(roles) and list(roles) == expected
