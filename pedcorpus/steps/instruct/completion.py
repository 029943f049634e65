"""Instructions in completion form: question and answer joined as running text, without roles (hybrid CPT)."""

from __future__ import annotations

import polars as pl


def completion() -> pl.Expr:
    """Return the messages of a conversation as running text; system messages are left out."""
    message = pl.element()
    content = message.struct.field("content").str.strip_chars()
    said = content.filter(message.struct.field("role") != "system")
    return pl.col("messages").list.eval(said).list.join("\n")


def running_text() -> pl.Expr:
    """Return a document as running text: title and headings in one line, then what stands below them."""
    path = pl.concat_list(pl.col("title"), pl.col("section").fill_null([])).list.eval(
        pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != "")
    )
    head = path.list.unique(maintain_order=True).list.join(" / ")
    return pl.when(head == "").then(pl.col("text")).otherwise(pl.concat_str(head, pl.col("text"), separator="\n"))
