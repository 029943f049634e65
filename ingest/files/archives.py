"""Open what is inside a file: plain, compressed, or a zip or tar archive with members.

In: a `FoundFile`. Out: one `SourceFile` for each readable stream, one `Rejection` for each member that may not be
read. Kinds are told by their first bytes, not by their names; only office files, which are zips too, go by suffix.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.files.compression import codec_of, decompressing
from ingest.files.find import FoundFile
from ingest.files.litter import is_litter
from ingest.files.reopenable import Reopenable, buffer_member, open_seekable
from ingest.files.zip_members import MAX_MEMBER_BYTES, ZIP_DOCUMENTS, Member, document_suffix, zip_members
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

MAX_MEMBERS = 200_000
"""Most members of an archive; the largest public dialogue set with a file for each dialogue has 30,000."""
_TAR_WINDOW = 1 << 16
"""Bytes of a tar that are remembered: several times what tarfile reads at once."""
_MAX_EMPTY_READS = 100
"""Reads at the end of a tar after which it is cut; tarfile itself needs two."""
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zstd", ".tgz", ".tbz2", ".tbz", ".txz")
_FOREIGN = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar"}
_HEAD_BYTES = 512


@dataclass(frozen=True, slots=True, eq=False)
class Siblings:
    """All streams of a source, yielded anew by each call; what cannot be opened is counted where it is read."""

    files: tuple[FoundFile, ...]

    def __call__(self) -> Iterator[SourceFile]:
        """Yield the streams; their hash is not computed."""
        for found in self.files:
            for member in open_members(found, SourceOptions("", ""), ""):
                if isinstance(member, SourceFile):
                    yield member


def open_members(
    found: FoundFile, options: SourceOptions, sha256: str, siblings: Siblings | None = None
) -> Iterator[SourceFile | Rejection]:
    """Yield the readable streams of a file. Each can be opened again as long as its `SourceFile` lives.

    `siblings` are the files of the whole source; without them, the file's own members are.
    """
    outer = SourceFile(found.path, sha256, found.open, suffix=_suffix(found.path))
    siblings = siblings or Siblings((found,))
    try:
        for member in _open(outer, options):
            yield replace(member, siblings=siblings) if isinstance(member, SourceFile) else member
    except UnreadableFile as error:
        yield outer.reject(options, error.reason, "", str(error))
    except OSError as error:
        yield outer.reject(options, Reason.UNREADABLE_FILE, "", error.strerror or str(error))


def _open(outer: SourceFile, options: SourceOptions) -> Iterator[SourceFile | Rejection]:
    file, head = _decompressed(outer)
    match _archive_of(head, file.suffix):
        case "zip":
            with open_seekable(file) as stream:
                if suffix := document_suffix(stream):
                    yield replace(file, suffix=suffix)
                else:
                    yield from _read_members(file, options, zip_members(stream))
        case "tar":
            with file.open() as stream:
                yield from _read_members(file, options, _tar_members(stream))
        case str(kind):
            yield file.reject(options, Reason.UNKNOWN_FORMAT, "", f"a {kind} archive: unpack it or pack it as zip")
        case None if head == b"":
            yield file.reject(options, Reason.EMPTY, "")
        case None:
            yield file


def _decompressed(file: SourceFile) -> tuple[SourceFile, bytes]:
    """Return the file with its compression taken off, and its first bytes (b"?" where even those cannot be read)."""
    head = _head(file)
    if (codec := codec_of(head)) is None:
        return file, head
    file = SourceFile(file.path, file.sha256, decompressing(file.opener, codec), file.member, file.suffix)
    try:
        return file, _head(file)
    except UnreadableFile:
        return file, b"?"  # the reader meets the same error and counts it


def _head(file: SourceFile) -> bytes:
    with file.open() as stream:
        head = b""
        while len(head) < _HEAD_BYTES and (more := stream.read(_HEAD_BYTES - len(head))):
            head += more
    return head


def _archive_of(head: bytes, suffix: str) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if suffix in ZIP_DOCUMENTS else "zip"
    if head[257:262] == b"ustar" or (suffix == ".tar" and len(head) == _HEAD_BYTES):
        return "tar"
    return next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), None)


def _suffix(name: str) -> str:
    path = PurePosixPath(name.lower())
    while path.suffix in _COMPRESSED:
        path = path.with_suffix(".tar" if path.suffix in {".tgz", ".tbz2", ".tbz", ".txz"} else "")
    return path.suffix


def _read_members(
    outer: SourceFile, options: SourceOptions, members: Iterator[Member]
) -> Iterator[SourceFile | Rejection]:
    """Buffer each member in turn and yield it; after a cut, what was read of the member is the last thing yielded."""
    count = -1
    for count, (name, problem, opener) in enumerate(members):
        member = SourceFile(outer.path, outer.sha256, opener, name, _suffix(name))
        if count >= MAX_MEMBERS:
            yield member.reject(options, Reason.TOO_LARGE, "", f"more than {MAX_MEMBERS} members, the rest is left out")
            return
        if problem is None and not _is_safe(name):
            problem = Reason.UNSAFE_ARCHIVE
        if problem is not None:
            yield member.reject(options, problem, "", f"member {name!r}")
            continue
        buffered = buffer_member(opener, MAX_MEMBER_BYTES)
        yield _judged(member, buffered, options)
        if buffered.failure is not None and buffered.is_cut:
            return
    if count < 0:
        yield outer.reject(options, Reason.EMPTY, "", "an archive without members")


def _judged(member: SourceFile, buffered: Reopenable, options: SourceOptions) -> SourceFile | Rejection:
    """Return the member as a file, or its rejection where nothing of it can be read or it is an archive again."""
    if buffered.size == 0:
        reason, message = (buffered.failure.reason, str(buffered.failure)) if buffered.failure else (Reason.EMPTY, "")
        return member.reject(options, reason, "", message)
    file, head = _decompressed(SourceFile(member.path, member.sha256, buffered, member.member, member.suffix))
    if kind := _archive_of(head, file.suffix):
        return file.reject(options, Reason.UNSAFE_ARCHIVE, "", f"a {kind} inside an archive: unpack the outer one")
    return file


def _is_safe(name: str) -> bool:
    """Return whether a member name is relative and stays inside."""
    parts = name.replace("\\", "/").split("/")
    return not (name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or "\x00" in name)


class _Watched:
    """A stream to read that remembers the last bytes that went through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._last, self._passed, self._empty = stream, b"", 0, 0

    def read(self, size: int) -> bytes:
        """Read and remember. tarfile passes over a member block by block, be it of 2**60 bytes that are not there."""
        data = self._stream.read(size)
        self._empty = 0 if data else self._empty + 1
        if self._empty > _MAX_EMPTY_READS:
            raise tarfile.ReadError("a member goes on after the end")
        self._passed += len(data)
        self._last = (self._last + data)[-_TAR_WINDOW:]
        return data

    def block_at(self, offset: int) -> bytes:
        """Return the block of a tar that begins at `offset`, if it went through lately."""
        begin = offset - (self._passed - len(self._last))
        return self._last[begin : begin + tarfile.BLOCKSIZE] if begin >= 0 else b""


def _tar_members(stream: BinaryIO) -> Iterator[Member]:
    watched = _Watched(stream)
    try:
        with tarfile.open(fileobj=watched, mode="r|") as archive:  # type: ignore[call-overload]
            for info in archive:
                if info.isdir() or is_litter(info.name):
                    continue
                yield info.name, _tar_problem(info), lambda info=info: archive.extractfile(info)  # type: ignore[misc]
                archive.members.clear()  # it would keep every header
            if watched.block_at(archive.offset) != bytes(tarfile.BLOCKSIZE):  # tarfile stops at a cut as at the end
                raise tarfile.ReadError("no end mark")
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise UnreadableFile(Reason.TRUNCATED, f"the tar ends early or is damaged: {error}") from None


def _tar_problem(info: tarfile.TarInfo) -> Reason | None:
    if not info.isreg() or info.issparse():
        return Reason.UNSAFE_ARCHIVE
    return Reason.TOO_LARGE if info.size > MAX_MEMBER_BYTES else None
