"""All pairs of texts at a Jaccard, exactly: a prefix-filtered join (Xiao et al. 2008), sharing nothing with banding.

N-grams are numbered from the rarest on. Two sets at Jaccard t share an n-gram among the |S| - ceil(t |S|) + 1 rarest of
each; pairs that do are compared by merging.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dedup.ngram_index import distinct_ngrams
from dedup.signatures.texts import Column, as_texts


def exact_pairs(column: Column, n: int, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of all pairs whose sets of n-grams reach the threshold."""
    texts = as_texts(column)
    rows, hashes = distinct_ngrams(texts, n)
    _, numbers, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    ranks = np.empty(len(counts), np.int64)
    ranks[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    tokens = ranks[numbers]
    order = np.lexsort((tokens, rows))
    starts = np.searchsorted(rows, np.arange(len(texts) + 1))
    pairs = _join(tokens[order], starts, len(counts), threshold)
    return pairs[:, 0], pairs[:, 1]


@njit
def _join(tokens, starts, n_tokens, threshold):  # type: ignore[no-untyped-def]
    heads, nodes = np.full(n_tokens, -1), 0
    links, owners = np.empty(len(tokens), np.int64), np.empty(len(tokens), np.int64)
    stamps = np.full(len(starts), -1)
    pairs, found = np.empty((1024, 2), np.int64), 0
    for row in range(len(starts) - 1):
        begin, end = starts[row], starts[row + 1]
        prefix = end - begin - int(np.ceil(threshold * (end - begin) - 1e-9)) + 1
        for i in range(begin, min(begin + prefix, end)):
            node = heads[tokens[i]]
            while node >= 0:
                other = owners[node]
                node = links[node]
                if stamps[other] == row:
                    continue
                stamps[other] = row
                if _jaccard(tokens, begin, end, starts[other], starts[other + 1]) >= threshold:
                    if found == len(pairs):
                        wider = np.empty((2 * found, 2), np.int64)
                        for k in range(found):
                            wider[k, 0], wider[k, 1] = pairs[k, 0], pairs[k, 1]
                        pairs = wider
                    pairs[found, 0], pairs[found, 1] = other, row
                    found += 1
            links[nodes], owners[nodes] = heads[tokens[i]], row
            heads[tokens[i]] = nodes
            nodes += 1
    return pairs[:found]


@njit
def _jaccard(tokens, a, a_end, b, b_end):  # type: ignore[no-untyped-def]
    both, total = 0, a_end - a + b_end - b
    while a < a_end and b < b_end:
        if tokens[a] == tokens[b]:
            both, a, b = both + 1, a + 1, b + 1
        elif tokens[a] < tokens[b]:
            a += 1
        else:
            b += 1
    return both / (total - both)
