"""What must hold before a dataset leaves this machine. Gates read shards and manifests, never the card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pedcorpus.config.licences import may_be_published
from pedcorpus.engine.freshness import manifest_path
from pedcorpus.rows.row_texts import all_words
from pedcorpus.steps.card.figures import files_of
from pedcorpus.steps.clean.step import level_of
from schemas.errors import PublishRefused
from schemas.manifest import StepManifest, read_manifest
from schemas.shards import file_sha256, iter_batches, table_name
from schemas.tables import DATASET_TABLES

SHOWN = 20
"""Rows named in a refusal; the number of all stands beside them."""


def check(out: Path) -> StepManifest:
    """Run all gates on the build in `out` and return the card's manifest.

    Raise PublishRefused with everything that stands in the way: unfinished steps, changed files, licences, rows with
    private data (table, id and class; never the value).
    """
    card = read_manifest(manifest_path(out, "card"))
    if card is None:
        raise PublishRefused(f"{out}: no finished dataset. Run `python -m pedcorpus build` first.")
    problems = [*_unfinished(out, card), *_changed(out, card), *_licenses(card)]
    if not problems:
        problems = list(_private_rows(out, card))
    if problems:
        raise PublishRefused(f"{out}: not published.\n" + "\n".join(f"- {problem}" for problem in problems))
    return card


def _unfinished(out: Path, card: StepManifest) -> Iterator[str]:
    """Yield steps that are not done, or were rebuilt after the card was written."""
    wanted = {item["step"]: item["fingerprint"] for item in card.inputs}
    folders = {path.name for path in (out / "steps").iterdir() if path.is_dir()}
    for name in sorted({*wanted, *folders} - {"card"}):
        manifest = read_manifest(manifest_path(out, name))
        if manifest is None:
            yield f"step {name} is unfinished. Run the build again."
        elif name in wanted and manifest.fingerprint != wanted[name]:
            yield f"step {name} was rebuilt after the card. Run the build to its end."


def _changed(out: Path, card: StepManifest) -> Iterator[str]:
    """Yield files of the dataset that are not what the build wrote, or that the build did not write."""
    split = read_manifest(manifest_path(out, "split"))
    expected: dict[str, str] = {item["file"]: item["sha256"] for item in card.files}
    expected |= {shard["file"]: shard["sha256"] for shard in split.shards} if split else {}
    for name, sha256 in expected.items():
        path = out / name
        if not path.is_file():
            yield f"{name} is missing. Run the build again."
        elif file_sha256(path) != sha256:
            yield f"{name} was changed after the build. Run the build with --fresh, or restore the file."
    for path in sorted((out / "dataset").rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and name not in expected:
            yield f"{name} was not written by the build. Move it away."


def _licenses(card: StepManifest) -> Iterator[str]:
    for name, source in card.config["sources"].items():
        if not may_be_published(source["license"]):
            yield (
                f"source {name} has the licence {source['license']!r}, which forbids publication. State its licence "
                "in the configuration, or leave the source out."
            )


def _private_rows(out: Path, card: StepManifest) -> Iterator[str]:
    """Yield rows in which the privacy scan finds something, by table, id and class."""
    found: list[tuple[str, str, str]] = []
    strict = _strict_sources(out, card)
    for table in DATASET_TABLES:
        for paths in files_of(out / "dataset", table).values():
            for path in paths:
                found += [(table, row_id, kind) for row_id, kind in private_rows(path, strict)]
    if found:
        named = "; ".join(f"{table} {row_id}: {kind}" for table, row_id, kind in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield f"{len(found)} findings of private data: {named}{more}. Withdraw these rows or mend the source."


def _strict_sources(out: Path, card: StepManifest) -> list[str]:
    """Return the sources that were cleaned of every class: the scan looks for what cleaning took out, no less."""
    clean = read_manifest(manifest_path(out, "clean"))
    config = clean.config if clean else {"clean": {}, "sources": card.config["sources"]}
    return [name for name in config["sources"] if level_of(name, config) == "strict"]


def private_rows(path: Path, strict: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield id and class of each finding of private data in a shard; of all classes in rows of the sources `strict`."""
    from ingest.privacy import residual

    if pq.read_metadata(path).num_rows == 0:
        return
    table = table_name(path)
    for batch in iter_batches(path):
        frame = pl.DataFrame(batch)
        rows = frame.select("id", "source", text=all_words(table))
        for level, part in (
            ("strict", rows.filter(pl.col("source").is_in(strict))),
            ("identifiers", rows.filter(~pl.col("source").is_in(strict))),
        ):
            hits = residual(part["text"], level)  # type: ignore[arg-type]
            for index, kind in hits.select("row", "class").iter_rows():
                yield part["id"][index], kind


def dataset_version(out: Path) -> str:
    """Return the version in the dataset's manifest."""
    values = json.loads((out / "dataset" / "manifest.json").read_text(encoding="utf-8"))
    return str(values["version"])
