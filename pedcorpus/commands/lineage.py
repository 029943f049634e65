"""One row's way: where its id occurs, which records it came from, and their files and places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import PedCorpusError
from schemas.tables import DATASET_TABLES


@dataclass(slots=True)
class Lineage:
    """What is known of one id.

    `places` are steps and tables that hold it, `changed_at` those in which its words are not those before;
    `rejections` say where it left and why, `evidence` of which row it was a duplicate or what it gave away; `copies`
    are the rows that left as duplicates of it, with their places.
    """

    id: str
    places: list[str] = field(default_factory=list)
    changed_at: list[str] = field(default_factory=list)
    row: dict[str, Any] | None = None
    origin: dict[str, str] | None = None
    license: str | None = None
    builder: dict[str, Any] | None = None
    rejected_by: dict[str, Any] | None = None
    rejections: list[dict[str, str]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    copies: list[dict[str, str]] = field(default_factory=list)
    parents: list[Lineage] = field(default_factory=list)


def trace(out: Path, row_id: str) -> Lineage:
    """Return the lineage of a row of any step or table below OUT, its parents resolved.

    Raise PedCorpusError where the id is nowhere.
    """
    found = _gather(out, [row_id])[row_id]
    if not found.places and not found.rejections:
        raise PedCorpusError(
            f"{out}: no row {row_id!r} in any step or table. Take an id from a table, e.g. of `inspect` or a shard."
        )
    parents = list(dict.fromkeys((found.row or {}).get("parents") or []))
    found.parents = list(_gather(out, parents).values()) if parents else []
    return found


def _gather(out: Path, ids: Sequence[str]) -> dict[str, Lineage]:
    known = {row_id: Lineage(row_id) for row_id in ids}
    for place, frame in _frames(out):
        for row in _rows_with(frame, ids):
            entry = known[row["id"]]
            if "reason" in row:
                entry.rejections.append({"step": row["step"], "reason": row["reason"], "excerpt": row["excerpt"]})
                entry.origin = entry.origin or row["origin"]
                continue
            if place == "steps/signals":  # measured beside the row, no row of its own
                found = {name: value for name, value in row.items() if value and name not in ("id", "source")}
                entry.evidence.append({"step": "signals", **found})
                continue
            _add(entry, place, row)
    for path in sorted((out / "steps").glob("*/evidence/*.parquet")):
        for row in _rows_with(pl.scan_parquet(path), ids):
            known[row.pop("id")].evidence.append({"step": path.parents[1].name, **row})
        for survivor, copy in _copies(path, ids):
            known[survivor].copies.append(copy)
    return known


def _copies(path: Path, ids: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield of one shard's evidence the rows that left for one of `ids`, each with its step and origin."""
    evidence = pl.scan_parquet(path)
    left = path.parents[1] / "rejected" / path.name
    if "survivor" not in evidence.collect_schema() or not left.is_file():
        return
    pairs = evidence.filter(pl.col("survivor").is_in(list(ids)), pl.col("survivor") != pl.col("id"))
    origins = pl.scan_parquet(left).select("id", "origin")
    for row in pairs.select("id", "survivor").join(origins, on="id").sort("id").collect().to_dicts():
        yield row["survivor"], {"id": row["id"], "step": path.parents[1].name, **row["origin"]}


def _add(entry: Lineage, place: str, row: dict[str, Any]) -> None:
    """Add a row of a step or table to what is known of its id."""
    if entry.row is not None and words(row) != words(entry.row) and place.startswith("steps/"):
        entry.changed_at.append(place)
    if place not in entry.places:
        entry.places.append(place)
    entry.row = row
    entry.origin = entry.origin or row.get("origin")
    entry.license = row.get("license") or entry.license
    entry.builder = row.get("builder") or row.get("chosen_by") or entry.builder
    entry.rejected_by = row.get("rejected_by") or entry.rejected_by


def words(row: dict[str, Any]) -> str:
    """Return the words of a row of any table, each line after who said it: for people, not for comparison."""
    if row.get("text"):
        return str(row["text"])
    if "head" in row:
        return f"{row['head']} — {row['relation']} → {row['tail']}"
    if row.get("turns"):
        return "\n".join(f"{turn['role']}: {turn['text']}" for turn in row["turns"])
    said = [(item["role"], item["content"]) for name in ("messages", "prompt") for item in row.get(name) or []]
    said += [(name, item["content"]) for name in ("chosen", "rejected") for item in row.get(name) or []]
    said += [("assistant", row["reference"])] if row.get("reference") else []
    return "\n".join(f"{who}: {what}" for who, what in said)


def _rows_with(frame: pl.LazyFrame, ids: Sequence[str]) -> list[dict[str, Any]]:
    return frame.filter(pl.col("id").is_in(list(ids))).collect().to_dicts()


def _frames(out: Path) -> Iterator[tuple[str, pl.LazyFrame]]:
    """Yield every shard below OUT with the name of its place, steps in the order of the build."""
    from pedcorpus.build_plan import order_of  # loads every step, which the corpus table needs not

    steps = [path.parent for path in (out / "steps").glob("*/manifest.json")]
    for step in sorted(steps, key=lambda step: (order_of(step.name), step.name)):
        for path in sorted(step.glob("part-*.parquet")) + sorted(step.glob("rejected/part-*.parquet")):
            yield f"steps/{step.name}", pl.scan_parquet(path)
    for table in DATASET_TABLES:
        for path in sorted((out / "dataset" / table).glob("*.parquet")):
            yield f"dataset/{table}/{path.name.split('-')[0]}", pl.scan_parquet(path)
