"""Choose the source kind that fits a file: read its beginning as each, and compare what comes of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from ingest import SOURCES
from ingest.files.archives import Siblings, open_members
from ingest.files.find import FoundFile
from ingest.files.reopenable import open_seekable
from ingest.source import SourceFile, SourceOptions
from pedcorpus.commands.probing.mask_record import mask_texts
from pedcorpus.steps.ingest.read_file import read_found
from schemas.errors import UnreadableFile
from schemas.rejection import BROKEN, Reason, Rejection
from schemas.tables import Record

SHOWN = 3
"""Records shown of a file."""
PROBED = 200
"""Records read to judge a kind."""
LEAST_KEPT = 0.05
"""Records kept for each that is left out: a dump of redirects is one all the same."""
CHARS_PER_MARK = 200
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
"""Words by which instruction sets name their fields and roles; consultations say doctor and patient.
`{"instruction": "婴儿"` → `instruction":`"""
_HEAD_BYTES = 1 << 14


@dataclass(frozen=True, slots=True)
class ProbedFile:
    """A file to be read as several kinds. `encodings` counts what its streams were decoded with."""

    found: FoundFile
    sha256: str
    siblings: Siblings | None
    encodings: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Reading:
    """What one kind makes of a file."""

    kind: str
    kept: int = 0
    more: bool = False
    records: list[Record] = field(default_factory=list)
    rejections: Counter[Reason] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    recommends: bool = False
    chars: int = 0
    marks: int = 0

    @property
    def fits(self) -> bool:
        """Return whether at most half is broken, and not nearly all is left out."""
        broken = sum(n for reason, n in self.rejections.items() if reason in BROKEN)
        return self.kept >= max(broken, 1) and self.kept >= LEAST_KEPT * self.rejections.total()

    @property
    def recognised(self) -> int:
        """How many records a kind recognised: what it kept, or rejected for its content."""
        return self.kept + sum(n for reason, n in self.rejections.items() if reason not in _UNFIT)

    @property
    def name(self) -> str:
        """The kind to name: a guideline without recommendations is a textbook."""
        return self.kind if self.recommends else SOURCES[self.kind].plain_kind or self.kind


def read_as_each(file: ProbedFile) -> list[Reading]:
    """Read the beginning of a file as each kind, from the least to the most trustworthy; last those any text could be.

    A kind whose files another kind reads just as well is not tried.
    """
    plain = {source.plain_kind for source in SOURCES.values()}
    kinds = sorted((name for name in reversed(SOURCES) if name not in plain), key=lambda name: SOURCES[name].is_prose)
    return [read_as(file, kind) for kind in kinds]


def fitting_best_first(file: ProbedFile, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings that fit; of several kinds of speech, the one whose fields the file names comes first."""
    fitting = [reading for reading in readings if reading.fits and not _is_hardly_a_book(reading, file.found)]
    if sum(SOURCES[reading.kind].is_speech for reading in fitting) > 1:
        first = "sample" if _names_instructions(file.found) else "dialogue"
        fitting.sort(key=lambda reading: SOURCES[reading.kind].table != first)
    return fitting


def read_as(file: ProbedFile, kind: str, limit: int | None = PROBED) -> Reading:
    """Read the first `limit` records of a file (None: all) as one kind."""
    reading = Reading(kind)
    options = SourceOptions("probe", kind)
    records = read_found(file.found, file.sha256, options, SOURCES[kind], file.siblings, file.encodings)
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
        if len(reading.records) < PROBED:
            reading.records.append(record)
    return reading


def _problem(rejection: Rejection) -> str:
    """Return where and why, with what stands there masked."""
    (excerpt,) = mask_texts([rejection.excerpt], "strict")
    place = f"{rejection.origin.locator}: " if rejection.origin.locator else ""
    return f"{rejection.reason.value}: {place}{excerpt}"


def _is_hardly_a_book(reading: Reading, found: FoundFile) -> bool:
    """Return whether this is a list of words, which a reader of books would take for paragraphs."""
    suffix = "." + found.path.rpartition(".")[2].lower() if "." in found.path else ""
    return SOURCES[reading.kind].is_prose and suffix in _PLAIN and reading.marks * CHARS_PER_MARK < reading.chars


def _names_instructions(found: FoundFile) -> bool:
    """Return whether the first stream of a file names fields or roles as instruction sets do."""
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
