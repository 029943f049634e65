"""How a file would be read: by which kind, with what encoding, how many records, what is rejected and why, and samples.

Private data are masked in all that is shown, strictly where people speak.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest import SOURCES
from ingest.conversation.column_fields import column_fields
from ingest.files.archives import Siblings, open_members
from ingest.files.find import FoundFile
from ingest.source import SourceFile, SourceOptions
from pedcorpus.commands.probing.choose_kind import (
    PROBED,
    SHOWN,
    ProbedFile,
    Reading,
    fitting_best_first,
    read_as,
    read_as_each,
)
from pedcorpus.commands.probing.mask_record import masked
from pedcorpus.commands.probing.probe_quality import SignalFound, quality_of
from schemas.errors import UnreadableFile
from schemas.tables import row


@dataclass(slots=True)
class Probe:
    """What is known of one file. `kind` is None where no kind fits; `more`: only the first records were read.

    `columns` says as which field each column of a table of conversations is read, "" for one left out.
    """

    file: str
    kind: str | None
    nearest: str
    records: int = 0
    more: bool = False
    encodings: list[str] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    quality: list[SignalFound] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


def probe(
    found: FoundFile, kind: str | None = None, siblings: Siblings | None = None, limit: int | None = PROBED
) -> Probe:
    """Read the first `limit` records of a file (None: all) as `kind`, or as each kind, and choose what fits best."""
    try:
        file = ProbedFile(found, found.sha256(), siblings)
    except OSError as error:
        problem = error.strerror or str(error)
        return Probe(found.path, None, kind or "", rejected={"unreadable_file": 1}, problems=[problem])
    if kind:
        reading = read_as(file, kind)
        return _probe_of(file, reading, limit, fits=reading.fits, asked=kind)
    readings = read_as_each(file)
    fitting = fitting_best_first(file, readings)
    if not fitting and not any(reading.recognised for reading in readings):
        return _unknown(file, readings)
    best = fitting[0] if fitting else max(readings, key=lambda reading: reading.recognised)
    result = _probe_of(file, best, limit, fits=bool(fitting))
    result.also = [reading.name for reading in fitting if reading.kind != best.kind]
    return result


def _probe_of(file: ProbedFile, reading: Reading, limit: int | None, *, fits: bool, asked: str | None = None) -> Probe:
    """Return what is known of a file by one reading of it; its other records are read where more are asked for."""
    if limit != PROBED and reading.more:
        reading = read_as(file, reading.kind, limit)
    nearest = asked or reading.name
    return Probe(
        file.found.path,
        nearest if fits else None,
        nearest,
        records=reading.kept,
        more=reading.more,
        encodings=_encodings(file),
        rejected=_counts(reading),
        problems=reading.problems,
        quality=quality_of(reading.records),
        shown=[masked(row(record), reading.kind) for record in reading.records[:SHOWN]],
        columns=_columns(file.found, reading.kind) if fits else {},
    )


def _columns(found: FoundFile, kind: str) -> dict[str, str]:
    """Return column → field of the first table of a file of conversations, nothing for other files."""
    options = SourceOptions("probe", kind)
    if not SOURCES[kind].is_speech:
        return {}
    try:
        members = open_members(found, options, "")
        return next((column_fields(member, options) for member in members if isinstance(member, SourceFile)), {})
    except (OSError, UnreadableFile):
        return {}


def _unknown(file: ProbedFile, readings: list[Reading]) -> Probe:
    """Return what is known of a file of no kind: what each kind says of it."""
    problems = [f"as {reading.kind}: {problem}" for reading in readings for problem in reading.problems[:1]]
    rejected = _counts(readings[-1])
    return Probe(file.found.path, None, "", encodings=_encodings(file), rejected=rejected, problems=problems)


def _encodings(file: ProbedFile) -> list[str]:
    return sorted(name.removeprefix("encoding.") for name in file.encodings)


def _counts(reading: Reading) -> dict[str, int]:
    return {reason.value: n for reason, n in reading.rejections.most_common()}
