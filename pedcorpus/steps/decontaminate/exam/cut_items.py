"""Cut conversations to test items: each ends at the last answer that a pediatrician would take as a reference.

Talks run on into thanks and logistics, and their task is that of the whole: the item of an EviDiag talk ends where the
doctor says what it is. Written rows (books, guidelines, graphs) are items as they are. The rest of a talk that gave an
item is in no table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.vocabulary.children import CHILD
from pedcorpus.steps.decontaminate.exam.drug_leaflets import is_leaflet, is_whole_leaflet
from pedcorpus.steps.decontaminate.exam.last_turns import asks_anything, asks_what_it_is, asks_what_to_do
from pedcorpus.steps.decontaminate.exam.spoken_answers import is_clean, rests_on, says_nothing_twice, words
from pedcorpus.steps.decontaminate.exam.weighing import advises, explains, names_something_new, takes_seriously, weighs
from schemas.sample import MEDICAL_TASKS

SPOKEN = ("dialogue", "distilled")
"""Kinds of source whose answers were said or made by a machine, not printed."""
MIN_ROUNDS, MAX_ROUNDS = 2, 12
"""User turns of an EviDiag item: evidence comes in rounds; a talk of more has several subjects."""
MIN_WEIGHED_CHARS = 55
"""Characters of an EviDiag reference: a shorter one names a disease and says nothing for it."""
MIN_TOLD_CHARS, MIN_ASKED_CHARS = 30, 12
"""Characters that the user of a talk, or of a single question, tells before the reference: else there is no case."""
_OF_CHILD = re.compile(
    rf"{CHILD}|婴|孩|儿子|女儿|宝贝|\d{{1,2}}个?多?月|(?:^|\D)1?\d岁|[一二三四五六七八九]岁|(?:^|\D)\d{{1,2}}天大?"
)
"""`我家宝宝咳嗽` → `宝宝`"""
_VIGNETTE = re.compile(
    r"一[名位例个](?:年龄)?\d{1,2}|^患者|[男女]性?患者|一[名位例个][^，。]{0,8}(?:岁|患|婴|童|出现)|患者[小某]|^某"
    r"|^小[李王张明刘陈]|该患|请问该|等症状|&#?\d"
)
"""`一名6岁男孩，出现气短` → `一名6`"""
_REFERS = re.compile(r"^[^。]{0,40}(?:建议|到医院|去医院)")
"""Knowledge is told before a doctor is. `建议检查。` → `建议`"""
_LIST = re.compile(r"(?:[^、。；\n]{1,14}、){5,}")
"""`甲、乙、丙、丁、戊、己、庚` → `甲、乙、丙、丁、戊、己、`"""


def item_lengths(rows: pl.DataFrame, kinds: Mapping[str, str]) -> NDArray[np.int64]:
    """Return of how many messages, reference included, the item of each row is; 0 where it gives none.

    `kinds` are the kinds of the sources by their names.
    """
    found = np.zeros(rows.height, np.int64)
    turns = _turns(rows, kinds)
    kept = turns.filter(pl.when(pl.col("kind").is_in(SPOKEN)).then(_spoken()).otherwise(_written()).fill_null(False))
    spoken = pl.col("kind").is_in(SPOKEN) & ~is_leaflet(pl.col("question"))
    for row, position, told, task, is_spoken in kept.select("row", "position", "told", "task", spoken).iter_rows():
        if not is_spoken or _is_consistent(told, rows["messages"][row][:position], task):
            found[row] = max(found[row], position + 1)
    return found


def _is_consistent(told: str, before: pl.Series, task: str) -> bool:
    """Return whether an answer says nothing twice, rests on what was told, and an EviDiag one adds to it."""
    texts = [(message["role"], message["content"]) for message in before]
    by_user = "\n".join(text for role, text in texts if role == "user")
    adds = task != "evidiag" or names_something_new(told, by_user)
    return adds and says_nothing_twice(told) and rests_on(told, "\n".join(text for _, text in texts))


def cut_items(rows: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Return rows whose messages end at the reference of their item; those that give none as they are."""
    return with_items(rows, item_lengths(rows, kinds))


def with_items(rows: pl.DataFrame, lengths: NDArray[np.int64]) -> pl.DataFrame:
    """Return rows cut to items of these lengths, those of length 0 as they are."""
    whole = np.where(lengths > 0, lengths, rows["messages"].list.len().to_numpy())
    return rows.with_columns(messages=pl.col("messages").list.head(pl.lit(pl.Series(whole))))


def kinds_of(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the kinds of the sources of a step's configuration by their names."""
    return {name: source["kind"] for name, source in config["sources"].items()}


def _turns(rows: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Return one entry per answer of a medical row: its row and position, the question before, what came until then."""
    known = rows.with_row_index("row").select(
        "row", "task", "pediatric", "messages", kind=pl.col("source").replace_strict(dict(kinds), default="")
    )
    turns = known.filter(pl.col("task").is_in(MEDICAL_TASKS)).explode("messages").unnest("messages")
    said, is_user = pl.col("content"), pl.col("role") == "user"
    seen = {
        "of_child": said.str.contains(_OF_CHILD.pattern),
        "grown": said.str.contains_any(words("grown_ups")),
        "unsafe": ~is_user & said.str.contains_any(words("unsafe_advice")),
    }
    known_until = {name: found.cast(pl.Int8).cum_max().over("row") > 0 for name, found in seen.items()}
    answers = turns.with_columns(
        position=pl.int_range(pl.len()).over("row"),
        length=pl.len().over("row"),
        rounds=is_user.cast(pl.Int64).cum_sum().over("row"),
        told_chars=pl.when(is_user).then(said.str.len_chars()).otherwise(0).cum_sum().over("row"),
        question=said.shift(1).over("row"),
        asker=pl.col("role").shift(1).over("row"),
        **known_until,
    ).filter((pl.col("role") == "assistant") & (pl.col("asker") == "user"))
    return answers.rename({"content": "told"})


def _written() -> pl.Expr:
    """Return whether a turn of a written row is its reference: the last one; EviDiag has rounds and a disease."""
    told, evidiag = pl.col("told"), pl.col("task") == "evidiag"
    is_case = (pl.col("rounds") >= MIN_ROUNDS) & weighs(told)
    return (pl.col("position") == pl.col("length") - 1) & (~evidiag | is_case)


def _spoken() -> pl.Expr:
    """Return whether a turn of a talk may be a reference."""
    question, told, task = pl.col("question"), pl.col("told"), pl.col("task")
    evidiag = pl.col("rounds").is_between(MIN_ROUNDS, MAX_ROUNDS) & asks_what_it_is(question) & weighs(told)
    evidiag &= told.str.len_chars() >= MIN_WEIGHED_CHARS
    trerecom = asks_what_to_do(question) & advises(told)
    medkqa = asks_anything(question) & ~asks_what_to_do(question) & ~told.str.contains(_REFERS.pattern)
    fits = pl.when(task == "evidiag").then(evidiag).when(task == "trerecom").then(trerecom).otherwise(medkqa)
    is_sound = ~pl.col("unsafe") & takes_seriously(question, told) & ((pl.col("rounds") > 1) | _web())
    case = fits & ~question.str.contains_any(words("leftovers")) & is_clean(told) & _of_a_child() & is_sound
    return pl.when(is_leaflet(question)).then(is_whole_leaflet(told)).otherwise(case)


def _of_a_child() -> pl.Expr:
    """Return whether enough is told of a child, and of nobody grown up, where the row is about children."""
    of_child = pl.col("of_child") & ~pl.col("grown")
    least = pl.when(pl.col("rounds") > 1).then(MIN_TOLD_CHARS).otherwise(MIN_ASKED_CHARS)
    return (pl.col("told_chars") >= least) & (~pl.col("pediatric") | of_child)


def _web() -> pl.Expr:
    """Return whether a single question and its answer are a real one, explained: sets of such are often wrong."""
    question, told = pl.col("question"), pl.col("told")
    is_made_up = question.str.contains(_VIGNETTE.pattern) | told.str.contains(_LIST.pattern)
    return ~is_made_up & asks_anything(question) & explains(told)
