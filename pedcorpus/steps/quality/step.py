"""Step `quality`: leave out the rows that a signal speaks against. No signal is measured again.

One task per shard of documents, plain texts and samples, with the shard of its signals.
"""

from __future__ import annotations

import polars as pl

from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.quality.shares import count_beyond
from pedcorpus.quality.signals import reasons_of
from pedcorpus.rows.read_rows import frames
from pedcorpus.rows.rejections import rejections_of
from pedcorpus.rows.row_texts import whole_text
from pedcorpus.steps.signals.step import measured_shards
from schemas.shards import file_sha256, read_shards, write_shard
from schemas.tables import TABLES

VERSION = 1


def tasks(context: StepContext) -> list[Task]:
    """List one task per measured shard."""
    signals = {shard.label: shard for shard in context.shards["signals"]}
    named = [(f"{shard.table}-{shard.label}", shard) for shard in measured_shards(context)]
    return [context.task("judge", name, shard, signals[name], table=shard.table) for name, shard in named]


def judge(task: Task) -> TaskResult:
    """Divide the rows of one shard by their signals."""
    path, signals = task.paths()
    table = task.payload["table"]
    rows = pl.concat(frames(path))
    measured = pl.DataFrame(pl.from_arrow(read_shards([signals])))
    reasons = reasons_of(measured, task.config["quality"])
    assert len(reasons) == rows.height
    is_kept = reasons.is_null()
    kept, why = rows.filter(is_kept), reasons.drop_nulls()
    result = TaskResult(read=rows.height, kept=kept.height, figures=count_beyond(measured, task.config["quality"]))
    result.rejected.update(why)
    name = f"part-{task.label}.parquet"
    if kept.height:
        write_shard(kept.select(TABLES[table].names).to_arrow().cast(TABLES[table]), task.folder / name, table)
        result.shards.append(Shard(f"steps/{task.step}/{name}", kept.height, file_sha256(task.folder / name), table))
    rejected = rejections_of(rows.filter(~is_kept), task.step, why, whole_text(table))
    write_shard(rejected, task.folder / "rejected" / name, "rejected")
    return result


ROUNDS = (Round("judge", tasks, judge),)
