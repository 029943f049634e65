"""Attention over packed rows: each segment sees itself alone.

`varlen` is PyTorch's variable-length flash attention (CUDA, half precision). `segments` calls scaled dot-product
attention for each segment: no mask of T x T, so a CPU does not pay for what a row's segments do not see. With `sdpa`
and `eager`, isolation rests on position ids that restart and on no attention mask at all (a mask of ones would let
segments see each other). Whatever is chosen is proved at start (`training.proof`).
"""

from __future__ import annotations

import inspect
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention.varlen import varlen_attn
from torch.nn.functional import scaled_dot_product_attention

TAKES_GROUPS, TAKES_WINDOW = (
    name in inspect.signature(varlen_attn).parameters for name in ("enable_gqa", "window_size")
)
"""What this PyTorch's kernel knows (2.10 knew neither); asked once, because compiled code cannot."""
NAMES = {"varlen": "pedcorpus_varlen", "segments": "pedcorpus_segments", "sdpa": "sdpa", "eager": "eager"}


def choose(wanted: str, device: torch.device, dtype: torch.dtype, config: Any, *, compiled: bool) -> str:
    """Return which attention to use where the configuration says auto."""
    if wanted != "auto":
        return wanted
    if getattr(config, "attn_logit_softcapping", None):
        return "eager"
    if device.type == "cuda" and dtype == torch.bfloat16:
        return "varlen"
    return "sdpa" if compiled else "segments"


def set_attention(model: Any, name: str) -> str:
    """Make a model use an attention and return its name; `sdpa` where the model's code takes none from outside."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAMES["varlen"], varlen)
    AttentionInterface.register(NAMES["segments"], segments)
    try:
        model.set_attn_implementation(NAMES[name])
    except (ValueError, AttributeError, ImportError):
        return "sdpa"
    return name if model.config._attn_implementation == NAMES[name] else "sdpa"


def varlen(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None = None, **rest: Any
) -> tuple[Tensor, None]:
    """Attend with flash attention over [1, heads, T, width]; borders come as `cu_seq_lens_q`."""
    query, key, value = query[0].transpose(0, 1), key[0].transpose(0, 1), value[0].transpose(0, 1)
    options: dict[str, Any] = {"scale": rest.get("scaling")}
    if (groups := query.shape[1] // key.shape[1]) > 1 and not TAKES_GROUPS:
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    elif groups > 1:
        options["enable_gqa"] = True
    if TAKES_WINDOW:  # a window of -1 to the left is none; 0 to the right is causal
        options["window_size"] = ((rest.get("sliding_window") or 0) - 1, 0)
    else:
        options["is_causal"] = True
    borders, longest = rest["cu_seq_lens_q"], rest["max_length_q"]
    out: Any = varlen_attn(query, key, value, borders, borders, longest, longest, **options)
    return out[None], None


def segments(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None = None, **rest: Any
) -> tuple[Tensor, None]:
    """Attend segment by segment over [1, heads, T, width]."""
    borders = rest["cu_seq_lens_q"].tolist()
    window, options = rest.get("sliding_window"), {"scale": rest.get("scaling"), "dropout_p": rest.get("dropout", 0.0)}
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    parts = []
    for start, stop in pairwise(borders):
        if stop > start:
            part = slice(start, stop)
            mask = _window(stop - start, window, query.device) if window and stop - start > window else None
            parts.append(
                scaled_dot_product_attention(
                    query[:, :, part], key[:, :, part], value[:, :, part], mask, is_causal=mask is None, **options
                )
            )
    return torch.cat(parts, 2).transpose(1, 2).contiguous(), None


def _window(length: int, window: int, device: torch.device) -> Tensor:
    """Return the mask of a causal window: position i sees the `window` positions up to itself."""
    behind = torch.arange(length, device=device)[:, None] - torch.arange(length, device=device)[None, :]
    return (behind >= 0) & (behind < window)
