"""From a column of text to decisions: exact copies, signatures, buckets, exact checks, survivors."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.clusters import Decisions, survivors
from dedup.components import joined
from dedup.duplicates import Duplicates
from dedup.exact import Content, contents, first_copies
from dedup.guard import differences, fingerprints
from dedup.lsh import Buckets, buckets
from dedup.minhash import band_hashes
from dedup.sets import Sets
from dedup.settings import MinHash
from dedup.texts import Column, Texts, as_texts

NO_BOILERPLATE = np.zeros((1, 0), np.uint64)


def find(column: Column, settings: MinHash, priority: NDArray[np.int64] | None, guard: bool) -> Duplicates:
    """Decide which rows of a column stay; see `dedup.near_duplicates`."""
    texts = as_texts(column)
    content = contents(texts, settings.ngram)
    order = best_first(content, priority)
    first = first_copies(content, order)
    rows = order[(first[order] == order) & (content.chars[order] >= settings.ngram)]
    sets, decisions = decide(texts, rows, settings, guard)
    return _spread(texts, first, sets.rows, decisions)


def components(column: Column, settings: MinHash) -> NDArray[np.int64]:
    """Label rows by component of exact copies and near-duplicates; see `dedup.clusters`."""
    texts = as_texts(column)
    content = contents(texts, settings.ngram)
    first = first_copies(content, np.arange(len(texts)))
    rows = np.flatnonzero((first == np.arange(len(texts))) & (content.chars >= settings.ngram))
    hashes = band_hashes(texts, rows, settings)
    near = buckets(hashes)
    sets = Sets(texts.offsets, texts.data, rows, settings.ngram, NO_BOILERPLATE, np.zeros(len(rows), np.int32))
    label = np.arange(len(texts))
    label[rows] = rows[joined(sets, near, settings.threshold if settings.verify else 0.0)]
    return smallest_members(label[first])


def best_first(content: Content, priority: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return the rows by priority (largest first), completeness (most characters first), then row number."""
    rank = np.zeros(len(content.chars), np.int64) if priority is None else np.asarray(priority)
    if len(rank) != len(content.chars):
        raise ValueError(f"priority has {len(rank)} values for {len(content.chars)} rows")
    return np.lexsort((-content.chars.astype(np.int64), -rank))


def decide(texts: Texts, rows: NDArray[np.int64], settings: MinHash, guard: bool) -> tuple[Sets, Decisions]:
    """Decide among rows with different contents, given best first, and return them with the decisions.

    Only rows that share a bucket come back: all others survive.
    """
    hashes = band_hashes(texts, rows, settings)
    near = buckets(hashes)
    active = np.flatnonzero((near.of >= 0).any(axis=1))
    rows, hashes, near = rows[active], hashes[:, active], Buckets(near.of[active], near.total)
    same = near
    if guard:
        same = buckets(hashes, fingerprints(texts, rows))
    sets = Sets(texts.offsets, texts.data, rows, settings.ngram, NO_BOILERPLATE, np.zeros(len(rows), np.int32))
    return sets, survivors(sets, same, near if guard else None, settings)


def _spread(texts: Texts, first: NDArray[np.int64], rows: NDArray[np.int64], decisions: Decisions) -> Duplicates:
    """Carry the decisions on first copies over to all rows."""
    n = len(texts)
    survivor, value = np.arange(n), np.ones(n)
    gone = decisions.survivor >= 0
    survivor[rows[gone]], value[rows[gone]] = rows[decisions.survivor[gone]], decisions.value[gone]
    is_copy = first != np.arange(n)
    value = value[first]
    survivor = survivor[first]
    measure = np.where(is_copy & (survivor == first), "exact", "jaccard")
    measure[survivor == np.arange(n)] = "exact"
    a, b = rows[decisions.conflict_a], rows[decisions.conflict_b]
    conflicts = pa.table(
        {
            "a": a,
            "b": b,
            "value": decisions.conflict_value,
            "difference": pa.array(differences(texts, a, b), pa.string()),
        }
    )
    return Duplicates(survivor, smallest_members(survivor), pa.array(measure, pa.string()), value, conflicts)


def smallest_members(survivor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the smallest row number among those with the same survivor."""
    smallest = np.arange(len(survivor))
    np.minimum.at(smallest, survivor, np.arange(len(survivor)))
    return smallest[survivor]
