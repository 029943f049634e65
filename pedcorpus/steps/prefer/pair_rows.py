"""The rows of the step `prefer`: read back by number, paired, and the reasons of those in no pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pedcorpus.engine.step import Task, TaskResult
from pedcorpus.rows.read_rows import frames
from pedcorpus.rows.rejections import rejections_of
from pedcorpus.rows.row_texts import asked
from schemas.origin import content_id
from schemas.rejection import Reason
from schemas.shards import iter_batches, read_shards
from schemas.tables import TABLES

BY_RETRIEVAL = {"name": "retrieved", "version": "1", "model": None}
"""Who chose the rejected answer; its `kind` is that of the sample it was the answer of."""

Row = dict[str, Any]


def question_of(row: Row) -> str:
    """Return all that the user says: `row_texts.asked` of a single row."""
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
        "pediatric": row["pediatric"],
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
    for frame in frames(task.paths()[0]):
        numbers = [number for number in range(start, start + frame.height) if number not in kept]
        unpaired = frame[[number - start for number in numbers]]
        why = pl.Series([reasons.get(number, Reason.OFF_TOPIC).value for number in numbers], dtype=pl.String)
        tables.append(rejections_of(unpaired, task.step, why, asked()))
        result.read += frame.height
        result.kept += frame.height - len(numbers)
        result.rejected.update(why)
        start += frame.height
    return tables
