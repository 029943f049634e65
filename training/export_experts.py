"""`python -m training export`: a mixture as an ordinary LoRA, or as merged weights."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch

from schemas.errors import ConfigError
from training.config import DEFAULT_LENGTH
from training.data.chat_format import ChatFormat
from training.experts.calibration import choose_samples, measure_divergence, measure_gates, read_rows
from training.experts.router_gates import FILE, describe_gates, load_means
from training.experts.static import describe_divergence, export_static, merge_static, read_config
from training.locate import locate_model


def export(
    name: str, out: Path, *, merged: bool = False, calibration: Path | None = None, trust_remote_code: bool = False
) -> None:
    """Export the adapter in the folder or Hub repository `name` to `out`, and say what freezing its gates costs.

    The gates' means come from `calibration`, else from what its training left beside it.
    """
    folder = locate_model(name, Path(), "base", quick=False)
    if isinstance(folder, str):
        raise ConfigError([f"ADAPTER: {folder}"])
    read_config(folder)
    if out.resolve() == folder.resolve():
        raise ConfigError([f"--out: {out} is the adapter itself. Name another folder."])
    means = _calibrate(folder, calibration, trust_remote_code) if calibration else load_means(folder)
    if means is None:
        raise ConfigError([f"{folder}: no {FILE} beside the adapter. Give --calibration TABLE (OUT/dataset/lora)."])
    if not calibration:
        _say_kept(folder)
    if merged:
        with tempfile.TemporaryDirectory() as work:
            lora = export_static(folder, means, Path(work))
            merge_static(_base(folder, trust_remote_code), lora, out)
    else:
        export_static(folder, means, out)
    print(f"done: {out}, {'a whole model' if merged else 'an ordinary LoRA'}", flush=True)


def _calibrate(folder: Path, table: Path, trust_remote_code: bool) -> dict[str, torch.Tensor]:
    from training.model import load_model as models

    rows = read_rows(table)
    chat = ChatFormat(models.load_tokenizer(folder, trust_remote_code=trust_remote_code))
    chosen = choose_samples(rows, chat, DEFAULT_LENGTH)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = models.load_model(folder, _dtype(device), trust_remote_code=trust_remote_code).to(device)
    gates = measure_gates(model, chosen)
    means = {layer: mean.float() for layer, mean in zip(gates.layers, gates.overall(), strict=True)}
    print(f"calibrated on {len(chosen):,} rows of {table}", *describe_gates(gates), sep="\n", flush=True)
    print(*describe_divergence(measure_divergence(model, chosen, means)), sep="\n", flush=True)
    return means


def _say_kept(folder: Path) -> None:
    values = json.loads((folder / FILE).read_text(encoding="utf-8"))
    print(
        f"gates as measured at training, on {values['rows']:,} rows ({FILE})",
        *describe_divergence(values["kl"]),
        sep="\n",
    )


def _base(folder: Path, trust_remote_code: bool) -> Any:
    """Return the adapter's base in the type it was saved in."""
    from transformers import AutoModelForCausalLM

    base = str(read_config(folder).base_model_name_or_path)
    return AutoModelForCausalLM.from_pretrained(base, dtype="auto", trust_remote_code=trust_remote_code)


def _dtype(device: torch.device) -> torch.dtype:
    return torch.bfloat16 if device.type == "cuda" else torch.float32
