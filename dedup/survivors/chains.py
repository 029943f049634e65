"""The survivors so far, as linked lists by bucket: what a text is compared with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.signatures.banding import Buckets
from dedup.signatures.compile_kernel import inner


class Chains(NamedTuple):
    """Survivors by bucket, as linked lists: a node is text * bands + band; `room` is how many a bucket still takes.

    `stamps` and `members` are buffers of `gather_survivors`.
    """

    of: NDArray[np.int32]
    heads: NDArray[np.int64]
    links: NDArray[np.int64]
    room: NDArray[np.int32]
    stamps: NDArray[np.int32]
    members: NDArray[np.int32]


def new_chains(buckets: Buckets, room: int) -> Chains:
    """Return empty lists for at most `room` survivors per bucket."""
    n = len(buckets.of)
    heads, links = np.full(buckets.total, -1, np.int64), np.full(buckets.of.size, -1, np.int64)
    stamps, members = np.full(n, -1, np.int32), np.empty(n, np.int32)
    return Chains(buckets.of, heads, links, np.full(buckets.total, room, np.int32), stamps, members)


@inner
def gather_survivors(text, chains, stamps):  # type: ignore[no-untyped-def]
    """Write the survivors in a text's buckets to `chains.members`, each once; return their number.

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
                chains.members[count] = other
                count += 1
            node = chains.links[node]
    return count


@inner
def add_survivor(text, chains):  # type: ignore[no-untyped-def]
    """Put a survivor into its buckets, as far as they have room."""
    bands = chains.of.shape[1]
    for band in range(bands):
        bucket = chains.of[text, band]
        if bucket >= 0 and chains.room[bucket] > 0:
            chains.room[bucket] -= 1
            node = text * bands + band
            chains.links[node] = chains.heads[bucket]
            chains.heads[bucket] = node


@inner
def sort_first(values, count):  # type: ignore[no-untyped-def]
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
