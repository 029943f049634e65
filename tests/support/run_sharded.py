"""Run the trainer with FSDP2 on CPU processes: accelerate offers it for GPUs alone, so it is told there are some.

Use: accelerate launch --cpu --num_processes 2 --config_file … tests/support/run_sharded.py sft CONFIG
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

from accelerate import state
from accelerate.utils import DistributedType

stock = state.AcceleratorState.__init__


def as_if_on_gpus(self: Any, *words: Any, **options: Any) -> None:
    if not state.AcceleratorState._shared_state:
        state.PartialState(cpu=True)
        state.PartialState._shared_state["distributed_type"] = DistributedType.MULTI_GPU
    stock(self, *words, **options)


state.AcceleratorState.__init__ = as_if_on_gpus
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.argv[0] = "training"
runpy.run_module("training", run_name="__main__")
