"""Candidates for containment: a passage that stands whole inside a longer text.

Their Jaccard may be near 0, so MinHash bands do not bring them together. One shingle in SAMPLING, chosen by its hash
alone, is indexed; a text is compared with those before it that hold about as much of its sample as they must hold
of the whole. Of a passage of 80 characters some 19 are sampled; at a share of 0.9 fewer than one in a million held
passages keep less than half of their sample. Below some 30 characters a few are missed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.ngram_index import unique_pairs
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.shingles import new_text_buffers, read_shingles
from dedup.signatures.texts import Texts, longest

U64 = np.uint64
SAMPLING = 4
MAX_TEXTS = 1000
"""Texts from which a sampled shingle is no sign of anything; it would cost their square."""
SLACK = 0.5
"""Share of the expected sample that must be met."""
OFF = 2.0
"""A share no text can hold: containment is not looked for."""


class Containers(NamedTuple):
    """For text i the texts before it that may contain it: `others[starts[i] : starts[i + 1]]`, best first."""

    starts: NDArray[np.int64]
    others: NDArray[np.int32]


def sample_shingles(
    texts: Texts, rows: NDArray[np.int64], ngram: int, common: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the sampled shingles of rows as two columns, place in `rows` and hash, each pair once, sorted."""
    total = int((texts.offsets[rows + 1] - texts.offsets[rows]).sum()) + 1
    owners, hashes = np.empty(total, np.int64), np.empty(total, U64)
    room = longest(texts, rows)
    count = _sample(texts.offsets, texts.data, rows, ngram, common, *new_text_buffers(room), owners, hashes)
    return unique_pairs(owners[:count], hashes[:count])


def find_containers(n: int, owners: NDArray[np.int64], hashes: NDArray[np.uint64], share: float) -> Containers:
    """Find for each of n texts, given best first, those before it that may hold `share` of its shingles.

    `owners` and `hashes` are the sampled shingles of all texts, sorted by owner.
    """
    sizes = np.bincount(owners, minlength=n)
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else np.zeros(0, int)
    run = np.empty(len(order), np.int64)
    run[order] = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(order))))
    bounds = np.append(begins, len(order)).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    counts, others = _count_shared_samples(n, starts, run, bounds, owners[order], SLACK * share)
    return Containers(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), others)


@kernel
def _sample(offsets, data, rows, n, common, codes, hashes, owners, out):  # type: ignore[no-untyped-def]
    total = 0
    for i in range(len(rows)):
        for k in range(read_shingles(data, offsets[rows[i]], offsets[rows[i] + 1], n, common, codes, hashes)):
            if (hashes[k] >> U64(8)) % U64(SAMPLING) == U64(0):
                owners[total], out[total] = i, hashes[k]
                total += 1
    return total


@kernel
def _count_shared_samples(n, starts, run, bounds, members, least):  # type: ignore[no-untyped-def]
    """Count shared samples text by text; return how many candidates each has, and the candidates."""
    shared, met = np.zeros(n, np.int32), np.empty(n, np.int32)
    counts, others, total = np.zeros(n, np.int64), np.empty(1024, np.int32), 0
    for text in range(n):
        found = 0
        for i in range(starts[text], starts[text + 1]):
            first, last = bounds[run[i]], bounds[run[i] + 1]
            if last - first > MAX_TEXTS:
                continue
            for k in range(first, last):
                other = members[k]
                if other >= text:
                    break  # members of a run ascend
                if shared[other] == 0:
                    met[found] = other
                    found += 1
                shared[other] += 1
        if total + found > len(others):
            others = _widen(others, total + found)
        for k in range(found):
            if shared[met[k]] >= least * (starts[text + 1] - starts[text]):
                others[total] = met[k]
                total += 1
                counts[text] += 1
            shared[met[k]] = 0
    return counts, others[:total]


@inner
def _widen(values, least):  # type: ignore[no-untyped-def]
    wider = np.empty(2 * max(least, len(values)), np.int32)
    for i in range(len(values)):
        wider[i] = values[i]
    return wider
