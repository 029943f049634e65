"""Choose test items that force the fewest rows out of training.

An item takes its twins, all that was made from its parents, and all that would give it away. In a small corpus, or one
made by templates, a test drawn blindly would leave little to train on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.leak_rule import CONTAINMENT, SHORT
from pedcorpus.rows.ngrams import Ragged, grams

POOL = 3
"""Candidates looked at for each item wanted."""
TAKEN_PER_ITEM = 3
"""Rows a test item may take from training on average, itself included; beyond it the test stays smaller. The first may
take more, up to half of all rows: a test of one item says little, an empty one nothing."""


class Candidates(NamedTuple):
    """One entry per row: order key, task (-1: not eligible), component, and the rows it is known to take.

    `rank` is that of its kind of source, 0 the best; `scoped` its task where it is in scope, eligible or not.
    """

    key: NDArray[np.uint64]
    task: NDArray[np.int8]
    scoped: NDArray[np.int8]
    rank: NDArray[np.int8]
    component: NDArray[np.int64]
    taken: NDArray[np.int64]


def size_of_test(size: int, samples: int, max_share: float) -> int:
    """Return how many items a test gets: its size, but no more than a share of its task's samples, one at least.

    A task with a single sample has no test, nor has any where the share is 0.
    """
    least = 1 if samples > 1 and max_share > 0 else 0
    return min(size, max(int(max_share * samples), least))


def shortlist(candidates: Candidates, sizes: Sequence[int], max_share: float) -> NDArray[np.int64]:
    """Return the rows to look at closer, sorted: per task the best kinds, of these those that take least.

    Of each component there is one.
    """
    found = []
    for task, size in enumerate(sizes):
        rows = np.flatnonzero(candidates.task == task)
        order = rows[np.lexsort((candidates.key[rows], candidates.taken[rows], candidates.rank[rows]))]
        _, first = np.unique(candidates.component[order], return_index=True)
        items = size_of_test(size, int((candidates.scoped == task).sum()), max_share)
        found.append(order[np.sort(first)][: POOL * items])
    return np.sort(np.concatenate(found))


def select_items(
    candidates: Candidates, shortlisted: NDArray[np.int64], sizes: Sequence[int], max_share: float
) -> NDArray[np.int64]:
    """Return the rows that become test items, sorted; `candidates.taken` now holds what gives them away too."""
    found = []
    for task, size in enumerate(sizes):
        rows = shortlisted[candidates.task[shortlisted] == task]
        items = size_of_test(size, int((candidates.scoped == task).sum()), max_share)
        order = rows[np.lexsort((candidates.key[rows], candidates.taken[rows], candidates.rank[rows]))]
        found.append(_affordable(order, candidates.taken[order], items, len(candidates.key)))
    return np.sort(np.concatenate(found))


def _affordable(order: NDArray[np.int64], taken: NDArray[np.int64], items: int, n_rows: int) -> NDArray[np.int64]:
    """Return at most `items` rows, in this order, that together take TAKEN_PER_ITEM * items rows at most."""
    budget, chosen = TAKEN_PER_ITEM * items, list[int]()
    for row, cost in zip(order.tolist(), taken.tolist(), strict=True):
        if len(chosen) < items and (cost <= budget or (not chosen and 2 * cost <= n_rows)):
            chosen.append(row)
            budget -= cost
    return np.array(chosen, np.int64)


def shared_with(tokens: NDArray[np.uint64], rows: NDArray[np.int64], n_rows: int) -> NDArray[np.int64]:
    """Return for each row how many times its tokens occur in other rows (parents: the samples made from them)."""
    _, at, counts = np.unique(tokens, return_inverse=True, return_counts=True)
    return np.bincount(rows, weights=counts[at] - 1, minlength=n_rows).astype(np.int64)


class Containing(NamedTuple):
    """Texts that hold 60 % or more of a part's 5-grams: text, part and share, one entry per pair."""

    text: NDArray[np.int64]
    part: NDArray[np.int64]
    share: NDArray[np.float64]


def find_containing(parts: Ragged, texts: Sequence[str]) -> Containing:
    """Find the texts that hold parts, which are given as their 5-grams (a question, an answer)."""
    n_parts = len(parts.bounds) - 1
    names, at = np.unique(parts.values, return_inverse=True)
    by_name = np.argsort(at, kind="stable")
    owners, starts = parts.rows[by_name], np.searchsorted(at[by_name], np.arange(len(names) + 1))
    held = grams(texts, SHORT)
    place = np.searchsorted(names, held.values)
    known = np.flatnonzero(place < len(names))
    known = known[names[place[known]] == held.values[known]]
    first, last = starts[place[known]], starts[place[known] + 1]
    lengths = last - first
    picked = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())
    pairs = np.repeat(held.rows[known], lengths) * n_parts + owners[picked]
    pairs, shared = np.unique(pairs, return_counts=True)
    share = shared / np.diff(parts.bounds)[pairs % n_parts] if n_parts else np.zeros(0)
    found = share >= CONTAINMENT
    return Containing(pairs[found] // n_parts, pairs[found] % n_parts, share[found])
