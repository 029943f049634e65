"""From a column of text to decisions: exact copies, signatures, buckets, exact checks, survivors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.boilerplate import learn_boilerplate, merge_bitmaps
from dedup.clinical import differences
from dedup.clinical.guard import fingerprint_facts
from dedup.containment import OFF, Containers, find_containers, sample_shingles
from dedup.result import Duplicates
from dedup.settings import MinHash
from dedup.signatures.banding import BandHashes, Buckets, assign_buckets, divide_buckets, has_members, keep_buckets
from dedup.signatures.exact import Content, find_first_copies, hash_contents
from dedup.signatures.minhash import hash_bands
from dedup.signatures.shingle_sets import ShingleSets
from dedup.signatures.texts import Column, Texts, as_texts
from dedup.survivors.choose import Survivors, choose_survivors
from dedup.survivors.connected_components import join_components
from dedup.survivors.large_buckets import collect_crowd

NO_BOILERPLATE = np.zeros(0, np.uint64)
NO_SAMPLES = (np.zeros(0, np.int64), np.zeros(0, np.uint64))
MEASURES = pa.array(["exact", "jaccard", "containment"])
EXACT, JACCARD, CONTAINMENT = range(3)
LARGE = 64
"""Members from which a bucket is divided: below, comparing all of them costs less than looking closer."""


def find_duplicates(
    column: Column,
    settings: MinHash,
    priority: NDArray[np.int64] | None,
    guard: bool,
    boilerplate: bool,
    containment: float | None,
) -> Duplicates:
    """Decide which rows of a column stay; see `dedup.near_duplicates`."""
    texts = as_texts(column)
    content = hash_contents(texts, settings.ngram)
    order = order_best_first(content, priority)
    first = find_first_copies(content, order)
    rows = order[(first[order] == order) & (content.chars[order] >= settings.ngram)]
    common = merge_bitmaps([learn_boilerplate([column], settings.ngram)]) if boilerplate else NO_BOILERPLATE
    hashes = hash_bands(texts, rows, settings, common)
    share = OFF if containment is None else containment
    sampled = sample_shingles(texts, rows, settings.ngram, common) if containment is not None else NO_SAMPLES
    candidates = find_candidates(hashes, len(rows), *sampled, share)
    sets = ShingleSets(texts.offsets, texts.data, rows[candidates.texts], settings.ngram, common)
    chosen = choose_among(sets, candidates, settings, guard, share)
    return _as_duplicates(texts, first, sets.rows, chosen)


def label_components(column: Column, settings: MinHash) -> NDArray[np.int64]:
    """Label rows by component of exact copies and near-duplicates; see `dedup.clusters`."""
    texts = as_texts(column)
    content = hash_contents(texts, settings.ngram)
    first = find_first_copies(content, np.arange(len(texts)))
    rows = np.flatnonzero((first == np.arange(len(texts))) & (content.chars >= settings.ngram))
    candidates = find_candidates(hash_bands(texts, rows, settings), len(rows), *NO_SAMPLES, OFF)
    rows = rows[candidates.texts]
    sets = ShingleSets(texts.offsets, texts.data, rows, settings.ngram, NO_BOILERPLATE)
    label = np.arange(len(texts))
    label[rows] = rows[join_components(sets, candidates.near, settings.threshold if settings.verify else 0.0)]
    return smallest_members(label[first])


def order_best_first(
    content: Content, priority: NDArray[np.int64] | None, ids: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the rows by priority (largest first), completeness (most characters first), then `ids` or row number.

    Rows of one id, which may stand anywhere, come in the order of their hashes.
    """
    n = len(content.chars)
    rank = np.zeros(n, np.int64) if priority is None else np.asarray(priority)
    if rank.shape != (n,):
        raise ValueError(f"priority has shape {rank.shape}; ({n},) was expected, one value per row")
    last = () if ids is None else (content.low, content.high, ids)
    return np.lexsort((*last, -content.chars.astype(np.int64), -rank))


class Candidates(NamedTuple):
    """Candidate texts (places among those given, best first), with their buckets and possible containers."""

    texts: NDArray[np.int64]
    near: Buckets
    containers: Containers | None


def find_candidates(
    hashes: BandHashes, n: int, owners: NDArray[np.int64], sampled: NDArray[np.uint64], share: float
) -> Candidates:
    """Find which of n texts share a bucket, or hold the samples of one before them. All others survive."""
    near = assign_buckets(hashes, n)
    active = (near.of >= 0).any(axis=1)
    if share == OFF:
        return Candidates(np.flatnonzero(active), Buckets(near.of[active], near.total), None)
    containers = find_containers(n, owners, sampled, share)
    counts = np.diff(containers.starts)
    active |= counts > 0
    active[containers.others] = True
    place = np.cumsum(active, dtype=np.int32) - np.int32(1)
    starts = np.concatenate([[0], np.cumsum(counts[active])]).astype(np.int64)
    return Candidates(
        np.flatnonzero(active), Buckets(near.of[active], near.total), Containers(starts, place[containers.others])
    )


def choose_among(
    sets: ShingleSets, candidates: Candidates, settings: MinHash, guard: bool, share: float = OFF
) -> Survivors:
    """Choose the survivors among the candidates, given best first.

    Large buckets are divided by facts, and what is still a crowd afterwards is compared by its rare shingles.
    """
    same, near, crowd = candidates.near, None, None
    large = has_members(same, LARGE)
    facts = np.zeros(len(sets.rows), np.uint64)
    if guard and large.any():
        near = keep_buckets(same, large)
        rows = np.flatnonzero((near.of >= 0).any(axis=1))
        facts[rows] = fingerprint_facts(Texts(sets.offsets, sets.data), sets.rows[rows])
        same = divide_buckets(same, large, facts)
        large = has_members(same, LARGE)
    if settings.verify and large.any():
        crowd = collect_crowd(sets, keep_buckets(same, large), facts, settings)
        same = keep_buckets(same, ~large)
    return choose_survivors(sets, same, near, crowd, candidates.containers, settings, share, guard)


class RowDecisions(NamedTuple):
    """Per row its survivor (itself if kept), how it equals it (place in MEASURES), and by how much."""

    survivor: NDArray[np.int64]
    measure: NDArray[np.int8]
    value: NDArray[np.float64]


def spread_to_copies(first: NDArray[np.int64], rows: NDArray[np.int64], chosen: Survivors) -> RowDecisions:
    """Carry decisions on `rows` over to all rows; `first` (int64[n]) is the row of equal content that was compared."""
    n = len(first)
    survivor, value, measure = np.arange(n), np.ones(n), np.full(n, JACCARD, np.int8)
    gone = chosen.survivor >= 0
    survivor[rows[gone]], value[rows[gone]] = rows[chosen.survivor[gone]], chosen.value[gone]
    measure[rows[chosen.is_contained]] = CONTAINMENT
    survivor, value, measure = survivor[first], value[first], measure[first]
    measure[survivor == first] = EXACT
    return RowDecisions(survivor, measure, value)


def _as_duplicates(texts: Texts, first: NDArray[np.int64], rows: NDArray[np.int64], chosen: Survivors) -> Duplicates:
    survivor, measure, value = spread_to_copies(first, rows, chosen)
    a, b = rows[chosen.conflict_a], rows[chosen.conflict_b]
    differing = pa.array(differences.describe_facts(texts, a, b), pa.string())
    conflicts = pa.table({"a": a, "b": b, "value": chosen.conflict_value, "difference": differing})
    return Duplicates(survivor, smallest_members(survivor), MEASURES.take(pa.array(measure)), value, conflicts)


def smallest_members(survivor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the smallest row number among those with the same survivor."""
    smallest = np.arange(len(survivor))
    np.minimum.at(smallest, survivor, np.arange(len(survivor)))
    return smallest[survivor]
