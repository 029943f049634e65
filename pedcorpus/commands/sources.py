"""`sources`: what can be read, and how files would be read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from ingest import SOURCES
from ingest.files.archives import Siblings
from ingest.files.find import find_files
from pedcorpus.commands.probing.probe import Probe, probe
from pedcorpus.quality.shares import FLAWED
from schemas.errors import PedCorpusError

TEXT_CHARS = 600
"""Characters shown of a record."""
MOST_FILES = 100
"""Files of a folder that are probed; a count of what is left out follows."""


def show_sources(*, as_json: bool = False) -> None:
    """Print every source kind with its formats and one raw example row."""
    if as_json:
        kinds = {
            name: {"about": s.about, "table": s.table, "formats": s.formats, "example": s.example}
            for name, s in SOURCES.items()
        }
        print(json.dumps(kinds, ensure_ascii=False, indent=1))
        return
    for name, source in SOURCES.items():
        _print(f"[bold]{name}[/bold]: {escape(source.about)}")
        _print(f"  formats: {escape(', '.join(source.formats))}")
        _print(f"  example: {escape(source.example)}\n")


def probe_files(path: str, kind: str | None, *, as_json: bool = False) -> None:
    """Print how a file, or each file of a folder, glob or URL, would be read."""
    if kind is not None and kind not in SOURCES:
        raise PedCorpusError(f"--kind {kind}: no such kind. Known: {', '.join(SOURCES)}.")
    found = find_files(path, Path.cwd())
    siblings = Siblings(tuple(found)) if len(found) > 1 else None
    probes = (probe(file, kind, siblings) for file in found[:MOST_FILES])
    if as_json:
        print(json.dumps([asdict(item) for item in probes], ensure_ascii=False, indent=1))
        return
    for item in probes:
        _show(item, with_records=len(found) == 1)
    if len(found) > 1:
        more = f", {len(found) - MOST_FILES} more are left out" if len(found) > MOST_FILES else ""
        _print(f"{len(found)} files{more}. Probe one of them to see its records.")


def _show(item: Probe, *, with_records: bool) -> None:
    """Print what is known of one file."""
    more = " (the first of more)" if item.more else ""
    encodings = f", encoding {', '.join(item.encodings)}" if item.encodings else ""
    how = (
        f"read as {item.kind}"
        if item.kind
        else "fits no kind" + (f" (nearest: {item.nearest})" if item.nearest else "")
    )
    _print(f"{escape(item.file)}: {how}: {item.records} records{more}{encodings}")
    for reason, n in item.rejected.items():
        _print(f"  rejected {n}: {reason}")
    for found in item.quality:
        full = "full of it: read some rows before you train on this. " if found.share > FLAWED else ""
        _print(f"  quality {found.signal.replace('_', ' ')}: {found.share:.0%}. {full}{escape(found.example)}")
    if not with_records and item.kind:
        return
    if item.columns:
        read = ", ".join(f"{name} → {field}" for name, field in item.columns.items() if field)
        _print(f"  columns: {escape(read)}; left out: {escape(', '.join(_left_out(item)) or 'none')}")
    for problem in item.problems:
        _print("  " + escape(problem[:TEXT_CHARS]))
    for record in item.shown:
        _print("  " + escape(json.dumps(record, ensure_ascii=False)[:TEXT_CHARS]))
    if item.also:
        _print(f"  could also be read as {', '.join(item.also)} (--kind)")


def _left_out(item: Probe) -> list[str]:
    return [name for name, field in item.columns.items() if not field]


def _print(text: str) -> None:
    Console().print(text, highlight=False, soft_wrap=True)
