"""Step `split`: the training tables and the benchmarks, as files of a Hub dataset.

The rows of books are joined to texts in reading order. Each shard is described in numbers; one task places all rows;
each shard's rows are scattered to pieces, one per file they go to; each file is gathered from its pieces, in the order
of the rows' keys. A row in no table is rejected.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dedup.settings import MinHash
from pedcorpus.engine.step import Round, Shard, StepContext, Task, TaskResult
from pedcorpus.pediatric.scope import ALL_DEPARTMENTS, takes_all
from pedcorpus.rows.near_duplicate_clusters import cluster, sketch
from pedcorpus.rows.read_rows import frames, hashes
from pedcorpus.rows.row_texts import answer, asked
from pedcorpus.steps.split import joining, placement
from pedcorpus.steps.split.caps import count_caps
from pedcorpus.steps.split.described_rows import describe_rows, rows_of
from pedcorpus.steps.split.joining import count_rows, is_of_books, joined_path, rows_path, unused_rows
from pedcorpus.steps.split.mixtures import order_keys
from pedcorpus.steps.split.placement import UNUSED, Links, Places, Rows
from pedcorpus.steps.split.table_rows import as_table, schema_name, schema_of
from schemas.origin import content_id
from schemas.sample import MEDICAL_TASKS
from schemas.shards import ShardWriter, file_sha256, read_shards, write_shard
from schemas.tables import DATASET_TABLES, TABLES

VERSION = 5
OUTPUTS = tuple(f"dataset/{name}" for name in DATASET_TABLES)
CLUSTERED = {"document": ("text",), "pretrain": ("text",), "instruction": ("asked", "answer")}
"""By which texts rows are tied. Preference pairs are tied by their parents alone, tests not at all."""


def describe_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return _shard_tasks("describe", context)


def describe(task: Task) -> TaskResult:
    """Write the numbers and sketches of one shard."""
    table = task.payload["table"]
    found = [describe_rows(frame, table, task.payload) for frame in frames(rows_path(task))]
    starts = np.cumsum([0, *(len(part["ids"]) for part in found)])
    for start, part in zip(starts, found, strict=False):
        part["parent_row"] += start
    joined = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    np.savez(_work(task, "rows", "npz"), **joined)  # type: ignore[arg-type]
    settings = MinHash.from_config(task.config["dedup"])
    for name in CLUSTERED.get(table, ()):
        sketches = [sketch(f.select(_text(name).alias(name))[name], settings) for f in frames(rows_path(task))]
        np.save(_work(task, name, "npy"), np.concatenate(sketches, axis=1))
    return TaskResult()


def place_tasks(context: StepContext) -> list[Task]:
    """List the one task that places all rows."""
    shards = context.all_shards()
    joined = [is_of_books(context, shard) for shard in shards]
    tables = [joining.JOINED if is_joined else shard.table for is_joined, shard in zip(joined, shards, strict=True)]
    return [context.task("place", "all", *shards, tables=tables, joined=joined, takes_all=takes_all(context))]


def place(task: Task) -> TaskResult:
    """Place all rows; write each shard's places and the number of files."""
    parts = [np.load(task.work / f"rows-{number:05d}.npz") for number in range(len(task.inputs))]
    starts = np.cumsum([0, *(len(part["ids"]) for part in parts)])
    rows = rows_of(parts)
    places = placement.place_rows(rows, _links(task, parts, starts), task.config["split"])
    for number in range(len(parts)):
        mine = slice(starts[number], starts[number + 1])
        arrays = {
            f"{name}.{field}": getattr(table, field)[mine] for name, table in places.items() for field in table._fields
        }
        np.savez(task.work / f"places-{number:05d}.npz", **arrays)
    (task.work / "files.json").write_text(json.dumps(placement.file_counts(places)))
    return TaskResult(figures=_figures(task, rows, places))


def _figures(task: Task, rows: Rows, places: Mapping[str, Places]) -> Counter[str]:
    """Return what the card tells of the mixture: which scope, and of each cap what there was and what was taken."""
    figures = Counter[str]({ALL_DEPARTMENTS: 1} if task.payload["takes_all"] else {})
    caps = placement.caps_of(rows, task.config["split"])
    medical = (rows.kind == placement.INSTRUCTION) & ~rows.is_general
    for name, available in (("sft", medical), ("lora", medical & rows.is_pediatric)):
        figures += count_caps(name, available, places[name].split != UNUSED, caps)
    return figures


def scatter_tasks(context: StepContext) -> list[Task]:
    """List one task per shard."""
    return _shard_tasks("scatter", context)


def scatter(task: Task) -> TaskResult:
    """Write a shard's rows to one piece per file they go to; reject those that go nowhere."""
    result = TaskResult()
    table, start = task.payload["table"], 0
    pieces: dict[tuple[str, int, int], list[pl.DataFrame]] = {}
    rejected = [TABLES["rejected"].empty_table()]
    with np.load(_work(task, "places", "npz")) as places:
        found = {name: (places[f"{name}.split"], places[f"{name}.file"]) for name in DATASET_TABLES}
    for frame in frames(rows_path(task)):
        used = np.zeros(frame.height, np.bool_)
        for name, (split, file) in found.items():
            sides, files = split[start : start + frame.height], file[start : start + frame.height]
            used |= sides != UNUSED
            for side, number in sorted(
                set(zip(sides[sides != UNUSED].tolist(), files[sides != UNUSED].tolist(), strict=True))
            ):
                rows = frame.filter(pl.Series((sides == side) & (files == number)))
                pieces.setdefault((name, side, number), []).append(as_table(rows, table, name))
        rejected.append(unused_rows(task, frame.filter(pl.Series(~used))))
        result.read += count_rows(task, frame)
        start += frame.height
    result.rejected.update(reason for part in rejected for reason in part["reason"].to_pylist())
    result.kept = result.read - result.rejected.total()
    for (name, side, number), parts in pieces.items():
        write_shard(pl.concat(parts).to_arrow().cast(schema_of(name)), _piece(task, name, side, number), name)
    write_shard(pa.concat_tables(rejected), task.folder / "rejected" / f"part-{task.label}.parquet", "rejected")
    return result


def gather_tasks(context: StepContext) -> list[Task]:
    """List one task per file of the dataset."""
    counts = json.loads((context.work / "files.json").read_text())
    shards = len(context.all_shards())
    return [
        _file_task(context, name, side, number, counts[name], shards)
        for name in DATASET_TABLES
        for side in (placement.TRAIN, placement.VALIDATION)
        for number in range(counts[name][side])
    ]


def gather(task: Task) -> TaskResult:
    """Write one file of the dataset, rows in the order of their keys, and clear its folder of files of other builds."""
    name, file = task.payload["table"], task.out / task.payload["file"]
    for old in file.parent.glob("*.parquet"):
        if f"dataset/{name}/{old.name}" not in task.payload["files"]:
            old.unlink(missing_ok=True)
    if paths := sorted((task.work / "pieces").glob(f"{task.label}.*.parquet")):
        rows = read_shards(paths)
        keys = order_keys(hashes(pl.Series(rows["id"])), task.config["split"]["seed"])
        write_shard(rows.take(pa.array(np.argsort(keys, kind="stable"))), file, schema_name(name))
    else:
        rows = schema_of(name).empty_table()
        with ShardWriter(file, schema_name(name)):
            pass  # a file without row groups: readers find the columns and no rows
    result = TaskResult()
    result.made[name] = rows.num_rows
    result.shards.append(Shard(task.payload["file"], rows.num_rows, file_sha256(file), schema_name(name)))
    return result


ROUNDS = (
    Round("join", joining.join_tasks, joining.join),
    Round("describe", describe_tasks, describe),
    Round("place", place_tasks, place),
    Round("scatter", scatter_tasks, scatter),
    Round("gather", gather_tasks, gather),
)


def _shard_tasks(round: str, context: StepContext) -> list[Task]:
    everybody = takes_all(context)
    tasks = []
    for number, shard in enumerate(context.all_shards()):
        joined = is_of_books(context, shard)
        table = joining.JOINED if joined else shard.table
        payload = {"table": table, "shard": number, "is_joined": joined, "takes_all": everybody}
        tasks.append(context.task(round, shard.label, shard, **payload))
    return tasks


def _file_task(context: StepContext, name: str, side: int, number: int, counts: list[int], shards: int) -> Task:
    words = ("test",) if name in MEDICAL_TASKS else ("train", "validation")
    files = [
        f"dataset/{name}/{word}-{i:05d}-of-{count:05d}.parquet"
        for word, count in zip(words, counts, strict=False)
        for i in range(count)
    ]
    file = f"dataset/{name}/{words[side]}-{number:05d}-of-{counts[side]:05d}.parquet"
    return context.task("gather", f"{name}-{side}-{number:05d}", table=name, file=file, files=files)


def _work(task: Task, name: str, suffix: str) -> Path:
    return task.work / f"{name}-{task.payload['shard']:05d}.{suffix}"


def _piece(task: Task, name: str, side: int, number: int) -> Path:
    return task.work / "pieces" / f"{name}-{side}-{number:05d}.{task.payload['shard']:05d}.parquet"


def _text(name: str) -> pl.Expr:
    return {"text": pl.col("text"), "asked": asked(), "answer": answer()}[name]


def _links(task: Task, parts: list[Any], starts: NDArray[np.int64]) -> Links:
    """Tie rows by parents and by near-duplicate texts; tests are tied to nothing, they are in no split."""
    training = [i for i, table in enumerate(task.payload["tables"]) if table != "benchmark"]
    tokens = [np.zeros(0, np.uint64), *(parts[i]["parent"] for i in training)]
    rows = [np.zeros(0, np.int64), *(parts[i]["parent_row"] + starts[i] for i in training)]
    settings = MinHash.from_config(task.config["dedup"])
    for name in ("text", "asked", "answer"):
        mine = [i for i in training if name in CLUSTERED.get(task.payload["tables"][i], ())]
        paths = [joined_path(task.work, i) if task.payload["joined"][i] else task.paths()[i] for i in mine]
        labels = cluster(paths, _text(name), [task.work / f"{name}-{i:05d}.npy" for i in mine], settings)
        numbers = np.concatenate([np.zeros(0, np.int64), *(np.arange(starts[i], starts[i + 1]) for i in mine)])
        named = content_id("", (name,)).encode()
        tokens.append(order_keys(labels.astype(np.uint64), int(named[1:9], 16)))
        rows.append(numbers)
    return Links(np.concatenate(tokens), np.concatenate(rows))
