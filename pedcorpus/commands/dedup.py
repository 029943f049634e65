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
class DedupOptions:
    """How rows are compared, and by which columns."""

    text: str
    """Column with the text."""
    id: str | None = None
    """Column with ids; without one, `file:line`."""
    threshold: float = 0.8
    """Jaccard of n-gram sets from which two texts are duplicates: above 0, at most 1."""
    ngram: int = 5
    """Characters of an n-gram."""
    workers: int | None = None
    """Processes; default: the cores."""
    containment: float | None = None
    """Share of a text from which it is removed where another holds it; None: never."""
    boilerplate: bool = False
    """Leave n-grams that many texts of a file share out of the sets."""

    @property
    def minhash(self) -> MinHash:
        """The bands and rows for this threshold."""
        from dedup import MinHash

        return MinHash.at(self.threshold, self.ngram)


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


def run(files: Sequence[Path], out: Path, options: DedupOptions, say: Callable[[str], object] = print) -> Summary:
    """Remove near-duplicates from the rows of `files`; write kept, removed, conflicts and summary to `out`.

    Raise PedCorpusError for files that cannot be read, lack a column, or lie where the results go.
    """
    _check(files, out, options)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dedup-", dir=out) as scratch:
        work = Path(scratch)
        inputs = read_inputs(
            [Path(file) for file in files], work, [options.text, *([options.id] if options.id else [])]
        )
        ids = ids_of(inputs, options.id)
        ranks = ranks_of(inputs, ids, options.id)
        folders = _signed(inputs, options, work)
        decisions = _decide(inputs, options, folders, ranks, work)
        _write_kept(inputs, decisions, out / "kept.parquet")
    removed = _removed(decisions, ranks)
    _write_lists(decisions, removed, ids, out)
    summary = _summary(inputs, decisions, removed, options)
    write_json(out / "summary.json", asdict(summary))
    say(str(summary))
    return summary


def _check(files: Sequence[Path], out: Path, options: DedupOptions) -> None:
    for name, value in (("threshold", options.threshold), ("containment", options.containment)):
        if value is not None and not 0 < value <= 1:
            raise PedCorpusError(f"--{name} {value}: more than 0 and at most 1 was expected.")
    if not files:
        raise PedCorpusError("dedup: no files. Give Parquet, JSON lines or CSV files.")
    for file in files:
        if file.resolve().parent == out.resolve() and file.name in RESULTS:
            raise PedCorpusError(
                f"--out {out}: {file.name} of the results would replace the input. Name another folder."
            )


def _signed(inputs: Inputs, options: DedupOptions, work: Path) -> list[Path]:
    """Sign all parts, in processes where it pays, and return the folders of their arrays."""
    _learn_boilerplate(inputs, options, work)
    size = sum(part.path.stat().st_size for part in inputs.parts)
    processes = min(options.workers or os.cpu_count() or 1, len(inputs.parts))
    if processes == 1 or size < POOL_BYTES:
        return [_sign(part, options, work) for part in inputs.parts]
    n = len(inputs.parts)
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
        return list(pool.map(_sign, inputs.parts, [options] * n, [work] * n))


def _learn_boilerplate(inputs: Inputs, options: DedupOptions, work: Path) -> None:
    """Learn the boilerplate of each file, if asked, and leave it in `common.npy`."""
    from dedup.boilerplate import learn_boilerplate, merge_bitmaps

    files = sorted({part.file for part in inputs.parts}) if options.boilerplate else []
    columns = ((column_of(part, options.text, TEXT) for part in inputs.parts if part.file == file) for file in files)
    np.save(work / "common.npy", merge_bitmaps(learn_boilerplate(texts, options.ngram) for texts in columns))


def _sign(part: Part, options: DedupOptions, work: Path) -> Path:
    """Write the signatures of a part; return the folder of its arrays."""
    from dedup.across_shards import sign_shard

    folder, common = work / part.path.stem, np.load(work / "common.npy")
    texts = column_of(part, options.text, TEXT)
    sign_shard(texts, options.minhash, common, folder, sampled=options.containment is not None)
    return folder


def _decide(
    inputs: Inputs, options: DedupOptions, folders: list[Path], ranks: NDArray[np.int64], work: Path
) -> Decisions:
    from dedup.across_shards import SignedCorpus, decide_all

    priority = np.zeros(len(ranks), np.int64)
    corpus = SignedCorpus(folders, lambda k: column_of(inputs.parts[k], options.text, TEXT), priority, ranks)
    common = np.load(work / "common.npy")
    return decide_all(corpus, options.minhash, common, work / "spool", containment=options.containment)


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


def _summary(inputs: Inputs, decisions: Decisions, removed: NDArray[np.int64], options: DedupOptions) -> Summary:
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
        settings={
            **asdict(options.minhash),
            "containment": options.containment,
            "boilerplate": options.boilerplate,
        },
    )
