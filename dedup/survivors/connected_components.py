"""Connected components of near-duplicates: what must stand on one side of a split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.signatures.banding import Buckets
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.exact_jaccard import new_table
from dedup.signatures.shingle_sets import ShingleSets, compare, open_text
from dedup.signatures.texts import Texts, longest


def join_components(sets: ShingleSets, buckets: Buckets, threshold: float) -> NDArray[np.int32]:
    """Return for each text a text of its component, the same for all members: those linked by pairs at the threshold.

    Every pair that shares a bucket is either checked or known to be in one component already.
    """
    parents = np.arange(len(sets.rows), dtype=np.int32)
    table = new_table(longest(Texts(sets.offsets, sets.data), sets.rows), threshold)
    for band in range(buckets.of.shape[1]):
        order = np.argsort(buckets.of[:, band], kind="stable")
        order = order[buckets.of[order, band] >= 0]
        lists = tuple(np.empty(len(order), np.int64) for _ in range(3))
        _join_band(sets, buckets.of, band, order, *lists, parents, table, threshold)
    _flatten(parents)
    return parents


@kernel
def _flatten(parents):  # type: ignore[no-untyped-def]
    for text in range(len(parents)):
        parents[text] = find_root(parents, text)


@inner
def find_root(parents: NDArray[np.int32], text: int) -> int:
    """Return the root of a text and halve the way to it."""
    while parents[text] != text:
        parents[text] = parents[parents[text]]
        text = parents[text]
    return text


@kernel
def _join_band(sets, of, band, order, heads, tails, links, parents, table, threshold):  # type: ignore[no-untyped-def]
    # within a bucket: groups of members known to be linked, as lists; `heads` and `tails` by group, `links` by member
    begin = 0
    while begin < len(order):
        end, groups = begin, 0
        bucket = of[order[begin], band]
        while end < len(order) and of[order[end], band] == bucket:
            group = _join_text(sets, of, band, order, end, heads, links, groups, parents, table, threshold)
            links[end] = -1
            if group < groups:
                links[tails[group]] = end
            else:
                heads[group] = end
                groups += 1
            tails[group] = end
            end += 1
        begin = end


@inner
def _join_text(sets, of, band, order, at, heads, links, groups, parents, table, threshold):  # type: ignore[no-untyped-def]
    """Link the text at place `at` of a bucket with the groups before it; return its group, `groups` for a new one."""
    text, own = order[at], groups
    size = distinct = nth = 0
    for group in range(groups):
        if find_root(parents, order[heads[group]]) == find_root(parents, text):
            own = group
            continue
        member = heads[group]
        while member >= 0:
            other = order[member]
            member = links[member]
            if has_met_before(of, band, text, other):
                continue
            if size == 0:
                size, distinct = open_text(sets, text, table, threshold)
            jaccard = compare(sets, other, table, size, distinct, nth, threshold)
            nth += 1
            if jaccard >= 0.0:
                a, b = find_root(parents, text), find_root(parents, other)
                parents[max(a, b)] = min(a, b)
                own = group
                break
    return own


@inner
def has_met_before(of, band, a, b):  # type: ignore[no-untyped-def]
    """Return whether two texts shared a bucket in an earlier band."""
    met = False
    for earlier in range(band):
        met |= of[a, earlier] >= 0 and of[a, earlier] == of[b, earlier]
    return met
