"""Step `signals`: measure every document, plain text and sample once, beside its shard, for `quality` to judge.

A shard of signals has the rows of the shard it was measured from, in their order. All rows are kept.
"""

from __future__ import annotations

import polars as pl

from ingest import SOURCES
from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.quality.signals import measure_signals
from pedcorpus.rows.read_rows import frames
from schemas.shards import file_sha256, write_shard

VERSION = 8
"""Raise it when a signal changes."""
TABLES_MEASURED = ("document", "pretrain", "instruction")


def measured_shards(context: StepContext) -> list[Shard]:
    """Return the shards that are measured: what `dedup` leaves of books and guidelines, and what `instruct` made."""
    kinds = {name: SOURCES[source["kind"]] for name, source in context.config["sources"].items()}
    return [
        *(
            shard
            for shard in context.shards["dedup"]
            if shard.table == "document" and not kinds[shard.source].is_encyclopedia
        ),
        *(shard for shard in context.shards["instruct"] if shard.table in TABLES_MEASURED),
    ]


def tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return [
        context.task("measure", f"{shard.table}-{shard.label}", shard, table=shard.table)
        for shard in measured_shards(context)
    ]


def measure(task: Task) -> TaskResult:
    """Write the signals of one shard."""
    rows = pl.concat(measure_signals(frame, task.payload["table"]) for frame in frames(task.paths()[0]))
    name = f"part-{task.label}.parquet"
    write_shard(rows.to_arrow(), task.folder / name, "signals")
    shard = Shard(f"steps/{task.step}/{name}", rows.height, file_sha256(task.folder / name), "signals")
    return TaskResult(read=rows.height, kept=rows.height, shards=[shard])


ROUNDS = (Round("measure", tasks, measure),)
