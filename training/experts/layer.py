"""A linear layer with a mixture of one universal and T specific LoRA experts.

    G(x) = softmax(x W_g + eps * softplus(x W_n)),  eps ~ N(0, 1) in training alone
    out  = W x + (alpha / r) (sum_j G(x)_j E_sj(x) + E_u(x)),  E(x) = x A B      (PediatricsGPT, phase 4)

It is computed as one LoRA of rank R = (T + 1) r whose rank vector is gated, so no expert's output is ever held.
Shapes: N tokens, D in, O out. Tensors of an adapter, the universal expert first:

    pedcorpus_experts_A.weight       [R, D]  rows 0 … r-1 universal, then r rows of each specific expert
    pedcorpus_experts_B.weight       [O, R]  columns in the same order
    pedcorpus_experts_router.weight  [T, D]  W_g
    pedcorpus_experts_noise.weight   [T, D]  W_n, zero at the start; absent with noise = false
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

import torch
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import Tensor, nn
from torch.nn import functional

from training.experts.peft_config import ExpertsConfig

NO_MERGE = (
    "a mixture of experts gates each token, so no fixed weight equals it and it cannot be merged. "
    "`python -m training export ADAPTER --out DIR` freezes the gates at their mean: an ordinary LoRA, "
    "or merged weights with --merged."
)


class CarryLoss(torch.autograd.Function):
    """Return the first input as it is; in the backward pass give `loss` the gradient `weight`.

    The loss needs no collecting, so it is exact under both kinds of gradient checkpointing.
    """

    @staticmethod
    def forward(ctx: Any, carrier: Tensor, loss: Tensor, weight: float) -> Tensor:
        """Return the carrier."""
        ctx.weight, ctx.like = weight, (loss.shape, loss.dtype, loss.device)
        return carrier.view_as(carrier)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        """Hand the carrier's gradient on and inject the loss's."""
        shape, dtype, device = ctx.like
        return grads[0], torch.full(shape, ctx.weight, dtype=dtype, device=device), None


class ExpertsLayer(BaseTunerLayer):
    """The tensors of each adapter on a layer. `observer` is handed the gate [..., T] of every forward pass."""

    adapter_layer_names = (
        "pedcorpus_experts_A",
        "pedcorpus_experts_B",
        "pedcorpus_experts_router",
        "pedcorpus_experts_noise",
    )
    other_param_names = ("settings", "frozen_gates")
    observer: Callable[[Tensor], None] | None = None
    balance_share = 1.0
    """Weight of one forward pass's balance loss: 1 / accumulation."""

    def __init__(self, base_layer: nn.Module) -> None:
        self.base_layer = base_layer
        self.settings: dict[str, ExpertsConfig] = {}
        self.frozen_gates: dict[str, Tensor] = {}
        for name in self.adapter_layer_names:
            setattr(self, name, nn.ModuleDict())
        self._disable_adapters = False
        self.merged_adapters: list[str] = []
        self.in_features, self.out_features = layer_sizes(self.get_base_layer())

    def update_layer(self, adapter_name: str, config: ExpertsConfig, inference_mode: bool = False) -> None:
        """Add an adapter. B = 0, so that the layer's output is the base's at first."""
        self.settings[adapter_name] = config
        shapes = [(self.in_features, config.rank), (config.rank, self.out_features), (self.in_features, config.experts)]
        shapes += [shapes[-1]] if config.noise else []
        for name, (width, height) in zip(self.adapter_layer_names, shapes, strict=False):
            getattr(self, name)[adapter_name] = nn.Linear(width, height, bias=False)
        for part in ("A", "router"):
            nn.init.kaiming_uniform_(self.weight_of(part, adapter_name), a=math.sqrt(5))
        for part in ("B", "noise") if config.noise else ("B",):
            nn.init.zeros_(self.weight_of(part, adapter_name))
        self._move_adapter_to_device_of_base_layer(adapter_name)
        self.set_adapter(self.active_adapters, inference_mode=inference_mode)

    def weight_of(self, part: str, adapter_name: str) -> Tensor:
        """Return the tensor `part` (A, B, router or noise) of an adapter."""
        weight: Tensor = getattr(self, f"pedcorpus_experts_{part}")[adapter_name].weight
        return weight

    def merge(self, safe_merge: bool = False, adapter_names: list[str] | None = None) -> NoReturn:
        """Refuse."""
        raise ValueError(NO_MERGE)

    def unmerge(self) -> None:
        """Do nothing: it is never merged."""


class ExpertsLinear(nn.Module, ExpertsLayer):
    """A linear layer (also one in 4 or 8 bits) and its experts."""

    def __init__(
        self, base_layer: nn.Module, adapter_name: str, config: ExpertsConfig, inference_mode: bool = False
    ) -> None:
        super().__init__()
        ExpertsLayer.__init__(self, base_layer)
        self._active_adapter = adapter_name
        self.update_layer(adapter_name, config, inference_mode)

    def forward(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """Return the base layer's output plus the mixture of each active adapter."""
        result: Tensor = self.base_layer(x, *args, **kwargs)
        if self.disable_adapters:
            return result
        for name in self.active_adapters:
            if name in self.settings:
                result = self._add_mixture(name, x.to(result.dtype), result)
        return result

    def _add_mixture(self, name: str, x: Tensor, result: Tensor) -> Tensor:
        """Return result + mixture, in one product that adds as it multiplies (no second [N, O] tensor)."""
        config = self.settings[name]
        rank, gate = self._rank_and_gate(name, x)
        weights = functional.pad(gate, (1, 0), value=1.0)
        rank = rank.unflatten(-1, (config.experts + 1, config.r)) * weights.to(rank.dtype).unsqueeze(-1)
        up = self.weight_of("B", name).to(rank.dtype)
        flat = result.reshape(-1, self.out_features)
        rank = rank.reshape(len(flat), config.rank)
        return torch.addmm(flat, rank, up.t(), alpha=config.scale).view_as(result)

    def _rank_and_gate(self, name: str, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return x A [..., R] and the gate [..., T] in float32 at least; A, router and noise are one matrix product.

        With dropout they are two, since the router sees its whole input.
        """
        config = self.settings[name]
        noisy = self.training and config.noise
        down = self.weight_of("A", name)
        rows = [self.weight_of("router", name)]
        rows += [self.weight_of("noise", name)] if noisy else []
        if self.training and config.dropout:
            rank = functional.linear(functional.dropout(x, config.dropout), down.to(x.dtype))
            routed = functional.linear(x, torch.cat(rows).to(x.dtype))
        else:
            product = functional.linear(x, torch.cat([down, *rows]).to(x.dtype))
            rank, routed = product[..., : config.rank], product[..., config.rank :]
        return rank, self._gate(name, routed.to(torch.promote_types(routed.dtype, torch.float32)))

    def _gate(self, name: str, routed: Tensor) -> Tensor:
        """Return the gate [..., T] of the router's (and the noise's) outputs, in float32 (or more) like them."""
        config = self.settings[name]
        if name in self.frozen_gates:
            return self.frozen_gates[name].to(routed.device).expand(*routed.shape[:-1], config.experts)
        logits = routed[..., : config.experts]
        if routed.shape[-1] > config.experts:
            spread = functional.softplus(routed[..., config.experts :])
            logits = torch.addcmul(logits, torch.randn_like(logits), spread)
        gate = logits.softmax(-1)
        if self.observer is not None:
            self.observer(gate.detach())
        if self.training and config.balance:
            load = gate.reshape(-1, config.experts).mean(0)
            loss = config.experts * load.square().sum()
            carried: Tensor = CarryLoss.apply(gate, loss, config.balance * self.balance_share)
            return carried
        return gate

    def __repr__(self) -> str:
        return f"experts.{super().__repr__()}"


def layer_sizes(layer: Any) -> tuple[int, int]:
    """Return (in, out) of a linear layer. Raise TypeError for anything else."""
    if hasattr(layer, "in_features") and hasattr(layer, "out_features"):
        return int(layer.in_features), int(layer.out_features)
    if type(layer).__name__ == "Conv1D":  # GPT-2's linear layer, with its weight the other way round
        return int(layer.weight.shape[0]), int(layer.weight.shape[1])
    raise TypeError(f"{type(layer).__name__}: experts stand on linear layers. Name those alone in target_modules.")
