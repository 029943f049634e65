"""Proof at start-up that packing is exact: segments do not see each other, and what is computed is the model's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from schemas.errors import ConfigError
from training.data.token_store import TokenStore
from training.loop import Loop
from training.model.attention import NAMES

LENGTH = 48
"""Tokens of each of the two sequences: long enough for a leak to show, cheap for 8 B parameters."""
LEAK = 1e-4
"""Largest change of a segment's log-probabilities when its neighbour changes. A leak moves a random model's by 1e-2 and
more; the same arithmetic on the same shapes moves nothing (measured 0.0)."""
TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 0.25}
"""Largest mean distance to the stock forward pass, by arithmetic: rounding is 1e-6 and 2e-2."""


class PackingProof:
    """Run before the first step, on the model as it is trained (sharded, on its device)."""

    def __init__(self, store: TokenStore, attention: str, dtype: torch.dtype) -> None:
        self.store, self.attention, self.dtype = store, attention, dtype

    def __call__(self, loop: Loop) -> None:
        """Prove, and print the leak and the distance."""
        leak, distance = prove_packing(loop.whole_model, self.store, self.attention, self.dtype, loop.args.device)
        text = f"leak between rows {leak:.1e}, distance to the plain forward pass {distance:.1e}"
        loop.context.progress.say(f"packing proved: {text}")


def prove_packing(
    model: Any, store: TokenStore, attention: str, dtype: torch.dtype, device: torch.device
) -> tuple[float, float]:
    """Return (leak between segments, mean distance to the stock forward). Raise ConfigError where one is too large."""
    first, second = _sequences(store)
    training = model.training
    model.eval()
    with torch.no_grad(), torch.compiler.set_stance("force_eager"):
        packed = _packed(model, first, second, device)
        changed = _packed(model, first[::-1].copy(), second, device)
        stock = torch.cat([_alone(model, ids, attention, device) for ids in (first, second)])
    model.train(training)
    own = len(second) - 1
    leak = float((packed[-own:] - changed[-own:]).abs().max())
    distance = float((packed - stock).abs().mean())
    if not leak <= LEAK:
        _fail(attention, f"rows packed together see each other (log-probabilities move by {leak:.1e})")
    if not distance <= TOLERANCE[dtype]:
        _fail(attention, f"packed log-probabilities are not the model's own (they differ by {distance:.1e})")
    return leak, distance


def _fail(attention: str, text: str) -> None:
    others = [name for name in ("padded", *NAMES) if name != attention]
    raise ConfigError([f"model.attention: with {attention}, {text}. Try {', '.join(others)}."])


def _sequences(store: TokenStore) -> tuple[Any, Any]:
    """Return two different token sequences of the data (the first one and itself shifted, where there is one unit)."""
    units = [store.unit(number)[0] for number in range(min(2, len(store)))]
    pair = [units[0][:LENGTH], (units[-1] if len(units) > 1 else np.roll(units[0], 1))[:LENGTH]]
    first, second = (np.resize(ids, max(len(ids), 3)).astype(np.int64) for ids in pair)
    if (first == first[::-1]).all():
        first = np.concatenate([second, second[:1]])
    return first, second


def _packed(model: Any, first: Any, second: Any, device: torch.device) -> torch.Tensor:
    ids = torch.from_numpy(np.concatenate([first, second])).to(device)
    positions = torch.from_numpy(np.concatenate([np.arange(len(first)), np.arange(len(second))])).to(device)
    borders = torch.tensor([0, len(first), len(ids)], dtype=torch.int32, device=device)
    index = torch.cat([torch.arange(len(first) - 1), torch.arange(len(first), len(ids) - 1)]).to(device)
    longest = max(len(first), len(second))
    logps: torch.Tensor = model(
        input_ids=ids[None],
        position_ids=positions[None],
        cu_seq_lens_q=borders,
        cu_seq_lens_k=borders,
        max_length_q=longest,
        max_length_k=longest,
        target_index=index,
        target_ids=ids[index + 1],
    )
    return logps


def _alone(model: Any, ids: Any, attention: str, device: torch.device) -> torch.Tensor:
    """Return log-probabilities of one sequence by the model's stock forward pass, without our attention or head."""
    inner = model.get_base_model() if hasattr(model, "peft_config") else model
    swapped = attention in ("varlen", "segments")
    if swapped:
        inner.set_attn_implementation("sdpa")
    try:
        tokens = torch.from_numpy(ids).to(device)
        logits = model(input_ids=tokens[None], use_cache=False).logits[0, :-1].float()
    finally:
        if swapped:
            inner.set_attn_implementation(NAMES[attention])
    logps: torch.Tensor = logits.log_softmax(-1).gather(1, tokens[1:, None])[:, 0]
    return logps
