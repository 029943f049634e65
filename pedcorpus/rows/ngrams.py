"""Character n-grams of many short texts at once: hashed, as flat arrays, without a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_ROLL = np.uint64(0x9E3779B97F4A7C15)
_FOLD = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

SKETCH = 64
"""Smallest hashes kept of an answer: the Jaccard of two is then known to ± 0.06 (one standard deviation at 0.5)."""
NO_HASH = np.uint32(2**32 - 1)


class Ragged(NamedTuple):
    """Lists of numbers: row i is `values[bounds[i] : bounds[i + 1]]`."""

    bounds: NDArray[np.int64]
    values: NDArray[np.uint64]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of each value."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))


def grams(texts: Sequence[str], n: int) -> Ragged:
    """Return the distinct n-grams of each text as 64-bit hashes, sorted; texts shorter than n have none."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    windows = max(len(codes) - n + 1, 0)
    hashes = np.zeros(windows, np.uint64)
    for offset in range(n):
        hashes = (hashes + codes[offset : offset + windows] + np.uint64(1)) * _ROLL
    whole = row[:windows] == row[len(row) - windows :]
    return ragged(row[:windows][whole], _mixed(hashes[whole]), len(texts))


def ragged(rows: NDArray[np.int64], values: NDArray[np.uint64], n_rows: int) -> Ragged:
    """Return the distinct values of each row, sorted."""
    order = np.lexsort((values, rows))
    rows, values = rows[order], values[order]
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (values[1:] != values[:-1])
    rows, values = rows[first], values[first]
    return Ragged(np.searchsorted(rows, np.arange(n_rows + 1)), values)


def sketches(sets: Ragged) -> NDArray[np.uint32]:
    """Return the upper halves of the `SKETCH` smallest hashes of each row, [n_rows, SKETCH]; `NO_HASH` where fewer."""
    n_rows = len(sets.bounds) - 1
    found = np.full((n_rows, SKETCH), NO_HASH, np.uint32)
    rank = np.arange(len(sets.values)) - sets.bounds[sets.rows]
    small = rank < SKETCH
    found[sets.rows[small], rank[small]] = sets.values[small] >> np.uint64(32)
    return found


def sketched_jaccard(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> float:
    """Estimate the Jaccard of the sets behind two sketches: the share of both among the smallest hashes of either."""
    union = np.union1d(a, b)
    union = union[union != NO_HASH][:SKETCH]
    if not len(union):
        return 1.0
    both = np.isin(union, a) & np.isin(union, b)
    return float(both.mean())


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread hashes evenly over 64 bits (the finisher of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _FOLD[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _FOLD[1]
    return hashes ^ (hashes >> np.uint64(31))
