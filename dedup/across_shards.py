"""Near-duplicates of a corpus in shards: signed shard by shard, decided at once, with one shard's text in memory.

`sign_shard` leaves 8 bytes per band and 32 per row in a folder. `decide_all` joins them over all shards, writes to disk
the texts that share a bucket with another (mostly a minority; read through a memory map) and decides as
`near_duplicates` does. The order of shards does not matter: ties fall to ids. A row's number counts through the shards
as they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.clinical import differences
from dedup.containment import OFF, sample_shingles
from dedup.in_memory import NO_SAMPLES, choose_among, find_candidates, order_best_first, spread_to_copies
from dedup.settings import MinHash
from dedup.signatures.exact import BLANK, Content, find_first_copies, hash_contents
from dedup.signatures.minhash import hash_bands
from dedup.signatures.shingle_sets import ShingleSets
from dedup.signatures.texts import Column, Texts, as_texts, read_only


def sign_shard(
    column: Column,
    settings: MinHash,
    common: NDArray[np.uint64],
    folder: Path,
    *,
    exact: bool = False,
    sampled: bool = False,
) -> None:
    """Measure, hash and sign the rows of a shard and leave the arrays in `folder`.

    Without band hashes if `exact`; with samples, which containment needs, if `sampled`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = as_texts(column)
    content = hash_contents(texts, 0 if exact else settings.ngram)
    rows = np.flatnonzero(content.chars >= settings.ngram) if not exact else np.empty(0, np.int64)
    bands = hash_bands(texts, rows, settings, common)
    owners, hashes = sample_shingles(texts, rows, settings.ngram, common) if sampled else NO_SAMPLES
    arrays = {
        **content._asdict(),
        "bytes": np.diff(texts.offsets),
        "rows": rows,
        "bands": bands,
        "owners": owners,
        "hashes": hashes,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


class SignedCorpus(NamedTuple):
    """A corpus whose shards were signed: the folders of `sign_shard`, and what else the decision needs.

    `read(k)` returns the column of shard k. `priority` and `ids` (int64[n]) are the rank of each row's source, largest
    best, and the rank of its id. Rows that are `absent` (bool[n]) are like nothing and keep themselves.
    """

    folders: Sequence[Path]
    read: Callable[[int], Column]
    priority: NDArray[np.int64]
    ids: NDArray[np.int64]
    absent: NDArray[np.bool_] | None = None


class Spool(NamedTuple):
    """The texts of some rows of a corpus, in a file: text i is that of row `rows[i]`, ascending."""

    texts: Texts
    rows: NDArray[np.int64]

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of rows that are in the spool."""
        return np.searchsorted(self.rows, rows)


class Decisions(NamedTuple):
    """Per row its survivor (itself if kept), the measure (place in `in_memory.MEASURES`), the value; and the conflicts.

    `first` is the row of the same content that was compared in a row's place: near-duplicates have it in the spool.
    `conflicts` is (a, b, value, difference) of kept rows; shard k holds rows `starts[k]` to `starts[k + 1]`; `blank` is
    the number of rows without text.
    """

    survivor: NDArray[np.int64]
    measure: NDArray[np.int8]
    value: NDArray[np.float64]
    conflicts: pa.Table
    first: NDArray[np.int64]
    starts: NDArray[np.int64]
    blank: int


class _Signatures:
    """The arrays `sign_shard` left of all shards, as one corpus."""

    def __init__(self, folders: Sequence[Path]) -> None:
        def join(name: str, kind: type[Any]) -> NDArray[Any]:
            return np.concatenate([np.empty(0, kind), *(np.load(folder / f"{name}.npy") for folder in folders)])

        self.folders = folders
        self.content = Content(join("chars", np.int32), join("high", np.uint64), join("low", np.uint64))
        self.bytes = join("bytes", np.int64)
        lengths = [len(np.load(folder / "chars.npy", mmap_mode="r")) for folder in folders]
        self.starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = [np.load(folder / "rows.npy") + start for folder, start in zip(folders, self.starts, strict=False)]
        self.column = np.full(len(self.content.chars), -1, np.int64)
        self.column[np.concatenate([np.empty(0, np.int64), *rows])] = np.arange(sum(map(len, rows)))

    def bands(self, rows: NDArray[np.int64]) -> _Bands:
        """Return the band hashes of some rows, to be read band by band."""
        return _Bands(self.folders, self.column[rows])

    def samples(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return the sampled shingles of some rows as two columns, place in `rows` and hash, sorted."""
        place = np.full(len(self.column), -1, np.int64)
        place[self.column[rows]] = np.arange(len(rows))
        parts = [np.empty((2, 0), np.uint64)]
        start = 0
        for folder in self.folders:
            owners = place[np.load(folder / "owners.npy") + start]
            parts.append(np.stack([owners.astype(np.uint64), np.load(folder / "hashes.npy")])[:, owners >= 0])
            start += len(np.load(folder / "rows.npy", mmap_mode="r"))
        owners, hashes = np.concatenate(parts, axis=1)
        order = np.lexsort((hashes, owners))
        return owners[order].astype(np.int64), hashes[order]


class _Bands:
    """Band hashes on disk: one band of all shards in memory at a time."""

    def __init__(self, folders: Sequence[Path], columns: NDArray[np.int64]) -> None:
        self.files = [np.load(folder / "bands.npy", mmap_mode="r") for folder in folders]
        self.columns = columns

    def __len__(self) -> int:
        return len(self.files[0]) if self.files else 0

    def __iter__(self) -> Iterator[NDArray[np.uint64]]:
        for band in range(len(self)):
            yield np.concatenate([file[band] for file in self.files])[self.columns]


def decide_all(
    corpus: SignedCorpus,
    settings: MinHash,
    common: NDArray[np.uint64],
    work: Path,
    *,
    guard: bool = True,
    containment: float | None = None,
) -> Decisions:
    """Decide over all shards.

    Of duplicates the row of the largest priority survives, then the longest, then the one of the smallest id, so that
    the order of shards does not matter. The spool is left in `work`, for `open_spool`.
    """
    signatures = _Signatures(corpus.folders)
    if corpus.absent is not None:
        signatures.content.chars[corpus.absent] = BLANK
        signatures.column[corpus.absent] = -1
    order = order_best_first(signatures.content, corpus.priority, corpus.ids)
    first = find_first_copies(signatures.content, order)
    rows = order[(first[order] == order) & (signatures.column[order] >= 0)]
    share = OFF if containment is None else containment
    candidates = find_candidates(signatures.bands(rows), len(rows), *signatures.samples(rows), share)
    rows = rows[candidates.texts]
    spool = _write_spool(np.sort(rows), signatures, corpus.read, work)
    sets = ShingleSets(spool.texts.offsets, spool.texts.data, spool.at(rows), settings.ngram, common)
    chosen = choose_among(sets, candidates, settings, guard, share)
    a, b = rows[chosen.conflict_a], rows[chosen.conflict_b]
    differing = pa.array(differences.describe_facts(spool.texts, spool.at(a), spool.at(b)), pa.string())
    conflicts = pa.table({"a": a, "b": b, "value": chosen.conflict_value, "difference": differing})
    n_blank = int((signatures.content.chars == BLANK).sum())
    return Decisions(*spread_to_copies(first, rows, chosen), conflicts, first, signatures.starts, n_blank)


def _write_spool(rows: NDArray[np.int64], signatures: _Signatures, read: Callable[[int], Column], work: Path) -> Spool:
    """Write the texts of ascending rows to a file, shard by shard, and open it."""
    work.mkdir(parents=True, exist_ok=True)
    offsets = np.concatenate([[0], np.cumsum(signatures.bytes[rows])]).astype(np.int64)
    np.save(work / "offsets.npy", offsets)
    np.save(work / "rows.npy", rows)
    with (work / "texts.bin").open("wb") as file:
        for shard in range(len(signatures.folders)):
            low, high = np.searchsorted(rows, signatures.starts[shard : shard + 2])
            if high > low:
                texts = as_texts(read(shard).take(pa.array(rows[low:high] - signatures.starts[shard])))
                file.write(texts.data[texts.offsets[0] : texts.offsets[-1]].tobytes())
    return open_spool(work)


def open_spool(work: Path) -> Spool:
    """Open the spool that `decide_all` left in `work`."""
    path = work / "texts.bin"
    data = np.asarray(np.memmap(path, np.uint8, "r")) if path.stat().st_size else np.zeros(0, np.uint8)
    return Spool(read_only(np.load(work / "offsets.npy"), data), np.load(work / "rows.npy"))
