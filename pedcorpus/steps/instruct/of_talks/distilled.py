"""Samples of distilled sets: kept word for word; where the set names no task, the whole talk tells it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.task_labels.label_tasks import label_tasks
from schemas.rejection import Reason
from schemas.sample import Builder, Message

BUILDER = Builder("original", "distilled", "2")
"""Nobody of ours wrote these texts. The version is that of the labelling rules (`pedcorpus.task_labels`)."""

_UNSEEN = re.compile(
    r"从?(?:图片|照片|您?发的图|上传的图)[^，。]{0,6}(?:来看|看来|上看|看到|显示|所示|可见)|如[上下]?图所示|见[上下附]?图\s*\d|见[上下附]?表\s*\d|如[上下附]?表\s*\d"
)
"""An answer that tells of a picture or table nobody sees. `从图片来看，考虑` → `从图片来看`"""


def with_task(rows: pl.DataFrame, mostly_medical: bool) -> pl.DataFrame:
    """Fill null tasks of a frame with the column `messages`."""
    labels = label_tasks(rows["messages"], is_consultation=False, mostly_medical=mostly_medical)
    return rows.with_columns(task=pl.coalesce("task", labels))


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
