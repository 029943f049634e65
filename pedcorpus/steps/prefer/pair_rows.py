"""The rows of the step `prefer`: read back by number, paired, and the reasons of those in no pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pedcorpus.engine.step import Task, TaskResult
from schemas.origin import content_id
from schemas.rejection import EXCERPT_CHARS, Reason
from schemas.shards import iter_batches, read_shards
from schemas.tables import TABLES

BY_RETRIEVAL = {"name": "retrieved", "version": "1", "model": None}
"""Who chose the rejected answer; its `kind` is that of the sample it was the answer of."""

Row = dict[str, Any]


def question_of(row: Row) -> str:
    """Return all that the user says."""
    return "\n".join(message["content"] for message in row["messages"] if message["role"] == "user")


def rows_at(path: Path, numbers: NDArray[np.int64]) -> pa.Table:
    """Return the rows of a shard at sorted row numbers, reading it batch by batch."""
    found, start = [TABLES["instruction"].empty_table()], 0
    for batch in iter_batches(path):
        mine = numbers[(numbers >= start) & (numbers < start + batch.num_rows)] - start
        if len(mine):
            found.append(pa.Table.from_batches([batch]).replace_schema_metadata().take(pa.array(mine)))
        start += batch.num_rows
    return pa.concat_tables(found)


def answers_of(task: Task, shards: NDArray[np.int64], others: NDArray[np.int64]) -> dict[tuple[int, int], Row]:
    """Return the rows whose answers the pairs of this shard reject, by shard and row number."""
    found: dict[tuple[int, int], Row] = {}
    for shard in np.unique(shards).tolist():
        table = read_shards([task.work / f"answers-{task.payload['labels'][shard]}.parquet"])
        wanted = pa.array(np.isin(table["row"].to_numpy(), others[shards == shard]))
        found |= {(shard, row["row"]): row for row in table.filter(wanted).to_pylist()}
    return found


def pair_of(row: Row, other: Row) -> Row:
    """Return the preference row of a sample and the sample whose answer is rejected."""
    *prompt, chosen = row["messages"]
    rejected = other["messages"][-1]
    parents = list(dict.fromkeys([*row["parents"], *other["parents"]]))
    words = [message["content"] for message in (*prompt, chosen, rejected)]
    return {
        "id": content_id("prf", (*words, *parents)),
        "prompt": prompt,
        "chosen": [chosen],
        "rejected": [rejected],
        "task": row["task"],
        "source": row["source"],
        "parents": parents,
        "chosen_by": row["builder"],
        "rejected_by": {"kind": other["builder"]["kind"], **BY_RETRIEVAL},
    }


def reject(
    task: Task, rows: NDArray[np.int64], used: NDArray[np.bool_], lonely: NDArray[np.bool_], result: TaskResult
) -> list[pa.Table]:
    """Count the rows of a shard and return the rejections of those in no pair."""
    reasons = {
        int(row): Reason.NO_COUNTERPART if alone else Reason.OVER_SHARE for row, alone in zip(rows, lonely, strict=True)
    }
    kept = set(rows[used].tolist())
    tables, start = [TABLES["rejected"].empty_table()], 0
    for batch in iter_batches(task.paths()[0]):
        left = [(start + i, row) for i, row in enumerate(batch.to_pylist()) if start + i not in kept]
        why = [reasons.get(number, Reason.OFF_TOPIC) for number, _ in left]
        entries = [_rejection(task.step, row, reason) for (_, row), reason in zip(left, why, strict=True)]
        tables.append(pa.Table.from_pylist(entries, TABLES["rejected"]))
        result.read += batch.num_rows
        result.kept += batch.num_rows - len(left)
        result.rejected.update(reason.value for reason in why)
        start += batch.num_rows
    return tables


def _rejection(step: str, row: Row, reason: Reason) -> Row:
    origin = {"file": "", "locator": ",".join(row["parents"]), "sha256": ""}
    return {
        "id": row["id"],
        "step": step,
        "reason": reason.value,
        "excerpt": question_of(row)[:EXCERPT_CHARS],
        "origin": origin,
    }
