"""Step `prefer`: preference pairs from pediatric instruction samples, without a teacher.

Where a corpus has no pediatric samples to speak of, those of all departments are paired (`pedcorpus.pediatric.scope`).

Three rounds: each shard is described in numbers; one task pairs them all; each shard's rejected answers are put aside
and its pairs are written. A row is kept when it is in a pair, as prompt or as rejected answer.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.pediatric.scope import ALL_DEPARTMENTS, in_scope, takes_all
from pedcorpus.quality.courtesy import is_exchange
from pedcorpus.rows.ngrams import Ragged, grams, ragged, sketches
from pedcorpus.rows.read_rows import frames
from pedcorpus.steps.prefer.pair_rows import Row, answers_of, pair_of, question_of, reject, rows_at
from pedcorpus.steps.prefer.pairing import ANSWER_GRAM, CHOSEN, GRAM, LONELY, QUESTION_CHARS, Pool, find_pairs
from pedcorpus.steps.prefer.subjects import subjects_of
from schemas.origin import content_id
from schemas.sample import MEDICAL_TASKS
from schemas.shards import file_sha256, write_shard
from schemas.tables import TABLES

VERSION = 2

_ARRAYS = ("row", "key", "block", "sketch")
_LISTS = ("grams", "parents", "subjects")


def describe_tasks(context: StepContext) -> list[Task]:
    """List one task per instruction shard."""
    everybody = takes_all(context)
    return [
        context.task("describe", shard.label, shard, takes_all=everybody) for shard in context.all_shards("instruction")
    ]


def describe(task: Task) -> TaskResult:
    """Write what is compared of one shard's samples in scope, as arrays."""
    parts: dict[str, list[Any]] = {name: [] for name in (*_ARRAYS, *_LISTS)}
    start = 0
    for frame in frames(task.paths()[0]):
        wanted = in_scope(frame, task.payload) & frame["task"].is_in(MEDICAL_TASKS).to_numpy()
        found = ((start + int(i), frame.row(int(i), named=True)) for i in np.flatnonzero(wanted))
        rows = [(number, row) for number, row in found if _is_exchange(row)]
        start += frame.height
        for name, value in _described(rows).items():
            parts[name].append(value)
    np.savez(_work(task, "described", "npz"), **_joined(parts))  # type: ignore[arg-type]
    return TaskResult()


def pair_tasks(context: StepContext) -> list[Task]:
    """List the one task that pairs all samples."""
    shards = context.all_shards("instruction")
    return [context.task("pair", "all", *shards, takes_all=takes_all(context))] if shards else []


def pair(task: Task) -> TaskResult:
    """Pair all samples; write for each shard the fate of its rows and its pairs."""
    labels = task.labels
    described = [np.load(task.work / f"described-{label}.npz") for label in labels]
    shard_of = np.repeat(np.arange(len(labels)), [len(part["row"]) for part in described])
    row = np.concatenate([part["row"] for part in described])
    gram, parent, subject = (
        _concatenated([Ragged(part[f"{name}_bounds"], part[name]) for part in described]) for name in _LISTS
    )
    key, block, sketch = (np.concatenate([part[name] for part in described]) for name in _ARRAYS[1:])
    pairs = find_pairs(Pool(key, block, gram, parent, subject, sketch), task.config["prefer"]["size"])
    used = np.zeros(len(row), bool)
    used[pairs.prompt] = used[pairs.rejected] = True
    for number, label in enumerate(labels):
        mine = shard_of == number
        asked = np.flatnonzero(mine[pairs.prompt])
        np.savez(
            task.work / f"paired-{label}.npz",
            row=row[mine],
            used=used[mine],
            lonely=pairs.fate[mine] == LONELY,
            prompt=row[pairs.prompt[asked]],
            shard=shard_of[pairs.rejected[asked]],
            other=row[pairs.rejected[asked]],
            given=np.unique(row[pairs.rejected[mine[pairs.rejected]]]),
        )
    assert (pairs.fate[pairs.prompt] == CHOSEN).all()
    return TaskResult(figures=Counter({ALL_DEPARTMENTS: 1} if task.payload["takes_all"] else {}))


def put_aside_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return [context.task("put-aside", shard.label, shard) for shard in context.all_shards("instruction")]


def put_aside(task: Task) -> TaskResult:
    """Write the answers of one shard that stand as rejected ones, for the pairs of all shards."""
    given = np.load(_work(task, "paired", "npz"))["given"]
    rows = rows_at(task.paths()[0], given)
    table = rows.append_column("row", pa.array(given, pa.int64())).select(["row", "messages", "parents", "builder"])
    write_shard(table, _work(task, "answers", "parquet"), "answers")
    return TaskResult()


def write_tasks(context: StepContext) -> list[Task]:
    """List one task per shard; each may need answers of any other."""
    shards = context.all_shards("instruction")
    labels = [shard.label for shard in shards]
    return [context.task("write", shard.label, shard, labels=labels) for shard in shards]


def write(task: Task) -> TaskResult:
    """Write the pairs of one shard's prompts, and why its other rows are in none."""
    paired = np.load(_work(task, "paired", "npz"))
    answers = answers_of(task, paired["shard"], paired["other"])
    prompts = rows_at(task.paths()[0], paired["prompt"]).to_pylist()
    wanted = zip(prompts, paired["shard"].tolist(), paired["other"].tolist(), strict=True)
    made = [pair_of(row, answers[shard, other]) for row, shard, other in wanted]
    result = TaskResult(made=Counter(preference=len(made)))
    name = f"part-{task.label}.parquet"
    if made:
        write_shard(pa.Table.from_pylist(made, TABLES["preference"]), task.folder / name, "preference")
        sha256 = file_sha256(task.folder / name)
        result.shards.append(Shard(f"steps/{task.step}/{name}", len(made), sha256, "preference"))
    rejected = reject(task, paired["row"], paired["used"], paired["lonely"], result)
    write_shard(pa.concat_tables(rejected), task.folder / "rejected" / name, "rejected")
    return result


ROUNDS = (
    Round("describe", describe_tasks, describe),
    Round("pair", pair_tasks, pair),
    Round("put-aside", put_aside_tasks, put_aside),
    Round("write", write_tasks, write),
)


def _work(task: Task, name: str, suffix: str) -> Path:
    return task.work / f"{name}-{task.label}.{suffix}"


def _is_exchange(row: Row) -> bool:
    asked = [message["content"] for message in row["messages"] if message["role"] == "user"]
    return bool(asked) and is_exchange(asked[-1], row["messages"][-1]["content"])


def _opening(row: Row) -> str:
    return next((message["content"] for message in row["messages"] if message["role"] == "user"), "")


def _described(rows: list[tuple[int, Row]]) -> dict[str, Any]:
    """Return the arrays of some rows."""
    questions = [question_of(row) for _, row in rows]
    answers = [row["messages"][-1]["content"] for _, row in rows]
    openings = [_opening(row) for _, row in rows]
    subjects = [
        subjects_of(question, row["builder"]["name"], opening)
        for question, opening, (_, row) in zip(questions, openings, rows, strict=True)
    ]
    return {
        "row": np.array([number for number, _ in rows], np.int64),
        "key": np.array([_hash(row["id"]) for _, row in rows], np.uint64),
        "block": np.array([_hash(f"{row['department']}\x1f{row['task']}") for _, row in rows], np.uint64),
        "sketch": sketches(grams(answers, ANSWER_GRAM)),
        "grams": grams([question[:QUESTION_CHARS] for question in questions], GRAM),
        "parents": _hashed([row["parents"] for _, row in rows]),
        "subjects": _hashed([sorted(found) for found in subjects]),
    }


def _hash(text: str) -> int:
    return int(content_id("", (text,))[1:17], 16)


def _hashed(lists: list[list[str]]) -> Ragged:
    rows = np.repeat(np.arange(len(lists)), [len(values) for values in lists])
    return ragged(rows, np.array([_hash(value) for values in lists for value in values], np.uint64), len(lists))


def _joined(parts: dict[str, list[Any]]) -> dict[str, NDArray[Any]]:
    """Join the arrays of batches; a list column becomes values and bounds."""
    arrays: dict[str, NDArray[Any]] = {}
    empty = _described([])
    for name, values in parts.items():
        if name in _LISTS:
            joined = _concatenated([empty[name], *values])
            arrays |= {name: joined.values, f"{name}_bounds": joined.bounds}
        else:
            arrays[name] = np.concatenate([empty[name], *values])
    return arrays


def _concatenated(lists: list[Ragged]) -> Ragged:
    sizes = np.concatenate([np.diff(part.bounds) for part in lists])
    return Ragged(np.concatenate([[0], np.cumsum(sizes)]), np.concatenate([part.values for part in lists]))
