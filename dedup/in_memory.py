"""From a column of text to decisions: exact copies, signatures, buckets, exact checks, survivors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.boilerplate import learn, together
from dedup.clinical import differences
from dedup.clinical.guard import fingerprints
from dedup.containment import OFF, Wholes, samples, wholes
from dedup.result import Duplicates
from dedup.settings import MinHash
from dedup.signatures.banding import Bands, Buckets, at_least, buckets, divided, only
from dedup.signatures.exact import Content, contents, first_copies
from dedup.signatures.minhash import band_hashes
from dedup.signatures.shingle_sets import Sets
from dedup.signatures.texts import Column, Texts, as_texts
from dedup.survivors.choose import Decisions, survivors
from dedup.survivors.connected_components import joined
from dedup.survivors.large_buckets import gathered

NO_BOILERPLATE = np.zeros(0, np.uint64)
NO_SAMPLES = (np.zeros(0, np.int64), np.zeros(0, np.uint64))
MEASURES = pa.array(["exact", "jaccard", "containment"])
EXACT, JACCARD, CONTAINMENT = range(3)
LARGE = 64
"""Members from which a bucket is divided: below, comparing all of them costs less than looking closer."""


def find(
    column: Column,
    settings: MinHash,
    priority: NDArray[np.int64] | None,
    guard: bool,
    boilerplate: bool,
    containment: float | None,
) -> Duplicates:
    """Decide which rows of a column stay; see `dedup.near_duplicates`."""
    texts = as_texts(column)
    content = contents(texts, settings.ngram)
    order = best_first(content, priority)
    first = first_copies(content, order)
    rows = order[(first[order] == order) & (content.chars[order] >= settings.ngram)]
    common = together([learn([column], settings.ngram)]) if boilerplate else NO_BOILERPLATE
    hashes = band_hashes(texts, rows, settings, common)
    share = OFF if containment is None else containment
    sampled = samples(texts, rows, settings.ngram, common) if containment is not None else NO_SAMPLES
    meeting = meet(hashes, len(rows), *sampled, share)
    sets = Sets(texts.offsets, texts.data, rows[meeting.texts], settings.ngram, common)
    decisions = decide(sets, meeting, settings, guard, share)
    return _spread(texts, first, sets.rows, decisions)


def components(column: Column, settings: MinHash) -> NDArray[np.int64]:
    """Label rows by component of exact copies and near-duplicates; see `dedup.survivors.choose`."""
    texts = as_texts(column)
    content = contents(texts, settings.ngram)
    first = first_copies(content, np.arange(len(texts)))
    rows = np.flatnonzero((first == np.arange(len(texts))) & (content.chars >= settings.ngram))
    meeting = meet(band_hashes(texts, rows, settings), len(rows), *NO_SAMPLES, OFF)
    rows = rows[meeting.texts]
    sets = Sets(texts.offsets, texts.data, rows, settings.ngram, NO_BOILERPLATE)
    label = np.arange(len(texts))
    label[rows] = rows[joined(sets, meeting.near, settings.threshold if settings.verify else 0.0)]
    return smallest_members(label[first])


def best_first(
    content: Content, priority: NDArray[np.int64] | None, ids: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the rows by priority (largest first), completeness (most characters first), then `ids` or row number.

    Rows of one id, which may stand anywhere, come in the order of their hashes.
    """
    n = len(content.chars)
    rank = np.zeros(n, np.int64) if priority is None else np.asarray(priority)
    if rank.shape != (n,):
        raise ValueError(f"priority has shape {rank.shape}; ({n},) was expected, one value a row")
    last = () if ids is None else (content.low, content.high, ids)
    return np.lexsort((*last, -content.chars.astype(np.int64), -rank))


class Meeting(NamedTuple):
    """Texts (of those given, best first) that may be like another, with their buckets and what may contain them."""

    texts: NDArray[np.int64]
    near: Buckets
    inside: Wholes | None


def meet(hashes: Bands, n: int, owners: NDArray[np.int64], sampled: NDArray[np.uint64], share: float) -> Meeting:
    """Find which of n texts share a bucket, or hold the samples of one before them. All others survive."""
    near = buckets(hashes, n)
    active = (near.of >= 0).any(axis=1)
    if share == OFF:
        return Meeting(np.flatnonzero(active), Buckets(near.of[active], near.total), None)
    inside = wholes(n, owners, sampled, share)
    counts = np.diff(inside.starts)
    active |= counts > 0
    active[inside.others] = True
    place = np.cumsum(active, dtype=np.int32) - np.int32(1)
    starts = np.concatenate([[0], np.cumsum(counts[active])]).astype(np.int64)
    return Meeting(np.flatnonzero(active), Buckets(near.of[active], near.total), Wholes(starts, place[inside.others]))


def decide(sets: Sets, meeting: Meeting, settings: MinHash, guard: bool, share: float = OFF) -> Decisions:
    """Decide who survives among the texts that met, given best first.

    Large buckets are divided by facts, and what is still a crowd afterwards is compared by its rare shingles.
    """
    same, near, crowd = meeting.near, None, None
    large = at_least(same, LARGE)
    facts = np.zeros(len(sets.rows), np.uint64)
    if guard and large.any():
        near = only(same, large)
        rows = np.flatnonzero((near.of >= 0).any(axis=1))
        facts[rows] = fingerprints(Texts(sets.offsets, sets.data), sets.rows[rows])
        same = divided(same, large, facts)
        large = at_least(same, LARGE)
    if settings.verify and large.any():
        crowd = gathered(sets, only(same, large), facts, settings)
        same = only(same, ~large)
    return survivors(sets, same, near, crowd, meeting.inside, settings, share, guard)


class Spread(NamedTuple):
    """Of each row its survivor (itself if kept), how it equals it, and how much."""

    survivor: NDArray[np.int64]
    measure: NDArray[np.int8]
    value: NDArray[np.float64]


def spread(first: NDArray[np.int64], rows: NDArray[np.int64], decisions: Decisions) -> Spread:
    """Carry decisions on `rows` over to all rows; `first` is the row of the same content that was compared."""
    n = len(first)
    survivor, value, measure = np.arange(n), np.ones(n), np.full(n, JACCARD, np.int8)
    gone = decisions.survivor >= 0
    survivor[rows[gone]], value[rows[gone]] = rows[decisions.survivor[gone]], decisions.value[gone]
    measure[rows[decisions.is_contained]] = CONTAINMENT
    survivor, value, measure = survivor[first], value[first], measure[first]
    measure[survivor == first] = EXACT
    return Spread(survivor, measure, value)


def _spread(texts: Texts, first: NDArray[np.int64], rows: NDArray[np.int64], decisions: Decisions) -> Duplicates:
    survivor, measure, value = spread(first, rows, decisions)
    a, b = rows[decisions.conflict_a], rows[decisions.conflict_b]
    named = pa.array(differences.facts(texts, a, b), pa.string())
    conflicts = pa.table({"a": a, "b": b, "value": decisions.conflict_value, "difference": named})
    return Duplicates(survivor, smallest_members(survivor), MEASURES.take(pa.array(measure)), value, conflicts)


def smallest_members(survivor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the smallest row number among those with the same survivor."""
    smallest = np.arange(len(survivor))
    np.minimum.at(smallest, survivor, np.arange(len(survivor)))
    return smallest[survivor]
