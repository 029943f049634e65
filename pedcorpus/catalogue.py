"""`sources`: what can be read, and how one file would be read."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from ingest import SOURCES
from ingest.files import FoundFile, find_files
from ingest.source import SourceOptions
from pedcorpus.reading import read_found
from schemas.errors import PedCorpusError
from schemas.rejection import Rejection
from schemas.tables import Record, row

SHOWN = 3
"""Records shown by `--probe`."""
SPECIFIC_FIRST = ("wikipedia", "dialogue", "distilled", "knowledge_graph", "textbook", "guideline")
"""Kinds in the order in which they are tried: any text could be a book."""
PROBED = 200
"""Records read by `--probe` to judge a kind."""


def show_sources() -> None:
    """Print every source kind with its formats and one raw example row."""
    console = Console()
    for name, source in SOURCES.items():
        console.print(f"[bold]{name}[/bold]: {escape(source.about)}", highlight=False, soft_wrap=True)
        console.print(f"  formats: {escape(', '.join(source.formats))}", highlight=False, soft_wrap=True)
        console.print(f"  example: {escape(source.example)}\n", highlight=False, soft_wrap=True)


def probe_file(path: Path, kind: str | None) -> None:
    """Print how a file would be read: encoding, records, rejections, three records."""
    if kind is not None and kind not in SOURCES:
        raise PedCorpusError(f"--kind {kind}: no such kind. Known: {', '.join(SOURCES)}.")
    found: FoundFile = find_files(str(path.absolute()), Path.cwd())[0]
    sha256 = found.sha256()
    encodings: Counter[str] = Counter()
    readings: dict[str, list[Record | Rejection]] = {}
    for name in [kind] if kind else SPECIFIC_FIRST:
        options = SourceOptions(name="probe", kind=name)
        readings[name] = list(islice(read_found(found, sha256, options, SOURCES[name], figures=encodings), PROBED))
    fitting = [name for name, records in readings.items() if _kept(records) * 2 >= len(records) > 0]
    chosen = (fitting or list(readings))[0]
    _show(path, chosen, readings[chosen], [name.removeprefix("encoding.") for name in encodings])
    if others := [name for name in fitting if name != chosen]:
        Console().print(f"  could also be read as {', '.join(others)} (--kind)", highlight=False, soft_wrap=True)


def _kept(records: list[Record | Rejection]) -> int:
    return sum(not isinstance(record, Rejection) for record in records)


def _show(path: Path, kind: str, records: list[Record | Rejection], encodings: list[str]) -> None:
    console = Console()
    reasons = Counter(record.reason.value for record in records if isinstance(record, Rejection))
    more = " (the first of more)" if len(records) == PROBED else ""
    text = f", encoding {', '.join(encodings)}" if encodings else ""
    console.print(f"{path}: read as {kind}: {_kept(records)} records{more}{text}", highlight=False, soft_wrap=True)
    for reason, n in reasons.most_common():
        console.print(f"  rejected {n}: {reason}", highlight=False, soft_wrap=True)
    for record in islice((r for r in records if not isinstance(r, Rejection)), SHOWN):
        text = json.dumps(row(record), ensure_ascii=False)
        console.print("  " + escape(text[:600]), highlight=False, soft_wrap=True)
