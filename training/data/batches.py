"""Forward passes as tensors: packed rows with restarting positions, and which hidden states predict which targets.

T tokens of a pass, K targets, U units. A pass knows the totals of its whole step (all passes, all processes): `Batch`
is the contract between packing, losses and loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, NotRequired, TypedDict, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.data.packing import Step
from training.data.token_store import TokenStore

BORDERS, LENGTHS = 16, 128
"""Static shapes round the number of segment borders and the longest segment up to a multiple of these."""


class PackedPass(TypedDict):
    """One forward pass: tensors for the model and its loss, and counts without padding."""

    rows: list[int]
    """Numbers of its units in the store."""
    input_ids: Tensor
    """int64[1, T]."""
    position_ids: Tensor
    """int64[1, T], from 0 in each segment."""
    borders: Tensor
    """int32[segments + 1]: where each segment starts, and the end."""
    longest: int
    """Tokens of the longest segment."""
    target_index: Tensor
    """int64[K]: the positions that predict the targets."""
    target_ids: Tensor
    """int64[K]: the targets."""
    target_sequence: Tensor
    """int64[K]: the number of each target's sequence in the pass; preference pairs have two, chosen and rejected."""
    units: int
    """U."""
    tokens: int
    """Tokens without padding."""
    squares: float
    """Sum of the squared sequence lengths."""


class Batch(PackedPass):
    """A forward pass with the totals of its step, over all passes and processes."""

    names: list[str]
    """Ids of the units, for messages."""
    step_units: int
    step_targets: int
    step_tokens: int
    reference: NotRequired[Tensor]
    """float32[U, 2]: the reference log-probabilities of chosen and rejected answers; preference pairs alone."""
    step_chosen: NotRequired[int]
    """Targets of the chosen answers of the step; preference pairs alone."""


class PackedShape(NamedTuple):
    """The one shape of all passes of a run: tokens, the longest segment, entries of the list of segment borders.

    Attention starts a block for each part of `longest` of each segment, empty ones too: with 512 borders where 16 do, a
    step of an 8 B model took 1.28 times as long on an H200 (docs/benchmarks-training.md).
    """

    tokens: int
    longest: int
    borders: int

    @classmethod
    def covering(cls, store: TokenStore, steps: Sequence[Step], tokens: int) -> PackedShape:
        """Return the smallest shape that covers the passes of `steps`; their padding is cut into segments like rows."""
        longest = min(tokens, -(-int(store.lengths.max()) // LENGTHS) * LENGTHS)
        segments = 0
        for rows in (rows for step in steps for rows in step):
            room = tokens - int(store.lengths[rows].sum())
            segments = max(segments, int(store.sequences[rows].sum()) - (-room // longest))
        return cls(tokens, longest, -(-(segments + 1) // BORDERS) * BORDERS)


class PackedData(torch.utils.data.Dataset[Batch]):
    """All forward passes of one process, in order: step after step.

    A pass has at most `tokens` tokens; with `static` all are padded to one shape. `reference`
    [N, 2] holds the reference log-probabilities of preference pairs once they are known.
    """

    def __init__(
        self, store: TokenStore, steps: Sequence[Step], processes: int, rank: int, tokens: int, *, static: bool = False
    ) -> None:
        self.store, self.steps, self.processes, self.rank = store, steps, processes, rank
        self.tokens, self.shape = tokens, PackedShape.covering(store, steps, tokens) if static else None
        self.names = store.column("id")
        self.reference: npt.NDArray[np.float32] | None = None
        self._slots = len(steps[0]) // processes

    def __len__(self) -> int:
        return len(self.steps) * self._slots

    def __getitem__(self, number: int) -> Batch:
        number, slot = divmod(number, self._slots)
        step = self.steps[number]
        rows = step[slot * self.processes + self.rank]
        rows_of_step = [row for bin in step for row in bin]
        batch = cast(Batch, pack(self.store, rows, self.shape))
        batch["names"] = [self.names[row] for row in rows]
        batch["step_units"] = len(rows_of_step)
        batch["step_targets"] = int(self.store.predicted[rows_of_step].sum())
        batch["step_tokens"] = int(self.store.lengths[rows_of_step].sum())
        if self.reference is not None:
            batch["reference"] = torch.from_numpy(self.reference[rows])
            batch["step_chosen"] = int(self._chosen_targets[rows_of_step].sum())
        return batch

    def passes(self) -> Iterator[Batch]:
        """Yield all passes of this process."""
        return (self[number] for number in range(len(self)))

    @cached_property
    def _chosen_targets(self) -> npt.NDArray[np.int64]:
        """Trained tokens of the chosen side of every pair."""
        units = map(self.store.unit, range(len(self.store)))
        sides = [(spans[1::2] - spans[::2])[spans[::2] < lengths[0]].sum() for _, spans, lengths in units]
        return np.array(sides, dtype=np.int64)


def pack(store: TokenStore, rows: Sequence[int], shape: PackedShape | None = None) -> PackedPass:
    """Return the forward pass of some units, padded to `shape` where there is one.

    Without rows it is one token that nothing is learnt from, so that all processes make the same number of passes.
    """
    ids, lengths, places, sequences, n_tokens = [], [0], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for row in rows:
        unit_ids, spans, unit_lengths = store.unit(row)
        starts = np.concatenate([[0], np.cumsum(unit_lengths)])
        trained = np.concatenate([np.arange(s, e) for s, e in zip(spans[::2], spans[1::2], strict=True)])
        sequence = np.searchsorted(starts, trained, side="right") - 1
        has_context = trained > starts[sequence]
        places.append(trained[has_context] + n_tokens)
        sequences.append(sequence[has_context] + len(lengths) - 1)
        ids.append(unit_ids)
        lengths += unit_lengths.tolist()
        n_tokens += len(unit_ids)
    squares = float(sum(length * length for length in lengths))
    longest = shape.longest if shape else max(*lengths, 1)
    padding = shape.tokens - n_tokens if shape else int(not rows)
    ids.append(np.zeros(padding, np.int32))
    lengths += [min(longest, padding - start) for start in range(0, padding, longest)]
    flat, targets = np.concatenate(ids).astype(np.int64), np.concatenate(places)
    borders = np.cumsum(lengths)
    if shape:
        borders = np.pad(borders, (0, shape.borders - len(borders)), mode="edge")
    return {
        "rows": list(rows),
        "input_ids": torch.from_numpy(flat)[None],
        "position_ids": torch.from_numpy(np.concatenate([np.arange(length) for length in lengths]))[None],
        "borders": torch.from_numpy(borders.astype(np.int32)),
        "longest": longest,
        "target_index": torch.from_numpy(targets - 1),
        "target_ids": torch.from_numpy(flat[targets]),
        "target_sequence": torch.from_numpy(np.concatenate(sequences)),
        "units": len(rows),
        "tokens": n_tokens,
        "squares": squares,
    }


def model_inputs(batch: PackedPass) -> dict[str, Any]:
    """Return what the patched model takes of a pass, by the names of its arguments."""
    return {
        "input_ids": batch["input_ids"],
        "position_ids": batch["position_ids"],
        "target_index": batch["target_index"],
        "target_ids": batch["target_ids"],
        "cu_seq_lens_q": batch["borders"],
        "cu_seq_lens_k": batch["borders"],
        "max_length_q": batch["longest"],
        "max_length_k": batch["longest"],
    }
