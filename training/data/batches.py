"""Forward passes as tensors: packed rows with restarting positions, and which hidden states predict which targets.

T tokens of a pass, K targets, U units. A pass knows the totals of its whole step (all passes, all processes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from training.data.packing import Step
from training.data.token_store import TokenStore

Batch = dict[str, Any]
BORDERS, LENGTHS = 16, 128
"""Static shapes round the number of segment borders and the longest segment up to a multiple of these."""


class Frame(NamedTuple):
    """The one shape of all passes of a run: tokens, the longest segment, entries of the list of segment borders.

    Attention starts a block for each part of `longest` of each segment, empty ones too: with 512 borders where 16 do, a
    step of an 8 B model took 1.28 times as long on an H200 (docs/benchmarks-training.md).
    """

    tokens: int
    longest: int
    borders: int

    @classmethod
    def around(cls, store: TokenStore, steps: Sequence[Step], tokens: int) -> Frame:
        """Return the smallest frame of the passes of `steps`; their padding is cut into segments like rows."""
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
        self.tokens, self.frame = tokens, Frame.around(store, steps, tokens) if static else None
        self.names = store.column("id")
        self.reference: npt.NDArray[np.float32] | None = None
        self._slots = len(steps[0]) // processes

    def __len__(self) -> int:
        return len(self.steps) * self._slots

    def __getitem__(self, number: int) -> Batch:
        number, slot = divmod(number, self._slots)
        step = self.steps[number]
        rows = step[slot * self.processes + self.rank]
        every = [row for bin in step for row in bin]
        batch = pack(self.store, rows, self.frame)
        batch["names"] = [self.names[row] for row in rows]
        batch["step_units"] = len(every)
        batch["step_targets"] = int(self.store.predicted[every].sum())
        batch["step_tokens"] = int(self.store.lengths[every].sum())
        if self.reference is not None:
            batch["reference"] = torch.from_numpy(self.reference[rows])
            batch["step_chosen"] = int(self._chosen_targets[every].sum())
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


def pack(store: TokenStore, rows: Sequence[int], frame: Frame | None = None) -> Batch:
    """Return the forward pass of some units, padded to `frame` where there is one.

    Without rows it is one token that nothing is learnt from, so that all processes make the same number of passes.
    """
    ids, lengths, index, sequence, at = [], [0], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for row in rows:
        tokens, spans, own = store.unit(row)
        starts = np.concatenate([[0], np.cumsum(own)])
        targets = np.concatenate([np.arange(s, e) for s, e in zip(spans[::2], spans[1::2], strict=True)])
        of = np.searchsorted(starts, targets, side="right") - 1
        seen = targets > starts[of]
        index.append(targets[seen] + at)
        sequence.append(of[seen] + len(lengths) - 1)
        ids.append(tokens)
        lengths += own.tolist()
        at += len(tokens)
    squares = float(sum(length * length for length in lengths))
    longest = frame.longest if frame else max(*lengths, 1)
    padding = frame.tokens - at if frame else int(not rows)
    ids.append(np.zeros(padding, np.int32))
    lengths += [min(longest, padding - start) for start in range(0, padding, longest)]
    flat, targets = np.concatenate(ids).astype(np.int64), np.concatenate(index)
    borders = np.cumsum(lengths)
    if frame:
        borders = np.pad(borders, (0, frame.borders - len(borders)), mode="edge")
    return {
        "rows": list(rows),
        "input_ids": torch.from_numpy(flat)[None],
        "position_ids": torch.from_numpy(np.concatenate([np.arange(length) for length in lengths]))[None],
        "borders": torch.from_numpy(borders.astype(np.int32)),
        "longest": longest,
        "target_index": torch.from_numpy(targets - 1),
        "target_ids": torch.from_numpy(flat[targets]),
        "target_sequence": torch.from_numpy(np.concatenate(sequence)),
        "units": len(rows),
        "tokens": at,
        "squares": squares,
    }


def model_inputs(batch: Batch) -> Batch:
    """Return the part of a batch the patched model takes."""
    borders = {f"cu_seq_lens_{side}": batch["borders"] for side in "qk"}
    longest = {f"max_length_{side}": batch["longest"] for side in "qk"}
    names = ("input_ids", "position_ids", "target_index", "target_ids")
    return {name: batch[name] for name in names} | borders | longest
