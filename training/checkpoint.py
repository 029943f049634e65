"""Checkpoints of a phase: which one to go on from after a kill at any moment."""

from __future__ import annotations

import json
import shutil
from pathlib import Path


def latest_checkpoint(folder: Path, processes: int) -> Path | None:
    """Return the last whole checkpoint and remove half-written ones.

    Trainer writes its state file after weights, optimizer and random states, so a checkpoint is whole when that file
    can be read and every process has left its random state.
    """
    whole = None
    for path in sorted(folder.glob("checkpoint-*"), key=_step):
        if _is_whole(path, processes):
            whole = path
        else:
            shutil.rmtree(path, ignore_errors=True)
    return whole


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
