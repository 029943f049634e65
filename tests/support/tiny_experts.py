"""What the tests of the experts train and compare with: small models, a naive reference of the published formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.experts import ExpertsConfig, ExpertsLinear


def load_base(folder: Path, dtype: torch.dtype = torch.float32) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)


def with_experts(folder: Path, dtype: torch.dtype = torch.float32, **settings: Any) -> Any:
    """Return the model of a folder with experts whose weights are all random, as after some training."""
    from peft import get_peft_model

    torch.manual_seed(1)
    model = get_peft_model(load_base(folder, dtype), ExpertsConfig(task_type="CAUSAL_LM", **{"r": 4, **settings}))
    return shake(model)


def shake(model: nn.Module, scale: float = 0.05) -> Any:
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "pedcorpus_experts_" in name:
                weight.copy_(torch.randn(weight.shape) * scale)
    return model


def single_layer(width: int = 12, height: int = 10, **settings: Any) -> ExpertsLinear:
    """Return one layer with experts, in float64 so that comparisons show formulas and not rounding."""
    torch.manual_seed(0)
    layer = ExpertsLinear(nn.Linear(width, height), "default", ExpertsConfig(**settings))
    return shake(layer, 0.5).double()


def tokens(rows: int = 2, length: int = 16, vocabulary: int = 320) -> Tensor:
    return torch.randint(0, vocabulary, (rows, length), generator=torch.Generator().manual_seed(3))


def gradients(model: nn.Module, ids: Tensor, seed: int = 2) -> dict[str, Tensor]:
    """Return the gradients of one training pass."""
    model.train()
    model.zero_grad()
    torch.manual_seed(seed)
    model(input_ids=ids, labels=ids).loss.backward()
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.requires_grad}


def naive(layer: ExpertsLinear, x: Tensor, noise: Tensor | None = None, name: str = "default") -> Tensor:
    """Return `W x + (alpha/r)(sum_j G_j E_sj(x) + E_u(x))`, expert by expert and token by token as it is published.

    Columns of the published matrices are rows of torch's: x W_g is `router(x)`, x A is `x @ A.T`.
    """
    config = layer.settings[name]
    r, down, up = config.r, layer.pedcorpus_experts_A[name].weight, layer.pedcorpus_experts_B[name].weight

    def expert(number: int, token: Tensor) -> Tensor:
        own = slice(number * r, (number + 1) * r)
        return (token @ down[own].T) @ up[:, own].T

    def gate(token: Tensor, drawn: Tensor | None) -> Tensor:
        logits = token @ layer.pedcorpus_experts_router[name].weight.T
        if drawn is not None:
            logits = logits + drawn * functional.softplus(token @ layer.pedcorpus_experts_noise[name].weight.T)
        return logits.softmax(-1)

    rows = []
    for number, token in enumerate(x):
        gates = gate(token, None if noise is None else noise[number])
        specific = sum(gates[j] * expert(j + 1, token) for j in range(config.experts))
        rows.append(layer.base_layer(token) + config.alpha / r * (specific + expert(0, token)))
    return torch.stack(rows)
