"""What training costs: floating-point operations of a step by three formulas, and memory before anything is loaded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch

from training.model.target_logps import CHUNK_ELEMENTS, CPU_CHUNK_ELEMENTS

PEAK_FLOPS = {"B200": 2250e12, "H200": 989e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12, "4090": 165e12}
"""Dense bfloat16 operations per second by the makers' data sheets."""
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a model the formulas need. `body` counts weights of the layers, `head` those of the vocabulary head."""

    body: int
    head: int
    vocabulary: int
    layers: int
    attention: int
    hidden: int
    wide: int

    @classmethod
    def of(cls, model: Any) -> Shape:
        """Return the shape of a model (one on the meta device will do)."""
        config = getattr(model.config, "text_config", model.config)
        embedding = model.get_input_embeddings().weight.numel()
        head = model.get_output_embeddings()
        separate = 0 if head is None or head.weight is model.get_input_embeddings().weight else head.weight.numel()
        heads = config.num_attention_heads
        width = getattr(config, "head_dim", None) or config.hidden_size // heads
        return cls(
            body=sum(p.numel() for p in model.parameters()) - embedding - separate,
            head=embedding,
            vocabulary=config.vocab_size,
            layers=config.num_hidden_layers,
            attention=heads * width,
            hidden=config.hidden_size,
            wide=getattr(config, "intermediate_size", None) or 4 * config.hidden_size,
        )


def step_flops(
    shape: Shape, tokens: int, targets: int, squares: float, recomputed: float, trained: float
) -> dict[str, float]:
    """Return the operations of a training step by three formulas; `squares` is the sum of squared segment lengths.

    `causal`: 6P + half of the attention matrix; `full`: 6P + 12 L D S, which counts it whole; both count the head where
    it was applied. `hardware`: what was executed, with recomputed layers and head, without gradients of frozen weights.
    """
    linear, head = 6.0 * shape.body * tokens, 6.0 * shape.head * targets
    attention = 12.0 * shape.layers * shape.attention * squares
    factor = (2 * (1 + recomputed) + 2 + 2 * trained) / 6
    return {
        "causal": linear + head + attention / 2,
        "full": linear + head + attention,
        "hardware": linear * factor + head * (8 / 6 if trained == 1 else 1.0) + attention / 2 * (1 + recomputed / 3),
    }


def peak_flops(device: torch.device, dtype: torch.dtype) -> float:
    """Return the device's operations per second: by the data sheet for known GPUs, else as a matrix product reaches."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        known = next((value for key, value in PEAK_FLOPS.items() if key in name), None)
        if known and dtype == torch.bfloat16:
            return known
    size = 4096 if device.type == "cuda" else 512
    left = torch.ones(size, size, dtype=dtype, device=device)
    best = 0.0
    for _ in range(5):
        start = perf_counter()
        product = left @ left
        product[0, 0].item()
        best = max(best, 2.0 * size**3 / (perf_counter() - start))
    return best


def estimate_memory(
    shape: Shape,
    *,
    dtype: torch.dtype,
    tokens: int,
    recomputed: float,
    trained: int,
    total: int,
    shards: int,
    cpu: bool,
) -> dict[str, float]:
    """Return the bytes of one process: weights, gradients, optimizer, activations, logits.

    Activations of a token and layer, in elements, with flash attention: norms and residuals 4 D, queries, keys, values
    and output 4 A, gated feed-forward 4 F; a recomputed layer keeps its input alone, and one is whole at a time.
    """
    size = 2 if dtype == torch.bfloat16 else 4
    layer = 4 * shape.hidden + 4 * shape.attention + 4 * shape.wide
    kept = shape.layers * ((1 - recomputed) * layer + recomputed * shape.hidden) + (layer if recomputed else 0)
    chunk = min(CPU_CHUNK_ELEMENTS if cpu else CHUNK_ELEMENTS, tokens * shape.vocabulary)
    head_gradient = 4.0 * shape.head if trained == total else 0.0
    return {
        "weights": float(total * size) / shards,
        "gradients": float(trained * size) / shards,
        "optimizer": float(trained * (10 if size == 2 else 8)) / shards,
        "activations": float(tokens * (kept + 8 * shape.hidden) * size),
        "logits": 3.0 * 4 * chunk + head_gradient,
    }


def device_memory(device: torch.device) -> float:
    """Return the bytes of the device: the GPU's, or the machine's."""
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def peak_memory(device: torch.device) -> float:
    """Return the most bytes used so far: allocated on the GPU, or resident in the process."""
    if device.type == "cuda":
        return float(torch.cuda.max_memory_allocated(device))
    import resource

    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def memory_advice(needed: dict[str, float], available: float) -> str:
    """Return one line: the estimate beside the device's memory, and what would make it fit where it does not."""
    total = sum(needed.values())
    parts = ", ".join(f"{name} {value / GIB:.1f}" for name, value in needed.items())
    line = f"memory about {total / GIB:.1f} of {available / GIB:.1f} GiB ({parts})"
    if total <= available:
        return line
    if needed["optimizer"] + needed["weights"] + needed["gradients"] > available:
        return f"{line}. It will not fit: train a LoRA ([<phase>.adapter]) or shard over GPUs (fsdp2.yaml)"
    return f"{line}. It will not fit: raise checkpointing towards 1, then lower tokens_per_batch and raise accumulation"
