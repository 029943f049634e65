"""What a reader gets and what it gives: one file and the source's options in, records and rejections out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from schemas.origin import Origin, content_id
from schemas.rejection import EXCERPT_CHARS, Reason, Rejection
from schemas.shards import file_sha256
from schemas.tables import Record


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What the configuration says of one source, as far as readers need it.

    `format` and `encoding` overrule detection. `columns` maps our field names to the header names of the file, or to
    0-based column numbers where there is no header. `department` is the default for records that name none. `relations`
    maps a graph's words for relations to ours. `cache` is a folder for what is costly to read twice: scanned pages.
    """

    name: str
    kind: str
    department: str = ""
    license: str = "unknown"
    format: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str | int] = field(default_factory=dict)
    ocr: bool = False
    relations: Mapping[str, str] = field(default_factory=dict)
    cache: Path | None = None

    @property
    def step(self) -> str:
        """Name of the step that reads this source."""
        return f"ingest-{self.name}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One readable stream: a file as it lies there, or one member of an archive, decompressed.

    `path` is how the file is listed under its source (relative, `/`), `sha256` the hash of that outer file, `member`
    the name inside an archive or "". `suffix` is the last suffix of the innermost name without compression, lower
    case, e.g. `.json` for `train.tar.gz` → `train_0.json` and for `dump.xml.bz2` → `.xml`.
    """

    path: str
    sha256: str
    opener: Callable[[], BinaryIO]
    member: str = ""
    suffix: str = ""
    siblings: Callable[[], Iterable[SourceFile]] = tuple
    is_part: bool = False
    """True for a part of a file: what is decided by the size of a file was decided for a large one."""

    @classmethod
    def from_path(cls, path: Path) -> SourceFile:
        """Make one of a plain local file (no archive, no compression), for tests and notebooks."""
        return cls(path.name, file_sha256(path), lambda: path.open("rb"), suffix=path.suffix.lower())

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> SourceFile:
        """Make one of bytes in memory, for tests."""
        from hashlib import sha256

        return cls(name, sha256(data).hexdigest(), lambda: io.BytesIO(data), suffix=Path(name).suffix.lower())

    def open(self) -> BinaryIO:
        """Open the decompressed bytes. The caller closes the stream."""
        return self.opener()

    def origin(self, locator: str) -> Origin:
        """Return the origin of a record at `locator` in this file."""
        return Origin(self.path, f"{self.member}: {locator}" if self.member else locator, self.sha256)

    def reject(self, options: SourceOptions, reason: Reason, locator: str, excerpt: str = "") -> Rejection:
        """Return the rejection of what stands at `locator` ("" for the whole file)."""
        origin = self.origin(locator) if locator else Origin(self.path, self.member, self.sha256)
        record_id = content_id("rej", (options.name, origin.sha256, origin.locator, reason.value))
        return Rejection(record_id, options.step, reason, excerpt[:EXCERPT_CHARS], origin)


Reader = Callable[[SourceFile, SourceOptions], Iterator[Record | Rejection]]
"""Yield every candidate record of a file exactly once, as a record or as a rejection.

A reader holds at most one file's worth of state, streams where the format allows it, and raises only
`schemas.errors.UnreadableFile` (the file, or what is left of it, then counts as one rejection).
"""


Range = tuple[int, int, bool, bool]
"""Start and length in bytes of a part of a file, and whether it is the first, the last."""


@dataclass(frozen=True, slots=True)
class Parts:
    """How large local files of a kind, those with `suffix`, are read in parts.

    `ranges` gives the parts of a file of about so many bytes; `part` opens one, with path and hash of the whole file.
    """

    suffix: str
    ranges: Callable[[Path, int], Sequence[Range]]
    part: Callable[[Path, str, str, Range], SourceFile]


@dataclass(frozen=True, slots=True)
class Source:
    """One source kind, as listed in `ingest.SOURCES`: its reader, and all that other parts ask of a kind.

    `table` is the Arrow table its records fill, `formats` the names `format = "…"` may take, `example` one raw row as
    a user would see it (shown by `pedcorpus sources`).
    """

    read: Reader
    table: str
    formats: tuple[str, ...]
    example: str
    about: str
    privacy: Literal["strict", "identifiers"] = "identifiers"
    """How far the step clean de-identifies its texts where the configuration does not say."""
    is_speech: bool = False
    """People speak in it: what `sources --probe` shows of a raw file is masked strictly, whatever `privacy` is."""
    is_prose: bool = False
    """Any text could be one: a probe takes a file for another kind first, and lists of words for none of these."""
    plain_kind: str = ""
    """Kind that the same reader serves, where a file has nothing that sets this one apart (no recommendations)."""
    is_encyclopedia: bool = False
    """Of its articles only those that filter-wikipedia keeps are trained on, as plain text; no samples are made."""
    needs_siblings: bool = False
    """Its reader looks things up in all files of the source (`SourceFile.siblings`)."""
    is_merged: bool = False
    """What its files state is merged over the whole source, in a second round of the step ingest."""
    parts: Parts | None = None
    """How its large files are read in parts; None: each file as a whole."""
