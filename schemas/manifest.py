"""Manifests: what a finished step says of itself. A step without one is unfinished.

Manifests are JSON, written last and atomically. Only they hold times; all other files of a build are the same bytes on
every run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from schemas.errors import LedgerError


@dataclass(frozen=True, slots=True)
class StepManifest:
    """The manifest of one step. Rows are in the step's input unit; `shards` are relative to OUT."""

    step: str
    version: int
    schema_version: int
    fingerprint: str
    config: dict[str, Any]
    inputs: list[dict[str, str]]
    content: dict[str, str]
    read: int
    kept: int
    rejected: dict[str, int]
    made: dict[str, int] | None
    shards: list[dict[str, Any]]
    figures: dict[str, int] = field(default_factory=dict)
    files: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0
    peak_rss_bytes: int = 0

    def check_ledger(self) -> None:
        """Raise LedgerError unless read = kept + rejected."""
        rejected = sum(self.rejected.values())
        if self.read != self.kept + rejected:
            raise LedgerError(
                f"{self.step}: read {self.read} rows, but kept {self.kept} and rejected {rejected}. "
                "Rows were lost or counted twice; please report this."
            )


def fingerprint(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_json(path: Path, value: object) -> None:
    """Write JSON atomically and durably: after a crash the file is whole or is not there."""
    write_lines(path, [json.dumps(value, ensure_ascii=False, indent=1)])


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write lines of text, as `write_json` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    text = "\n".join(lines)
    with partial.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_manifest(path: Path, manifest: StepManifest) -> None:
    """Check the ledger and write a step's manifest."""
    manifest.check_ledger()
    values = asdict(manifest)
    if manifest.made is None:
        del values["made"]
    write_json(path, values)


def read_manifest(path: Path) -> StepManifest | None:
    """Read a step's manifest; None where there is none or it is not one (then the step is unfinished)."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return StepManifest(**{"made": None, **values})
    except (OSError, ValueError, TypeError):
        return None
