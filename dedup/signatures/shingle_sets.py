"""Texts as sets of shingles: one is laid into a table, the others are compared with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.signatures.compile_kernel import inner
from dedup.signatures.exact_jaccard import (
    FIRST_PAIR,
    count_present,
    count_shared,
    fill_table,
    misses_allowed,
    table_size,
)
from dedup.signatures.shingles import read_shingles

BELOW = -1.0
"""What `compare` returns for a pair below the threshold."""


class ShingleSets(NamedTuple):
    """Texts to compare, best first: text i is row `rows[i]`, less the shingles marked in `common` (boilerplate)."""

    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]
    rows: NDArray[np.int64]
    ngram: int
    common: NDArray[np.uint64]


@inner
def read_text(sets, text, table):  # type: ignore[no-untyped-def]
    """Write the shingles of a text to `table.hashes` and return their number."""
    start, stop = sets.offsets[sets.rows[text]], sets.offsets[sets.rows[text] + 1]
    return read_shingles(sets.data, start, stop, sets.ngram, sets.common, table.codes, table.hashes)


@inner
def open_text(sets, text, table, threshold):  # type: ignore[no-untyped-def]
    """Lay a text into the table; return (slots used, distinct shingles)."""
    count = read_text(sets, text, table)
    size = table_size(count, misses_allowed(count, threshold, len(table.hashes)))
    return size, fill_table(count, table, size)


@inner
def compare(sets, other, table, size, distinct, nth, threshold):  # type: ignore[no-untyped-def]
    """Return the Jaccard of the open text and the text `other`, or BELOW. `nth` counts the comparisons from 0."""
    count = read_text(sets, other, table)
    if count < threshold * distinct:
        return BELOW
    allowed = misses_allowed(distinct, threshold, len(table.hashes))
    shared, alone = count_shared(count, table, size, nth + FIRST_PAIR, allowed)
    jaccard = shared / (distinct + alone)
    return jaccard if alone <= allowed and jaccard >= threshold else BELOW


@inner
def contained_share(sets, other, table, size, distinct, nth):  # type: ignore[no-untyped-def]
    """Return the share of the open text's shingles that the text `other` holds."""
    return count_present(read_text(sets, other, table), table, size, nth + FIRST_PAIR) / distinct
