"""Choose the survivors among near-duplicates.

`choose_survivors` goes through the texts best first. A text is a duplicate when a survivor before it, in one of its
buckets, reaches the threshold and says the same; else it survives. So every removed text was checked against the text
that stands for it (chains through a third never remove anything), no two survivors that met are duplicates, and nothing
depends on the order of files. A bucket holds survivors alone, so m copies of a text cost m checks.

Duplicates have equal facts (`dedup.clinical.guard`), so large buckets are divided by facts: a thousand records of one
form with other doses are not compared a million times. Their pairs of unlike facts are looked for apart, to list
them. A large bucket of equal facts whose texts share a form and little else is a crowd
(`dedup.survivors.large_buckets`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.guard import CompareBuffers, has_facts_inside, has_same_facts, new_compare_buffers
from dedup.clinical.lexicon import Trie, trie
from dedup.containment import Containers
from dedup.settings import MinHash
from dedup.signatures.banding import Buckets
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.exact_jaccard import Table, new_table
from dedup.signatures.shingle_sets import ShingleSets, compare, contained_share, open_text
from dedup.signatures.texts import Texts, longest
from dedup.survivors.chains import add_survivor, gather_survivors, new_chains, sort_first
from dedup.survivors.large_buckets import Crowd, enter_crowd, gather_from_crowd, rare_shingles

MAX_CONFLICTS = 64
"""Conflicts listed per text: all there are in buckets that are not large."""
MAX_OF_FORM = 16
"""Conflicts from which large buckets add none to a text's: more copies of one form show nothing new."""
MAX_TRIES = 64
"""Survivors a bucket offers, and checks made per text, in the search for conflicts."""


class Survivors(NamedTuple):
    """Per text its survivor (-1: itself), the Jaccard or share contained, which of the two; and the conflicts."""

    survivor: NDArray[np.int32]
    value: NDArray[np.float64]
    is_contained: NDArray[np.bool_]
    conflict_a: NDArray[np.int32]
    conflict_b: NDArray[np.int32]
    conflict_value: NDArray[np.float64]


class Verdicts(NamedTuple):
    """Per text its survivor (-1: itself), the Jaccard or share contained, and which of the two that is."""

    survivor: NDArray[np.int32]
    value: NDArray[np.float64]
    is_contained: NDArray[np.bool_]


class Rule(NamedTuple):
    """When a text goes: the Jaccard from which it does, and the share contained."""

    threshold: float
    share: float


class TextConflicts(NamedTuple):
    """Room for the conflicts of one text."""

    others: NDArray[np.int32]
    values: NDArray[np.float64]


class Scratch(NamedTuple):
    """What the comparison of one text needs: the table of its shingles, and room to compare it with another.

    Without the guard `buffers` and `words` are None.
    """

    table: Table
    buffers: CompareBuffers | None
    words: Trie | None
    conflicts_of_text: TextConflicts


def choose_survivors(
    sets: ShingleSets,
    same: Buckets,
    near: Buckets | None,
    crowd: Crowd | None,
    containers: Containers | None,
    settings: MinHash,
    share: float,
    guard: bool,
) -> Survivors:
    """Decide who survives. `same` are the buckets of possible duplicates, `near` those of possible conflicts alone.

    Texts of the `crowd` meet by rare shingles too. Without `settings.verify` any text that shares a bucket is a
    duplicate. `containers` are the texts that may contain one, and `share` how much of it they must hold. What is None
    is not compiled either: few small corpora have large buckets.
    """
    n, room = len(sets.rows), longest(Texts(sets.offsets, sets.data), sets.rows)
    verdicts = Verdicts(np.full(n, -1, np.int32), np.ones(n), np.zeros(n, np.bool_))
    if n == 0:
        return Survivors(*verdicts, np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))
    rule = Rule(settings.threshold if settings.verify else 0.0, share)
    conflicts_of_text = TextConflicts(np.empty(MAX_CONFLICTS, np.int32), np.empty(MAX_CONFLICTS))
    buffers, words = (new_compare_buffers(room), trie()) if guard else (None, None)
    scratch = Scratch(new_table(room, rule.threshold), buffers, words, conflicts_of_text)
    duplicates, conflicts = new_chains(same, n), None if near is None else new_chains(near, MAX_TRIES)
    total, all_conflicts = go_through_texts(
        sets, duplicates, conflicts, crowd, containers, rule, scratch, verdicts, np.empty((3, 1024))
    )
    a, b, value = all_conflicts[:, :total]
    return Survivors(*verdicts, a.astype(np.int32), b.astype(np.int32), value)


@kernel
def go_through_texts(sets, duplicates, conflicts, crowd, containers, rule, scratch, verdicts, all_conflicts):  # type: ignore[no-untyped-def]
    """Fill `verdicts`, best text first; return the number of conflicts and the (perhaps wider) `all_conflicts`."""
    total = 0
    for text in range(len(sets.rows)):
        same, rare = gather_survivors(text, duplicates, duplicates.stamps), (0, 0)
        near = wide = 0
        if crowd is not None:
            if crowd.has[text]:
                rare = rare_shingles(sets, text, scratch.table, crowd, rule.threshold)
            same = gather_from_crowd(text, rare, crowd, duplicates.stamps, duplicates.members, same)
        sort_first(duplicates.members, same)
        if conflicts is not None:
            near = gather_survivors(text, conflicts, duplicates.stamps)
            sort_first(conflicts.members, near)
        if containers is not None:
            wide = containers.starts[text + 1] - containers.starts[text]
        if same + near + wide > 0:
            opened = open_text(sets, text, scratch.table, rule.threshold)
            unlike = note_duplicate(sets, text, duplicates.members, same, opened, rule, scratch, verdicts)
            if containers is not None:
                note_container(sets, text, containers, opened, same, rule, scratch, verdicts)
            if verdicts.survivor[text] < 0:
                if conflicts is not None:
                    tried = same + wide
                    unlike = add_conflicts(sets, conflicts.members, near, opened, tried, rule, scratch, unlike)
                all_conflicts = _append(all_conflicts, total, text, unlike, scratch.conflicts_of_text)
                total += unlike
        if verdicts.survivor[text] < 0:
            add_survivor(text, duplicates)
            if conflicts is not None:
                add_survivor(text, conflicts)
            if crowd is not None:
                enter_crowd(text, rare, crowd)
    return total, all_conflicts


@inner
def note_duplicate(sets, text, members, count, opened, rule, scratch, verdicts):  # type: ignore[no-untyped-def]
    """Note the survivor of the open text, the first candidate that is alike and says the same.

    Returns the number of candidates before it, or of all, that are alike and do not say the same: its conflicts.
    """
    unlike = 0
    for nth in range(count):
        other = members[nth]
        jaccard = compare(sets, other, scratch.table, opened[0], opened[1], nth, rule.threshold)
        if jaccard < 0.0:
            continue
        if not has_same_facts(sets, text, other, scratch.words, scratch.buffers):
            unlike = _keep(scratch.conflicts_of_text, unlike, other, jaccard)
            continue
        verdicts.survivor[text], verdicts.value[text] = other, jaccard
        break
    return unlike


@inner
def note_container(sets, text, containers, opened, tried, rule, scratch, verdicts):  # type: ignore[no-untyped-def]
    """Note the survivor of the open text, if it has none: the first candidate that contains it, its facts in a row."""
    if verdicts.survivor[text] >= 0:
        return
    start = containers.starts[text]
    for nth in range(start, containers.starts[text + 1]):
        other = containers.others[nth]
        if verdicts.survivor[other] >= 0:
            continue
        share = contained_share(sets, other, scratch.table, opened[0], opened[1], tried + nth - start)
        if share < rule.share:
            continue
        if not has_facts_inside(sets, text, other, scratch.words, scratch.buffers):
            continue
        verdicts.survivor[text], verdicts.value[text], verdicts.is_contained[text] = other, share, True
        return


@inner
def add_conflicts(sets, members, count, opened, tried, rule, scratch, unlike):  # type: ignore[no-untyped-def]
    """Add the candidates of unlike facts that are alike to the open text's conflicts; return their number."""
    for nth in range(min(count, MAX_TRIES)):
        if unlike >= MAX_OF_FORM:
            break
        other = members[nth]
        jaccard = compare(sets, other, scratch.table, opened[0], opened[1], tried + nth, rule.threshold)
        if jaccard >= 0.0:
            unlike = _keep(scratch.conflicts_of_text, unlike, other, jaccard)
    return unlike


@inner
def _keep(conflicts_of_text, unlike, other, jaccard):  # type: ignore[no-untyped-def]
    if unlike < MAX_CONFLICTS:
        conflicts_of_text.others[unlike], conflicts_of_text.values[unlike] = other, jaccard
        unlike += 1
    return unlike


@inner
def _append(all_conflicts, total, text, unlike, conflicts_of_text):  # type: ignore[no-untyped-def]
    """Append a text's conflicts to those of all (survivor, text, Jaccard), in a larger array if need be."""
    if total + unlike > all_conflicts.shape[1]:
        wider = np.empty((3, 2 * all_conflicts.shape[1]))
        for k in range(3):
            for i in range(total):  # assigning a slice would compile numpy's broadcasting, eight seconds
                wider[k, i] = all_conflicts[k, i]
        all_conflicts = wider
    for i in range(unlike):
        at = total + i
        all_conflicts[0, at], all_conflicts[1, at] = conflicts_of_text.others[i], text
        all_conflicts[2, at] = conflicts_of_text.values[i]
    return all_conflicts
