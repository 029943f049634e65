"""AdamW with float32 state for weights of any type, and the learning rate's course.

Weights in bfloat16 have 8 bits of precision: an update of 1e-5 would be rounded away. So their float32 master is kept,
in two halves: the bfloat16 weight itself, and the 16 bits that rounding took off, as an integer. Together with float32
moments that is 12 bytes per parameter beside the gradient, instead of 16 with a separate master.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from math import cos, pi
from typing import Any

import torch
from torch import Tensor


def build_optimizer(groups: Iterable[dict[str, Any]], rate: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
    """Return PyTorch's fused AdamW for float32 weights, `MasterAdamW` where some are bfloat16."""
    groups = [group for group in groups if group["params"]]
    if any(p.dtype == torch.bfloat16 for group in groups for p in group["params"]):
        return MasterAdamW(groups, rate, betas)
    return torch.optim.AdamW(groups, lr=rate, betas=betas, fused=True)


class MasterAdamW(torch.optim.Optimizer):
    """AdamW (Loshchilov and Hutter 2019) on float32 masters, split as described above."""

    def __init__(
        self, groups: Iterable[dict[str, Any]], lr: float, betas: tuple[float, float], eps: float = 1e-8
    ) -> None:
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update all weights that have a gradient."""
        loss = closure() if closure else None
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, group)
        return loss

    def _update(self, weight: Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        if not state:
            state["step"] = torch.zeros(())
            state["exp_avg"] = torch.zeros_like(weight, dtype=torch.float32)
            state["exp_avg_sq"] = torch.zeros_like(weight, dtype=torch.float32)
            if weight.dtype == torch.bfloat16:
                state["residual"] = torch.zeros_like(weight, dtype=torch.int16)
        state["step"] += 1
        count, (beta1, beta2) = int(state["step"]), group["betas"]
        assert weight.grad is not None
        factors = {
            "keep": 1 - group["lr"] * group["weight_decay"],
            "rate": group["lr"] / (1 - beta1**count),
            "root": (1 - beta2**count) ** -0.5,
        }
        move = _kernel if _is_fit_for_kernel(weight) else update
        tensors = weight, state.get("residual"), weight.grad, state["exp_avg"], state["exp_avg_sq"]
        move(*tensors, **factors, betas=group["betas"], eps=group["eps"])

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load a state; unlike the base class, keep its types (which would be cast to the weights')."""
        super().load_state_dict(state_dict)
        numbered = [weight for group in self.param_groups for weight in group["params"]]
        for number, state in state_dict["state"].items():
            weight = numbered[number]
            for name, value in state.items():
                self.state[weight][name] = value.clone() if name == "step" else value.to(weight.device, copy=True)


def update(
    weight: Tensor,
    residual: Tensor | None,
    grad: Tensor,
    mean: Tensor,
    square: Tensor,
    *,
    keep: float,
    rate: float,
    root: float,
    betas: tuple[float, float],
    eps: float,
) -> None:
    """Move a weight and its state in place: w = keep w - rate m / (root sqrt(v) + eps).

    `keep` is what weight decay leaves; `rate` and `root` correct the moments m and v for their start at zero.
    """
    beta1, beta2 = betas
    grad = grad.float()
    mean.lerp_(grad, 1 - beta1)
    square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    master = weight if residual is None else join_master(weight, residual)
    master.mul_(keep)
    spread = square.sqrt().mul_(root).add_(eps)
    master.addcdiv_(mean, spread, value=-rate)
    if residual is not None:
        split_master(master, weight, residual)


def _kernel(*tensors: Any, **factors: Any) -> None:
    from training.model import adamw_kernel

    adamw_kernel.update(*tensors, **factors)


def _is_fit_for_kernel(weight: Tensor) -> bool:
    """Return whether one kernel can move the weight: plain contiguous bfloat16 on a GPU, where Triton is installed."""
    plain = type(weight) in (Tensor, torch.nn.Parameter) and weight.is_contiguous()
    return plain and weight.is_cuda and weight.dtype == torch.bfloat16 and find_spec("triton") is not None


def join_master(weight: Tensor, residual: Tensor) -> Tensor:
    """Return the float32 master of a bfloat16 weight and its residual."""
    high = weight.contiguous().view(torch.int16).to(torch.int32) << 16
    return (high + residual.to(torch.int32)).view(torch.float32)


def split_master(master: Tensor, weight: Tensor, residual: Tensor) -> None:
    """Write a float32 master into a bfloat16 weight (rounded to nearest) and the rest; `join_master` undoes it."""
    bits = master.view(torch.int32)
    high = (bits + 0x8000) >> 16
    residual.copy_(bits - (high << 16))
    weight.copy_(high.to(torch.int16).view(torch.bfloat16))


def rate_factor(step: int, total: int, warmup: int, schedule: str) -> float:
    """Return the learning rate of step 0, 1, … as a share of the highest; the first one is above 0."""
    if step < warmup:
        return (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, total - warmup)
    if schedule == "constant":
        return 1.0
    return max(0.0, 1.0 - done) if schedule == "linear" else 0.5 * (1.0 + cos(pi * min(1.0, done)))
