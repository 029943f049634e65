"""Attention over packed rows: each segment sees itself alone.

`varlen` is PyTorch's variable-length flash attention (CUDA, half precision). `segments` calls scaled dot-product
attention for each segment: no mask of T x T, so a CPU does not pay for what a row's segments do not see. With `sdpa`
and `eager`, isolation rests on position ids that restart and on no attention mask at all (a mask of ones would let
segments see each other). `padded` lays each segment into a row of its own, for models that bring code which knows of no
packing (Baichuan 2, say). Whatever is chosen is proved at start (`training.packing_proof`).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention.varlen import varlen_attn
from torch.nn.functional import scaled_dot_product_attention
from torch.nn.utils.rnn import pad_sequence

from schemas.errors import ConfigError

TAKES_GROUPS, TAKES_WINDOW = (
    name in inspect.signature(varlen_attn).parameters for name in ("enable_gqa", "window_size")
)
"""What this PyTorch's kernel knows (2.10 knew neither); asked once, because compiled code cannot."""
BLOCK = 512
"""Tokens up to which short segments share one call: fewer, larger calls, at most twice the arithmetic of one each."""
NAMES = {"varlen": "pedcorpus_varlen", "segments": "pedcorpus_segments", "sdpa": "sdpa", "eager": "eager"}
"""Their names in transformers; `padded` leaves the model's own."""


def choose_attention(wanted: str, device: torch.device, dtype: torch.dtype, model: Any, *, compiled: bool) -> str:
    """Return which attention to use where the configuration says auto. Raise ConfigError for one that cannot be."""
    has_kernel = device.type == "cuda" and dtype == torch.bfloat16
    if wanted == "varlen" and not has_kernel:
        raise ConfigError(["model.attention: varlen needs a GPU and dtype = bfloat16. Set attention to auto."])
    if wanted != "auto":
        return wanted
    if not type(model).__module__.startswith("transformers."):
        return "padded"
    if getattr(model.config, "attn_logit_softcapping", None):
        return "eager"
    if has_kernel:
        return "varlen"
    return "sdpa" if compiled else "segments"


def set_attention(model: Any, name: str) -> str:
    """Make a model use an attention and return its name; `sdpa` where the model's code takes none from outside."""
    from transformers import AttentionInterface

    model.pads_segments = name == "padded"
    if model.pads_segments:
        return name
    AttentionInterface.register(NAMES["varlen"], attend_varlen)
    AttentionInterface.register(NAMES["segments"], attend_segments)
    try:
        model.set_attn_implementation(NAMES[name])
    except (ValueError, AttributeError, ImportError):
        return "sdpa"
    return name if model.config._attn_implementation == NAMES[name] else "sdpa"


def run_padded_body(body: Any, input_ids: Tensor, borders: Tensor) -> Tensor:
    """Return the hidden states [T, D] of a packed row [1, T], computed with each segment in a padded row of its own."""
    lengths = borders.diff()
    lengths = lengths[lengths > 0]
    rows = pad_sequence(input_ids[0].split(lengths.tolist()), batch_first=True)
    mask = torch.arange(rows.shape[1], device=rows.device) < lengths[:, None]
    hidden: Tensor = body(input_ids=rows, attention_mask=mask.long(), use_cache=False).last_hidden_state
    return hidden[mask]


def attend_varlen(
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


def attend_segments(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None = None, **rest: Any
) -> tuple[Tensor, None]:
    """Attend block by block over [1, heads, T, width]; a block is one segment, or several short ones under a mask."""
    borders, window = rest["cu_seq_lens_q"], rest.get("sliding_window")
    options = {"scale": rest.get("scaling"), "dropout_p": rest.get("dropout", 0.0)}
    if (groups := query.shape[1] // key.shape[1]) > 1:
        key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    known = vars(borders).setdefault("blocks", {})  # all layers get the same tensor: masks are made once per pass
    if window not in known:
        known[window] = list(_blocks(borders.tolist(), window, query.device))
    parts = []
    for part, mask in known[window]:
        states = query[:, :, part], key[:, :, part], value[:, :, part]
        parts.append(scaled_dot_product_attention(*states, mask, is_causal=mask is None, **options))
    return torch.cat(parts, 2).transpose(1, 2).contiguous(), None


def _blocks(borders: list[int], window: int | None, device: torch.device) -> Iterator[tuple[slice, Tensor | None]]:
    """Yield slices of whole segments, short ones together, and the mask of each (None: plainly causal)."""
    start = 0
    while start < len(borders) - 1:
        stop = start + 1
        while stop + 1 < len(borders) and borders[stop + 1] - borders[start] <= BLOCK:
            stop += 1
        lengths = torch.tensor(borders[start : stop + 1], device=device).diff()
        size = int(lengths.sum())
        mask = None
        if stop - start > 1 or (window and size > window):
            segment = torch.arange(len(lengths), device=device).repeat_interleave(lengths)
            mask = (segment[:, None] == segment[None, :]).tril_()
            mask = mask.triu_(1 - window) if window else mask
        if size:
            yield slice(borders[start], borders[stop]), mask
        start = stop
