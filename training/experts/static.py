"""Static export: gates frozen at their mean over calibration rows make the mixture an ordinary LoRA.

With a fixed gate g, z = (alpha/r) (sum_j g_j E_sj + E_u) is one LoRA of rank R = (T + 1) r: A's rows of expert j times
g_j, B as it is, lora_alpha = alpha (T + 1) so that lora_alpha / R = alpha / r. It loads and merges anywhere, without
this package.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from schemas.errors import ConfigError
from training.experts.peft_config import ExpertsConfig
from training.experts.peft_type import NAME, PREFIX

WEIGHTS = "adapter_model.safetensors"
START = "base_model.model."
"""What peft puts before a layer's name."""


def read_config(folder: Path) -> ExpertsConfig:
    """Return the configuration of an adapter of experts. Raise ConfigError where a folder holds none."""
    path = folder / "adapter_config.json"
    kind = json.loads(path.read_text(encoding="utf-8")).get("peft_type") if path.is_file() else None
    if kind != NAME:
        what = f"an adapter of type {kind}" if kind else "no adapter"
        raise ConfigError(
            [f"{folder}: {what}. Expected one of experts ({NAME}), as `python -m training lora` leaves it."]
        )
    config: ExpertsConfig = ExpertsConfig.from_pretrained(str(folder))
    return config


def export_static(folder: Path, means: dict[str, Tensor], out: Path) -> Path:
    """Write the adapter in `folder` as an ordinary LoRA with its gates [T] at `means`, and its tokenizer; return `out`.

    Raise ConfigError where the means are not those of the adapter's layers.
    """
    config = read_config(folder)
    tensors = static_tensors(load_file(folder / WEIGHTS), means, config, folder)
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / WEIGHTS, metadata={"format": "pt"})
    _lora_config(config).save_pretrained(str(out))
    for path in folder.iterdir():
        if path.is_file() and (
            path.name.startswith(("tokenizer", "vocab", "merges")) or path.suffix in (".jinja", ".model")
        ):
            shutil.copyfile(path, out / path.name)
    return out


def static_tensors(
    tensors: dict[str, Tensor], means: dict[str, Tensor], config: ExpertsConfig, folder: Path
) -> dict[str, Tensor]:
    """Return the tensors of the LoRA; those of modules that were trained whole stay as they are."""
    static = {}
    for key, value in tensors.items():
        layer, _, part = key.partition(f".{PREFIX}")
        if not part:
            static[key] = value
        elif part.startswith("A."):
            name = layer.removeprefix(START)
            if name not in means or len(means[name]) != config.experts:
                raise ConfigError([f"{folder}: no calibrated gate of layer {name}. Give --calibration TABLE."])
            gate = torch.cat([torch.ones(1), means[name].float().cpu()]).repeat_interleave(config.r)
            static[f"{layer}.lora_A.weight"] = (value.float() * gate[:, None]).to(value.dtype)
        elif part.startswith("B."):
            static[f"{layer}.lora_B.weight"] = value
    return {key: value.contiguous() for key, value in static.items()}


def _lora_config(config: ExpertsConfig) -> Any:
    import peft

    make: Any = peft.LoraConfig
    targets, alpha = config.target_modules, config.alpha * (config.experts + 1)
    return make(
        r=config.rank,
        lora_alpha=int(alpha) if alpha == int(alpha) else alpha,  # servers expect a whole number
        target_modules=sorted(targets) if isinstance(targets, set) else targets,
        exclude_modules=config.exclude_modules,
        layers_to_transform=config.layers_to_transform,
        layers_pattern=config.layers_pattern,
        modules_to_save=config.modules_to_save,
        task_type=config.task_type,
        base_model_name_or_path=config.base_model_name_or_path,
        inference_mode=True,
    )


def merge_static(model: Any, lora: Path, out: Path) -> None:
    """Merge a static export into its base and write the whole model and the tokenizer to `out`."""
    from peft import PeftModel

    merged = PeftModel.from_pretrained(model, str(lora)).merge_and_unload()
    merged.save_pretrained(out)
    for path in lora.iterdir():
        if path.is_file() and not path.name.startswith("adapter_") and path.name != "README.md":
            shutil.copyfile(path, out / path.name)


def describe_divergence(kl: dict[str, dict[str, float]]) -> list[str]:
    """Return lines for the terminal: what freezing the gates costs, beside what the adapter changes at all."""
    lines = [f"  {'task':<12} {'tokens':>8}  {'KL(experts‖static)':>18}  {'KL(experts‖base)':>17}"]
    for task, found in kl.items():
        lines.append(f"  {task:<12} {found['tokens']:>8,}  {found['static']:>18.3g}  {found['base']:>17.3g}")
    return lines
