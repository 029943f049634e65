"""The parts of rows that signals look at, as columns."""

from __future__ import annotations

import polars as pl

_CONTENT = pl.element().struct.field("content")
_ROLE = pl.element().struct.field("role")
PARTS = ("question", "asked", "answer", "answers", "rounds", "task", "pediatric", "written_by_us", "is_consultation")


def conversation_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of instruction rows: one line per row.

    `question` and `answer` are the last of each, `asked` and `answers` all of them joined by line ends, `rounds` the
    number of user messages. `pediatric`: the row's own mark, false where it has none. `written_by_us`: a template of
    ours made the row, of a document or a graph. `is_consultation`: a talk with a doctor, so that what the patient
    tells asks for advice.
    """
    messages, builder = pl.col("messages"), pl.col("builder").struct
    pediatric = pl.col("pediatric").fill_null(False) if "pediatric" in rows.columns else pl.lit(False)
    asked, answers = (messages.list.eval(_CONTENT.filter(_ROLE.eq(role))) for role in ("user", "assistant"))
    return rows.select(
        question=asked.list.last().fill_null(""),
        asked=asked.list.join("\n"),
        answer=answers.list.last().fill_null(""),
        answers=answers.list.join("\n"),
        rounds=asked.list.len(),
        task="task",
        pediatric=pediatric,
        written_by_us=(builder.field("kind") == "template")
        & builder.field("name").str.contains("^(?:document|graph)-"),
        is_consultation=(builder.field("kind") == "template") & builder.field("name").str.starts_with("dialogue-"),
    )


def text_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of rows of running text (documents, plain texts): an answer without a question."""
    text = pl.col("text").fill_null("")
    return rows.select(
        question=pl.lit(None, pl.String),
        asked=pl.lit(None, pl.String),
        answer=text,
        answers=text,
        rounds=pl.lit(0, pl.UInt32),
        task=pl.lit(None, pl.String),
        pediatric=pl.lit(False),
        written_by_us=pl.lit(False),
        is_consultation=pl.lit(False),
    )
