"""An inverted index of n-grams: each known n-gram, and the owners it counts for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.shingles import new_text_buffers, roll_text
from dedup.signatures.texts import Column, Texts, iter_texts, longest

U64 = np.uint64
BITS = 16
"""Bits of the bitmap for each n-gram: one look-up in sixteen of an unknown n-gram goes on to the table."""


class NgramIndex(NamedTuple):
    """N-grams in an open-addressing table: `keys` and `places` (-1: free); `bits` says at once what is not in it.

    The owners of the n-gram at place g are `owners[starts[g] : starts[g + 1]]`.
    """

    keys: NDArray[np.uint64]
    places: NDArray[np.int32]
    bits: NDArray[np.uint64]
    starts: NDArray[np.int64]
    owners: NDArray[np.int32]


def distinct_ngrams(texts: Texts, n: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the distinct n-grams of each row as two columns, row and hash, sorted."""
    room = int(np.diff(texts.offsets).sum()) + 1
    rows, hashes = np.empty(room, np.int64), np.empty(room, U64)
    count = _spell(texts.offsets, texts.data, n, *new_text_buffers(longest(texts)), rows, hashes)
    return unique_pairs(rows[:count], hashes[:count])


def unique_pairs(rows: NDArray[np.int64], hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the distinct pairs of two columns, sorted."""
    order = np.lexsort((hashes, rows))
    rows, hashes = rows[order], hashes[order]
    new = np.ones(len(rows), np.bool_)
    new[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
    return rows[new], hashes[new]


def index_ngrams(hashes: NDArray[np.uint64], places: NDArray[np.int64], owners: NDArray[np.int64]) -> NgramIndex:
    """Index distinct `hashes` by their place; `places` and `owners` are the pairs to be found, in any order."""
    size = 1 << max(4, (2 * len(hashes)).bit_length())
    keys, slots = np.zeros(size, U64), np.full(size, -1, np.int32)
    bits = np.zeros(1 << max(1, (BITS * len(hashes) // 64).bit_length()), U64)
    _insert(hashes, keys, slots, bits)
    order = np.lexsort((owners, places))
    starts = np.searchsorted(places[order], np.arange(len(hashes) + 1))
    return NgramIndex(keys, slots, bits, starts.astype(np.int64), owners[order].astype(np.int32))


def count_frequencies(grams: NgramIndex, background: Iterable[Column], n: int) -> tuple[NDArray[np.int64], int]:
    """Return in how many background rows each n-gram stands, by place, and the number of rows."""
    counts, total = np.zeros(len(grams.starts) - 1, np.int64), 0
    for column in background:
        for texts in iter_texts(column):
            seen = np.full(len(counts), -1, np.int64)
            _count(texts.offsets, texts.data, n, grams, *new_text_buffers(longest(texts)), seen, counts)
            total += len(texts)
    return counts, total


@inner
def place_of(h, grams):  # type: ignore[no-untyped-def]
    """Return the place of an n-gram, or -1."""
    bit = h >> U64(16) & U64(len(grams.bits) * 64 - 1)
    if (grams.bits[bit >> U64(6)] >> (bit & U64(63))) & U64(1) == U64(0):
        return -1
    mask = U64(len(grams.keys) - 1)
    slot = h & mask
    while grams.places[slot] >= 0:
        if grams.keys[slot] == h:
            return grams.places[slot]
        slot = (slot + U64(1)) & mask
    return -1


@kernel
def _insert(hashes, keys, slots, bits):  # type: ignore[no-untyped-def]
    mask = U64(len(keys) - 1)
    for i in range(len(hashes)):
        bit = hashes[i] >> U64(16) & U64(len(bits) * 64 - 1)
        bits[bit >> U64(6)] |= U64(1) << (bit & U64(63))
        slot = hashes[i] & mask
        while slots[slot] >= 0:
            slot = (slot + U64(1)) & mask
        keys[slot], slots[slot] = hashes[i], i


@kernel
def _spell(offsets, data, n, codes, hashes, rows, out):  # type: ignore[no-untyped-def]
    total = 0
    for row in range(len(offsets) - 1):
        count = roll_text(data, offsets[row], offsets[row + 1], n, codes, hashes)
        for i in range(count):
            rows[total], out[total] = row, hashes[i]
            total += 1
    return total


@kernel
def _count(offsets, data, n, grams, codes, hashes, seen, counts):  # type: ignore[no-untyped-def]
    for row in range(len(offsets) - 1):
        count = roll_text(data, offsets[row], offsets[row + 1], n, codes, hashes)
        for i in range(count):
            at = place_of(hashes[i], grams)
            if at >= 0 and seen[at] != row:
                seen[at] = row
                counts[at] += 1
