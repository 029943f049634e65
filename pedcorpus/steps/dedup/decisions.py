"""Decisions on duplicates, carried from the task that decides to the tasks that write shards.

`write_decisions` cuts the decisions on all rows into one small file per shard; `split_kept_rejected` reads it and
parts the shard's rows. Beside the shards it leaves `evidence/` (why a row left, and for which row) and `conflicts/`
(rows kept though alike).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup.across_shards import Decisions, open_spool
from dedup.in_memory import MEASURES
from pedcorpus.engine.step import Shard, Task, TaskResult
from pedcorpus.steps.dedup.compared_texts import text_of
from schemas.rejection import EXCERPT_CHARS, Reason
from schemas.shards import file_sha256, read_shards, write_shard
from schemas.tables import TABLES

CONFLICTS = pa.schema({"id_a": pa.string(), "id_b": pa.string(), "value": pa.float64(), "difference": pa.string()})
EVIDENCE = pa.schema(
    {
        "id": pa.string(),
        "survivor": pa.string(),
        "measure": pa.string(),
        "value": pa.float64(),
        "difference": pa.string(),
    }
)
KEPT = -1
KIND_STEP = 1 << 20
"""Room between two source kinds' priorities for what else makes a row better."""


class Comparison(NamedTuple):
    """What rows are compared by: its spool below the step's scratch, and the reasons for which copies leave."""

    name: str
    exact: Reason
    near: Reason


def priorities(sources: pa.ChunkedArray, config: Mapping[str, Any]) -> NDArray[np.int64]:
    """Return how good a row's source kind is, by `dedup.prefer`; larger survives. Kinds not named there come last."""
    order = config["dedup"]["prefer"]
    names = list(config["sources"])
    kinds = [config["sources"][name]["kind"] for name in names]
    ranks = np.array([len(order) - order.index(kind) if kind in order else 0 for kind in kinds] + [0])
    places = pc.fill_null(pc.index_in(sources, value_set=pa.array(names, pa.string())), len(names))
    return ranks[np.asarray(places, np.int64)] * KIND_STEP


def ranks(ids: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return the place of each id in the order of ids; equal ids have one place."""
    return np.asarray(pc.rank(ids, tiebreaker="min"), np.int64)


class Decided:
    """Decisions on all rows of a table, level by level: a row that left at one level is not there at the next."""

    def __init__(self, rows: int) -> None:
        self.survivor, self.first = np.arange(rows), np.arange(rows)
        self.measure = np.zeros(rows, np.int8)
        self.value = np.ones(rows)
        self.level = np.full(rows, KEPT, np.int8)
        self.conflicts: list[pa.Table] = []

    def add(self, decisions: Decisions, level: int) -> None:
        """Take over what was decided at one level."""
        gone = np.flatnonzero(decisions.survivor != np.arange(len(self.survivor)))
        self.survivor[gone], self.measure[gone] = decisions.survivor[gone], decisions.measure[gone]
        self.value[gone], self.level[gone] = decisions.value[gone], level
        self.first[gone] = decisions.first[gone]
        self.conflicts.append(decisions.conflicts)

    def standing(self) -> pa.Table:
        """Return the conflicts between rows that are kept."""
        conflicts = pa.concat_tables(self.conflicts)
        kept = self.level == KEPT
        return conflicts.filter(pa.array(kept[conflicts["a"].to_numpy()] & kept[conflicts["b"].to_numpy()]))


def write_decisions(
    decided: Decided, ids: pa.ChunkedArray, starts: NDArray[np.int64], folders: Sequence[Path]
) -> TaskResult:
    """Write the decisions on each shard's rows to its folder; return the figures."""
    ids = ids.combine_chunks()
    conflicts = decided.standing()
    owner = np.searchsorted(starts, conflicts["a"].to_numpy(), side="right") - 1
    named = pa.table(
        [ids.take(conflicts["a"]), ids.take(conflicts["b"]), conflicts["value"], conflicts["difference"]],
        schema=CONFLICTS,
    )
    for k, folder in enumerate(folders):
        part = slice(int(starts[k]), int(starts[k + 1]))
        survivor = decided.survivor[part]
        decisions = {
            "level": decided.level[part],
            "measure": MEASURES.take(pa.array(decided.measure[part])),
            "value": decided.value[part],
            "row": survivor,
            "first": decided.first[part],
            "survivor": ids.take(pa.array(survivor)),
        }
        folder.mkdir(parents=True, exist_ok=True)
        write_shard(pa.table(decisions), folder / "decisions.parquet", "")
        write_shard(named.filter(pa.array(owner == k)), folder / "conflicts.parquet", "")
    result = TaskResult()
    gone = decided.level != KEPT
    result.figures["dedup.clusters"] = len(np.unique(decided.survivor[gone]))
    result.figures["dedup.conflicts"] = len(conflicts)
    return result


def split_kept_rejected(task: Task, folder: Path, table: str, levels: Sequence[Comparison]) -> TaskResult:
    """Write a shard's kept rows, its rejected rows, the evidence and the conflicts."""
    (path,) = task.paths()
    rows = read_shards([path])
    decisions = read_shards([folder / "decisions.parquet"])
    kept = pc.equal(decisions["level"], KEPT)
    good, bad, why = rows.filter(kept), rows.filter(pc.invert(kept)), decisions.filter(pc.invert(kept))
    reasons = _reasons(why, levels)
    result = TaskResult(read=rows.num_rows, kept=good.num_rows)
    result.rejected.update(reasons)
    name = f"part-{task.label}.parquet"
    if good.num_rows:
        write_shard(good, task.folder / name, table)
        sha256 = file_sha256(task.folder / name)
        result.shards.append(Shard(f"steps/{task.step}/{name}", good.num_rows, sha256, table))
    write_shard(_rejected(bad, reasons, table, task.step), task.folder / "rejected" / name, "rejected")
    write_shard(_evidence(bad, why, task.work, levels), task.folder / "evidence" / name, "")
    write_shard(read_shards([folder / "conflicts.parquet"]), task.folder / "conflicts" / name, "")
    return result


def _reasons(why: pa.Table, levels: Sequence[Comparison]) -> list[str]:
    pairs = zip(why["level"].to_pylist(), why["measure"].to_pylist(), strict=True)
    return [(levels[level].exact if measure == "exact" else levels[level].near).value for level, measure in pairs]


def _rejected(bad: pa.Table, reasons: list[str], table: str, step: str) -> pa.Table:
    """Return rejections of the rows; a row without an origin of its own has its parents for one."""
    excerpt = pc.utf8_slice_codeunits(pc.fill_null(text_of(bad, table), ""), 0, EXCERPT_CHARS)
    if "origin" in bad.column_names:
        origin = bad["origin"]
    else:
        nothing = pa.array([""] * bad.num_rows, pa.string())
        parents = pc.binary_join(bad["parents"].combine_chunks(), ",")
        origin = pa.StructArray.from_arrays([nothing, parents, nothing], names=["file", "locator", "sha256"])
    columns = {
        "id": bad["id"],
        "step": pa.array([step] * bad.num_rows, pa.string()),
        "reason": pa.array(reasons, pa.string()),
        "excerpt": excerpt.cast(pa.string()),
        "origin": origin,
    }
    return pa.table(columns, schema=TABLES["rejected"])


def _evidence(bad: pa.Table, why: pa.Table, work: Path, levels: Sequence[Comparison]) -> pa.Table:
    """Name for each row that left its survivor, how alike they are, and the characters in which they differ."""
    from dedup.clinical import differences

    level, measure, survivor, first = (np.asarray(why[name]) for name in ("level", "measure", "row", "first"))
    difference = np.full(len(level), "", dtype=object)
    for k, which in enumerate(levels):
        at = np.flatnonzero((level == k) & (measure != "exact"))
        if len(at):
            spool = open_spool(work / which.name)
            difference[at] = differences.describe_characters(spool.texts, spool.at(survivor[at]), spool.at(first[at]))
    columns = {
        "id": bad["id"],
        "survivor": why["survivor"],
        "measure": why["measure"],
        "value": why["value"],
        "difference": pa.array(difference, pa.string()),
    }
    return pa.table(columns, schema=EVIDENCE)
