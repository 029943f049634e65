"""Checkpoints of a phase: which one to go on from after a kill at any moment."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any


def latest_checkpoint(folder: Path, process: Any) -> Path | None:
    """Return the last whole checkpoint; the main process removes half-written ones.

    Trainer writes its state file after weights, optimizer and random states, so a checkpoint is whole when that file
    can be read and every process has left its random state.
    """
    paths = sorted(folder.glob("checkpoint-*"), key=_step)
    whole = [path for path in paths if _is_whole(path, process.num_processes)]
    process.wait_for_everyone()
    for path in paths:
        if path not in whole and process.is_main_process:
            shutil.rmtree(path, ignore_errors=True)
    return whole[-1] if whole else None


def step_of(checkpoint: Path | None) -> int:
    """Return the optimizer steps behind a checkpoint; 0 without one."""
    return _step(checkpoint) if checkpoint else 0


def _step(path: Path) -> int:
    number = path.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _is_whole(path: Path, processes: int) -> bool:
    try:
        state = json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    names = ["rng_state.pth"] if processes == 1 else [f"rng_state_{rank}.pth" for rank in range(processes)]
    return bool(state.get("global_step") == _step(path) and all((path / name).is_file() for name in names))
