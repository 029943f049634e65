"""Run a step's rounds in this process over given shards: the smallest runner, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pedcorpus.engine.step import Round, Shard, StepContext, TaskResult
from schemas.shards import file_sha256, read_shards, write_shard
from schemas.tables import TABLES

ORIGIN = {"file": "a.pdf", "locator": "p.1 [0,0,1,1]", "sha256": "0" * 64}


def table_of(name: str, rows: Sequence[Mapping[str, Any]], schema: pa.Schema | None = None) -> pa.Table:
    """Return rows as a table; columns that a row does not name are null."""
    fields = schema or TABLES[name]
    return pa.Table.from_pylist([{column: row.get(column) for column in fields.names} for row in rows], schema=fields)


def put(out: Path, step: str, label: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Shard:
    """Write rows as a shard of a finished step."""
    file = f"steps/{step}/part-{label}.parquet"
    table = table_of(name, rows)
    write_shard(table, out / file, name)
    return Shard(file, table.num_rows, file_sha256(out / file), name)


def run(
    step: str,
    rounds: Sequence[Round],
    out: Path,
    config: Mapping[str, Any],
    shards: Mapping[str, Sequence[Shard]],
    backwards: bool = False,
) -> TaskResult:
    """Run all rounds and assert the ledger; `backwards` runs the tasks of a round in reverse order."""
    context = StepContext(step, out, out / "work" / step, config, {k: tuple(v) for k, v in shards.items()})
    context.work.mkdir(parents=True, exist_ok=True)
    total = TaskResult()
    for round in rounds:
        tasks = round.tasks(context)
        for task in reversed(tasks) if backwards else tasks:
            total.add(round.run(task))
    assert total.read == total.kept + total.rejected.total(), "ledger"
    total.shards.sort(key=lambda shard: shard.file)
    total.files.sort(key=lambda file: file["file"])
    for shard in total.shards:
        assert file_sha256(out / shard.file) == shard.sha256
    return total


def rows_of(out: Path, result: TaskResult, table: str) -> list[dict[str, Any]]:
    """Return all rows of the result's shards of one table."""
    paths = [out / shard.file for shard in result.shards if shard.table == table]
    return read_shards(paths).to_pylist() if paths else []


def rejected_of(out: Path, step: str) -> dict[str, str]:
    """Return id → reason of all rejected rows of a step."""
    paths = sorted((out / "steps" / step / "rejected").glob("*.parquet"))
    return {row["id"]: row["reason"] for path in paths for row in read_shards([path]).to_pylist()}
