"""Caps of the mixture: no source and no builder floods a table, and children weigh as much as they are asked to.

Every choice is by key, never by order of files or rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pedcorpus.steps.split.mixtures import Mask

FIGURE = "mixture"
"""Figures of `split`: `mixture.<table>.<by>.<name>.<available|most|taken>`, in rows."""


class Cap(NamedTuple):
    """At most `share` of a table's rows may be of `rows`; `by` is `source` or `builder`, `name` what it is called."""

    by: str
    name: str
    share: float
    rows: Mask


def keep_within_caps(keys: NDArray[np.uint64], rows: Mask, caps: Sequence[Cap]) -> Mask:
    """Return the rows that stay: of each cap, by key, so many that they are at most its share of all that stay.

    A smaller table makes each share smaller in turn, so this goes on until nothing changes. Where all rows are under
    caps a share says nothing, and all stay.
    """
    chosen = rows.copy()
    if not caps or not (rows & ~np.logical_or.reduce([cap.rows for cap in caps])).any():
        return chosen
    while True:
        before = int(chosen.sum())
        for cap in caps:
            mine = np.flatnonzero(chosen & cap.rows)
            dropped = mine[np.argsort(keys[mine], kind="stable")][int(cap.share * chosen.sum() + 1e-9) :]
            chosen[dropped] = False
        if int(chosen.sum()) == before:
            return chosen


def weigh_children(keys: NDArray[np.uint64], medical: Mask, pediatric: Mask, weight: float) -> Mask:
    """Return the medical rows that stay: all about children, and of the others one in `weight`, by key."""
    drawn = keys <= np.uint64(int((2**64 - 1) / weight)) if weight > 1 else np.ones(len(keys), np.bool_)
    return medical & (pediatric | drawn)


def count_caps(table: str, available: Mask, taken: Mask, caps: Sequence[Cap]) -> Counter[str]:
    """Return the figures of a table's caps: rows there are, rows the share allows, rows taken."""
    total = int(taken.sum())
    found = Counter[str]()
    for cap in caps:
        place = f"{FIGURE}.{table}.{cap.by}.{cap.name}"
        found[f"{place}.available"] = int((available & cap.rows).sum())
        found[f"{place}.most"] = int(cap.share * total + 1e-9)
        found[f"{place}.taken"] = int((taken & cap.rows).sum())
    return found
