"""Step `card`: the README and the manifest of the dataset folder, from manifests and shards."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq

from pedcorpus.engine.freshness import manifest_path
from pedcorpus.engine.step import ALL_DEPARTMENTS, Round, StepContext, Task, TaskResult
from pedcorpus.steps.card.figures import corpus_table, files_of, scan, table_sizes
from pedcorpus.steps.card.front_matter import front_matter
from pedcorpus.steps.card.mixture import mixture_rows
from pedcorpus.steps.card.readme import CardFacts, body
from schemas.errors import PedCorpusError
from schemas.manifest import StepManifest, read_manifest, write_json
from schemas.shards import file_sha256
from schemas.tables import DATASET_TABLES

VERSION = 3
OUTPUTS = ("dataset/README.md", "dataset/manifest.json")
EXAMPLE_CHARS = 400
"""Longest string of an example row on the card, in characters."""


def _tasks(context: StepContext) -> list[Task]:
    return [context.task("write", "card", steps=list(context.shards))]


def write(task: Task) -> TaskResult:
    """Write `dataset/manifest.json` and `dataset/README.md`."""
    dataset = task.out / "dataset"
    manifests = _manifests(task)
    sources = task.config["sources"]
    sizes = table_sizes(dataset)
    rows = corpus_table(dataset, sources, ALL_DEPARTMENTS not in manifests["prefer"].figures)
    corpus = task.config["corpus"]
    values = {
        "name": corpus["name"],
        "version": corpus["version"],
        "tables": sizes,
        "corpus_table": rows,
        "mixture": mixture_rows(manifests["split"]),
        "steps": {name: manifest.fingerprint for name, manifest in manifests.items()},
    }
    facts = CardFacts(
        corpus=corpus,
        sources=sources,
        publish=task.config["publish"],
        sizes=sizes,
        corpus_table=rows,
        manifests=manifests,
        examples={table: example for table in DATASET_TABLES if (example := _example(dataset, table))},
        builders=_makers(dataset, "sft", "builder"),
        rejected_by=_makers(dataset, "dfpo", "rejected_by"),
        columns={table: _columns(dataset, table) for table in DATASET_TABLES if files_of(dataset, table)},
    )
    write_json(dataset / "manifest.json", values)
    readme = dataset / "README.md"
    partial = readme.with_name(f".README.md.{os.getpid()}.partial")
    partial.write_text(front_matter(dataset, corpus, sizes) + "\n" + body(facts), encoding="utf-8")
    partial.replace(readme)
    files = [{"file": name, "sha256": file_sha256(task.out / name)} for name in OUTPUTS]
    return TaskResult(files=files)


def _manifests(task: Task) -> dict[str, StepManifest]:
    found = {name: read_manifest(manifest_path(task.out, name)) for name in task.payload["steps"]}
    missing = [name for name, manifest in found.items() if manifest is None]
    if missing:
        raise PedCorpusError(f"card: no manifest of {', '.join(missing)}. Run `python -m pedcorpus build` again.")
    return {name: manifest for name, manifest in found.items() if manifest is not None}


def _columns(dataset: Path, table: str) -> list[str]:
    first = next(iter(files_of(dataset, table).values()))[0]
    return list(pq.read_schema(first).names)


def _example(dataset: Path, table: str) -> str | None:
    frame = scan(dataset, table)
    row = None if frame is None else frame.head(1).collect().to_dicts()
    return json.dumps(_shortened(row[0]), ensure_ascii=False, indent=1) if row else None


def _shortened(value: object) -> object:
    if isinstance(value, str) and len(value) > EXAMPLE_CHARS:
        return value[:EXAMPLE_CHARS] + "…"
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    return value


def _makers(dataset: Path, table: str, column: str) -> list[tuple[str, str, str, str | None, int]]:
    """Return kind, name, version, model and rows of what a column of a table says made its text."""
    frame = scan(dataset, table)
    if frame is None:
        return []
    columns = ["kind", "name", "version", "model"]
    counted = frame.select(column).unnest(column).group_by(columns).len().sort(columns).collect()
    return [(row[0], row[1], row[2], row[3], row[4]) for row in counted.iter_rows()]


ROUNDS = (Round("write", _tasks, write),)
