"""The first round of `split`: the rows of books, shard by shard, as the texts that CPT learns from.

From there on the step sees those texts in place of the rows. Only the ledger speaks of rows: one that stands in a text
of the table is kept, any other is rejected by itself.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from ingest import SOURCES
from pedcorpus.engine.step import Shard, StepContext, Task, TaskResult
from pedcorpus.rows.read_rows import frames
from pedcorpus.rows.rejections import rejections_of
from pedcorpus.steps.split.joined_books import Joined, read_in_order
from pedcorpus.steps.split.table_rows import trained_text
from schemas.origin import content_id
from schemas.rejection import Reason
from schemas.shards import iter_batches, write_shard
from schemas.tables import TABLES

JOINED = "pretrain"
"""Table of the joined texts."""


def is_of_books(context: StepContext, shard: Shard) -> bool:
    """Return whether a shard holds units of books and guidelines, which are joined, and no whole articles."""
    batch = next(iter_batches(context.out / shard.file, 1, ["source"]), None) if shard.table == "document" else None
    if batch is None:
        return False
    source = context.config["sources"][batch["source"][0].as_py()]
    return not SOURCES[source["kind"]].is_encyclopedia


def join_tasks(context: StepContext) -> list[Task]:
    """List one task per shard of books."""
    shards = enumerate(context.all_shards())
    return [context.task("join", one.label, one, shard=i) for i, one in shards if is_of_books(context, one)]


def join(task: Task) -> TaskResult:
    """Write the texts of a shard; reject its rows that are in none."""
    path = task.paths()[0]
    rows = (row for frame in frames(path) for row in frame.iter_rows(named=True))
    reading = read_in_order(rows, task.config["split"]["cpt_document_chars"])
    texts = pa.Table.from_pylist(list(map(_row, reading.texts)), schema=TABLES[JOINED])
    write_shard(texts, joined_path(task.work, task.payload["shard"]), JOINED)
    rejected = _rejections(task, {name: reason.value for name, reason in reading.left_out.items()})
    write_shard(rejected, task.folder / "rejected" / f"part-join-{task.label}.parquet", "rejected")
    return TaskResult(read=rejected.num_rows, rejected=Counter(rejected["reason"].to_pylist()))


def joined_path(work: Path, shard: int) -> Path:
    """Return where the texts of a shard lie."""
    return work / f"joined-{shard:05d}.parquet"


def rows_path(task: Task) -> Path:
    """Return where the rows of a task lie: in the shard, or the texts it was joined to."""
    return joined_path(task.work, task.payload["shard"]) if task.payload["is_joined"] else task.paths()[0]


def count_rows(task: Task, frame: pl.DataFrame) -> int:
    """Return how many rows of the corpus a frame of the task stands for."""
    return int(frame["parents"].list.len().sum()) if task.payload["is_joined"] else frame.height


def unused_rows(task: Task, unused: pl.DataFrame) -> pa.Table:
    """Return the rejections of what no table takes; of a joined text, those of its rows."""
    if task.payload["is_joined"]:
        return _rejections(task, dict.fromkeys(unused["parents"].explode().drop_nulls(), Reason.OVER_TARGET.value))
    reasons = pl.repeat(Reason.OVER_TARGET.value, unused.height, eager=True)
    return rejections_of(unused, task.step, reasons, trained_text(task.payload["table"]))


def _rejections(task: Task, reasons: dict[str, str]) -> pa.Table:
    """Return the rejections of rows of the task's shard, by id."""
    found = [TABLES["rejected"].empty_table()]
    for frame in frames(task.paths()[0]) if reasons else ():
        rows = frame.filter(pl.col("id").is_in(list(reasons)))
        named = rows["id"].replace_strict(reasons, return_dtype=pl.String)
        found.append(rejections_of(rows, task.step, named, trained_text("document")))
    return pa.concat_tables(found)


def _row(joined: Joined) -> dict[str, Any]:
    name = content_id("cpt", (joined.text, *joined.parents))
    return {"id": name, "text": joined.text, "kind": "plain", "source": joined.source, "parents": joined.parents}
