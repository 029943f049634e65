"""How a file would be read: by which kind, with what encoding, how many records, what is rejected and why, and samples.

Private data are masked in all that is shown, strictly where people speak.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ingest import SOURCES
from ingest.files.archives import Siblings, open_members
from ingest.files.find import FoundFile
from ingest.files.reopenable import open_seekable
from ingest.source import SourceFile, SourceOptions
from pedcorpus.steps.ingest.read_file import read_found
from schemas.errors import UnreadableFile
from schemas.rejection import BROKEN, Reason, Rejection
from schemas.tables import Record, row

SHOWN = 3
"""Records shown of a file."""
PROBED = 200
"""Records read to judge a kind."""
LEAST_KEPT = 0.05
"""Records kept for each that is left out: a dump of redirects is one all the same."""
CHARS_A_MARK = 200
"""Most characters of prose between two marks that end sentences; Chinese books have some 40."""
_UNFIT = frozenset({Reason.UNKNOWN_FORMAT, Reason.MISSING_FIELD})
"""Reasons that say: this is no file of that kind."""
_PLAIN = frozenset({"", ".txt", ".text", ".csv", ".tsv"})
_SENTENCE = re.compile("[。！？；.!?;]")
"""`和康复。儿童不` → `。`"""
_INSTRUCTIONS = re.compile(
    rb"\b(?:instruction|prompt|response|output|chosen|target)\b[\"']?\s{0,8}[:,\t]|<(?:user|bot)>"
    rb"|[\"'](?:user|assistant|human|gpt)[\"']"
)
"""Words by which instruction sets name their fields and roles; consultations say doctor and patient."""
_HEAD_BYTES = 1 << 14
_KEEP = frozenset({"id", "source", "origin", "license", "kind", "role", "channel", "task", "builder", "parents"})
"""Fields that are ours, not the file's words."""


@dataclass(slots=True)
class Probe:
    """What is known of one file. `kind` is None where no kind fits; `more`: only the first records were read."""

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


@dataclass(slots=True)
class _Reading:
    """What one kind makes of the file."""

    kind: str
    kept: int = 0
    more: bool = False
    first: list[Record] = field(default_factory=list)
    rejections: Counter[Reason] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    recommends: bool = False
    chars: int = 0
    marks: int = 0

    @property
    def fits(self) -> bool:
        """True where at most half is broken, and not nearly all is left out."""
        broken = sum(n for reason, n in self.rejections.items() if reason in BROKEN)
        return self.kept >= max(broken, 1) and self.kept >= LEAST_KEPT * self.rejections.total()


def probe(
    found: FoundFile, kind: str | None = None, siblings: Siblings | None = None, limit: int | None = PROBED
) -> Probe:
    """Read the first `limit` records of a file (None: all) as `kind`, or as each kind, and choose what fits best."""
    try:
        sha256 = found.sha256()
    except OSError as error:
        return Probe(
            found.path, None, kind or "", rejected={"unreadable_file": 1}, problems=[error.strerror or str(error)]
        )
    encodings: Counter[str] = Counter()
    tried = [kind] if kind else _kinds_to_try()
    readings = [_read(found, sha256, name, siblings, encodings, PROBED) for name in tried]
    fitting = [reading for reading in readings if reading.fits and (kind or not _is_hardly_a_book(reading, found))]
    if sum(SOURCES[reading.kind].is_speech for reading in fitting) > 1:
        first = "sample" if _says_instructions(found) else "dialogue"
        fitting.sort(key=lambda reading: SOURCES[reading.kind].table != first)
    if not fitting and not kind and not any(map(_recognised, readings)):
        told = [f"as {reading.kind}: {problem}" for reading in readings for problem in reading.problems[:1]]
        return Probe(found.path, None, "", encodings=_names(encodings), rejected=_counts(readings[-1]), problems=told)
    chosen = fitting[0] if fitting else max(readings, key=_recognised)
    if limit != PROBED and chosen.more:
        chosen = _read(found, sha256, chosen.kind, siblings, encodings, limit)
    names = [_book(reading) for reading in fitting if reading.kind != chosen.kind]
    return Probe(
        found.path,
        _book(chosen, kind) if fitting else None,
        _book(chosen, kind),
        chosen.kept,
        chosen.more,
        _names(encodings),
        _counts(chosen),
        chosen.problems,
        names,
        [masked(row(record), chosen.kind) for record in chosen.first],
    )


def _read(
    found: FoundFile,
    sha256: str,
    kind: str,
    siblings: Siblings | None,
    encodings: Counter[str],
    limit: int | None,
) -> _Reading:
    """Read a file as one kind."""
    reading = _Reading(kind)
    records = read_found(found, sha256, SourceOptions("probe", kind), SOURCES[kind], siblings, encodings)
    for number, record in enumerate(islice(records, limit), start=1):
        reading.more = number == limit
        if isinstance(record, Rejection):
            reading.rejections[record.reason] += 1
            if len(reading.problems) < SHOWN and record.excerpt:
                reading.problems.append(_problem(record))
            continue
        reading.kept += 1
        reading.recommends |= getattr(record, "kind", "") == "recommendation"
        text = getattr(record, "text", "")
        reading.chars, reading.marks = reading.chars + len(text), reading.marks + len(_SENTENCE.findall(text))
        if len(reading.first) < SHOWN:
            reading.first.append(record)
    return reading


def _recognised(reading: _Reading) -> int:
    """Return how far a kind recognised a file that fits none: what it kept, or rejected for its content."""
    return reading.kept + sum(n for reason, n in reading.rejections.items() if reason not in _UNFIT)


def _names(encodings: Counter[str]) -> list[str]:
    return sorted(name.removeprefix("encoding.") for name in encodings)


def _counts(reading: _Reading) -> dict[str, int]:
    return {reason.value: n for reason, n in reading.rejections.most_common()}


def _kinds_to_try() -> list[str]:
    """Return the kinds from the least to the most trustworthy, those last that any text could be."""
    plain = {source.plain_kind for source in SOURCES.values()}
    return sorted((name for name in reversed(SOURCES) if name not in plain), key=lambda name: SOURCES[name].is_prose)


def _book(reading: _Reading, asked: str | None = None) -> str:
    """Return the kind to name: a guideline without recommendations is a textbook."""
    return reading.kind if reading.recommends or asked else SOURCES[reading.kind].plain_kind or reading.kind


def _is_hardly_a_book(reading: _Reading, found: FoundFile) -> bool:
    """Tell lists of words, which a reader of books would take for paragraphs."""
    suffix = "." + found.path.rpartition(".")[2].lower() if "." in found.path else ""
    return SOURCES[reading.kind].is_prose and suffix in _PLAIN and reading.marks * CHARS_A_MARK < reading.chars


def _says_instructions(found: FoundFile) -> bool:
    """Tell whether the first stream of a file names fields or roles as instruction sets do."""
    try:
        for member in open_members(found, SourceOptions("probe", ""), ""):
            if isinstance(member, SourceFile):
                return _INSTRUCTIONS.search(_field_names(member)) is not None
    except (OSError, UnreadableFile):
        pass
    return False


def _field_names(member: SourceFile) -> bytes:
    """Return the beginning of a stream, or the names of a Parquet file's columns, each with a colon."""
    if member.suffix == ".parquet":
        import pyarrow.parquet as pq

        with open_seekable(member) as stream:
            return "".join(f"{name}: " for name in pq.read_schema(stream).names).encode()
    with member.open() as stream:
        return stream.read(_HEAD_BYTES)


def _problem(rejection: Rejection) -> str:
    """Return where and why, with what stands there masked."""
    (excerpt,) = _mask([rejection.excerpt], "strict")
    place = f"{rejection.origin.locator}: " if rejection.origin.locator else ""
    return f"{rejection.reason.value}: {place}{excerpt}"


def masked(record: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a record with the private data of its texts masked, as one record: a name found once goes everywhere."""
    texts: list[str] = []
    _collect(record, texts)
    level = "strict" if SOURCES[kind].is_speech else SOURCES[kind].privacy
    new = iter(_mask(texts, level))
    return {key: value if key in _KEEP else _with(value, new) for key, value in record.items()}


def _mask(texts: Sequence[str], level: Any) -> list[str]:
    from ingest.privacy import deidentify

    return deidentify(texts, level=level, mode="mask", key="probe")[0]


def _collect(value: Any, into: list[str]) -> None:
    if isinstance(value, str):
        into.append(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _KEEP:
                _collect(item, into)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, into)


def _with(value: Any, new: Any) -> Any:
    if isinstance(value, str):
        return next(new)
    if isinstance(value, dict):
        return {key: item if key in _KEEP else _with(item, new) for key, item in value.items()}
    return [_with(item, new) for item in value] if isinstance(value, list | tuple) else value
