"""Figures of a built dataset: rows and bytes by table and split, and the corpus table of the paper.

Everything is counted from the finished Parquet files and read from step manifests; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from schemas.sample import TASKS
from schemas.tables import DATASET_TABLES

TASK_TITLES = {"medkqa": "MedKQ&A", "evidiag": "EviDiag", "trerecom": "TreRecom", "general": "general"}
"""Tasks as the paper names them."""
KIND_TITLES = {
    "textbook": "pediatric textbooks",
    "guideline": "pediatric guidelines",
    "knowledge_graph": "knowledge graph",
    "dialogue": "real doctor-patient conversations",
    "distilled": "distilled medical datasets",
    "wikipedia": "filtered Chinese Wikipedia",
}
"""Source kinds as the paper's table names them."""


JUDGES = {"rule": "rules", "model": "a local model"}
"""Kind in `rejected_by` → who or what made a pair's answers differ in quality."""


def files_of(dataset: Path, table: str) -> dict[str, list[Path]]:
    """Return split → shards of a table, in order."""
    splits: dict[str, list[Path]] = {}
    for path in sorted((dataset / table).glob("*.parquet")):
        splits.setdefault(path.name.split("-")[0], []).append(path)
    return {name: splits[name] for name in ("train", "validation", "test") if name in splits}


def table_sizes(dataset: Path) -> dict[str, dict[str, dict[str, int]]]:
    """Return table → split → `{rows, bytes}`; bytes are those of the files."""
    return {
        table: {
            split: {
                "rows": sum(pq.read_metadata(path).num_rows for path in paths),
                "bytes": sum(path.stat().st_size for path in paths),
            }
            for split, paths in files_of(dataset, table).items()
        }
        for table in DATASET_TABLES
    }


def filled_tables(sizes: Mapping[str, Mapping[str, Mapping[str, int]]]) -> list[str]:
    """Return the tables that have rows, in the order of the card."""
    return [table for table in DATASET_TABLES if any(split["rows"] for split in sizes.get(table, {}).values())]


def filled_files(dataset: Path, table: str) -> dict[str, list[Path]]:
    """Return split → shards of a table, without splits that have no rows."""
    splits = files_of(dataset, table).items()
    return {name: paths for name, paths in splits if any(pq.read_metadata(path).num_rows for path in paths)}


def default_table(sizes: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str | None:
    """Return the table that loads when none is named: sft, or the first that has rows."""
    filled = filled_tables(sizes)
    return "sft" if "sft" in filled else next(iter(filled), None)


def scan(dataset: Path, table: str) -> pl.LazyFrame | None:
    """Return all splits of a table as one lazy frame; None where it has no rows."""
    paths = [path for paths in files_of(dataset, table).values() for path in paths]
    return pl.scan_parquet(paths) if paths else None


def corpus_table(
    dataset: Path, sources: Mapping[str, Mapping[str, str]], is_pediatric: bool = True
) -> list[dict[str, Any]]:
    """Return the rows of the corpus table, as in the paper: PedCorpus by source, PedCorpus-CPT, PedCorpus-DFPO.

    `size` is in rows for PedCorpus and PedCorpus-DFPO and in UTF-8 bytes of text for PedCorpus-CPT (`unit` says so);
    `medkqa`, `evidiag`, `trerecom`, `general` are rows by task. `preference_pairs` are those made of the source,
    `preferred_by` is who or what judged them (`rules`, `model`), and `human_preference` whether people did: nobody has,
    so false; null where there are no pairs. `is_pediatric` tells whether preference pairs are pediatric ones alone.
    """
    preferred = preference_pairs(dataset)
    rows = [_instruction_row(name, sources, counts, preferred) for name, counts in _by_source(dataset).items()]
    order = [*KIND_TITLES, *sorted({row["kind"] for row in rows if row["kind"]} - KIND_TITLES.keys()), None]
    rows.sort(key=lambda row: (order.index(row["kind"]), row["source"]))
    rows += _pretraining_rows(dataset, sources)
    if pairs := _count(scan(dataset, "dfpo"), ["task"]):
        tasks: dict[str, int] = {task: pairs.get((task,), 0) for task in TASKS}
        rows.append(
            {
                "table": "PedCorpus-DFPO",
                "source": "pediatrics data from PedCorpus" if is_pediatric else "data of all departments",
                "kind": None,
                "department": "儿科" if is_pediatric else "multiple",
                "size": sum(tasks.values()),
                "unit": "rows",
                **_judged(preferred),
                **tasks,
            }
        )
    return rows


def preference_pairs(dataset: Path) -> dict[tuple[str, str], int]:
    """Return (source, kind of what made the rejected answer: rule or model) → preference pairs."""
    frame = scan(dataset, "dfpo")
    kind = pl.col("rejected_by").struct.field("kind")
    return _count(None if frame is None else frame.with_columns(made_by=kind), ["source", "made_by"])


def _judged(pairs: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Return the columns on preference: pairs, who or what made them unlike, and that no human did."""
    kinds = sorted({JUDGES.get(kind, kind) for _, kind in pairs})
    return {
        "preference_pairs": sum(pairs.values()),
        "preferred_by": " and ".join(kinds) or None,
        "human_preference": False if pairs else None,
    }


def told_preference(row: Mapping[str, Any]) -> str | None:
    """Return the cell `human preference` of a row of the corpus table: `no (rules)`; None where it has no pairs."""
    return f"no ({row['preferred_by']})" if row["preference_pairs"] else None


def _count(frame: pl.LazyFrame | None, columns: list[str]) -> dict[tuple[Any, ...], int]:
    if frame is None:
        return {}
    counted = frame.group_by(columns).len().sort(columns).collect()
    return {row[:-1]: row[-1] for row in counted.iter_rows()}


def _by_source(dataset: Path) -> dict[str, pl.DataFrame]:
    """Return source → (department, task, rows) over the instruction rows of SFT and LoRA, each id once."""
    frames = [frame for table in ("sft", "lora") if (frame := scan(dataset, table)) is not None]
    if not frames:
        return {}
    columns = ["id", "source", "department", "task"]
    rows = pl.concat([frame.select(columns) for frame in frames]).unique("id")
    counted = rows.group_by("source", "department", "task").len().sort("source", "department", "task").collect()
    return {str(key[0]): frame for key, frame in counted.group_by("source", maintain_order=True)}


def _instruction_row(
    name: str,
    sources: Mapping[str, Mapping[str, str]],
    counts: pl.DataFrame,
    preferred: Mapping[tuple[str, str], int],
) -> dict[str, Any]:
    tasks = {str(k): int(v) for k, v in counts.group_by("task").agg(pl.col("len").sum()).iter_rows()}
    departments = counts["department"].unique().to_list()
    return {
        "table": "PedCorpus",
        "source": name,
        "kind": sources.get(name, {}).get("kind"),
        "department": departments[0] if len(departments) == 1 else "multiple",
        "size": int(counts["len"].sum()),
        "unit": "rows",
        **_judged({key: n for key, n in preferred.items() if key[0] == name}),
        **{task: tasks.get(task, 0) for task in TASKS},
    }


def _pretraining_rows(dataset: Path, sources: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    frame = scan(dataset, "cpt")
    if frame is None:
        return []
    sized = frame.group_by("source", "kind").agg(pl.col("text").str.len_bytes().sum()).sort("source", "kind").collect()
    from ingest import SOURCES

    kinds = {name: SOURCES.get(source["kind"]) for name, source in sources.items()}
    groups = {"plain textbooks, guidelines, KG": 0, "filtered Chinese Wikipedia": 0, "extended data from PedCorpus": 0}
    for source, kind, size in sized.iter_rows():
        if kind == "instruction":
            groups["extended data from PedCorpus"] += size
        elif (known := kinds.get(source)) and known.is_encyclopedia:
            groups["filtered Chinese Wikipedia"] += size
        else:
            groups["plain textbooks, guidelines, KG"] += size
    return [
        {
            "table": "PedCorpus-CPT",
            "source": title,
            "kind": None,
            "department": "multiple",
            "size": int(size),
            "unit": "bytes",
            **_judged({}),
            **dict.fromkeys(TASKS),
        }
        for title, size in groups.items()
        if size
    ]
