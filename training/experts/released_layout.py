"""Import the adapter layout of the authors' released code (github.com/ydk122024/PediatricsGPT, MIT).

There a layer holds `lora_moe_A` [T+1, D, r], `lora_moe_B` [T+1, r, O], `lora_route.weight` [T, D] and `w_noise`
[D, T], the universal expert first; adapter_config.json names the type LORA and has `lora_nums` = T + 1. Their filter
saves A and B alone, so what is published has no router.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from schemas.errors import ConfigError
from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import PREFIX
from training.experts.static import WEIGHTS

_PARTS = ("lora_moe_A", "lora_moe_B", "lora_route", "w_noise")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What the import read: layers, and how many of them came without router and noise."""

    layers: int
    config: ExpertsConfig
    without_router: int
    without_noise: int

    def lines(self) -> list[str]:
        """Return the report for a reader."""
        config = self.config
        lines = [f"{self.layers} layers, 1 universal and {config.experts} specific experts of rank {config.r}"]
        if self.without_router:
            lines.append(
                f"lacking: the router of {self.without_router} layers (their code does not save it). Their gates are "
                f"even, 1/{config.experts} each, until they are trained; the published answers cannot be reproduced"
            )
        if self.without_noise:
            lines.append(f"lacking: the noise weights of {self.without_noise} layers; they start at zero")
        return lines


def import_released(folder: Path, out: Path) -> ImportReport:
    """Write the adapter in `folder` as one of ours and return what it has and lacks. Raise ConfigError for others."""
    values = _read_config(folder)
    layers = _group_by_layer(load_file(folder / WEIGHTS), folder)
    first = layers[min(layers)]
    experts, rank = first["lora_moe_A"].shape[0] - 1, first["lora_moe_A"].shape[2]
    alpha = float(values.get("lora_alpha", 8))
    config = ExpertsConfig(
        experts=experts,
        r=rank,
        alpha=alpha * math.sqrt(rank) if values.get("use_rslora") else alpha,
        dropout=float(values.get("lora_dropout", 0.0)),
        target_modules=values.get("target_modules"),
        task_type=values.get("task_type"),
        base_model_name_or_path=values.get("base_model_name_or_path"),
        inference_mode=True,
    )
    tensors: dict[str, Tensor] = {}
    for name, parts in layers.items():
        tensors |= {f"{name}.{PREFIX}{part}.weight": value for part, value in _reshape(parts, experts, name).items()}
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / WEIGHTS, metadata={"format": "pt"})
    config.save_pretrained(str(out))
    lacking = {part: sum(part not in parts for parts in layers.values()) for part in ("lora_route", "w_noise")}
    return ImportReport(len(layers), config, lacking["lora_route"], lacking["w_noise"])


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "adapter_config.json"
    if not path.is_file() or not (folder / WEIGHTS).is_file():
        hint = " A .bin file is not read, since it would be unpickled: save it as safetensors first."
        raise ConfigError([f"{folder}: no adapter. Expected adapter_config.json and {WEIGHTS}.{hint}"])
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _group_by_layer(tensors: dict[str, Tensor], folder: Path) -> dict[str, dict[str, Tensor]]:
    """Return the tensors of each layer by part; an adapter's name within a key does not count."""
    layers: dict[str, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        part = next((part for part in _PARTS if f".{part}" in key), None)
        if part is None:
            raise ConfigError([f"{folder}: tensor {key} is not of the authors' layout ({', '.join(_PARTS)})."])
        layers.setdefault(key[: key.index(f".{part}")], {})[part] = value
    broken = [name for name, parts in layers.items() if "lora_moe_A" not in parts or "lora_moe_B" not in parts]
    if broken or not layers:
        raise ConfigError([f"{folder}: {broken[0] if broken else 'it'} has no lora_moe_A and lora_moe_B."])
    return layers


def _reshape(parts: dict[str, Tensor], experts: int, name: str) -> dict[str, Tensor]:
    """Return a layer's tensors in our layout: A [R, D], B [O, R], router and noise [T, D]."""
    down, up = parts["lora_moe_A"], parts["lora_moe_B"]
    if down.shape[0] != experts + 1 or down.shape[::2] != up.shape[:2]:
        raise ConfigError(
            [f"{name}: lora_moe_A {list(down.shape)} and lora_moe_B {list(up.shape)} do not fit together."]
        )
    width = down.shape[1]
    even = torch.zeros(experts, width, dtype=down.dtype)
    return {
        "A": down.transpose(1, 2).reshape(-1, width).contiguous(),
        "B": up.reshape(-1, up.shape[2]).t().contiguous(),
        "router": parts.get("lora_route", even).contiguous(),
        "noise": parts["w_noise"].t().contiguous() if "w_noise" in parts else even.clone(),
    }
