"""What a hostile file is, and how it is tried: written, then read as every kind, with time and memory measured."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingest import SOURCES
from ingest.files.find import FoundFile
from ingest.source import SourceOptions
from pedcorpus.steps.ingest.read_file import read_found
from schemas.rejection import Rejection
from schemas.tables import row

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Case:
    """A file that is made to break a reader.

    `write` makes it. `kind` is who would take it, `expect` the reasons of which at least one must be told; with none,
    the file is odd but sound, and something of it must be kept.
    """

    name: str
    kind: str
    expect: frozenset[str]
    write: Callable[[Path], object] = field(compare=False)

    def made(self, folder: Path) -> FoundFile:
        """Write the file into a folder."""
        path = folder / self.name
        self.write(path)
        return FoundFile(str(path), path.name)


def case(name: str, kind: str, expect: str, data: bytes | str | Callable[[Path], object]) -> Case:
    """Return a case; `expect` are reasons divided by spaces, `data` the content or what writes it."""
    if callable(data):
        return Case(name, kind, frozenset(expect.split()), data)
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return Case(name, kind, frozenset(expect.split()), lambda path: path.write_bytes(content))


@dataclass(slots=True)
class Outcome:
    """What one kind made of a file: records kept, rejections by reason, CPU seconds, peak of resident memory in MiB."""

    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    peak_mib: float = 0.0


def tried(found: FoundFile, kind: str, most: int = 200_000) -> Outcome:
    """Read a file as one kind, to the end, and make a row of each record, as the writer of shards would."""
    _forget_peak()
    outcome, start = Outcome(), time.process_time()
    for number, record in enumerate(read_found(found, "0" * 64, SourceOptions("hostile", kind), SOURCES[kind])):
        assert number < most, "records without end"
        if isinstance(record, Rejection):
            outcome.rejected[record.reason.value] += 1
        else:
            row(record)
            outcome.kept += 1
    outcome.seconds, outcome.peak_mib = time.process_time() - start, peak_mib()
    return outcome


def _forget_peak() -> None:
    """Let Linux begin anew to measure the peak of this process."""
    path = Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5")


def peak_mib() -> float:
    """Return the peak of resident memory since it was forgotten; 0 where that is not measured."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = status.read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
