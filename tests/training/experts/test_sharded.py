"""Experts in shards: FSDP2 over two processes gives the gradients of one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys
from pathlib import Path
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from tests.support.tiny_experts import tokens, with_experts

dist.init_process_group("gloo")
mesh, ids = init_device_mesh("cpu", (2,)), tokens()
plain, sharded = (with_experts(Path(sys.argv[1]), balance=0.3, noise=False).train() for _ in range(2))
for layer in sharded.get_base_model().model.layers:
    fully_shard(layer, mesh=mesh)
fully_shard(sharded, mesh=mesh)
for model in (plain, sharded):
    model(input_ids=ids, labels=ids).loss.backward()
whole = {name: p.grad.full_tensor() for name, p in sharded.named_parameters() if p.grad is not None}
alone = {name: p.grad for name, p in plain.named_parameters() if p.grad is not None}
assert whole.keys() == alone.keys() and len(alone) == 14 * 3
assert max(float((whole[name] - alone[name]).abs().max()) for name in alone) < 1e-6
dist.destroy_process_group()
"""


@pytest.mark.slow
def test_gradients_in_shards_are_those_of_one_process(tmp_path: Path, tiny_model: Path) -> None:
    script = tmp_path / "sharded.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", str(script), str(tiny_model)]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr[-2000:]
