"""Forward passes as tensors: packed rows with restarting positions, and which hidden states predict which targets.

T tokens of a pass, K targets, U units. A pass knows the totals of its whole step (all passes, all processes).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.packing import Step
from training.tokens import TokenStore

Batch = dict[str, Any]
LENGTH_STEP = 512
"""Static shapes pad the list of segment borders to a multiple of this, and rows to the full capacity."""


class PackedData(torch.utils.data.Dataset[Batch]):
    """All forward passes of one process, in order: step after step, `accumulation` passes each.

    A pass has at most `tokens` tokens; with `static` it is padded to them, so that all have one shape. `reference`
    [N, 2] holds the reference log-probabilities of preference pairs once they are known.
    """

    def __init__(
        self,
        store: TokenStore,
        steps: Sequence[Step],
        processes: int = 1,
        rank: int = 0,
        *,
        tokens: int,
        static: bool = False,
    ) -> None:
        self.store, self.steps, self.processes, self.rank = store, steps, processes, rank
        self.tokens, self.static = tokens, static
        self.passes = len(steps[0]) // processes if steps else 1
        self.names = store.column("id")
        self.reference: npt.NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.steps) * self.passes

    def __getitem__(self, number: int) -> Batch:
        number, slot = divmod(number, self.passes)
        step = self.steps[number]
        rows = step[slot * self.processes + self.rank]
        return pack(self.store, rows, self.tokens if self.static else 0) | self._labels(rows, step)

    def _labels(self, rows: list[int], step: Step) -> Batch:
        every = [row for bin in step for row in bin]
        labels: Batch = {
            "rows": rows,
            "names": [self.names[row] for row in rows],
            "step_units": len(every),
            "step_targets": int(self.store.predicted[every].sum()),
            "step_tokens": int(self.store.lengths[every].sum()),
        }
        if self.reference is not None:
            labels["reference"] = torch.from_numpy(self.reference[rows])
            labels["step_chosen"] = int(self.chosen_targets[every].sum())
        return labels

    @property
    def chosen_targets(self) -> npt.NDArray[np.int64]:
        """Trained tokens of the chosen side of every pair."""
        if not hasattr(self, "_chosen"):
            counts = np.zeros(len(self.store), np.int64)
            for number in range(len(self.store)):
                _, spans, lengths = self.store.unit(number)
                counts[number] = sum(e - s for s, e in zip(spans[::2], spans[1::2], strict=True) if s < lengths[0])
            self._chosen = counts
        return self._chosen


def pack(store: TokenStore, rows: Sequence[int], capacity: int = 0) -> Batch:
    """Return the forward pass of some units; padded to `capacity` tokens where that is not 0.

    Without rows it is one token that nothing is learnt from, so that all processes make the same number of passes.
    """
    ids, positions, lengths, index, sequence, spread = [], [], [], [], [], 0.0
    at = count = 0
    for row in rows:
        tokens, spans, own = store.unit(row)
        starts = np.concatenate([[0], np.cumsum(own)])
        targets = np.concatenate([np.arange(s, e) for s, e in zip(spans[::2], spans[1::2], strict=True)])
        of = np.searchsorted(starts, targets, side="right") - 1
        seen = targets > starts[of]
        ids.append(tokens)
        positions += [np.arange(length) for length in own]
        lengths += own.tolist()
        index.append(targets[seen] + at)
        sequence.append(of[seen] + count)
        at, count = at + len(tokens), count + len(own)
    spread = float(sum(length * length for length in lengths))
    padding = max(capacity - at, 0) if at or capacity else 1
    if padding:
        ids.append(np.zeros(padding, np.int32))
        positions.append(np.arange(padding))
        lengths.append(padding)
    flat = np.concatenate(ids).astype(np.int64)
    targets = np.concatenate(index) if index else np.zeros(0, np.int64)
    return {
        "input_ids": torch.from_numpy(flat)[None],
        "position_ids": torch.from_numpy(np.concatenate(positions))[None],
        "borders": _borders(lengths, capacity),
        "longest": capacity or max(lengths),
        "target_index": torch.from_numpy(targets - 1),
        "target_ids": torch.from_numpy(flat[targets]),
        "target_sequence": torch.from_numpy(np.concatenate(sequence) if sequence else np.zeros(0, np.int64)),
        "units": len(rows),
        "tokens": at,
        "squares": spread,
    }


def _borders(lengths: list[int], capacity: int) -> torch.Tensor:
    """Return the cumulative lengths (int32); with static shapes repeated at the end up to a multiple of 512."""
    borders = np.concatenate([[0], np.cumsum(lengths)])
    missing = -len(borders) % LENGTH_STEP if capacity else 0
    return torch.from_numpy(np.pad(borders, (0, missing), mode="edge").astype(np.int32))


def model_inputs(batch: Batch) -> Batch:
    """Return the part of a batch the patched model takes."""
    return {
        "input_ids": batch["input_ids"],
        "position_ids": batch["position_ids"],
        "cu_seq_lens_q": batch["borders"],
        "cu_seq_lens_k": batch["borders"],
        "max_length_q": batch["longest"],
        "max_length_k": batch["longest"],
        "target_index": batch["target_index"],
        "target_ids": batch["target_ids"],
    }
