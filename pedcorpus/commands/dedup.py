"""`pedcorpus dedup FILES... --out DIR`: near-duplicate removal for any table, without a configuration.

Leaves `kept.parquet` (all columns, rows in their order), `removed.parquet` (id, survivor, measure, value),
`conflicts.parquet` (id_a, id_b, value, difference) and `summary.json`. `value` is the exact Jaccard of the texts'
n-gram sets, unless boilerplate was left out of them; with `containment` also the share of a text another holds. The
longest of a set of duplicates survives, then the smallest id; without an id column, `file:line` in the order of names.
Ids are listed as they are in the column, numbers as numbers; where one is null, all as text, `file:line` for that row.
The two lists are in the order of ids: however the rows are shuffled, they are the same bytes.
Pairs that differ in a dose, a frequency, an age, a drug, a route or a negation are kept and listed. Rows without text
are kept.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pedcorpus.commands.dedup_ids import ids_of, ranks_of
from pedcorpus.commands.dedup_inputs import Inputs, Part, column_of, fitted, read_inputs
from schemas.errors import PedCorpusError
from schemas.manifest import write_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup import MinHash
    from dedup.across_shards import Decisions

TEXT = pa.large_string()
POOL_BYTES = 64 * 2**20
"""Bytes of scratch files from which a pool pays: it takes two seconds to start."""
SHOWN_UNREADABLE = 100
"""Unreadable rows named in the summary; all are counted."""


RESULTS = ("kept.parquet", "removed.parquet", "conflicts.parquet", "summary.json")


@dataclass(frozen=True, slots=True)
class Summary:
    """What was done, in rows; `measures` counts the removed by measure. rows = kept + removed."""

    rows: int
    kept: int
    removed: int
    without_text: int
    clusters: int
    conflicts: int
    measures: dict[str, int]
    unreadable: int
    unreadable_rows: list[dict[str, str]]
    settings: dict[str, Any]

    def __str__(self) -> str:
        """Return one line for the terminal."""
        notes = [f"kept {self.kept:,}, removed {self.removed:,} in {self.clusters:,} clusters"]
        notes += [f"{self.conflicts:,} pairs kept for a clinical difference"] if self.conflicts else []
        notes += [f"{self.without_text:,} without text"] if self.without_text else []
        notes += [f"{self.unreadable:,} unreadable"] if self.unreadable else []
        return f"{self.rows:,} rows: {', '.join(notes)}."


def run(
    files: Sequence[Path],
    out: Path,
    text: str,
    id: str | None = None,
    threshold: float = 0.8,
    ngram: int = 5,
    workers: int | None = None,
    containment: float | None = None,
    boilerplate: bool = False,
    say: Callable[[str], object] = print,
) -> Summary:
    """Remove near-duplicates from the rows of `files`, compared by the column `text`; see the module."""
    from dedup import MinHash

    _check(threshold, containment, files, out)
    settings = MinHash.at(threshold, ngram)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dedup-", dir=out) as scratch:
        work = Path(scratch)
        inputs = read_inputs([Path(file) for file in files], work, [text, *([id] if id else [])])
        ids = ids_of(inputs, id)
        ranks = ranks_of(inputs, ids, id)
        folders = _signed(inputs, text, settings, work, workers, boilerplate, containment is not None)
        decisions = _decide(inputs, text, settings, folders, ranks, work, containment)
        _write_kept(inputs, decisions, out / "kept.parquet")
    removed = _removed(decisions, ranks)
    _write_lists(decisions, removed, ids, out)
    summary = _summary(inputs, decisions, removed, settings, containment, boilerplate)
    write_json(out / "summary.json", asdict(summary))
    say(str(summary))
    return summary


def _check(threshold: float, containment: float | None, files: Sequence[Path], out: Path) -> None:
    for name, value in (("threshold", threshold), ("containment", containment)):
        if value is not None and not 0 < value <= 1:
            raise PedCorpusError(f"--{name} {value}: more than 0 and at most 1 was expected.")
    if not files:
        raise PedCorpusError("dedup: no files. Give Parquet, JSON lines or CSV files.")
    for file in files:
        if file.resolve().parent == out.resolve() and file.name in RESULTS:
            raise PedCorpusError(
                f"--out {out}: {file.name} of the results would replace the input. Name another folder."
            )


def _signed(
    inputs: Inputs, text: str, settings: MinHash, work: Path, workers: int | None, boilerplate: bool, sampled: bool
) -> list[Path]:
    """Sign all parts, in processes where it pays, and return the folders of their arrays."""
    _learn(inputs, text, settings, work / "common.npy", boilerplate)
    folders = [work / part.path.stem for part in inputs.parts]
    jobs = [
        (part, text, settings, work / "common.npy", f, sampled) for part, f in zip(inputs.parts, folders, strict=True)
    ]
    size = sum(part.path.stat().st_size for part in inputs.parts)
    processes = min(workers or os.cpu_count() or 1, len(jobs))
    if processes == 1 or size < POOL_BYTES:
        for job in jobs:
            _sign(*job)
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
            list(pool.map(_sign, *zip(*jobs, strict=True)))
    return folders


def _learn(inputs: Inputs, text: str, settings: MinHash, path: Path, boilerplate: bool) -> None:
    """Learn the boilerplate of each file, if asked, and leave it in `path`."""
    from dedup.boilerplate import learn_boilerplate, merge_bitmaps

    files = sorted({part.file for part in inputs.parts}) if boilerplate else []
    columns = ((column_of(part, text, TEXT) for part in inputs.parts if part.file == file) for file in files)
    np.save(path, merge_bitmaps(learn_boilerplate(texts, settings.ngram) for texts in columns))


def _sign(part: Part, text: str, settings: MinHash, common: Path, folder: Path, sampled: bool) -> None:
    from dedup.across_shards import sign_shard

    sign_shard(column_of(part, text, TEXT), settings, np.load(common), folder, sampled=sampled)


def _decide(
    inputs: Inputs,
    text: str,
    settings: MinHash,
    folders: list[Path],
    ranks: NDArray[np.int64],
    work: Path,
    containment: float | None,
) -> Decisions:
    from dedup.across_shards import SignedCorpus, decide_all

    priority = np.zeros(len(ranks), np.int64)
    corpus = SignedCorpus(folders, lambda k: column_of(inputs.parts[k], text, TEXT), priority, ranks)
    return decide_all(corpus, settings, np.load(work / "common.npy"), work / "spool", containment=containment)


def _write_kept(inputs: Inputs, decisions: Decisions, path: Path) -> None:
    """Write the rows that stay, part by part, under the columns of all files."""
    kept = decisions.survivor == np.arange(len(decisions.survivor))
    schema, partial = inputs.schema, path.with_name(f".{path.name}.partial")
    with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        for part, start in zip(inputs.parts, decisions.starts, strict=False):
            rows = pq.read_table(part.path).filter(pa.array(kept[start : start + len(part.lines)]))
            writer.write_table(fitted(rows, schema))
    partial.replace(path)


def _removed(decisions: Decisions, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that leave, in the order of ids."""
    rows = np.flatnonzero(decisions.survivor != np.arange(len(decisions.survivor)))
    return rows[np.lexsort((decisions.value[rows], ranks[decisions.survivor[rows]], ranks[rows]))]


def _write_lists(decisions: Decisions, removed: NDArray[np.int64], ids: pa.ChunkedArray, out: Path) -> None:
    """Write what was removed and what is alike and was kept."""
    from dedup.in_memory import MEASURES

    columns = {
        "id": ids.take(pa.array(removed)),
        "survivor": ids.take(pa.array(decisions.survivor[removed])),
        "measure": MEASURES.take(pa.array(decisions.measure[removed])),
        "value": pa.array(decisions.value[removed]),
    }
    pq.write_table(pa.table(columns), out / "removed.parquet", compression="zstd")
    conflicts = decisions.conflicts
    columns = {
        "id_a": ids.take(conflicts["a"]),
        "id_b": ids.take(conflicts["b"]),
        "value": conflicts["value"],
        "difference": conflicts["difference"],
    }
    pq.write_table(pa.table(columns), out / "conflicts.parquet", compression="zstd")


def _summary(
    inputs: Inputs,
    decisions: Decisions,
    removed: NDArray[np.int64],
    settings: MinHash,
    containment: float | None,
    boilerplate: bool,
) -> Summary:
    from dedup.in_memory import MEASURES

    counts = Counter(MEASURES.take(pa.array(decisions.measure[removed])).to_pylist())
    rows = len(decisions.survivor)
    return Summary(
        rows=rows,
        kept=rows - len(removed),
        removed=len(removed),
        without_text=decisions.blank,
        clusters=len(np.unique(decisions.survivor[removed])),
        conflicts=decisions.conflicts.num_rows,
        measures={name: counts[name] for name in MEASURES.to_pylist()},
        unreadable=len(inputs.unreadable),
        unreadable_rows=inputs.unreadable[:SHOWN_UNREADABLE],
        settings={**asdict(settings), "containment": containment, "boilerplate": boilerplate},
    )
