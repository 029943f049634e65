"""The exact check of a candidate pair: the Jaccard of two sets of shingle hashes.

One side is laid into a small open-addressing table that serves all its partners. A slot's mark says what it holds:
0 nothing; below 0 a shingle of the first text, -1 or the number of the last pair that met it; above 0 a shingle of a
partner alone, and of no account when that was an earlier pair's. Two shingles of equal hash count as one: with 64 bits
and 10**5 shingles per pair, less than once in 10**9 pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.signatures.compile_kernel import inner
from dedup.signatures.shingles import new_text_buffers

U64 = np.uint64
FIRST_PAIR = 2
"""Pairs of a table are numbered from here: 1 is the mark of a shingle no partner has met."""


class Table(NamedTuple):
    """A hash table for the shingles of one text, and room for the code points and hashes of the text at hand."""

    keys: NDArray[np.uint64]
    marks: NDArray[np.int32]
    codes: NDArray[np.uint32]
    hashes: NDArray[np.uint64]


def new_table(room: int, threshold: float) -> Table:
    """Return a table for texts of at most `room` shingles."""
    size = table_size.py_func(room, misses_allowed.py_func(room, threshold, room))
    return Table(np.empty(size, U64), np.empty(size, np.int32), *new_text_buffers(room))


@inner
def misses_allowed(distinct: int, threshold: float, room: int) -> int:
    """Return how many shingles a partner may hold beyond those of a set of `distinct` and still reach the threshold.

    J = |A ∩ B| / |A ∪ B| ≤ |A| / (|A| + misses). One more than that, so that rounding never decides.
    """
    if threshold <= 0.0:
        return room
    return min(room, int(distinct * (1.0 - threshold) / threshold) + 1)


@inner
def table_size(count: int, misses: int) -> int:
    """Return the slots, a power of two, that stay at most half full of `count` shingles and `misses` of a partner."""
    size = 16
    while size < 2 * (count + misses + 2):
        size *= 2
    return size


@inner
def fill_table(count: int, table: Table, size: int) -> int:
    """Lay the first `count` of `table.hashes` into `size` slots, emptied before, and return how many are distinct."""
    keys, marks, hashes = table.keys, table.marks, table.hashes
    marks[:size] = 0
    bits = U64(size - 1)
    distinct = 0
    for i in range(count):
        slot = hashes[i] & bits
        while marks[slot] != 0 and keys[slot] != hashes[i]:
            slot = (slot + U64(1)) & bits
        if marks[slot] == 0:
            keys[slot], marks[slot] = hashes[i], -1
            distinct += 1
    return distinct


@inner
def count_shared(count, table, size, pair, allowed):  # type: ignore[no-untyped-def]
    """Return (shared, alone): how many of the distinct first `count` of `table.hashes` the table holds, how many not.

    Stops as soon as more than `allowed` are alone. `pair` numbers the calls on one table, from FIRST_PAIR.
    """
    keys, marks, hashes = table.keys, table.marks, table.hashes
    bits = U64(size - 1)
    shared = alone = 0
    for i in range(count):
        slot = hashes[i] & bits
        while marks[slot] < 0 or marks[slot] == pair:
            if keys[slot] == hashes[i]:
                break
            slot = (slot + U64(1)) & bits
        mark = marks[slot]
        if mark < 0:
            if mark != -pair:
                marks[slot] = -pair
                shared += 1
        elif mark != pair:
            keys[slot], marks[slot] = hashes[i], pair
            alone += 1
            if alone > allowed:
                break
    return shared, alone


@inner
def count_present(count, table, size, pair):  # type: ignore[no-untyped-def]
    """Return how many distinct shingles of the table are among the first `count` of `table.hashes`."""
    keys, marks, hashes = table.keys, table.marks, table.hashes
    bits = U64(size - 1)
    shared = 0
    for i in range(count):
        slot = hashes[i] & bits
        while marks[slot] != 0:
            if keys[slot] == hashes[i] and marks[slot] < 0:
                shared += marks[slot] != -pair
                marks[slot] = -pair
                break
            slot = (slot + U64(1)) & bits
    return shared
