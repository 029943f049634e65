"""The run's manifest: what was asked, what it was trained on, what each finished phase left.

`{config, data_fingerprint, tables, phases: {<phase>: {base_sha256, output_sha256, tokens, steps, seconds, …}}}`,
written whole by atomic rename. A phase without an entry is unfinished and goes on from its last checkpoint.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from schemas.errors import ConfigError
from schemas.shards import file_sha256
from training.data.dataset_tables import fingerprint_tables
from training.load_config import CheckedConfig

Manifest = dict[str, Any]
PLACES = ("run.out", "data.path")
"""Keys that say where, not what: they may change (the data's content may not)."""


def open_manifest(checked: CheckedConfig, phases: list[str]) -> Manifest:
    """Return the run's manifest, new or as it stands. Raise ConfigError naming each key or table that has changed."""
    config = checked.config.model_dump(mode="json")
    wanted = sorted({*config["run"]["phases"], *phases} if set(phases) <= set(config["run"]["phases"]) else set(phases))
    tables = fingerprint_tables(checked.data, wanted)
    path = checked.out / "manifest.json"
    if not path.is_file():
        return {"config": config, "data_fingerprint": _digest(tables), "tables": tables, "phases": {}}
    manifest = _read(path)
    changes = _changed_keys(manifest["config"], config) + _changed_tables(manifest["tables"], tables, checked)
    if changes:
        advice = f"The run in {checked.out} started with another value. Put it back, or choose another run.out."
        raise ConfigError([f"{checked.where}: {change}. {advice}" for change in changes])
    tables = manifest["tables"] | tables
    return manifest | {"config": config, "tables": tables, "data_fingerprint": _digest(tables)}


def _read(path: Path) -> Manifest:
    """Return the manifest of a run. Raise ConfigError for another file of that name, a dataset's say."""
    try:
        manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
        if {"config", "tables", "phases"} <= manifest.keys():
            return manifest
    except (ValueError, AttributeError):
        pass
    raise ConfigError([f"run.out: {path} is not the manifest of a run. Name another folder."])


def write_manifest(manifest: Manifest, out: Path) -> None:
    """Write the manifest whole or not at all."""
    write_text(out / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file by atomic rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def model_sha256(folder: Path) -> str:
    """Return the SHA-256 of what makes a model or adapter folder: weights, configuration, tokenizer, chat template."""
    kinds = (".safetensors", ".model", ".jinja", ".py")
    names = (
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.json",
        "vocab.txt",
    )
    files = sorted(p for p in folder.iterdir() if p.is_file() and (p.suffix in kinds or p.name.endswith(names)))
    return _digest({path.name: file_sha256(path) for path in files})


def base_of(manifest: Manifest, phase: str, checked: CheckedConfig) -> Path:
    """Return the folder a phase starts from: the output of the last finished phase before it, or `model.base`."""
    order = list(checked.config.run.phases)
    before = order[: order.index(phase)] if phase in order else order
    finished = [name for name in before if name in manifest["phases"]]
    return checked.out / finished[-1] if finished else checked.base


def check_chain(manifest: Manifest, checked: CheckedConfig) -> None:
    """Raise ConfigError where a finished phase was not trained from the phase that now stands before it."""
    done = [name for name in checked.config.run.phases if name in manifest["phases"]]
    for before, after in pairwise(done):
        if manifest["phases"][after]["base_sha256"] != manifest["phases"][before]["output_sha256"]:
            text = f"{after} was trained from another model than the output of {before}. Remove {checked.out / after} "
            raise ConfigError([f"{checked.where}: run.phases: {text}and its entry in manifest.json to train it again."])


def _digest(values: dict[str, str]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def _changed_keys(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the keys with another value. Phases may be added at the end; tables of phases new to the run are free."""
    before, after = _flat(old), _flat(new)
    asked = before["run.phases"]
    if after["run.phases"][: len(asked)] == asked:
        before["run.phases"] = after["run.phases"]
    free = {name for name in ("cpt", "sft", "dfpo", "lora") if name not in asked}
    keys = [key for key in before | after if key not in PLACES and key.split(".")[0] not in free]
    return [
        f"{key}: was {before.get(key)!r}, is {after.get(key)!r}" for key in keys if before.get(key) != after.get(key)
    ]


def _changed_tables(old: dict[str, str], new: dict[str, str], checked: CheckedConfig) -> list[str]:
    return [
        f"data.path: table {name} in {checked.data} has changed"
        for name in old.keys() & new.keys()
        if old[name] != new[name]
    ]
