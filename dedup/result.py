"""The result of `near_duplicates`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class Duplicates:
    """Decisions on a column of n texts; all indices are row numbers.

    `survivor` (int64[n]) is the row that stands for a row, its own number if it is kept. `cluster` (int64[n]) is the
    smallest row number among the rows with the same survivor. `measure` says how a removed row equals its survivor,
    `exact`, `jaccard` or `containment`, and `value` (float64[n]) how much; kept rows have `exact` and 1.0. `conflicts`
    (a, b, value, difference) lists pairs of kept rows that reach the threshold and do not say the same.
    """

    survivor: NDArray[np.int64]
    cluster: NDArray[np.int64]
    measure: pa.Array
    value: NDArray[np.float64]
    conflicts: pa.Table

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Rows to keep (bool[n])."""
        return np.equal(self.survivor, np.arange(len(self.survivor)))
