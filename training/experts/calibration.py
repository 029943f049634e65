"""Calibration rows: choose them, and measure on them a mixture's gates and its distance to its base.

Sequences go through the model one by one, unpadded, by its own forward pass, so figures depend on no batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import torch
from torch import Tensor

from schemas.errors import ConfigError
from training.data.chat_format import ChatFormat, Encoded
from training.experts.model import expert_layers
from training.experts.router_gates import Gates, Recorder

ROWS = 256
"""Rows looked at, shared out evenly over tasks: some 100,000 tokens, on which a layer's mean gate is known to 0.3 %."""
READ = 20_000
"""Rows read at most to find them; tables are shuffled, so the first ones are as good as any."""
CHUNK = 256
"""Positions whose distributions are compared at once."""


class Sample(NamedTuple):
    """One conversation: token ids, and the positions whose next token is the answer's."""

    task: str
    ids: list[int]
    positions: list[int]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the first rows of a table: a file (Parquet, JSON lines), a table's folder (validation first), a dataset.

    Raise ConfigError where there is none.
    """
    folder = path / "lora" if (path / "lora").is_dir() else path
    files = [path] if path.is_file() else sorted(folder.glob("*.parquet"), key=lambda file: (file.name[0] != "v", file))
    rows: list[dict[str, Any]] = []
    try:
        for file in files:
            rows += _read(file, READ - len(rows))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError([f"{path}: {error!r}. Expected Parquet or JSON lines with messages."]) from None
    if not rows:
        raise ConfigError(
            [f"{path}: no table to calibrate on. Name a Parquet or JSON-lines file, or OUT/dataset/lora."]
        )
    return rows


def _read(file: Path, limit: int) -> list[dict[str, Any]]:
    if file.suffix == ".parquet":
        columns = [name for name in ("id", "messages", "task") if name in pq.read_schema(file).names]
        batches = pq.ParquetFile(file).iter_batches(min(limit, 1024) or 1, columns=columns)
        rows: list[dict[str, Any]] = []
        while len(rows) < limit and (batch := next(batches, None)) is not None:
            rows += batch.to_pylist()
        return rows[:limit]
    lines = file.read_text(encoding="utf-8").splitlines()[:limit]
    return [json.loads(line) for line in lines if line.strip()]


def choose_samples(rows: list[dict[str, Any]], chat: ChatFormat, longest: int, limit: int = ROWS) -> list[Sample]:
    """Return up to `limit` rows as tokens, each task in turn; rows without an answer or over-long are passed over.

    Raise ConfigError where none is left.
    """
    chosen: list[Sample] = []
    for row in _take_turns(rows):
        [encoded] = chat.encode([(row["messages"] or [], 0)])
        if isinstance(encoded, Encoded) and len(encoded.ids) <= longest:
            positions = [at - 1 for start, stop in encoded.spans for at in range(max(1, start), stop)]
            chosen.append(Sample(str(row.get("task") or "unknown"), encoded.ids, positions))
        if len(chosen) == limit:
            break
    if not chosen:
        raise ConfigError([f"calibration: none of {len(rows):,} rows has an answer within {longest:,} tokens."])
    return chosen


def _take_turns(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the first row of each task, then the second of each, and so on."""
    tasks: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        tasks.setdefault(row.get("task"), []).append(row)
    for number in range(max(map(len, tasks.values()))):
        yield from (own[number] for own in tasks.values() if number < len(own))


def measure_gates(model: Any, chosen: list[Sample], adapter: str = "default") -> Gates:
    """Return the mean gates of a model over samples, by task and layer."""
    tasks, device = sorted({sample.task for sample in chosen}), next(model.parameters()).device
    model.eval()
    with torch.inference_mode(), Recorder(model, tasks, adapter) as recorder:
        for sample in chosen:
            recorder.mark(torch.full((len(sample.ids),), tasks.index(sample.task)))
            model(input_ids=torch.tensor([sample.ids], device=device), use_cache=False)
    return recorder.gates()


def measure_divergence(
    model: Any, chosen: list[Sample], means: dict[str, Tensor], adapter: str = "default"
) -> dict[str, dict[str, float]]:
    """Return for each task, and over all, KL(experts || static) and KL(experts || base) in nats per answer token.

    `static` is the model with each gate frozen at its mean: what the static export computes.
    """
    sums: dict[str, Tensor] = {}
    layers = expert_layers(model, adapter)
    model.eval()
    for sample in chosen:
        with torch.inference_mode():
            experts = _logits(model, sample)
            for name, layer in layers.items():
                layer.frozen_gates[adapter] = means[name]
            try:
                static = _logits(model, sample)
            finally:
                for layer in layers.values():
                    del layer.frozen_gates[adapter]
            with model.disable_adapter():
                base = _logits(model, sample)
            figures = torch.tensor([_kl(experts, static), _kl(experts, base), len(sample.positions)])
        for key in (sample.task, "all"):
            sums[key] = sums.get(key, torch.zeros(3, dtype=torch.float64)) + figures
    return {
        task: {"static": float(values[0] / values[2]), "base": float(values[1] / values[2]), "tokens": int(values[2])}
        for task, values in sorted(sums.items(), key=lambda item: (item[0] == "all", item[0]))
    }


def _logits(model: Any, sample: Sample) -> Tensor:
    device = next(model.parameters()).device
    output: Tensor = model(input_ids=torch.tensor([sample.ids], device=device), use_cache=False).logits
    return output[0, sample.positions]


def _kl(first: Tensor, second: Tensor) -> float:
    """Return the sum over positions of KL(first || second), in float32 by pieces."""
    total = 0.0
    for one, other in zip(first.split(CHUNK), second.split(CHUNK), strict=True):
        p, q = one.float().log_softmax(-1), other.float().log_softmax(-1)
        total += float((p.exp() * (p - q)).sum(-1).double().sum())
    return total
