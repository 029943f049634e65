"""What only a GPU shows: the kernel that moves weights, and a compiled chain with flash attention over packed rows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.support.tiny_experts import gradients, tokens, with_experts
from tests.support.tiny_model import write_config, write_dataset
from training.experts import expert_layers
from training.model.load_model import compile_layers, recompute_layers
from training.model.optimizer import MasterAdamW, join_master

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")]
ROOT = Path(__file__).parents[2]
KEYS = "max_steps = 3\ntokens_per_batch = 512\nmax_length = 320\nsave_steps = 3\n"


@pytest.mark.parametrize("shape", [(3, 1000), (1024, 1024), (7,)])
def test_the_kernel_moves_weights_as_adamw_does_in_double_precision(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    start, options = torch.randn(shape, device="cuda").bfloat16(), {"lr": 1e-4, "betas": (0.9, 0.999)}
    ours, exact = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.double())
    first = MasterAdamW([{"params": [ours], "weight_decay": 0.1}], **options)
    second = torch.optim.AdamW([exact], weight_decay=0.1, **options)
    for _ in range(30):
        gradient = torch.randn(shape, device="cuda").bfloat16()
        ours.grad, exact.grad = gradient, gradient.double()
        first.step()
        second.step()
    state = first.state[ours]
    moved = join_master(ours.data, state["residual"]).double()
    torch.testing.assert_close(moved, exact.data, atol=3e-6, rtol=3e-6)  # moved by 3e-3; 30 roundings of 1.2e-7 each
    for name in ("exp_avg", "exp_avg_sq"):
        torch.testing.assert_close(state[name].double(), second.state[exact][name], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_compiled_experts_have_the_gradients_of_those_that_are_not(tiny_model: Path, share: float) -> None:
    plain, compiled = (with_experts(tiny_model, noise=False).cuda() for _ in range(2))
    recompute_layers(compiled, share)
    compile_layers(compiled)
    expected, found = gradients(plain, tokens().cuda()), gradients(compiled, tokens().cuda())
    assert len(found) == len(expected) > 0
    for name, value in expected.items():
        torch.testing.assert_close(found[name.replace("_orig_mod.", "")], value, atol=1e-4, rtol=1e-3)
    assert all(layer.weight_of("A", "default").is_cuda for layer in expert_layers(compiled).values())


@pytest.mark.parametrize("compiled", ["false", "true"], ids=["plain", "compiled"])
def test_a_chain_goes_from_text_to_experts(tmp_path: Path, tiny_model: Path, compiled: str) -> None:
    data = write_dataset(tmp_path / "data", rows=24)
    if not (data / "lora").is_dir():
        shutil.copytree(data / "sft", data / "lora")
    phases = '["cpt", "sft", "dfpo", "lora"]'
    path = write_config(tmp_path / "train.toml", tiny_model, data, tmp_path / "run", phases, KEYS)
    text = path.read_text(encoding="utf-8").replace("[run]\n", f"[run]\ncompile = {compiled}\n")
    text = text.replace('dtype = "float32"', 'dtype = "bfloat16"')
    path.write_text(f"{text}\n[lora]\nlearning_rate = 1e-2\nr = 2\nalpha = 4\ncheckpointing = 0.5\n{KEYS}", "utf-8")
    line = [sys.executable, "-m", "training", "all", str(path)]
    result = subprocess.run(line, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    assert "attention varlen" in result.stdout
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert [manifest["phases"][name]["dtype"] for name in ("cpt", "sft", "dfpo", "lora")] == ["bfloat16"] * 4
    for name in ("cpt", "sft", "dfpo", "lora"):
        lines = [json.loads(line) for line in (tmp_path / "run" / name / "metrics.jsonl").read_text().splitlines()]
        assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3]
    assert (tmp_path / "run/lora/static/adapter_model.safetensors").is_file()
