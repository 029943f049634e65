"""Parts of one conversation, as signals see them."""

from __future__ import annotations

from typing import Any

import polars as pl

from pedcorpus.quality.conversation import conversation_parts


def talk_parts(*turns: str, task: str = "medkqa", builder: str = "distilled") -> pl.DataFrame:
    """Return the parts of a conversation whose turns alternate, the user's first."""
    messages = [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]
    kind = "original" if builder == "distilled" else "template"
    return conversation_parts(
        pl.DataFrame({"messages": [messages], "task": [task], "builder": [{"kind": kind, "name": builder}]})
    )


def value_of(measure: Any, *turns: str, task: str = "medkqa", builder: str = "distilled") -> float | None:
    """Return what a signal measures of one conversation."""
    value: float | None = measure(talk_parts(*turns, task=task, builder=builder))[0]
    return value
