"""Instructions in completion form: question and answer joined as running text (hybrid CPT).

One question with its answer needs no roles; in a talk of several rounds each line says who speaks.
"""

from __future__ import annotations

import polars as pl

CONSULTATION, KNOWLEDGE = ("患者：", "医生："), ("问：", "答：")
"""Who speaks in a talk of several rounds: about a case (evidiag, trerecom), and about knowledge."""
ASKING = ("user", "patient")


def completion() -> pl.Expr:
    """Return the messages of a conversation as running text; system messages are left out."""
    is_asking = pl.element().struct.field("role").is_in(ASKING)
    rounds = pl.col("messages").list.eval(pl.element().filter(is_asking)).list.len()
    is_case = pl.col("task").is_in(["evidiag", "trerecom"])
    talk = pl.when(is_case).then(_said(CONSULTATION)).otherwise(_said(KNOWLEDGE))
    return pl.when(rounds > 1).then(talk).otherwise(_said(("", "")))


def _said(marks: tuple[str, str]) -> pl.Expr:
    """Return what is said, a message a line, behind the mark of who asks and who answers."""
    role = pl.element().struct.field("role")
    mark = pl.when(role.is_in(ASKING)).then(pl.lit(marks[0])).otherwise(pl.lit(marks[1]))
    line = pl.concat_str(mark, pl.element().struct.field("content").str.strip_chars())
    return pl.col("messages").list.eval(line.filter(role != "system")).list.join("\n")


def running_text() -> pl.Expr:
    """Return a document as running text: title and headings in one line, then what stands below them."""
    path = pl.concat_list(pl.col("title"), pl.col("section").fill_null([])).list.eval(
        pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != "")
    )
    head = path.list.unique(maintain_order=True).list.join(" / ")
    return pl.when(head == "").then(pl.col("text")).otherwise(pl.concat_str(head, pl.col("text"), separator="\n"))
