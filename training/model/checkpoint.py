"""Checkpoints of a phase: which one to go on from after a kill at any moment."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from schemas.errors import ConfigError


def latest_checkpoint(folder: Path, process: Any) -> Path | None:
    """Return the last whole checkpoint; the main process removes half-written ones.

    Trainer writes its state file last, so a checkpoint is whole when that file can be read. Raise ConfigError where
    another number of processes wrote it: each has its own random state, and the passes are shared out otherwise.
    """
    paths = sorted(folder.glob("checkpoint-*"), key=_step)
    whole = [path for path in paths if _is_whole(path)]
    process.wait_for_everyone()
    for path in set(paths) - set(whole):
        if process.is_main_process:
            shutil.rmtree(path, ignore_errors=True)
    ours = [path for path in whole if _writers(path) == process.num_processes]
    if whole and not ours:
        text = f"{whole[-1]}: written by {_writers(whole[-1])} processes, and this run has {process.num_processes}"
        raise ConfigError([f"{text}. Use as many again, or remove {folder} to start the phase anew."])
    return ours[-1] if ours else None


def _writers(path: Path) -> int:
    return len(list(path.glob("rng_state*.pth")))


def step_of(checkpoint: Path | None) -> int:
    """Return the optimizer steps behind a checkpoint; 0 without one."""
    return _step(checkpoint) if checkpoint else 0


def _step(path: Path) -> int:
    number = path.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _is_whole(path: Path) -> bool:
    try:
        state = json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(state.get("global_step") == _step(path))
