"""Step `instruct`: instruction samples from the rows of the corpus, and plain texts from its graphs. No key needed.

One task per shard of documents, dialogues or samples; the triples of a source are divided by head among tasks of
some 100,000 rows, for what a graph says of one subject lies all over its shards. Wikipedia is no source of samples.
A row is kept when it is a parent of a sample or of a plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zlib import crc32

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ingest import SOURCES
from pedcorpus.config.sections import Instruct
from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.pediatric.about_children import with_pediatric
from pedcorpus.pediatric.scope import MEDICAL, PEDIATRIC
from pedcorpus.steps.instruct.of_documents import documents
from pedcorpus.steps.instruct.of_documents.passages import runs
from pedcorpus.steps.instruct.of_talks import dialogues, distilled
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.task_labels.medical_words import is_mostly_medical
from schemas.shards import ROW_GROUP_ROWS, ShardWriter, file_sha256, iter_batches, table_name

VERSION = 11
"""Raise it when a rule changes samples; the plan sees by itself that `phrases` have changed."""

TRIPLES_PER_TASK = 100_000
"""Triples held at once: some 100 MB as Python rows."""


def tasks(context: StepContext) -> list[Task]:
    """List one task per shard of documents, dialogues and samples, and the tasks of each graph."""
    tasks: list[Task] = []
    graphs: dict[str, list[Shard]] = {}
    for shard in context.all_shards():
        if SOURCES[context.config["sources"][shard.source]["kind"]].is_encyclopedia:
            continue
        if shard.table == "triple":
            graphs.setdefault(shard.source, []).append(shard)
        else:
            tasks.append(context.task("build", shard.label, shard, source=shard.source))
    for source, shards in graphs.items():
        parts = max(1, -(-sum(shard.rows for shard in shards) // TRIPLES_PER_TASK))
        others = [shard.file for name, some in graphs.items() if name != source for shard in some]
        for part in range(parts):
            payload = {"source": source, "part": part, "parts": parts, "others": others}
            tasks.append(context.task("build", f"{source}-{part:05d}", *shards, **payload))
    return tasks


def build(task: Task) -> TaskResult:
    """Build the samples of one task's rows."""
    result = TaskResult()
    settings = Instruct(**task.config["instruct"])
    folder, label = task.folder, task.label
    with ExitStack() as stack:
        samples = stack.enter_context(ShardWriter(folder / f"part-{label}.parquet", "instruction"))
        texts = stack.enter_context(ShardWriter(folder / f"part-kg-{label}-text.parquet", "pretrain"))
        rejected = stack.enter_context(ShardWriter(folder / "rejected" / f"part-{label}.parquet", "rejected"))
        for rows, builder in _build_samples(task, settings):
            builder.samples = with_pediatric(builder.samples)
            _write(builder, samples, texts, rejected)
            result.figures[MEDICAL] += sum(sample.task != "general" for sample in builder.samples)
            result.figures[PEDIATRIC] += sum(sample.pediatric for sample in builder.samples)
            result.read += rows
            result.rejected.update(rejection.reason.value for rejection in builder.rejections)
            result.kept += rows - len(builder.rejections)
            result.made["instruction"] += len(builder.samples)
            result.made["pretrain"] += len(builder.texts)
    result.shards = [shard for writer in (samples, texts) if (shard := _shard(task, writer)) is not None]
    return result


ROUNDS = (Round("build", tasks, build),)


def _build_samples(task: Task, settings: Instruct) -> Iterator[tuple[int, SampleBuilder]]:
    """Yield rows read and what was made of them, some thousand rows at a time."""
    paths = task.paths()
    table = table_name(paths[0])
    if table == "triple":
        from pedcorpus.steps.instruct.of_graphs import graph

        rows = list(_triples(paths, task.payload["part"], task.payload["parts"]))
        own = paths if task.payload["parts"] > 1 else []
        others = [task.out / name for name in task.payload["others"]]
        context = list(_treatments([*own, *others]))
        department = task.config["sources"][task.payload["source"]]["department"] or ""
        yield len(rows), graph.samples(rows, department, settings, context)
    elif table == "document":
        for chunk in _whole_sections(batch.to_pylist() for batch in iter_batches(paths[0])):
            yield len(chunk), documents.samples(chunk, settings)
    else:
        mostly_medical = table == "sample" and is_mostly_medical(_messages(paths[0]))
        for batch in iter_batches(paths[0]):
            yield batch.num_rows, samples_of_talks(table, batch, settings, mostly_medical)


def samples_of_talks(
    table: str, batch: pa.RecordBatch, settings: Instruct, mostly_medical: bool | None = None
) -> SampleBuilder:
    """Return what is made of rows of the table `dialogue` or `sample`.

    `mostly_medical` tells of the whole shard that the rows are from; without it, the rows tell it themselves.
    """
    if table == "dialogue":
        return dialogues.samples(batch.to_pylist(), settings)
    frame = pl.from_arrow(batch)
    assert isinstance(frame, pl.DataFrame)
    if mostly_medical is None:
        mostly_medical = is_mostly_medical([frame["messages"]])
    return distilled.samples(frame, settings, mostly_medical=mostly_medical)


def _messages(path: Path) -> Iterator[pl.Series]:
    """Yield the messages of a shard's samples, batch by batch."""
    for batch in iter_batches(path, columns=["messages"]):
        yield pl.Series("messages", batch["messages"])


def _triples(paths: list[Path], part: int, parts: int) -> Iterator[dict[str, Any]]:
    """Yield the triples whose head falls to this part. CRC-32 of the head: the same on every machine."""
    for path in paths:
        for batch in iter_batches(path):
            if parts > 1:
                heads = batch["head"].dictionary_encode()
                mine = [crc32(head.encode()) % parts == part for head in heads.dictionary.to_pylist()]
                batch = batch.filter(pc.take(pa.array(mine), heads.indices))
            yield from batch.to_pylist()


def _treatments(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Yield what all tasks must know of the graphs: what treats what, what is to be eaten, and what must not."""
    from ingest.graph_formats.relations import AVOID, CONTRAINDICATED, EAT, TREATED_BY, TREATS

    wanted = pa.array(sorted(CONTRAINDICATED | TREATED_BY | TREATS | EAT | AVOID))
    for path in paths:
        for batch in iter_batches(path):
            yield from batch.filter(pc.is_in(batch["relation"], value_set=wanted)).to_pylist()


def _whole_sections(batches: Iterable[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of batches in chunks that do not divide a section."""
    chunk: list[dict[str, Any]] = []
    for run in runs(row for batch in batches for row in batch):
        if chunk and len(chunk) + len(run) > ROW_GROUP_ROWS:
            yield chunk
            chunk = []
        chunk += run
    if chunk:
        yield chunk


def _write(builder: SampleBuilder, samples: ShardWriter, texts: ShardWriter, rejected: ShardWriter) -> None:
    for writer, records in ((samples, builder.samples), (texts, builder.texts), (rejected, builder.rejections)):
        for record in records:
            writer.write(record)


def _shard(task: Task, writer: ShardWriter) -> Shard | None:
    """Return the finished shard; a file without rows is not left behind."""
    if writer.rows == 0:
        writer.path.unlink()
        return None
    return Shard(f"steps/{task.step}/{writer.path.name}", writer.rows, file_sha256(writer.path), writer.name)
