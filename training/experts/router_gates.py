"""Record what the routers do: the mean gate and its entropy by task and layer.

L layers, G tasks, T specific experts. A gate is a probability over the T specific experts at one token; its entropy in
nats is ln T where the router does not choose, 0 where it always takes one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.experts.model import expert_layers
from training.manifest import write_text

FILE = "gates.json"
"""Stands beside an adapter: what its static export freezes the gates at."""


@dataclass(frozen=True, slots=True)
class Gates:
    """Means over tokens, in float64 on the CPU: `shares` [L, G, T], `entropy` [L, G], `tokens` [G]."""

    tasks: list[str]
    layers: list[str]
    shares: Tensor
    entropy: Tensor
    tokens: Tensor

    def overall(self) -> Tensor:
        """Return the mean gate [L, T] over all tokens, or over tasks alike where no token was counted."""
        weights = self.tokens / self.tokens.sum()
        return torch.einsum("lgt,g->lt", self.shares, weights)

    def by_task(self) -> dict[str, dict[str, Any]]:
        """Return for each task its mean expert shares and entropy over all layers."""
        shares, entropy = self.shares.mean(0), self.entropy.mean(0)
        return {
            task: {"shares": _round(shares[g]), "entropy": round(float(entropy[g]), 6), "tokens": int(self.tokens[g])}
            for g, task in enumerate(self.tasks)
        }

    def by_layer(self) -> Iterator[dict[str, Any]]:
        """Yield one line for each layer and task."""
        for number, layer in enumerate(self.layers):
            for g, task in enumerate(self.tasks):
                entropy = round(float(self.entropy[number, g]), 6)
                yield {"layer": layer, "task": task, "shares": _round(self.shares[number, g]), "entropy": entropy}


class Recorder:
    """Adds up the gates of every forward pass while it is open; `mark` says which task each token belongs to."""

    def __init__(self, model: torch.nn.Module, tasks: list[str], adapter: str = "default") -> None:
        self.tasks, self._layers_by_name = tasks, expert_layers(model, adapter)
        first = next(iter(self._layers_by_name.values()))
        device, experts = first.weight_of("A", adapter).device, first.settings[adapter].experts
        shape = (len(self._layers_by_name), len(tasks) + 1, experts + 1)
        self.sums = torch.zeros(shape, dtype=torch.float64, device=device)
        self.counts = torch.zeros(len(tasks) + 1, dtype=torch.float64, device=device)
        self._groups = torch.zeros(0, dtype=torch.int64, device=device)

    def __enter__(self) -> Recorder:
        for number, layer in enumerate(self._layers_by_name.values()):
            layer.observer = self._observer(number)
        return self

    def __exit__(self, *_: object) -> None:
        for layer in self._layers_by_name.values():
            layer.observer = None

    def mark(self, groups: Tensor) -> None:
        """Set the task's number [N] of each token of the next forward pass; `len(tasks)` leaves a token out."""
        self._groups = groups.to(self.sums.device)
        self.counts.index_add_(0, self._groups, torch.ones_like(self._groups, dtype=torch.float64))

    def gates(self) -> Gates:
        """Return the means of what was seen; tasks without a token are left out."""
        seen = self.counts[:-1] > 0
        counts = self.counts[:-1][seen].cpu()
        means = self.sums[:, :-1][:, seen].cpu() / counts[:, None]
        tasks = [task for task, any_token in zip(self.tasks, seen.tolist(), strict=True) if any_token]
        return Gates(tasks, list(self._layers_by_name), means[..., :-1], means[..., -1], counts)

    def _observer(self, number: int) -> Any:
        @torch.compiler.disable
        def observe(gate: Tensor) -> None:
            flat = gate.reshape(-1, gate.shape[-1]).double()
            figures = torch.cat([flat, torch.special.entr(flat).sum(-1, keepdim=True)], dim=-1)
            self.sums[number].index_add_(0, self._groups, figures)

        return observe


def save_gates(folder: Path, gates: Gates, **more: Any) -> None:
    """Write beside an adapter its gates, and what else was measured on the same rows."""
    overall = {layer: _round(mean) for layer, mean in zip(gates.layers, gates.overall(), strict=True)}
    values = {"mean": overall, "tasks": gates.by_task(), **more, "layers": list(gates.by_layer())}
    write_text(folder / FILE, json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def load_means(folder: Path) -> dict[str, Tensor] | None:
    """Return the mean gate [T] of each layer from beside an adapter; None where it was never measured."""
    path = folder / FILE
    if not path.is_file():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))["mean"]
    return {layer: torch.tensor(mean, dtype=torch.float32) for layer, mean in values.items()}


def describe_gates(gates: Gates) -> list[str]:
    """Return lines for the terminal: each task's expert shares and entropy, beside that of a router without choice."""
    highest = math.log(gates.shares.shape[-1])
    return [
        f"  {task}: expert shares {' '.join(f'{100 * share:.1f} %' for share in found['shares'])}, "
        f"gate entropy {found['entropy']:.3f} of {highest:.3f}"
        for task, found in gates.by_task().items()
    ]


def _round(values: Tensor) -> list[float]:
    return [round(float(value), 8) for value in values]
