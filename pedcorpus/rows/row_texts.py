"""The texts of rows, column by column: what a model learns from them, and question and answer of conversations.

System messages are left out of all but `all_words`: one that many samples share would make them look alike.
"""

from __future__ import annotations

import polars as pl

from schemas.tables import TABLES, WORDS

_CONTENT = pl.element().struct.field("content")
_IS_USER = pl.element().struct.field("role") == "user"
_IS_SAID = pl.element().struct.field("role") != "system"


def whole_text(table: str) -> pl.Expr:
    """Return all that training sees of a row of `table`, as one text."""
    if table == "instruction":
        return _joined("messages")
    if table == "preference":
        return pl.concat_str([_joined(name) for name in ("prompt", "chosen", "rejected")], separator="\n")
    return pl.col("text")


def all_words(table: str) -> pl.Expr:
    """Return all that a row of `table` publishes as words, system messages and department too, as one text."""
    columns = [*WORDS[table], *([("department", "")] if "department" in TABLES[table].names else [])]
    parts = [
        pl.col(name).list.eval(pl.element().struct.field(field)).list.join("\n") if field else name
        for name, field in columns
    ]
    return pl.concat_str(parts, separator="\n", ignore_nulls=True)


def prompt() -> pl.Expr:
    """Return the messages before the last answer, joined."""
    messages = pl.col("messages")
    return messages.list.head(messages.list.len() - 1).list.eval(_CONTENT.filter(_IS_SAID)).list.join("\n")


def asked() -> pl.Expr:
    """Return what the user says before the last answer, joined."""
    return pl.col("messages").list.eval(_CONTENT.filter(_IS_USER)).list.join("\n")


def last_asked() -> pl.Expr:
    """Return the last question."""
    return pl.col("messages").list.eval(_CONTENT.filter(_IS_USER)).list.last()


def answer() -> pl.Expr:
    """Return the last answer."""
    return pl.col("messages").list.last().struct.field("content")


def _joined(column: str) -> pl.Expr:
    return pl.col(column).list.eval(_CONTENT.filter(_IS_SAID)).list.join("\n")
