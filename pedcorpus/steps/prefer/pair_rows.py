"""The rows of the step `prefer`: described in numbers, written as pairs, and the reasons of those in no pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pedcorpus.engine.step import Task, TaskResult
from pedcorpus.rows.read_rows import frames
from pedcorpus.rows.rejections import rejections_of
from pedcorpus.rows.row_texts import asked
from pedcorpus.steps.prefer import predictions
from pedcorpus.steps.prefer.choose_rules import NO_RULE, SAME_QUESTION, UNUSED, Candidates
from pedcorpus.steps.prefer.chosen_answers import rank_of, unfit_reasons
from pedcorpus.steps.prefer.overlap import compare_overlap
from pedcorpus.steps.prefer.predictions import Prediction
from pedcorpus.steps.prefer.rules.rule_list import OTHER_ASPECT, RULE_NAMES, RULES, VERSION, verify
from pedcorpus.steps.prefer.subject_aspects import other_aspects, prompt_of
from schemas.origin import content_id
from schemas.rejection import Reason
from schemas.tables import TABLES

Row = dict[str, Any]
Numbered = Sequence[tuple[int, Row]]
REASONS = {UNUSED: Reason.OVER_SHARE, SAME_QUESTION: Reason.DUPLICATE_QUESTION, NO_RULE: Reason.NO_COUNTERPART}
"""Why a sample that could be chosen is in no pair."""


def fit_rows(task: Task) -> list[tuple[int, Row]]:
    """Return number and row of the samples of a shard that may give a chosen answer."""
    found = []
    for start, frame in _numbered(task):
        reasons = unfit_reasons(frame, task.payload)
        able = [number for number, reason in enumerate(reasons) if reason is None]
        found += [(start + number, frame.row(number, named=True)) for number in able]
    return found


def templated_rows(task: Task) -> list[tuple[int, Row]]:
    """Return number and row of the samples of a shard whose answers may stand as another aspect."""
    is_templated = pl.col("builder").struct.field("kind") == "template"
    found = []
    for start, frame in _numbered(task):
        rows = frame.with_columns(number=pl.int_range(pl.len()) + start).filter(is_templated, "pediatric")
        found += [(row.pop("number"), row) for row in rows.to_dicts()]
    return found


def describe_rules(task: Task) -> dict[str, NDArray[Any]]:
    """Return what `Candidates` holds of one shard, and the numbers of its rows, where rules make the answers."""
    rows = fit_rows(task)
    aspects = other_aspects(templated_rows(task)) if task.config["prefer"]["shares"][OTHER_ASPECT] > 0 else {}
    made = []
    for number, row in rows:
        answers = [make_rejected(row, rule) for rule in RULES]
        other = aspects.get(number)
        made.append([*answers, other.answer if other else None])
    donors = [aspects[number].row if number in aspects else -1 for number, _ in rows]
    return _described(task, rows, made, donors)


def describe_predictions(
    task: Task, given: Mapping[str, Prediction], rows: Sequence[tuple[int, Row]]
) -> dict[str, NDArray[Any]]:
    """Return the same where predictions of a model are the rejected answers."""
    made: list[list[str | None]] = []
    for _, row in rows:
        prediction = given.get(row["id"])
        is_able = prediction is not None and predictions.is_worse(prediction.text, row["messages"][-1]["content"])
        made.append([prediction.text if prediction is not None and is_able else None])
    return _described(task, rows, made, [-1] * len(rows))


def make_rejected(row: Row, rule: str) -> str | None:
    """Return the answer that a rule makes of a sample's; None where it does not fit, or cannot be verified."""
    answer = row["messages"][-1]["content"]
    made = RULES[rule].make(answer, prompt_of(row), f"{rule}:{row['id']}")
    return made if made and verify(rule, answer, made) else None


def pair_of(row: Row, rejected: str, by: Row, others: Sequence[str] = ()) -> Row:
    """Return the preference row of a sample and a rejected answer; `others` are further parents of that answer."""
    *prompt, chosen = row["messages"]
    parents = list(dict.fromkeys([*row["parents"], *others]))
    words = [*(message["content"] for message in (*prompt, chosen)), rejected]
    return {
        "id": content_id("prf", (*words, *parents)),
        "prompt": prompt,
        "chosen": [chosen],
        "rejected": [{"role": "assistant", "content": rejected}],
        "task": row["task"],
        "source": row["source"],
        "pediatric": row["pediatric"],
        "parents": parents,
        "chosen_by": row["builder"],
        "rejected_by": by,
    }


def pair_by_rule(row: Row, rule: str, donor: Row | None) -> Row:
    """Return the pair of a sample and the answer that a rule makes, of itself or of the donor."""
    by = {"kind": "rule", "name": rule, "version": VERSION, "model": None}
    if donor is not None:
        return pair_of(row, donor["messages"][-1]["content"], by, donor["parents"])
    made = make_rejected(row, rule)
    assert made is not None, f"{row['id']}: {rule} fitted before"
    return pair_of(row, made, by)


def pair_by_prediction(row: Row, prediction: Prediction) -> Row:
    """Return the pair of a sample and a model's answer."""
    by = {"kind": "model", "name": predictions.NAME, "version": predictions.VERSION, "model": prediction.model}
    return pair_of(row, prediction.text, by)


def rows_at(task: Task, numbers: NDArray[np.int64]) -> dict[int, Row]:
    """Return the rows of a task's shard at row numbers."""
    found: dict[int, Row] = {}
    for start, frame in _numbered(task):
        mine = numbers[(numbers >= start) & (numbers < start + frame.height)]
        found |= {int(number): frame.row(int(number) - start, named=True) for number in mine}
    return found


def reject(task: Task, fate: Mapping[int, int], used: set[int], result: TaskResult) -> pa.Table:
    """Count the rows of a shard and return the rejections of those in no pair; `fate` is why, by row number."""
    tables = [TABLES["rejected"].empty_table()]
    for start, frame in _numbered(task):
        unfit = unfit_reasons(frame, task.payload)
        left = [number for number in range(frame.height) if start + number not in used]
        why = [unfit[number] or REASONS[fate[start + number]] for number in left]
        reasons = pl.Series([reason.value for reason in why], dtype=pl.String)
        tables.append(rejections_of(frame[left], task.step, reasons, asked()))
        result.read += frame.height
        result.kept += frame.height - len(left)
        result.rejected.update(reasons)
    return pa.concat_tables(tables)


def _numbered(task: Task) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the frames of a task's shard with the number of their first row."""
    start = 0
    for frame in frames(task.paths()[0]):
        yield start, frame
        start += frame.height


def _described(
    task: Task, rows: Numbered, made: Sequence[Sequence[str | None]], donors: Sequence[int]
) -> dict[str, NDArray[Any]]:
    """Return the arrays of `Candidates` and `row` for rows and the rejected answers each rule would make."""
    wide = len(RULE_NAMES) if task.config["prefer"]["rejected"] == "rules" else 1
    shape = (len(rows), wide)
    rejected, told, longer = np.zeros(shape, np.uint64), np.zeros(shape, np.int8), np.zeros(shape, np.int8)
    for at, ((_, row), answers) in enumerate(zip(rows, made, strict=True)):
        chosen, prompt = row["messages"][-1]["content"], prompt_of(row)
        for rule, answer in enumerate(answers):
            if answer:
                rejected[at, rule] = text_hash(answer)
                told[at, rule] = compare_overlap(prompt, chosen, answer)
                longer[at, rule] = (len(chosen) > len(answer)) - (len(chosen) < len(answer))
    sources = task.config["sources"]
    values: tuple[NDArray[Any], ...] = (
        np.array([text_hash(row["id"]) for _, row in rows], np.uint64),
        np.array([rank_of(row["source"], sources) for _, row in rows], np.int64),
        np.array([text_hash(prompt_of(row)) for _, row in rows], np.uint64),
        np.array([text_hash(row["messages"][-1]["content"]) for _, row in rows], np.uint64),
        rejected,
        told,
        longer,
        np.array(donors, np.int64),
    )
    return dict(zip(Candidates._fields, values, strict=True)) | {"row": np.array([n for n, _ in rows], np.int64)}


def text_hash(text: str) -> int:
    """Return 64 bits of a text's content, never 0; white space counts nothing."""
    return int(content_id("", ("".join(text.split()),))[1:17], 16) or 1
