"""Who survives, and which texts belong together.

`survivors` goes through the texts best first. A text is a duplicate when a survivor before it, in one of its buckets,
reaches the threshold and says the same; else it survives. So every removed text was checked against the text that
stands for it (chains through a third never remove anything), no two survivors that met are duplicates, and nothing
depends on the order of files. A bucket holds survivors alone, so m copies of a text cost m checks.

Duplicates have equal facts (`dedup.clinical.guard`), so large buckets are divided by facts: a thousand records of one
form with other doses are not compared a million times. Their pairs of unlike facts are looked for apart, to list
them. A large bucket of equal facts whose texts share a form and little else is a crowd
(`dedup.survivors.large_buckets`).

`components` joins whatever reaches the threshold, for dividing train and test.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.guard import holds_facts, new_desk, say_the_same
from dedup.clinical.lexicon import trie
from dedup.containment import Wholes
from dedup.settings import MinHash
from dedup.signatures.banding import Buckets
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.exact_jaccard import new_table
from dedup.signatures.shingle_sets import Sets, compare, contained, open_text
from dedup.signatures.texts import Texts, longest
from dedup.survivors.large_buckets import Crowd, gather_crowd, join_crowd, rare_shingles

MAX_CONFLICTS = 64
"""Conflicts listed of one text: all there are in buckets that are not large."""
MAX_OF_FORM = 16
"""Conflicts from which large buckets add none to a text's: more copies of one form show nothing new."""
MAX_TRIES = 64
"""Survivors a bucket offers, and checks made of one text, in the search for conflicts."""


class Decisions(NamedTuple):
    """Of each text the survivor (-1: itself), the Jaccard or share contained, which of the two; and the conflicts."""

    survivor: NDArray[np.int32]
    value: NDArray[np.float64]
    is_contained: NDArray[np.bool_]
    conflict_a: NDArray[np.int32]
    conflict_b: NDArray[np.int32]
    conflict_value: NDArray[np.float64]


class Chains(NamedTuple):
    """Survivors by bucket, as linked lists: a node is text * bands + band; `room` is how many a bucket still takes."""

    of: NDArray[np.int32]
    heads: NDArray[np.int64]
    links: NDArray[np.int64]
    room: NDArray[np.int32]
    stamps: NDArray[np.int32]
    found: NDArray[np.int32]


class Rule(NamedTuple):
    """When a text goes: the Jaccard from which it does, and the share contained."""

    threshold: float
    share: float


class Listed(NamedTuple):
    """Room for the conflicts of one text."""

    others: NDArray[np.int32]
    values: NDArray[np.float64]


class Verdicts(NamedTuple):
    """Of each text the survivor (-1: itself), the Jaccard or share contained, and which of the two that is."""

    survivor: NDArray[np.int32]
    value: NDArray[np.float64]
    is_contained: NDArray[np.bool_]


def survivors(
    sets: Sets,
    same: Buckets,
    near: Buckets | None,
    crowd: Crowd | None,
    inside: Wholes | None,
    settings: MinHash,
    share: float,
    guard: bool,
) -> Decisions:
    """Decide who survives. `same` are the buckets of possible duplicates, `near` those of possible conflicts alone.

    Texts of the `crowd` meet by rare shingles too. Without `settings.verify` any text that shares a bucket is a
    duplicate. `inside` are the texts that may contain one, and `share` how much of it they must hold. What is None is
    not compiled either: few small corpora have large buckets.
    """
    n, room = len(sets.rows), longest(Texts(sets.offsets, sets.data), sets.rows)
    verdicts = Verdicts(np.full(n, -1, np.int32), np.ones(n), np.zeros(n, np.bool_))
    if n == 0:
        return Decisions(*verdicts, np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))
    rule = Rule(settings.threshold if settings.verify else 0.0, share)
    chains = _chains(same, n), None if near is None else _chains(near, MAX_TRIES)
    mine = Listed(np.empty(MAX_CONFLICTS, np.int32), np.empty(MAX_CONFLICTS))
    table, desk, words = new_table(room, rule.threshold), new_desk(room) if guard else None, trie() if guard else None
    total, every = _survivors(
        sets, *chains, crowd, inside, rule, table, desk, words, mine, verdicts, np.empty((3, 1024))
    )
    a, b, value = every[:, :total]
    return Decisions(*verdicts, a.astype(np.int32), b.astype(np.int32), value)


def _chains(buckets: Buckets, room: int) -> Chains:
    n = len(buckets.of)
    heads, links = np.full(buckets.total, -1, np.int64), np.full(buckets.of.size, -1, np.int64)
    stamps, found = np.full(n, -1, np.int32), np.empty(n, np.int32)
    return Chains(buckets.of, heads, links, np.full(buckets.total, room, np.int32), stamps, found)


@kernel
def _survivors(sets, duplicates, conflicts, crowd, inside, rule, table, desk, words, mine, verdicts, every):  # type: ignore[no-untyped-def]
    total = 0
    for text in range(len(sets.rows)):
        same, rare = gather(text, duplicates, duplicates.stamps), (0, 0)
        near = wide = 0
        if crowd is not None:
            if crowd.has[text]:
                rare = rare_shingles(sets, text, table, crowd, rule.threshold)
            same = gather_crowd(text, rare, crowd, duplicates.stamps, duplicates.found, same)
        sort(duplicates.found, same)
        if conflicts is not None:
            near = gather(text, conflicts, duplicates.stamps)
            sort(conflicts.found, near)
        if inside is not None:
            wide = inside.starts[text + 1] - inside.starts[text]
        if same + near + wide > 0:
            opened = open_text(sets, text, table, rule.threshold)
            unlike = duplicate_of(sets, text, duplicates.found, same, table, opened, rule, words, desk, mine, verdicts)
            if inside is not None:
                whole_of(sets, text, inside, table, opened, same, rule, words, desk, verdicts)
            if verdicts.survivor[text] < 0:
                if conflicts is not None:
                    tried = same + wide
                    unlike = conflicts_of(sets, conflicts.found, near, table, opened, tried, rule, mine, unlike)
                every = _noted(every, total, text, unlike, mine)
                total += unlike
        if verdicts.survivor[text] < 0:
            push(text, duplicates)
            if conflicts is not None:
                push(text, conflicts)
            if crowd is not None:
                join_crowd(text, rare, crowd)
    return total, every


@inner
def duplicate_of(sets, text, found, count, table, opened, rule, words, desk, mine, verdicts):  # type: ignore[no-untyped-def]
    """Note the survivor of the open text, the first candidate that is alike and says the same.

    Returns the number of candidates before it, or of all, that are alike and do not say the same: its conflicts.
    """
    unlike = 0
    for nth in range(count):
        other = found[nth]
        jaccard = compare(sets, other, table, opened[0], opened[1], nth, rule.threshold)
        if jaccard < 0.0:
            continue
        if desk is not None and not say_the_same(sets, text, other, words, desk):
            unlike = _keep(mine, unlike, other, jaccard)
            continue
        verdicts.survivor[text], verdicts.value[text] = other, jaccard
        break
    return unlike


@inner
def whole_of(sets, text, inside, table, opened, tried, rule, words, desk, verdicts):  # type: ignore[no-untyped-def]
    """Note the survivor of the open text, if it has none: the first candidate that contains it, its facts in a row."""
    if verdicts.survivor[text] >= 0:
        return
    start = inside.starts[text]
    for nth in range(start, inside.starts[text + 1]):
        other = inside.others[nth]
        if verdicts.survivor[other] >= 0:
            continue
        share = contained(sets, other, table, opened[0], opened[1], tried + nth - start)
        if share < rule.share:
            continue
        if desk is not None and not holds_facts(sets, text, other, words, desk):
            continue
        verdicts.survivor[text], verdicts.value[text], verdicts.is_contained[text] = other, share, True
        return


@inner
def conflicts_of(sets, found, count, table, opened, tried, rule, mine, unlike):  # type: ignore[no-untyped-def]
    """Add the candidates of unlike facts that are alike to the open text's conflicts; return their number."""
    for nth in range(min(count, MAX_TRIES)):
        if unlike >= MAX_OF_FORM:
            break
        other = found[nth]
        jaccard = compare(sets, other, table, opened[0], opened[1], tried + nth, rule.threshold)
        if jaccard >= 0.0:
            unlike = _keep(mine, unlike, other, jaccard)
    return unlike


@inner
def gather(text, chains, stamps):  # type: ignore[no-untyped-def]
    """Write the survivors in a text's buckets to `chains.found`, each once; return their number.

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
                chains.found[count] = other
                count += 1
            node = chains.links[node]
    return count


@inner
def sort(values, count):  # type: ignore[no-untyped-def]
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


@inner
def push(text, chains):  # type: ignore[no-untyped-def]
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
def _keep(mine, unlike, other, jaccard):  # type: ignore[no-untyped-def]
    if unlike < MAX_CONFLICTS:
        mine.others[unlike], mine.values[unlike] = other, jaccard
        unlike += 1
    return unlike


@inner
def _noted(every, total, text, unlike, mine):  # type: ignore[no-untyped-def]
    """Append a text's conflicts to those of all (survivor, text, Jaccard), in a larger array if need be."""
    if total + unlike > every.shape[1]:
        wider = np.empty((3, 2 * every.shape[1]))
        for k in range(3):
            for i in range(total):  # assigning a slice would compile numpy's broadcasting, eight seconds
                wider[k, i] = every[k, i]
        every = wider
    for i in range(unlike):
        every[0, total + i], every[1, total + i], every[2, total + i] = mine.others[i], text, mine.values[i]
    return every
