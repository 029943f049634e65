"""The second round of a graph's ingest: the statements of all files of the source as one graph.

A statement made in several places becomes one row that names them all (`also`); the others are rejected as its
duplicates, so that each place can be found from either side. With `hops` or `seeds` only what lies
around the seeds stays. What cannot all be true is listed in `contradictions.jsonl` beside the shards, and counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pedcorpus.engine.step import CONTRADICTIONS, MERGED, Shard, StepContext, Task, TaskResult
from schemas.errors import SourceError
from schemas.manifest import write_lines
from schemas.origin import Origin, content_id
from schemas.rejection import EXCERPT_CHARS, Reason
from schemas.shards import file_sha256, write_shard
from schemas.tables import TABLES
from schemas.triple import Triple

RAW = "statements"
"""Folder in the step's scratch with the shards of the first round."""
LIST = "contradictions.jsonl"
_COLUMNS = ("id", "head", "head_type", "relation", "tail", "tail_type", "origin")


def tasks(context: StepContext) -> list[Task]:
    """List the one task of a source: what is said twice or contradicted may stand in any two files."""
    raw = sorted((context.work / RAW).glob("part-*.parquet"))
    if not raw:
        return []
    files = [path.relative_to(context.out).as_posix() for path in raw]
    return [context.task("graph", f"{context.step.removeprefix('ingest-')}-graph", *files)]


def merge_statements(task: Task) -> TaskResult:
    """Merge, choose and check the statements of a source; write its shards."""
    paths = task.paths()
    ids = pl.concat([pl.read_parquet(path, columns=["id"])["id"] for path in paths])
    first = ids.is_first_distinct()
    merged = _merged(paths, ids.filter(~first).unique())
    names = _names_within_hops(paths, task.config["source"])
    result = TaskResult(read=len(ids))
    result.figures[MERGED] = len(ids) - int(first.sum())
    left: list[pl.DataFrame] = []
    start = 0
    for path in paths:
        frame = pl.read_parquet(path)
        frame = frame.with_columns(first=first.slice(start, frame.height))
        start += frame.height
        inside = pl.lit(True) if names is None else pl.col("head").is_in(names) & pl.col("tail").is_in(names)
        reason = (
            pl.when(~pl.col("first"))
            .then(pl.lit(Reason.DUPLICATE_EXACT.value))
            .when(~inside)
            .then(pl.lit(Reason.OFF_TOPIC.value))
        )
        frame = frame.with_columns(reason=reason)
        left.append(frame.filter(pl.col("reason").is_not_null()))
        _write(_with_others(frame.filter(pl.col("reason").is_null()), merged), task, path.name, result)
    _reject(pl.concat(left), task, result)
    list_contradictions([task.out / shard.file for shard in result.shards], task, result)
    return result


def _merged(paths: Sequence[Path], ids: pl.Series) -> pl.DataFrame:
    """Return of each statement made more than once its other places, all qualifiers, and the classes that are known."""
    wanted = ["id", "origin", "qualifiers", "head_type", "tail_type"]
    rows = pl.concat([pl.scan_parquet(path).select(wanted).filter(pl.col("id").is_in(ids.implode())) for path in paths])
    known = {
        name: pl.col(name).filter(pl.col(name) != "unknown").first().fill_null("unknown").alias(f"{name}_known")
        for name in ("head_type", "tail_type")
    }
    return (
        rows.group_by("id", maintain_order=True)
        .agg(
            pl.col("origin").unique(maintain_order=True).slice(1).alias("places"),
            pl.col("qualifiers").explode().drop_nulls().unique().sort().alias("facts"),
            *known.values(),
        )
        .collect()
    )


def _with_others(frame: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """Return rows with what the merged ones add."""
    both = frame.join(merged, on="id", how="left", maintain_order="left")
    return both.select(
        pl.coalesce("places", "also").alias("also")
        if name == "also"
        else pl.coalesce("facts", "qualifiers").alias("qualifiers")
        if name == "qualifiers"
        else pl.coalesce(f"{name}_known", name).alias(name)
        if name in ("head_type", "tail_type")
        else pl.col(name)
        for name in TABLES["triple"].names
    )


def _write(frame: pl.DataFrame, task: Task, name: str, result: TaskResult) -> None:
    if not frame.height:
        return
    path = task.folder / name
    write_shard(frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(TABLES["triple"]), path, "triple")
    result.kept += frame.height
    result.shards.append(Shard(path.relative_to(task.out).as_posix(), frame.height, file_sha256(path), "triple"))


def _names_within_hops(paths: Sequence[Path], source: dict[str, Any]) -> list[str] | None:
    """Return the names within the configured hops of the seeds; None where the whole graph is wanted."""
    import networkx as nx

    from pedcorpus.graph.contradictions import build, may_be_pediatric, pediatric_seeds, within

    seeds, hops = source.get("seeds") or [], source.get("hops")
    if hops is None and not seeds:
        return None
    statements = pl.scan_parquet(list(paths)).select(_COLUMNS)
    if not seeds:
        seeds = pediatric_seeds(build(_triples(statements.filter(may_be_pediatric()).collect())))
    graph = nx.Graph()  # names alone: some 0.5 GB for a million statements
    for path in paths:
        graph.add_edges_from(pl.read_parquet(path, columns=["head", "tail"]).unique().iter_rows())
    if not any(seed in graph for seed in seeds):
        raise SourceError(_no_seeds(seeds, statements))
    return sorted(within(graph, seeds, 1 if hops is None else hops))


def _no_seeds(seeds: Sequence[str], statements: pl.LazyFrame) -> str:
    if not seeds:
        return "hops: no disease of this graph is one of children by name or department. Name some in `seeds`."
    diseases = (
        statements.filter(pl.col("head_type") == "disease").select(pl.col("head").unique().sort().head(5)).collect()
    )
    known = ", ".join(diseases["head"]) or "no disease"
    return f"seeds: the graph has none of {', '.join(seeds[:5])}. It has, for example: {known}."


def _triples(frame: pl.DataFrame) -> Iterator[Triple]:
    for row in frame.iter_rows(named=True):
        head, kind, relation, tail, tail_kind = (row[name] for name in _COLUMNS[1:6])
        yield Triple(row["id"], "", Origin(**row["origin"]), head, kind, relation, tail, tail_kind, "")


def _reject(frame: pl.DataFrame, task: Task, result: TaskResult) -> None:
    """Write the rejections of statements made before, and of those that lie too far from the seeds."""
    if not frame.height:
        return
    told = pl.concat_str("head", pl.lit(" — "), "relation", pl.lit(" → "), "tail").str.slice(0, EXCERPT_CHARS)
    rows = frame.with_columns(step=pl.lit(task.step), excerpt=told).select(TABLES["rejected"].names)
    places = rows.select(pl.col("id"), pl.col("origin").struct.unnest(), pl.col("reason")).iter_rows()
    ids = [content_id("rej", (id, sha256, locator, reason)) for id, _, locator, sha256, reason in places]
    table = rows.with_columns(id=pl.Series(ids)).to_arrow(compat_level=pl.CompatLevel.oldest())
    path = task.folder / "rejected" / f"part-{task.label}.parquet"
    write_shard(table.cast(TABLES["rejected"]), path, "rejected")
    result.rejected.update(frame["reason"].to_list())


def list_contradictions(shards: Sequence[Path], task: Task, result: TaskResult) -> None:
    """Write what statements of shards contradict beside the step's shards, with each statement and its place."""
    from pedcorpus.graph.contradictions import build, conflicts, in_question

    if not shards:
        return
    rows = in_question(pl.scan_parquet(list(shards)).select("source", *_COLUMNS))
    by_id = {row["id"]: row for row in rows.iter_rows(named=True)}
    lines = []
    for conflict in conflicts(build(_triples(rows))):
        stated = [by_id[one] for one in conflict.ids]
        told = [
            {key: row[key] for key in ("id", "source", "head", "relation", "tail")} | row["origin"] for row in stated
        ]
        said = {"kind": conflict.kind, "names": conflict.names, "statements": told}
        lines.append(json.dumps(said, ensure_ascii=False))
        result.figures[f"{CONTRADICTIONS}.{conflict.kind.replace(' ', '_')}"] += 1
    if lines:
        path = task.folder / LIST
        write_lines(path, lines)
        result.files.append({"file": path.relative_to(task.out).as_posix(), "sha256": file_sha256(path)})
