"""Candidates by banding: texts that share a band hash stand in one bucket.

Each band is sorted once; buckets are runs of equal hashes. A bucket is never cut short and never spelled out as pairs:
`dedup.survivors.choose` compares each text with the survivors in its buckets, which keeps a bucket of m copies linear
in m.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Buckets(NamedTuple):
    """`of[i, b]` is the bucket of text i in band b, -1 where it is alone; `total` counts the buckets of all bands."""

    of: NDArray[np.int32]
    total: int


class BandHashes(Protocol):
    """Band hashes: one uint64[n] per band, as the rows of an array or read one by one."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[NDArray[np.uint64]]: ...


def assign_buckets(hashes: BandHashes, n: int) -> Buckets:
    """Divide n texts by band hash."""
    of, count = np.full((n, len(hashes)), -1, np.int32), 0
    for band, row in enumerate(hashes):
        numbers, more = number_runs(row)
        of[:, band] = np.where(numbers >= 0, numbers + np.int32(count), numbers)
        count += more
    return Buckets(of, count)


def has_members(near: Buckets, members: int) -> NDArray[np.bool_]:
    """Return for each bucket (bool[total]) whether it has at least this number of members."""
    return np.bincount(near.of[near.of >= 0], minlength=near.total) >= members


def keep_buckets(near: Buckets, wanted: NDArray[np.bool_]) -> Buckets:
    """Return only the wanted buckets (bool[total]), under their numbers; texts of the others stand alone."""
    return Buckets(np.where((near.of >= 0) & np.append(wanted, False)[near.of], near.of, np.int32(-1)), near.total)


def divide_buckets(near: Buckets, wanted: NDArray[np.bool_], kinds: NDArray[np.uint64]) -> Buckets:
    """Divide the wanted buckets (bool[total]) by kind (uint64[n]): texts of unlike kind do not meet there."""
    of, total = near.of.copy(), near.total
    for band in range(of.shape[1]):
        rows = np.flatnonzero((of[:, band] >= 0) & np.append(wanted, False)[of[:, band]])
        numbers, more = number_runs(mingle(of[rows, band].astype(np.uint64), kinds[rows]))
        of[rows, band] = np.where(numbers >= 0, numbers + np.int32(total), numbers)
        total += more
    return Buckets(of, total)


def number_runs(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int32], int]:
    """Return for each value the number of its run of equals, or -1 where it is alone, and how many runs there are."""
    order = np.argsort(hashes)
    ordered = hashes[order]
    same = ordered[1:] == ordered[:-1]
    shared = np.zeros(len(hashes), np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    begins = shared.copy()
    begins[1:] &= ~same
    numbers = np.full(len(hashes), -1, np.int32)
    rows = order[shared]
    numbers[rows] = (np.cumsum(begins) - 1)[shared]
    return numbers, int(begins.sum())


def mingle(hashes: NDArray[np.uint64], kinds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Combine two hashes of each text into one."""
    with np.errstate(over="ignore"):
        x = (hashes ^ (kinds * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xFF51AFD7ED558CCD)
    return x ^ (x >> np.uint64(32))
