"""Which rows share a forward pass, as a pure function of (lengths, seed, epoch).

A step has `bins` forward passes (accumulation x processes) of at most `capacity` tokens. Rows are taken in shuffled
order until a step's tokens are spoken for, then laid into its passes, longest first, each where least room is left;
what does not fit opens the next step, and later rows fill the gaps. So a step holds nearly the same rows however it is
cut into passes, and two processes see what one sees with twice the accumulation.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

LOOKAHEAD = 64
"""Rows tried for the last gaps of a step before it is closed; measured on log-normal lengths: over 98 % filled."""
Step = list[list[int]]
"""One optimizer step: for each forward pass the numbers of its rows (an empty list where nothing is left)."""


def pack_epoch(lengths: npt.NDArray[np.int64], capacity: int, bins: int, seed: int, epoch: int) -> list[Step]:
    """Return the steps of one epoch; every row is in exactly one pass. No length may exceed `capacity`."""
    order = np.random.default_rng((seed, epoch)).permutation(len(lengths))
    return pack_in_order(lengths, order.tolist(), capacity, bins)


def pack_in_order(lengths: npt.NDArray[np.int64], order: Sequence[int], capacity: int, bins: int) -> list[Step]:
    """Return the steps that hold the rows of `order`, nearly in that order."""
    sizes, waiting, steps = lengths.tolist(), deque(order), []
    while waiting:
        taken, tokens = [], 0
        while waiting and tokens + sizes[waiting[0]] <= capacity * bins:
            tokens += sizes[waiting[0]]
            taken.append(waiting.popleft())
        step = _OpenStep(capacity, bins)
        left = [row for row in sorted(taken, key=lambda row: -sizes[row]) if not step.add(row, sizes[row])]
        kept_back = set(left)
        later = [row for row in taken if row in kept_back]
        for _ in range(min(LOOKAHEAD, len(waiting))):
            if not step.room or not step.add(waiting[0], sizes[waiting[0]]):
                later.append(waiting[0])
            waiting.popleft()
        waiting.extendleft(reversed(later))
        steps.append(step.rows)
    return steps


class _OpenStep:
    """A step being filled; `room` is the largest gap in tokens."""

    def __init__(self, capacity: int, bins: int) -> None:
        self.rows: Step = [[] for _ in range(bins)]
        self._gaps = [(capacity, number) for number in range(bins)]

    @property
    def room(self) -> int:
        return self._gaps[-1][0]

    def add(self, row: int, size: int) -> bool:
        """Lay a row into the tightest gap that takes it; return whether there was one."""
        at = bisect_left(self._gaps, (size, -1))
        if at == len(self._gaps):
            return False
        gap, number = self._gaps.pop(at)
        self.rows[number].append(row)
        insort(self._gaps, (gap - size, number))
        return True


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a run, epoch after epoch; `filled` is the share of the passes' tokens that are not padding."""

    steps: list[Step]
    epoch_steps: int
    filled: float


def plan_run(
    lengths: npt.NDArray[np.int64],
    capacity: int,
    bins: int,
    seed: int,
    epochs: float | None = None,
    max_steps: int | None = None,
) -> Plan:
    """Return the steps of `epochs` passes (a part of the last one, where it is a fraction) or of `max_steps` steps."""
    steps: list[Step] = []
    epoch, first = 0, 0
    whole = epochs if epochs is not None else 1.0 if max_steps is None else float("inf")
    while epoch < whole and (max_steps is None or len(steps) < max_steps):
        new = pack_epoch(lengths, capacity, bins, seed, epoch)
        first = first or len(new)
        steps += new[: ceil(round(len(new) * min(1.0, whole - epoch), 6))]
        epoch += 1
    steps = steps[:max_steps]
    tokens = sum(int(lengths[rows].sum()) for step in steps for rows in step if rows)
    return Plan(steps, first, tokens / (len(steps) * bins * capacity))
