"""The loss of CPT and SFT: mean negative log-likelihood over all targets of a step, on all processes.

A loss gives figures for each unit; the loop adds them up and divides by the step's total weight, which is known before
the first forward pass. So the cut into forward passes, accumulation and processes does not change it.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from training.data.batches import Batch


class Objective(Protocol):
    """What a phase minimises. K targets, U units of a forward pass."""

    def units(self, logps_K: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return figures [U] of each unit, `loss` among them."""
        ...

    def weight(self, batch: Batch) -> int:
        """Return what the sum of `loss` over a step is divided by."""
        ...

    def report(self, sums: dict[str, float], weight: float) -> dict[str, float]:
        """Return the figures to log, from sums over units and the weight of what was summed."""
        ...


class TokenLoss:
    """Mean over targets."""

    def units(self, logps_K: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Return the negative log-likelihood of each unit and its targets."""
        zeros = torch.zeros(batch["units"], dtype=torch.float32, device=logps_K.device)
        nll = zeros.index_add(0, batch["target_sequence"], -logps_K)
        return {"loss": nll, "targets": zeros.index_add(0, batch["target_sequence"], torch.ones_like(logps_K))}

    def weight(self, batch: Batch) -> int:
        """Return the targets of the step."""
        return batch["step_targets"]

    def report(self, sums: dict[str, float], weight: float) -> dict[str, float]:
        """Return the mean."""
        return {"loss": sums["loss"] / weight}
