"""From a column of text to decisions: exact copies, signatures, buckets, exact checks, survivors."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup import evidence
from dedup.boilerplate import learn, together
from dedup.clusters import Decisions, survivors
from dedup.components import joined
from dedup.duplicates import Duplicates
from dedup.exact import Content, contents, first_copies
from dedup.guard import fingerprints
from dedup.lsh import Bands, Buckets, buckets
from dedup.minhash import band_hashes
from dedup.sets import Sets
from dedup.settings import MinHash
from dedup.texts import Column, Texts, as_texts

NO_BOILERPLATE = np.zeros(0, np.uint64)


def find(
    column: Column, settings: MinHash, priority: NDArray[np.int64] | None, guard: bool, boilerplate: bool
) -> Duplicates:
    """Decide which rows of a column stay; see `dedup.near_duplicates`."""
    texts = as_texts(column)
    content = contents(texts, settings.ngram)
    order = best_first(content, priority)
    first = first_copies(content, order)
    rows = order[(first[order] == order) & (content.chars[order] >= settings.ngram)]
    common = together([learn([column], settings.ngram)]) if boilerplate else NO_BOILERPLATE
    hashes = band_hashes(texts, rows, settings, common)
    near, active = meeting(buckets(hashes, len(rows)))
    sets = Sets(texts.offsets, texts.data, rows[active], settings.ngram, common)
    decisions = decide(sets, hashes[:, active], near, settings, guard)
    return _spread(texts, first, sets.rows, decisions)


def components(column: Column, settings: MinHash) -> NDArray[np.int64]:
    """Label rows by component of exact copies and near-duplicates; see `dedup.clusters`."""
    texts = as_texts(column)
    content = contents(texts, settings.ngram)
    first = first_copies(content, np.arange(len(texts)))
    rows = np.flatnonzero((first == np.arange(len(texts))) & (content.chars >= settings.ngram))
    near, active = meeting(buckets(band_hashes(texts, rows, settings), len(rows)))
    rows = rows[active]
    sets = Sets(texts.offsets, texts.data, rows, settings.ngram, NO_BOILERPLATE)
    label = np.arange(len(texts))
    label[rows] = rows[joined(sets, near, settings.threshold if settings.verify else 0.0)]
    return smallest_members(label[first])


def best_first(
    content: Content, priority: NDArray[np.int64] | None, ids: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the rows by priority (largest first), completeness (most characters first), then `ids` or row number."""
    n = len(content.chars)
    rank = np.zeros(n, np.int64) if priority is None else np.asarray(priority)
    if rank.shape != (n,):
        raise ValueError(f"priority has shape {rank.shape}; ({n},) was expected, one value a row")
    return np.lexsort((np.arange(n) if ids is None else ids, -content.chars.astype(np.int64), -rank))


def meeting(near: Buckets) -> tuple[Buckets, NDArray[np.int64]]:
    """Return the texts that share a bucket with another, and their buckets. All others survive."""
    active = np.flatnonzero((near.of >= 0).any(axis=1))
    return Buckets(near.of[active], near.total), active


def decide(sets: Sets, hashes: Bands, near: Buckets, settings: MinHash, guard: bool) -> Decisions:
    """Decide who survives among texts given best first, with their band hashes and buckets."""
    if not guard:
        return survivors(sets, near, None, settings)
    facts = fingerprints(Texts(sets.offsets, sets.data), sets.rows)
    return survivors(sets, buckets(hashes, len(facts), facts), near, settings)


def spread(
    first: NDArray[np.int64], rows: NDArray[np.int64], decisions: Decisions
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64]]:
    """Carry decisions on `rows` over to all rows: (survivor, is an exact copy of it, value)."""
    n = len(first)
    survivor, value = np.arange(n), np.ones(n)
    gone = decisions.survivor >= 0
    survivor[rows[gone]], value[rows[gone]] = rows[decisions.survivor[gone]], decisions.value[gone]
    survivor, value = survivor[first], value[first]
    return survivor, survivor == first, value


def _spread(texts: Texts, first: NDArray[np.int64], rows: NDArray[np.int64], decisions: Decisions) -> Duplicates:
    survivor, exact, value = spread(first, rows, decisions)
    measure = pa.array(np.where(exact, "exact", "jaccard"), pa.string())
    a, b = rows[decisions.conflict_a], rows[decisions.conflict_b]
    named = pa.array(evidence.facts(texts, a, b), pa.string())
    conflicts = pa.table({"a": a, "b": b, "value": decisions.conflict_value, "difference": named})
    return Duplicates(survivor, smallest_members(survivor), measure, value, conflicts)


def smallest_members(survivor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the smallest row number among those with the same survivor."""
    smallest = np.arange(len(survivor))
    np.minimum.at(smallest, survivor, np.arange(len(survivor)))
    return smallest[survivor]
