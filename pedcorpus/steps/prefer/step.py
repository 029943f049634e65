"""Step `prefer`: preference pairs from pediatric instruction samples, without a teacher.

The chosen answer is the sample's own; the rejected one is made from it by a named rule (`rules/`), or is the answer to
another question about the same subject, or what a local model answered (`[prefer] rejected = "file:PATH"`). So both are
about the same question, and differ in quality. Where a corpus has no pediatric samples to speak of, those of all
departments are paired (`pedcorpus.pediatric.scope`).

Three rounds: each shard is described in numbers; one task chooses samples and rules; each shard's pairs are written. A
row is kept when it is in a pair, as prompt or as the one whose answer is rejected.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.pediatric.scope import ALL_DEPARTMENTS, takes_all
from pedcorpus.steps.prefer import pair_rows
from pedcorpus.steps.prefer.choose_rules import choose_rules, joined
from pedcorpus.steps.prefer.pair_rows import Row
from pedcorpus.steps.prefer.predictions import read_predictions
from pedcorpus.steps.prefer.rules.rule_list import OTHER_ASPECT, RULE_NAMES
from schemas.shards import file_sha256, write_shard
from schemas.tables import TABLES

VERSION = 5
MADE_BY = "pairs."
"""Figures of this step: `pairs.<rule>`, or `pairs.prediction`, and how many rejected answers it made."""


def describe_tasks(context: StepContext) -> list[Task]:
    """List one task per instruction shard."""
    return _by_shard(context, "describe")


def describe(task: Task) -> TaskResult:
    """Write what is decided by of one shard's samples, as arrays."""
    if _has_rules(task):
        described = pair_rows.describe_rules(task)
    else:
        rows = pair_rows.fit_rows(task)
        given = read_predictions(task.payload["paths"], {row["id"] for _, row in rows})
        described = pair_rows.describe_predictions(task, given, rows)
    np.savez(_work(task, "described"), **described)  # type: ignore[arg-type]
    return TaskResult()


def choose_tasks(context: StepContext) -> list[Task]:
    """List the one task that chooses samples and rules."""
    shards = context.all_shards("instruction")
    return [context.task("choose", "all", *shards, takes_all=takes_all(context))] if shards else []


def choose(task: Task) -> TaskResult:
    """Choose the samples of all shards that are paired, and by which rule; write each shard's part."""
    parts = [dict(np.load(task.work / f"described-{label}.npz")) for label in task.labels]
    settings = task.config["prefer"]
    shares = [settings["shares"][name] for name in RULE_NAMES] if _has_rules(task) else [1.0]
    rules = choose_rules(joined(parts), shares, settings["size"])
    stops = np.cumsum([len(part["row"]) for part in parts])
    for label, part, mine in zip(task.labels, parts, np.split(rules, stops[:-1]), strict=True):
        np.savez(task.work / f"chosen-{label}.npz", row=part["row"], donor=part["donor"], rule=mine)
    return TaskResult(figures=Counter({ALL_DEPARTMENTS: 1} if task.payload["takes_all"] else {}))


def write_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return _by_shard(context, "write")


def write(task: Task) -> TaskResult:
    """Write the pairs of one shard, and why its other rows are in none."""
    chosen = np.load(_work(task, "chosen"))
    paired = chosen["rule"] >= 0
    numbers, rules, donors = (chosen[name][paired] for name in ("row", "rule", "donor"))
    is_aspect = rules == RULE_NAMES.index(OTHER_ASPECT)
    rows = pair_rows.rows_at(task, np.concatenate([numbers, donors[is_aspect]]))
    made = _pairs(task, rows, numbers.tolist(), rules.tolist(), np.where(is_aspect, donors, -1).tolist())
    result = TaskResult(made=Counter(preference=len(made)))
    result.figures.update(f"{MADE_BY}{pair['rejected_by']['name']}" for pair in made)
    name = f"part-{task.label}.parquet"
    if made:
        write_shard(pa.Table.from_pylist(made, TABLES["preference"]), task.folder / name, "preference")
        sha256 = file_sha256(task.folder / name)
        result.shards.append(Shard(f"steps/{task.step}/{name}", len(made), sha256, "preference"))
    fate = dict(zip(chosen["row"].tolist(), chosen["rule"].tolist(), strict=True))
    rejected = pair_rows.reject(task, fate, set(rows), result)
    write_shard(rejected, task.folder / "rejected" / name, "rejected")
    return result


ROUNDS = (
    Round("describe", describe_tasks, describe),
    Round("choose", choose_tasks, choose),
    Round("write", write_tasks, write),
)


def _by_shard(context: StepContext, round: str) -> list[Task]:
    everybody = takes_all(context)
    shards = context.all_shards("instruction")
    return [context.task(round, shard.label, shard, takes_all=everybody) for shard in shards]


def _pairs(task: Task, rows: dict[int, Row], numbers: list[int], rules: list[int], donors: list[int]) -> list[Row]:
    """Return the pairs of a shard's chosen samples."""
    if _has_rules(task):
        wanted = zip(numbers, rules, donors, strict=True)
        return [pair_rows.pair_by_rule(rows[row], RULE_NAMES[rule], rows.get(donor)) for row, rule, donor in wanted]
    given: Any = read_predictions(task.payload["paths"], {rows[number]["id"] for number in numbers})
    return [pair_rows.pair_by_prediction(rows[number], given[rows[number]["id"]]) for number in numbers]


def _has_rules(task: Task) -> bool:
    return bool(task.config["prefer"]["rejected"] == "rules")


def _work(task: Task, name: str) -> Path:
    return task.work / f"{name}-{task.label}.npz"
