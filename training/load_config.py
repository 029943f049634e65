"""Read and check a training configuration: every problem in one message, before torch is imported.

A problem reads `file: table.key: what is wrong. What to do.`
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.errors import ConfigError
from schemas.problems import Wording
from schemas.toml_file import read_toml
from training.config import PHASES, Config
from training.data.dataset_tables import find_fault
from training.locate import locate_data, locate_model

WORDING = Wording(Config)


@dataclass(frozen=True, slots=True)
class CheckedConfig:
    """A configuration that can be run: its values and where its model, tokenizer, data and run lie on this disk."""

    config: Config
    where: str
    base: Path
    tokenizer: Path
    data: Path
    out: Path


def load_config(path: Path, phases: list[str] | None = None) -> CheckedConfig:
    """Return the configuration in `path`, checked for `phases`, or raise ConfigError with all faults."""
    values = read_toml(path, "train.toml", " (docs/training.md shows one)")
    where = str(path)
    config, problems = _validate(values)
    names = phases or _requested_phases(values)
    problems += _missing_packages(config, names) if config else []
    paths, missing = _locate_inputs(values, path.parent, names, quick=bool(problems))
    problems += missing + (_stacked_adapters(config, paths.get("base")) if config else [])
    if problems or config is None:
        raise ConfigError([f"{where}: {problem}" for problem in problems])
    return CheckedConfig(config, where, **paths)


def _validate(values: dict[str, Any]) -> tuple[Config | None, list[str]]:
    """Return the configuration and what is wrong with it; where something is, the one without the wrong keys, if any.

    Keys that contradict each other are looked at only in a table without other faults: hence the second look.
    """
    if isinstance(run := values.get("run"), dict) and "phases" not in run:
        values = {**values, "run": {**run, "phases": _requested_phases(values)}}
    try:
        return Config.model_validate(values, strict=True), []
    except ValidationError as error:
        errors = error.errors()
    problems = _describe_errors(errors, values)
    try:
        rest = _remove_keys(values, [error["loc"] for error in errors if error["type"] != "keys"])
        return Config.model_validate(rest, strict=True), problems
    except ValidationError as error:
        again = _describe_errors([fault for fault in error.errors() if fault["type"] == "keys"], values)
        return None, problems + [line for line in again if line not in problems]


def _requested_phases(values: dict[str, Any]) -> list[str]:
    """Return the phases a file asks for: those it names, else those with a table, else all."""
    run = values.get("run")
    named = run.get("phases") if isinstance(run, dict) else None
    if isinstance(named, list):
        return [name for name in PHASES if name in named]
    return [name for name in PHASES if name in values] or list(PHASES)


def _remove_keys(values: dict[str, Any], places: list[tuple[int | str, ...]]) -> dict[str, Any]:
    """Return the values without the keys at `places` (of which pydantic's ends may name the types it tried)."""
    values = deepcopy(values)
    for place in places:
        held = values
        for depth, part in enumerate(place, 1):
            inside = held.get(str(part))
            if depth == len(place) or not isinstance(inside, dict):
                held.pop(str(part), None)
                break
            held = inside
    return values


def _describe_errors(errors: list[Any], values: Mapping[str, Any]) -> list[str]:
    """Return one line for each problem; keys that contradict each other are named by the check that found them."""
    contradictory = [error for error in errors if error["type"] == "keys"]
    others = WORDING.describe([error for error in errors if error["type"] != "keys"], values)
    return others + [
        f"{'.'.join(map(str, error['loc']))}.{key}: {text}."
        for error in contradictory
        for key, text in error["ctx"]["problems"]
    ]


def _missing_packages(config: Config, phases: list[str]) -> list[str]:
    """Return the optional packages the configuration asks for that are not installed."""
    needed: dict[str, str] = {f"run.trackers: {name}": str(name) for name in config.run.trackers}
    for name in phases:
        settings = config.phase(name)
        if settings.adapter and settings.adapter.quantise:
            needed[f"{name}.adapter.quantise"] = "bitsandbytes"
        if getattr(settings, "quantise", False):
            needed[f"{name}.quantise"] = "bitsandbytes"
    return [
        f"{key}: the package {name} is not installed. pip install {name}"
        for key, name in needed.items()
        if not find_spec(name)
    ]


def _stacked_adapters(config: Config, base: Path | None) -> list[str]:
    """Return the phases that would leave an adapter on an adapter, which peft does not load."""
    problems, below = [], "model.base" if base and not (base / "config.json").is_file() else ""
    for name in config.run.phases:
        adapter = config.phase(name).adapter
        leaves = name == "lora" or bool(adapter and not adapter.merge)
        if below and leaves:
            problems.append(f"{below}: an adapter, on which {name} would leave another. Merge it first.")
        below = f"{name}.adapter.merge" if leaves else ""
    return problems


def _locate_inputs(
    values: Mapping[str, Any], folder: Path, phases: list[str], *, quick: bool
) -> tuple[dict[str, Path], list[str]]:
    """Return where model, tokenizer, data and run lie, and what is not there, also where other keys are wrong."""
    tables = {name: values[name] if isinstance(values.get(name), Mapping) else {} for name in ("model", "data", "run")}
    wanted = {"base": tables["model"].get("base"), "data": tables["data"].get("path")}
    wanted["tokenizer"] = tables["model"].get("tokenizer", wanted["base"])
    paths, problems = {"out": folder / str(tables["run"].get("out", "."))}, []
    for kind, key in (("base", "model.base"), ("tokenizer", "model.tokenizer"), ("data", "data.path")):
        value = wanted[kind]
        if not isinstance(value, str) or (
            kind == "tokenizer" and value == wanted["base"] and "tokenizer" not in tables["model"]
        ):
            continue
        found = (
            locate_data(value, folder, phases, quick) if kind == "data" else locate_model(value, folder, kind, quick)
        )
        if isinstance(found, str):
            problems.append(f"{key}: {found}")
        else:
            paths[kind] = found
    if "data" in paths:
        faults = (find_fault(paths["data"], phase) for phase in phases)
        problems += [f"data.path: {found}" for found in faults if found]
    if paths["out"].exists() and not paths["out"].is_dir():
        problems.append(f"run.out: {paths['out']} is a file. Name a folder.")
    if "base" in paths:
        paths.setdefault("tokenizer", paths["base"])
    return paths, problems
