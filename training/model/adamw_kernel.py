"""One update of `MasterAdamW` as one GPU kernel: 26 bytes of traffic per weight, where single operations need some 190.

Written in Triton, which comes with PyTorch for CUDA. Formula and names are those of
`training.model.optimizer.update`; a test on a GPU compares both.
"""

from __future__ import annotations

import torch
import triton
from torch import Tensor
from triton import language as tl

BLOCK = 1024
"""Weights of one program: 128 threads of eight, 16 bytes of bfloat16 each."""


@triton.jit
def _kernel(  # type: ignore[no-untyped-def]
    weight, residual, grad, mean, square, keep, rate, root, gain1, beta2, gain2, eps, total, BLOCK: tl.constexpr
):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < total
    slope = tl.load(grad + at, mask=inside).to(tl.float32)
    first = tl.load(mean + at, mask=inside)
    first += (slope - first) * gain1
    second = tl.load(square + at, mask=inside) * beta2 + slope * slope * gain2
    bits = (tl.load(weight + at, mask=inside).to(tl.int32) << 16) + tl.load(residual + at, mask=inside).to(tl.int32)
    master = bits.to(tl.float32, bitcast=True) * keep - rate * first / (tl.sqrt_rn(second) * root + eps)
    bits = master.to(tl.int32, bitcast=True)
    high = (bits + 0x8000) >> 16
    tl.store(mean + at, first, mask=inside)
    tl.store(square + at, second, mask=inside)
    tl.store(weight + at, high.to(tl.int16), mask=inside)
    tl.store(residual + at, (bits - (high << 16)).to(tl.int16), mask=inside)


def update(
    weight: Tensor,
    residual: Tensor,
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
    """Move a contiguous bfloat16 weight on a GPU and its state, all of one shape, in place."""
    total, tensors = weight.numel(), (weight.view(torch.int16), residual, grad.contiguous(), mean, square)
    factors = keep, rate, root, 1 - betas[0], betas[1], 1 - betas[1], eps  # in double here; the kernel knows float32
    with torch.cuda.device(weight.device):
        _kernel[(triton.cdiv(total, BLOCK),)](*tensors, *factors, total, BLOCK=BLOCK)
