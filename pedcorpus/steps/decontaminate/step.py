"""Step `decontaminate`: choose the tests, then take out of every training table what they and external ones forbid.

A training row goes when it shares a parent with a test item (or is one), lies in its near-duplicate cluster, or gives
it away (`dedup.contamination`). The evidence of each removal lies in `evidence/` (id, test_id, measure, value).
With `strict = false` the parents of test items stay among documents and plain texts. Test items count as kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.pediatric.scope import ALL_DEPARTMENTS, takes_all
from pedcorpus.rows.read_rows import frames
from pedcorpus.rows.rejections import rejections_of
from pedcorpus.rows.row_texts import whole_text
from pedcorpus.steps.decontaminate import selection
from pedcorpus.steps.decontaminate.test_items import (
    KEPT,
    LEAK,
    PARENT,
    REASONS,
    TWIN,
    TestIndex,
    leaks_by_parents,
    leaks_by_text,
    linked,
)
from schemas.sample import MEDICAL_TASKS
from schemas.shards import file_sha256, write_shard
from schemas.tables import TABLES

VERSION = 5
PLAIN = ("document", "pretrain")
EVIDENCE = pa.schema({"id": pa.string(), "test_id": pa.string(), "measure": pa.string(), "value": pa.float64()})


def instruction_shards(context: StepContext) -> list[Shard]:
    """Return the shards of instructions: those left by their deduplication, not those it read.

    Rows are numbered over these, so no other input of this step may hold instructions.
    """
    return [shard for shard in context.shards["dedup-instructions"] if shard.table == "instruction"]


def training_shards(context: StepContext) -> list[Shard]:
    """Return the shards of all training tables: what each input step gives that no later one filters."""
    tables = {"quality": ("document", "pretrain")}
    return [
        shard
        for step, shards in context.shards.items()
        for shard in shards
        if step != "signals" and shard.table in tables.get(step, (shard.table,))
    ]


def shard_tasks(round: str, context: StepContext) -> list[Task]:
    """List one task per instruction shard, numbered as the global tasks list them."""
    shards = instruction_shards(context)
    rows = sum(shard.rows for shard in shards)
    everybody = takes_all(context)
    signals = {shard.label: shard for shard in context.shards["signals"]}
    return [
        context.task(round, shard.label, shard, signals[shard.label], shard=i, rows=rows, takes_all=everybody)
        for i, shard in enumerate(shards)
    ]


def global_task(round: str, context: StepContext) -> list[Task]:
    """List the one task that sees the numbers of all instruction shards."""
    shards = instruction_shards(context)
    rows = sum(shard.rows for shard in shards)
    return [context.task(round, "all", *shards, rows=rows, takes_all=takes_all(context))]


def describe_tasks(context: StepContext) -> list[Task]:
    """List the tasks of the first round."""
    return shard_tasks("describe", context)


def describe(task: Task) -> TaskResult:
    """Write the numbers of one instruction shard."""
    selection.describe(task)
    return TaskResult()


def shortlist_tasks(context: StepContext) -> list[Task]:
    """List the task that makes the shortlist of candidates."""
    return global_task("shortlist", context)


def shortlist(task: Task) -> TaskResult:
    """Cluster all instruction rows and write the candidates."""
    selection.shortlist_candidates(task)
    return TaskResult()


def estimate_tasks(context: StepContext) -> list[Task]:
    """List the tasks that count what gives the candidates away."""
    return shard_tasks("estimate", context)


def estimate(task: Task) -> TaskResult:
    """Count what gives the candidates away in one shard."""
    selection.estimate_leaks(task)
    return TaskResult()


def choose_tasks(context: StepContext) -> list[Task]:
    """List the task that chooses the tests."""
    return global_task("choose", context)


def choose(task: Task) -> TaskResult:
    """Choose the tests and write the benchmark."""
    tests = selection.choose_items(task)
    result = TaskResult(figures=Counter({ALL_DEPARTMENTS: 1} if task.payload["takes_all"] else {}))
    for name in MEDICAL_TASKS:
        result.figures[f"tests.{name}"] = tests.filter(pl.col("task") == name).height if tests.height else 0
    if tests.height:
        _write(task, "part-benchmark.parquet", tests, "benchmark", result)
    return result


def _start_of(shard: Shard, places: Mapping[str, int]) -> int:
    """Return the number of a shard's first row among the instructions, 0 for other tables."""
    return places[shard.file] if shard.table == "instruction" else 0


def filter_tasks(context: StepContext) -> list[Task]:
    """List one task per shard of any training table."""
    instruction = [shard.file for shard in instruction_shards(context)]
    starts = np.cumsum([0, *(shard.rows for shard in instruction_shards(context))]).tolist()
    places = dict(zip(instruction, starts, strict=False))
    return [
        context.task("filter", f"{shard.table}-{shard.label}", shard, table=shard.table, start=_start_of(shard, places))
        for shard in training_shards(context)
    ]


def filter_shard(task: Task) -> TaskResult:
    """Divide the rows of one shard into those that may be trained on and those that may not."""
    tests = TestIndex.load(task.work / "tests")
    table, number = task.payload["table"], task.payload["start"]
    result = TaskResult()
    kept, rejected, evidence = [], [TABLES["rejected"].empty_table()], [EVIDENCE.empty_table()]
    for frame in frames(task.paths()[0]):
        is_test = _is_test(task, table, number, frame.height)
        verdict, proof = _judge(task, table, frame, number, tests)
        verdict[is_test] = KEPT
        gone = np.flatnonzero(verdict != KEPT)
        result.read += frame.height
        result.kept += frame.height - len(gone)
        kept.append(frame.filter(pl.Series((verdict == KEPT) & ~is_test)))
        reasons = pl.Series([REASONS[code] for code in verdict[gone]], dtype=pl.String)
        result.rejected.update(reasons)
        rejected.append(rejections_of(frame[gone], task.step, reasons, whole_text(table)))
        evidence.append(proof.filter(pl.Series(verdict != KEPT)).to_arrow().cast(EVIDENCE))
        number += frame.height
    name = f"part-{task.label}.parquet"
    if (rest := pl.concat(kept)).height:
        _write(task, name, rest, table, result)
    write_shard(pa.concat_tables(rejected), task.folder / "rejected" / name, "rejected")
    write_shard(pa.concat_tables(evidence), task.folder / "evidence" / name, "evidence")
    proofs = {"file": f"steps/{task.step}/evidence/{name}", "sha256": file_sha256(task.folder / "evidence" / name)}
    result.files.append(proofs)
    return result


ROUNDS = (
    Round("describe", describe_tasks, describe),
    Round("shortlist", shortlist_tasks, shortlist),
    Round("estimate", estimate_tasks, estimate),
    Round("choose", choose_tasks, choose),
    Round("filter", filter_tasks, filter_shard),
)


def _is_test(task: Task, table: str, start: int, rows: int) -> NDArray[np.bool_]:
    """Return which rows of an instruction shard are the tests themselves."""
    if table != "instruction":
        return np.zeros(rows, np.bool_)
    return np.isin(np.arange(start, start + rows), np.load(task.work / "chosen.npy"))


def _judge(
    task: Task, table: str, frame: pl.DataFrame, start: int, tests: TestIndex
) -> tuple[NDArray[np.int64], pl.DataFrame]:
    """Return a verdict (an index of REASONS) and its evidence for each row."""
    test, measure, value = leaks_by_text(frame.select(whole_text(table).alias("text"))["text"], tests)
    verdict = np.where(test >= 0, LEAK, KEPT)
    if table == "instruction":
        with np.load(task.work / "candidates.npz") as candidates:
            labels = [candidates[name][start : start + frame.height] for name in ("asked", "answer")]
        for known, mine in zip(tests.clusters, labels, strict=True):
            twin = linked(known, mine)
            _set(twin >= 0, (verdict, TWIN), (test, twin), (measure, "cluster"), (value, 1.0))
    parent = leaks_by_parents(frame, tests)
    if table in PLAIN and not task.config["benchmark"]["strict"]:
        _set(parent >= 0, (verdict, KEPT))
    else:
        _set(parent >= 0, (verdict, PARENT), (test, parent), (measure, "parent"), (value, 1.0))
    names = tests.names.gather(pl.Series(np.maximum(test, 0))) if len(tests.names) else pl.Series([""] * frame.height)
    return verdict, pl.DataFrame({"id": frame["id"], "test_id": names, "measure": measure.astype(str), "value": value})


def _set(where: NDArray[np.bool_], *columns: tuple[NDArray[Any], Any]) -> None:
    """Overwrite columns where a stronger reason holds."""
    for column, values in columns:
        column[where] = values[where] if isinstance(values, np.ndarray) else values


def _write(task: Task, name: str, frame: pl.DataFrame, table: str, result: TaskResult) -> None:
    """Write rows as a shard with the columns of its table, no more."""
    schema = TABLES[table]
    write_shard(frame.select(schema.names).to_arrow().cast(schema), task.folder / name, table)
    result.shards.append(Shard(f"steps/{task.step}/{name}", frame.height, file_sha256(task.folder / name), table))
