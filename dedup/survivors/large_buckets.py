"""Large buckets of look-alike texts: compare only pairs that share a rare shingle (prefix filter, Xiao et al. 2008).

Such a bucket is a crowd: its texts share a form and little else, and comparing all with all would cost their square.

Sets at Jaccard t share one of the |S| - ceil(2 t / (1 + t) |S|) + 1 rarest shingles of the smaller and one of the
|S| - ceil(t |S|) + 1 rarest of the larger, whatever the order of rarity. The form's
shingles are frequent; texts below the threshold have so many others that the short prefix holds none of the form. So a
text meets the survivors that share its words in the gaps, and no pair is passed over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.settings import MinHash
from dedup.signatures.banding import Buckets
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.exact_jaccard import new_table
from dedup.signatures.shingle_sets import ShingleSets, read_text
from dedup.signatures.texts import Texts, longest

U64 = np.uint64
COUNTERS = 1 << 20
"""Hashed counters of how frequent a shingle is in the crowds: any order will do, a good one is fast."""
STEPS = 4
"""A shell sort's gaps shrink by this."""


class ShingleLists(NamedTuple):
    """Texts by rare shingle: `keys` and `heads` (-1: free) are a hash table, `links` and `owners` its lists.

    `used` holds how many nodes there are.
    """

    keys: NDArray[np.uint64]
    heads: NDArray[np.int64]
    links: NDArray[np.int64]
    owners: NDArray[np.int32]
    used: NDArray[np.int64]


class Crowd(NamedTuple):
    """Who is in a crowd (`has`), the texts' facts, how frequent shingles are, and the survivors by rare shingle.

    `rare` and `ranks` are buffers for one text's shingles.
    """

    has: NDArray[np.bool_]
    facts: NDArray[np.uint64]
    frequent: NDArray[np.uint32]
    by_long: ShingleLists
    by_short: ShingleLists
    rare: NDArray[np.uint64]
    ranks: NDArray[np.uint64]


def collect_crowd(sets: ShingleSets, crowded: Buckets, facts: NDArray[np.uint64], settings: MinHash) -> Crowd:
    """Return the crowd of the texts in `crowded` buckets, with no survivor yet."""
    has: NDArray[np.bool_] = np.asarray((crowded.of >= 0).any(axis=1))
    frequent, sizes = np.zeros(COUNTERS, np.uint32), np.zeros(len(has), np.int64)
    _count_frequencies(sets, has, new_table(longest(Texts(sets.offsets, sets.data), sets.rows), 1.0), frequent, sizes)
    room, nodes = int(sizes.max(initial=0)), int((sizes[has] * (1 - settings.threshold) + 2).sum())
    rare, ranks = np.empty(room, U64), np.empty(room, U64)
    return Crowd(has, facts, frequent, _new_lists(nodes), _new_lists(nodes), rare, ranks)


def _new_lists(nodes: int) -> ShingleLists:
    size = 1 << (2 * nodes + 2).bit_length()
    links, owners = np.empty(nodes, np.int64), np.empty(nodes, np.int32)
    return ShingleLists(np.empty(size, U64), np.full(size, -1, np.int64), links, owners, np.zeros(1, np.int64))


@kernel
def _count_frequencies(sets, has, table, frequent, sizes):  # type: ignore[no-untyped-def]
    for text in range(len(has)):
        if has[text]:
            sizes[text] = read_text(sets, text, table)
            for i in range(sizes[text]):
                frequent[table.hashes[i] & U64(len(frequent) - 1)] += np.uint32(1)


@inner
def rare_shingles(sets, text, table, crowd, threshold):  # type: ignore[no-untyped-def]
    """Write the text's rarest shingles, mingled with its facts, to `crowd.rare`; return how many are short and long."""
    count = read_text(sets, text, table)
    for i in range(count):
        crowd.rare[i] = table.hashes[i]
        crowd.ranks[i] = U64(crowd.frequent[table.hashes[i] & U64(len(crowd.frequent) - 1)])
    _sort_by_rank(crowd.ranks, crowd.rare, count)
    distinct = 0
    for i in range(count):
        if i == 0 or crowd.rare[i] != crowd.rare[distinct - 1]:
            crowd.rare[distinct] = crowd.rare[i]
            distinct += 1
    long = min(distinct, distinct - int(np.ceil(threshold * distinct - 1e-9)) + 1)
    short = min(long, distinct - int(np.ceil(2.0 * threshold / (1.0 + threshold) * distinct - 1e-9)) + 1)
    for i in range(long):
        crowd.rare[i] ^= crowd.facts[text] * U64(0x9E3779B97F4A7C15)
    return short, long


@inner
def _sort_by_rank(ranks, values, count):  # type: ignore[no-untyped-def]
    """Sort values by rank, of equal ranks by value (Shell 1959)."""
    gap = 1
    while gap < count:
        gap *= STEPS
    while gap > 1:
        gap = max(1, gap // STEPS)
        for i in range(gap, count):
            rank, value, at = ranks[i], values[i], i
            while at >= gap and (ranks[at - gap] > rank or (ranks[at - gap] == rank and values[at - gap] > value)):
                ranks[at], values[at] = ranks[at - gap], values[at - gap]
                at -= gap
            ranks[at], values[at] = rank, value


@inner
def _slot(shingle, lists):  # type: ignore[no-untyped-def]
    """Return the slot of a rare shingle, or the free one it would have."""
    mask = U64(len(lists.keys) - 1)
    slot = shingle & mask
    while lists.heads[slot] >= 0 and lists.keys[slot] != shingle:
        slot = (slot + U64(1)) & mask
    return slot


@inner
def gather_from_crowd(text, prefix, crowd, stamps, members, count):  # type: ignore[no-untyped-def]
    """Append to `count` survivors in `members` those a text of a crowd may be like; return their number."""
    count = _gather(text, prefix[0], crowd.rare, crowd.by_long, stamps, members, count)
    return _gather(text, prefix[1], crowd.rare, crowd.by_short, stamps, members, count)


@inner
def _gather(text, length, rare, lists, stamps, members, count):  # type: ignore[no-untyped-def]
    for i in range(length):
        node = lists.heads[_slot(rare[i], lists)]
        while node >= 0:
            other = lists.owners[node]
            if stamps[other] != text:
                stamps[other] = text
                members[count] = other
                count += 1
            node = lists.links[node]
    return count


@inner
def enter_crowd(text, prefix, crowd):  # type: ignore[no-untyped-def]
    """Enter a survivor under its rare shingles."""
    _enter(text, prefix[0], crowd.rare, crowd.by_short)
    _enter(text, prefix[1], crowd.rare, crowd.by_long)


@inner
def _enter(text, length, rare, lists):  # type: ignore[no-untyped-def]
    for i in range(length):
        slot, node = _slot(rare[i], lists), lists.used[0]
        lists.links[node], lists.owners[node] = lists.heads[slot], text
        lists.keys[slot], lists.heads[slot] = rare[i], node
        lists.used[0] += 1
