"""Run phases one after the other, each from the output of the one before; what is finished stays untouched."""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import ConfigError
from training.load_config import CheckedConfig, load_config
from training.manifest import Manifest, base_of, check_chain, open_manifest, write_manifest


def run(path: Path, phases: list[str] | None = None) -> None:
    """Train `phases` (default: all of the configuration) of the configuration in `path`, or go on with them."""
    checked = load_config(path, phases)
    try:
        _run(checked, phases)
    except ConfigError as error:  # what shows only in the run: name the file, as the checks before it do
        raise ConfigError(
            [p if p.startswith(checked.where) else f"{checked.where}: {p}" for p in error.problems]
        ) from None


def _run(checked: CheckedConfig, phases: list[str] | None) -> None:
    names = phases or list(checked.config.run.phases)
    manifest = open_manifest(checked, names)
    check_chain(manifest, checked)
    waiting = [name for name in names if name not in manifest["phases"]]
    for name in names:
        if name not in waiting and _is_main():
            print(f"{name}  finished: {checked.out / name}", flush=True)
    if waiting and _is_main():
        write_manifest(manifest, checked.out)
    for name in waiting:
        _train(name, checked, manifest)


def _train(name: str, checked: CheckedConfig, manifest: Manifest) -> None:
    """Train one phase and enter it into the manifest."""
    base = base_of(manifest, name, checked)
    if name == "lora":
        entry = _train_experts(checked, base)
    else:
        from training.phase_run import train_phase
        from training.phase_setup import open_setup

        entry = train_phase(open_setup(name, checked, base))
    manifest["phases"][name] = entry
    if _is_main():
        write_manifest(manifest, checked.out)


def _train_experts(checked: CheckedConfig, base: Path) -> dict[str, object]:
    """Train the mixture of experts: a phase whose model is wrapped by `training.experts`."""
    from training.experts_phase import train_experts

    return train_experts(checked, base)


def _is_main() -> bool:
    return os.environ.get("RANK", "0") == "0"
