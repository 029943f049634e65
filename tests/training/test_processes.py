"""Two processes give the losses of one: data parallel and fully sharded, on CPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tiny_model import KEYS, write_config
from training.phases import run

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["torchrun", "fsdp2"])
@pytest.mark.parametrize("phase", ["sft", "dfpo"])
def test_two_processes_give_the_losses_of_one(
    tmp_path: Path, tiny_model: Path, made_data: Path, way: str, phase: str
) -> None:
    one = write_config(tmp_path / "one.toml", tiny_model, made_data, tmp_path / "one")
    run(one, [phase])
    keys = KEYS.replace("accumulation = 2", "accumulation = 1")
    two = write_config(tmp_path / "two.toml", tiny_model, made_data, tmp_path / "two", keys=keys)
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "-m", "training"]
    if way == "fsdp2":
        config = (ROOT / "training/configs/fsdp2.yaml").read_text(encoding="utf-8")
        config = config.replace("mixed_precision: bf16", 'mixed_precision: "no"')
        (tmp_path / "fsdp2.yaml").write_text(config.replace("num_processes: 8", "num_processes: 2\nuse_cpu: true"))
        script = str(ROOT / "tests/support/run_sharded.py")
        command = [
            sys.executable,
            "-m",
            "accelerate.commands.launch",
            "--config_file",
            str(tmp_path / "fsdp2.yaml"),
            script,
        ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, phase, str(two)], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    def figures(out: Path) -> list[list[float]]:
        lines = map(json.loads, (out / phase / "metrics.jsonl").read_text().splitlines())
        return [[value for key, value in line.items() if "loss" in key or "margin" in key] for line in lines]

    for ours, theirs in zip(figures(tmp_path / "two"), figures(tmp_path / "one"), strict=True):
        assert ours == pytest.approx(theirs, abs=3e-6)
    sharded = (tmp_path / "two" / phase / "checkpoint-6" / "pytorch_model_fsdp.bin").is_file()
    assert sharded is (way == "fsdp2")
