"""Reference log-probabilities of preference pairs: computed once, before the first step, and cached as Parquet.

The reference is the model as the phase starts from it, so policy and reference are equal at the first step: every
margin is 0 and the preference loss ln 2. That is asserted; a wrong reference shows there.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import torch

from schemas.errors import PedCorpusError
from training.data.batches import Batch, PackedData
from training.data.packing import pack_in_order
from training.loop import Loop
from training.objectives.dfpo import PreferenceLoss, side_sums

PER_TOKEN = {torch.float32: 2e-6, torch.bfloat16: 5e-3}
"""Rounding of a log-probability, per token: the reference was computed in other company, in another order."""
LN2_SLACK = 1e-3
"""Room for the preference loss around ln 2 beyond what rounding of the margins explains."""


class WrongReference(PedCorpusError):
    """The policy does not equal the reference at the first step."""

    exit_status = 1


class Reference:
    """Gives the pairs of `sets` their reference log-probabilities; `key` names weights, tokenizer and tokens."""

    def __init__(self, folder: Path, key: str, sets: dict[str, PackedData], loss: PreferenceLoss) -> None:
        self.folder, self.key, self.sets, self.loss = folder, key, sets, loss

    def __call__(self, loop: Loop) -> None:
        """Load or compute, then check the first pass."""
        for split, data in self.sets.items():
            path = self.folder / f"reference-{self.key}-{split}.parquet"
            if not path.is_file():
                self._compute(loop, data, path)
            data.reference = _read(path, data)
        if loop.state.global_step == 0:
            self._prove_start(loop)

    def _compute(self, loop: Loop, data: PackedData, path: Path) -> None:
        if loop.state.global_step:
            text = f"{path}: the cached reference is gone, and the weights have moved on since step 0."
            raise WrongReference(f"{text} Remove {loop.args.output_dir} to start the phase again.")
        loop.context.progress.say(f"reference log-probabilities of {len(data.store):,} pairs")
        table = loop.collect(_every_pair(data), len(data.store), side_sums).float().numpy()
        if loop.is_world_process_zero():
            _write(path, data, table)
        loop.accelerator.wait_for_everyone()

    def _prove_start(self, loop: Loop) -> None:
        """Assert margin 0 and ln 2 on the first pass, without dropout. Raise WrongReference."""
        batch, pairs = self.sets["train"][0], len(self.sets["train"].store)
        names = ("margin", "dpo_loss", "chosen_tokens", "rejected_tokens")

        def figures(logps: torch.Tensor, batch: Batch) -> torch.Tensor:
            units = self.loss.units(logps, batch)
            return torch.stack([units[name] for name in names], dim=1)

        margins, losses, chosen, rejected = loop.collect([batch], pairs, figures)[batch["rows"]].unbind(1)
        if not len(margins):
            return
        weights = next(p.dtype for p in loop.whole_model.parameters() if p.is_floating_point())
        per_token = PER_TOKEN[torch.bfloat16 if loop.args.bf16 else weights]
        room = self.loss.beta * per_token * float((chosen + rejected).max()) + LN2_SLACK
        margin, distance = float(margins.abs().max()), abs(float(losses.mean()) - log(2))
        figures_text = f"margin {margin:.1e}, loss {distance:.1e} from ln 2"
        if not max(margin, distance) <= room:
            text = f"the policy is not the reference at step 0: {figures_text} (room {room:.1e})"
            raise WrongReference(f"{text}. Remove {self.folder} to compute the reference again.")
        loop.context.progress.say(f"reference proved on the first pass: {figures_text}")


def _every_pair(data: PackedData) -> Iterator[Batch]:
    """Return passes that hold each pair of the store once (a run may see a part of them, or all several times)."""
    store = data.store
    by_length = np.argsort(-store.lengths, kind="stable").tolist()
    steps = pack_in_order(store.lengths, by_length, data.tokens, data.processes)
    return PackedData(store, steps, data.processes, data.rank, data.tokens, static=data.shape is not None).passes()


def _write(path: Path, data: PackedData, table: npt.NDArray[Any]) -> None:
    columns = {"id": data.names, "chosen_logp": table[:, 0], "rejected_logp": table[:, 1]}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(pa.table(columns), partial, compression="zstd")
    partial.replace(path)


def _read(path: Path, data: PackedData) -> npt.NDArray[np.float32]:
    table = pq.read_table(path)
    if table.column("id").to_pylist() != data.names:
        raise WrongReference(f"{path}: made for other pairs. Remove it to compute the reference again.")
    pair = [table.column(name).to_numpy() for name in ("chosen_logp", "rejected_logp")]
    return np.stack(pair, axis=1).astype(np.float32)
