"""Who survives, and which texts belong together.

`survivors` goes through the texts best first. A text is a duplicate when a survivor before it, in one of its buckets,
reaches the threshold and says the same; else it survives. So every removed text was checked against the text that
stands for it (chains through a third never remove anything), no two survivors that met are duplicates, and nothing
depends on the order of files. A bucket holds survivors alone, so m copies of a text cost m checks.

Duplicates have equal facts (`dedup.guard`), so the buckets for them are divided by facts: a thousand records of one
form with other doses are not compared a million times. Pairs of unlike facts are looked for apart, to list them.

`components` joins whatever reaches the threshold, for dividing train and test.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dedup.guard import new_desk, say_the_same
from dedup.lexicon import trie
from dedup.lsh import Buckets
from dedup.minhash import longest
from dedup.sets import Sets, compare, open_text
from dedup.settings import MinHash
from dedup.verify import new_table

MAX_CONFLICTS = 16
"""Conflicts listed of one text: what a clinician would read. More copies of one form show nothing new."""
MAX_TRIES = 64
"""Survivors a bucket offers, and checks made of one text, in the search for conflicts."""


class Decisions(NamedTuple):
    """Of each text the survivor that stands for it (-1: it survives) and their Jaccard; and the pairs in conflict."""

    survivor: NDArray[np.int32]
    value: NDArray[np.float64]
    conflict_a: NDArray[np.int32]
    conflict_b: NDArray[np.int32]
    conflict_value: NDArray[np.float64]


class Chains(NamedTuple):
    """Survivors by bucket, as linked lists: a node is text * bands + band; `room` is how many a bucket still takes."""

    of: NDArray[np.int32]
    heads: NDArray[np.int64]
    links: NDArray[np.int64]
    room: NDArray[np.int32]
    stamps: NDArray[np.int32]
    found: NDArray[np.int32]


def survivors(sets: Sets, same: Buckets, near: Buckets | None, settings: MinHash) -> Decisions:
    """Decide who survives. `same` are the buckets of possible duplicates, `near` those of possible conflicts.

    Without `near` the guard is off. Without `settings.verify` any text that shares a bucket is a duplicate.
    """
    guard = near is not None
    none = Buckets(np.full((len(sets.rows), 0), -1, np.int32), 0)
    threshold = settings.threshold if settings.verify else 0.0
    duplicates, conflicts = _chains(same, len(sets.rows)), _chains(near or none, MAX_TRIES)
    survivor, value, listed = _survivors(sets, duplicates, conflicts, threshold, guard, trie())
    return Decisions(survivor, value, listed[0].astype(np.int32), listed[1].astype(np.int32), listed[2])


def _chains(buckets: Buckets, room: int) -> Chains:
    n = len(buckets.of)
    heads, links = np.full(buckets.total, -1, np.int64), np.full(buckets.of.size, -1, np.int64)
    return Chains(
        buckets.of,
        heads,
        links,
        np.full(buckets.total, room, np.int32),
        np.full(n, -1, np.int32),
        np.empty(n, np.int32),
    )


@njit(cache=True)
def _survivors(sets, duplicates, conflicts, threshold, guard, words):  # type: ignore[no-untyped-def]
    n = len(sets.rows)
    survivor, value = np.full(n, -1, np.int32), np.ones(n)
    listed, listed_count = np.empty((3, 1024)), 0
    room = longest(sets.offsets, sets.rows)
    table, desk = new_table(room, threshold), new_desk(room if guard else 0)
    for text in range(n):
        count = gather(text, duplicates, duplicates.stamps)
        others = gather(text, conflicts, duplicates.stamps) if guard else 0
        if listed_count + MAX_CONFLICTS > listed.shape[1]:
            listed = _widened(listed)
        if count + others > 0:
            size, distinct = open_text(sets, text, table, threshold)
            unlike = 0
            for nth in range(count):
                other = duplicates.found[nth]
                jaccard = compare(sets, other, table, size, distinct, nth, threshold)
                if jaccard < 0.0:
                    continue
                if not guard or say_the_same(sets.offsets, sets.data, sets.rows[text], sets.rows[other], words, desk):
                    survivor[text], value[text] = other, jaccard
                    break
                unlike = _list(listed, listed_count, unlike, other, text, jaccard)
            for nth in range(min(others, MAX_TRIES) if survivor[text] < 0 else 0):
                other = conflicts.found[nth]
                jaccard = compare(sets, other, table, size, distinct, count + nth, threshold)
                if jaccard >= 0.0:
                    unlike = _list(listed, listed_count, unlike, other, text, jaccard)
            listed_count += unlike if survivor[text] < 0 else 0
        if survivor[text] < 0:
            push(text, duplicates)
            push(text, conflicts)
    return survivor, value, listed[:, :listed_count]


@njit(cache=True)
def gather(text, chains, stamps):  # type: ignore[no-untyped-def]
    """Write the survivors in a text's buckets to `chains.found`, each once, best first; return their number.

    A survivor whose stamp is the text's number already is left out.
    """
    count, bands = 0, chains.of.shape[1]
    for band in range(bands):
        bucket = chains.of[text, band]
        node = chains.heads[bucket] if bucket >= 0 else -1
        while node >= 0:
            other = node // bands
            if stamps[other] != text:
                stamps[other] = text
                chains.found[count] = other
                count += 1
            node = chains.links[node]
    sort(chains.found, count)
    return count


@njit(cache=True)
def sort(values, count):  # type: ignore[no-untyped-def]
    """Sort the first values (Shell 1959, gaps of powers of two): numba's own sort takes four seconds to compile."""
    gap = 1
    while gap < count:
        gap *= 2
    while gap > 1:
        gap //= 2
        for i in range(gap, count):
            value, at = values[i], i
            while at >= gap and values[at - gap] > value:
                values[at] = values[at - gap]
                at -= gap
            values[at] = value


@njit(cache=True)
def push(text, chains):  # type: ignore[no-untyped-def]
    """Put a survivor into its buckets, as far as they have room."""
    bands = chains.of.shape[1]
    for band in range(bands):
        bucket = chains.of[text, band]
        if bucket >= 0 and chains.room[bucket] > 0:
            chains.room[bucket] -= 1
            node = text * bands + band
            chains.links[node] = chains.heads[bucket]
            chains.heads[bucket] = node


@njit(cache=True)
def _list(listed, at, unlike, a, b, jaccard):  # type: ignore[no-untyped-def]
    if unlike < MAX_CONFLICTS:
        listed[0, at + unlike], listed[1, at + unlike], listed[2, at + unlike] = a, b, jaccard
        unlike += 1
    return unlike


@njit(cache=True)
def _widened(listed):  # type: ignore[no-untyped-def]
    wider = np.empty((3, 2 * listed.shape[1]))
    for k in range(3):
        for i in range(listed.shape[1]):  # assigning a slice would compile numpy's broadcasting, eight seconds
            wider[k, i] = listed[k, i]
    return wider
