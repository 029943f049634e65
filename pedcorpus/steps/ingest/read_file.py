"""Read one file with the reader of its kind: archives opened, encodings counted, failures of a whole file counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ingest.files.archives import Siblings, open_members
from ingest.files.detect_encoding import encoding_of
from ingest.files.find import FoundFile
from ingest.source import Source, SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from schemas.tables import Record

BINARY = frozenset({".pdf", ".docx", ".epub", ".xlsx", ".xlsm", ".parquet", ".png", ".jpg"})
"""Suffixes of streams that are no text."""


def read_found(
    found: FoundFile,
    sha256: str,
    options: SourceOptions,
    source: Source,
    siblings: Siblings | None = None,
    figures: Counter[str] | None = None,
) -> Iterator[Record | Rejection]:
    """Yield the records of one file and its archive members; what fails as a whole is one rejection.

    `siblings` are all files of the source, for readers that join files (graphs with nodes and relations apart).
    `figures` counts text streams by detected encoding, as `encoding.<name>`.
    """
    try:
        for member in open_members(found, options, sha256, siblings):
            if isinstance(member, Rejection):
                yield member
            else:
                if figures is not None and member.suffix not in BINARY:
                    figures[f"encoding.{encoding_name(member, options)}"] += 1
                yield from _or_empty(read_member(member, options, source), member, options)
    except UnreadableFile as error:
        yield SourceFile(found.path, sha256, found.open).reject(options, error.reason, "", str(error))


def _or_empty(
    records: Iterator[Record | Rejection], member: SourceFile, options: SourceOptions
) -> Iterator[Record | Rejection]:
    """Yield the records, or the rejection of a stream that holds none: blank lines, a header alone."""
    first = next(records, None)
    if first is None:
        yield member.reject(options, Reason.EMPTY, "")
        return
    yield first
    yield from records


def encoding_name(file: SourceFile, options: SourceOptions) -> str:
    """Return the encoding a text stream is read in, or `unknown`."""
    try:
        return encoding_of(file, options)
    except (UnreadableFile, OSError, EOFError, ValueError):
        return "unknown"


def read_member(member: SourceFile, options: SourceOptions, source: Source) -> Iterator[Record | Rejection]:
    """Yield one stream's records. A reader's own failure on a hostile file must not end a build of hours."""
    try:
        yield from source.read(member, options)
    except UnreadableFile as error:
        yield member.reject(options, error.reason, "", str(error))
    except (
        OSError,
        EOFError,
        ValueError,
        LookupError,
        TypeError,
        RecursionError,
        MemoryError,
        ArithmeticError,
    ) as error:
        yield member.reject(options, Reason.UNREADABLE_FILE, "", f"{type(error).__name__}: {error}")
