"""How the formats of a source kind are listed: a name → what recognises such a file and what reads it.

FORMATS = {"parquet": Format(is_parquet, read_parquet), "json": Format(is_json, read_json)}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

Read = TypeVar("Read", covariant=True)
"""What reading a file gives."""


@dataclass(frozen=True, slots=True)
class Format(Generic[Read]):
    """One format: `recognise` says whether a file, looked at but not read, has it."""

    recognise: Callable[[SourceFile, SourceOptions], bool]
    read: Callable[[SourceFile, SourceOptions], Read]


def format_of(formats: Mapping[str, Format[Read]], file: SourceFile, options: SourceOptions) -> str | None:
    """Return the name of a file's format: what the source names, else the first that recognises the file, else None.

    Raises `UnreadableFile` where the source names none of `formats`.
    """
    if options.format is None:
        return next((name for name, known in formats.items() if known.recognise(file, options)), None)
    if options.format not in formats:
        known_names = ", ".join(formats)
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, f"format {options.format!r}: expected one of {known_names}")
    return options.format
