"""The mixtures of the training tables and their division into train and validation, in numbers.

Every choice is by hash (a row's key comes from the seed and its id), never by order of files or rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MIN_ROWS = 20
"""A table with so many rows gets a validation cluster, whatever the share says."""
MAX_COMPONENT = 0.05
"""A component with more of all rows than this stays in train: it would swallow what is left of a small table."""
FILE_BYTES = 128 * 2**20
"""Uncompressed bytes of one file: a task sorts it in memory, and compressed it is far below the 256 MB of a shard."""
ROW_BYTES = 96
"""Bytes of a row besides its text: ids, names, list offsets."""

Mask = NDArray[np.bool_]
Chooser = Callable[[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64], int], Mask]


class Pairs(NamedTuple):
    """Preference pairs and the components they lie between: one entry per end."""

    row: NDArray[np.int64]
    component: NDArray[np.int64]


def order_keys(ids: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Return the order keys of rows from the hashes of their ids (splitmix64 of both)."""
    keys = ids + np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def fair_share_bytes(sizes: NDArray[np.int64], budget: int) -> int:
    """Return the bytes each group may give so that together they give at most `budget`: small groups give all."""
    left = budget
    ordered = np.sort(sizes)
    for done, size in enumerate(ordered.tolist()):
        if size * (len(ordered) - done) > left:
            return int(left // (len(ordered) - done))
        left -= size
    return int(ordered[-1]) if len(ordered) else 0


def within_budget(keys: NDArray[np.uint64], groups: NDArray[np.int64], sizes: NDArray[np.int64], budget: int) -> Mask:
    """Choose rows of at most `budget` bytes, as evenly from all groups as they allow, by key within a group."""
    names, group = np.unique(groups, return_inverse=True)
    have = np.bincount(group, weights=sizes, minlength=len(names)).astype(np.int64)
    return _first_of_groups(keys, group, sizes, np.full(len(names), fair_share_bytes(have, budget)))


def in_proportion(keys: NDArray[np.uint64], groups: NDArray[np.int64], sizes: NDArray[np.int64], budget: int) -> Mask:
    """Choose rows of at most `budget` bytes, from each group the same share of its bytes, by key within a group."""
    names, group = np.unique(groups, return_inverse=True)
    have = np.bincount(group, weights=sizes, minlength=len(names))
    share = min(1.0, budget / max(have.sum(), 1.0))
    return _first_of_groups(keys, group, sizes, (have * share + 1e-6).astype(np.int64))


def _first_of_groups(
    keys: NDArray[np.uint64], group: NDArray[np.intp], sizes: NDArray[np.int64], most: NDArray[np.int64]
) -> Mask:
    """Choose the first rows of each group, by key, whose bytes together are at most `most[group]`."""
    order = np.lexsort((keys, group))
    total = np.cumsum(sizes[order])
    first = np.searchsorted(group[order], np.arange(len(most)))
    before = np.concatenate([[0], total])[first]
    chosen = np.zeros(len(keys), np.bool_)
    chosen[order] = total - before[group[order]] <= most[group[order]]
    return chosen


def at_most_share(keys: NDArray[np.uint64], limited: Mask, others: int, share: float) -> Mask:
    """Choose of the `limited` rows, by key, so many that they are at most `share` of themselves and `others`.

    Where there are no others a share says nothing: all are chosen, unless it is 0.
    """
    rows = np.flatnonzero(limited)
    most = len(rows) if share >= 1.0 or (share > 0 and not others) else int(share * others / (1.0 - share) + 1e-9)
    chosen = np.zeros(len(keys), np.bool_)
    chosen[rows[np.argsort(keys[rows], kind="stable")][:most]] = True
    return chosen


def cpt_rows(
    keys: NDArray[np.uint64],
    sources: NDArray[np.int64],
    sizes: NDArray[np.int64],
    is_instruction: Mask,
    target: int,
    share: float,
) -> Mask:
    """Choose the rows of the CPT table: at most `target` bytes, of which at most `share` are instructions.

    Plain text comes alike from all sources as far as they reach; instructions take their share of what plain text there
    is, each source by its size. Where there is none, as in a corpus of dialogues alone, the table is all instructions,
    unless the share is 0.
    """
    plain, instructions = np.flatnonzero(~is_instruction), np.flatnonzero(is_instruction)
    chosen = np.zeros(len(keys), np.bool_)

    def take(choose: Chooser, rows: NDArray[np.int64], budget: int) -> int:
        chosen[rows] = choose(keys[rows], sources[rows], sizes[rows], budget)
        return int(sizes[rows[chosen[rows]]].sum())

    if len(plain) == 0 and share > 0:
        share = 1.0
    most = min(int(sizes[instructions].sum()), int(share * target))
    taken = take(within_budget, plain, target - most)
    take(in_proportion, instructions, most if share >= 1.0 else min(most, int(share * taken / (1.0 - share))))
    return chosen


def validation(
    components: NDArray[np.int64], keys: NDArray[np.uint64], tables: Sequence[Mask], share: float, pairs: Pairs
) -> Mask:
    """Return which rows go to validation: whole components, chosen by the key of their first row.

    `components[i]` is the first row of row i's component. Components that preference pairs lie between go by pairs,
    the others by themselves. Each table of MIN_ROWS rows or more gets one at least.
    """
    if share <= 0:
        return np.zeros(len(keys), np.bool_)
    sizes = np.bincount(components, minlength=len(keys))
    free = sizes <= max(1, int(MAX_COMPONENT * len(keys)))
    free[pairs.component] = False
    drawn = keys < np.uint64(min(share, 1.0) * (2**64 - 2**12))
    chosen = drawn & free
    chosen[_closed_pairs(pairs, sizes, keys, share)] = True
    for table in tables:
        within_table = np.bincount(components[table], minlength=len(keys))
        if table.sum() >= MIN_ROWS and not within_table[chosen].any():
            able = np.flatnonzero((within_table > 0) & (2 * within_table <= table.sum()))
            chosen[able[np.lexsort((keys[able], within_table[able]))][:1]] = True
    side: Mask = chosen[components]
    return side


def _closed_pairs(pairs: Pairs, sizes: NDArray[np.int64], keys: NDArray[np.uint64], share: float) -> NDArray[np.int64]:
    """Return components to move so that whole pairs move: a pair with one end in train and one outside is lost.

    Pairs move by key while they take at most `share` of the rows that pairs lie between; one moves in any case where
    there are MIN_ROWS, the one that takes the fewest.
    """
    names, pair = np.unique(pairs.row, return_inverse=True)
    moved = np.bincount(pair, weights=sizes[pairs.component], minlength=len(names))
    budget = share * sizes[np.unique(pairs.component)].sum()
    by_pair = np.split(pairs.component[np.argsort(pair, kind="stable")], np.cumsum(np.bincount(pair))[:-1])
    chosen: dict[int, None] = {}
    for number in np.argsort(keys[names], kind="stable"):
        new = [one for one in np.unique(by_pair[number]).tolist() if one not in chosen]
        cost = int(sizes[new].sum())
        if cost <= budget:
            budget -= cost
            chosen |= dict.fromkeys(new)
        if budget < 1:
            break
    if not chosen and len(names) >= MIN_ROWS and 2 * moved.min() <= len(keys):
        first = np.lexsort((keys[names], moved))[0]
        chosen = dict.fromkeys(by_pair[first].tolist())
    return np.array(list(chosen), np.int64)


def numbered_files(keys: NDArray[np.uint64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the file each row goes to: rows in order of their keys, files of FILE_BYTES."""
    order = np.argsort(keys, kind="stable")
    numbers = np.zeros(len(keys), np.int64)
    numbers[order] = np.cumsum(sizes[order] + ROW_BYTES) // FILE_BYTES
    _, dense = np.unique(numbers, return_inverse=True)
    return np.asarray(dense, np.int64)
