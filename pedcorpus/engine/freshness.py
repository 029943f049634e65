"""Is a step fresh, stale or missing, and what changed: fingerprints compared with manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pedcorpus.engine.step import Step
from schemas import SCHEMA_VERSION
from schemas.manifest import StepManifest, fingerprint, read_manifest

State = Literal["fresh", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class StepState:
    """A step beside what is on disk. `changed` names configuration keys, files or input steps."""

    step: Step
    fingerprint: str
    state: State
    changed: tuple[str, ...]
    inputs: tuple[StepState, ...]


def manifest_path(out: Path, step: str) -> Path:
    """Where a step's manifest is."""
    return out / "steps" / step / "manifest.json"


def fingerprint_of(step: Step, inputs: Mapping[str, str]) -> str:
    """Return a step's identity: everything that changes its bytes, and nothing else."""
    return fingerprint(
        {
            "step": step.name,
            "version": step.version,
            "schema_version": SCHEMA_VERSION,
            "config": step.config,
            "inputs": inputs,
            "content": step.content,
        }
    )


def states(plan: list[Step], out: Path) -> list[StepState]:
    """Return the state of every step of a plan, in its order."""
    known: dict[str, StepState] = {}
    for step in plan:
        inputs = {name: known[name].fingerprint for name in step.inputs}
        identity = fingerprint_of(step, inputs)
        manifest = read_manifest(manifest_path(out, step.name))
        known[step.name] = _state(step, identity, manifest, known, out)
    return list(known.values())


def _state(
    step: Step,
    identity: str,
    manifest: StepManifest | None,
    known: Mapping[str, StepState],
    out: Path,
) -> StepState:
    before = tuple(known[name] for name in step.inputs)
    if manifest is None:
        return StepState(step, identity, "missing", (), before)
    lost = [shard["file"] for shard in [*manifest.shards, *manifest.files] if not (out / shard["file"]).is_file()]
    unfinished = [state.step.name for state in before if state.state != "fresh"]
    if manifest.fingerprint == identity and not lost and not unfinished:
        return StepState(step, identity, "fresh", (), before)
    inputs = {state.step.name: state.fingerprint for state in before}
    changed = dict.fromkeys([*_changes(step, manifest, inputs), *unfinished, *lost])
    return StepState(step, identity, "stale", tuple(changed), before)


def _changes(step: Step, manifest: StepManifest, inputs: Mapping[str, str]) -> Iterator[str]:
    """Yield what differs between a step and its manifest."""
    if manifest.version != step.version:
        yield f"version of {step.name}"
    if manifest.schema_version != SCHEMA_VERSION:
        yield "schema version"
    before, now = dict(_flat(manifest.config)), dict(_flat(step.config))
    yield from sorted(key for key in {*before, *now} if before.get(key, _ABSENT) != now.get(key, _ABSENT))
    files = {*manifest.content, *step.content}
    yield from sorted(name for name in files if manifest.content.get(name) != step.content.get(name))
    old = {item["step"]: item["fingerprint"] for item in manifest.inputs}
    yield from (name for name in {**old, **inputs} if old.get(name) != inputs.get(name))


_ABSENT = object()


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield `section.key`, value for nested tables."""
    for key, item in value.items():
        if isinstance(item, Mapping) and item:
            yield from _flat(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item
