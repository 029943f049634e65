"""The labels against the rows that two readers labelled, where they lie beside the checkout."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.distilled_formats.topic import department_of
from pedcorpus.pediatric.about_children import about_children
from pedcorpus.task_labels.label_tasks import label_tasks
from pedcorpus.task_labels.medical_words import is_mostly_medical
from pedcorpus.task_labels.talk_parts import talks_column
from schemas.sample import Message, MessageRole

FILE = Path(__file__).parents[3].parent / "shared" / "data" / "quality" / "labelled.jsonl"
ROLES: dict[str, MessageRole] = {"患": "user", "医": "assistant", "问": "user", "答": "assistant", "系统": "system"}
CONSULTATIONS = {"cmdd", "toyhom", "dialmed", "remedi"}
READERS = ("first", "second")

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="no labelled rows beside the checkout")


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def talk(row: dict[str, Any]) -> tuple[Message, ...]:
    return tuple(Message(ROLES[turn["speaker"]], turn["text"]) for turn in row["turns"])


def tasks(found: Sequence[dict[str, Any]], source: str) -> list[str]:
    column = talks_column(map(talk, found))
    mostly_medical = is_mostly_medical([column[[i] * 8] for i in range(len(column))])
    return list(label_tasks(column, is_consultation=source in CONSULTATIONS, mostly_medical=mostly_medical))


def test_tasks_are_those_of_the_readers() -> None:
    right = []
    for source in {row["source"] for row in rows()}:
        found = [row for row in rows() if row["source"] == source]
        for row, task in zip(found, tasks(found, source), strict=True):
            if all(row[reader]["quality"] in ("ok", "thin") for reader in READERS):
                right.append(task in {row[reader][name] for reader in READERS for name in ("task", "task2")})
    assert sum(right) / len(right) >= 0.92


def test_children_are_told_where_both_readers_agree() -> None:
    found = [row for row in rows() if len({row[reader]["scope"] for reader in READERS} | {"unclear"}) == 2]
    found = [row for row in found if row["first"]["scope"] == row["second"]["scope"]]
    departments = ["儿科" if row["source"] == "cmdd" else department_of({}, talk(row), "") for row in found]
    told = about_children(pl.DataFrame({"department": departments, "messages": talks_column(map(talk, found))}))
    right = [is_child == (row["first"]["scope"] == "child") for row, is_child in zip(found, told, strict=True)]
    assert sum(right) / len(right) >= 0.96
