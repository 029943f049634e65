"""Open what is inside a file: plain, compressed, or a zip or tar archive with members.

In: a `FoundFile`. Out: one `SourceFile` for each readable stream, one `Rejection` for each member that may not be
read. Kinds are told by their first bytes, not by their names; only office files, which are zips too, go by suffix.
"""

from __future__ import annotations

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.compression import MAX_RATIO, RATIO_FREE_BYTES, codec_of, decompressing
from ingest.files import FoundFile
from ingest.held import Held, hold, seekable
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

MAX_MEMBER_BYTES = 2 * 2**30
"""Largest decompressed member of an archive (2 GiB). A larger set should lie as a file of its own."""
MAX_MEMBERS = 200_000
"""Most members of an archive; the largest public dialogue set with a file for each dialogue has 30,000."""
ZIP_DOCUMENTS = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".docx", ".docm", ".pptx", ".epub", ".odt", ".ods", ".odp", ".jar", ".npz", ".whl"}
)
"""Suffixes of files that are zips inside and still one document."""
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zstd", ".tgz", ".tbz2", ".tbz", ".txz")
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "._.DS_Store"})
_FOREIGN = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar"}
_HEAD_BYTES = 512
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, KeyError, RuntimeError)

Member = tuple[str, Reason | None, Callable[[], BinaryIO]]
"""A member's name, why it may not be read, and how to open it (now, while the archive stands there)."""


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
            with seekable(file) as stream:
                yield from _read_members(file, options, _zip_members(stream))
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
    """Hold each member in turn and yield it; after a cut, what was read of the member is the last thing yielded."""
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
        held = hold(opener, MAX_MEMBER_BYTES)
        yield _judged(member, held, options)
        if held.failure is not None and held.is_cut:
            return


def _judged(member: SourceFile, held: Held, options: SourceOptions) -> SourceFile | Rejection:
    """Return the member as a file, or its rejection where nothing of it can be read or it is an archive again."""
    if held.size == 0:
        reason, message = (held.failure.reason, str(held.failure)) if held.failure else (Reason.EMPTY, "")
        return member.reject(options, reason, "", message)
    file, head = _decompressed(SourceFile(member.path, member.sha256, held, member.member, member.suffix))
    if kind := _archive_of(head, file.suffix):
        return file.reject(options, Reason.UNSAFE_ARCHIVE, "", f"a {kind} inside an archive: unpack the outer one")
    return file


def _is_safe(name: str) -> bool:
    """Tell whether a member name is relative and stays inside."""
    parts = name.replace("\\", "/").split("/")
    return not (name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or "\x00" in name)


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1] in _LITTER)


def _zip_members(stream: BinaryIO) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(stream)
    except _ZIP_ERRORS as error:
        raise UnreadableFile(Reason.TRUNCATED, f"zip without its directory, the end is missing: {error}") from None
    with archive:
        infos = archive.infolist()
        packed = sum(info.compress_size for info in infos)
        stream.seek(0, 2)
        if sum(info.file_size for info in infos) > max(RATIO_FREE_BYTES, MAX_RATIO * min(packed, stream.tell())):
            raise UnreadableFile(Reason.UNSAFE_ARCHIVE, f"the members are more than {MAX_RATIO} times the archive")
        for info in infos:
            if not info.is_dir() and not _is_litter(info.filename):
                yield _zip_name(info), _zip_problem(info), lambda info=info: _zip_open(archive, info)  # type: ignore[misc]


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return the member's name; Chinese zips of Windows hold GBK bytes, which zipfile shows as code page 437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _zip_problem(info: zipfile.ZipInfo) -> Reason | None:
    if info.flag_bits & 0x1:
        return Reason.ENCRYPTED
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Reason.UNSAFE_ARCHIVE
    if info.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size):
        return Reason.UNSAFE_ARCHIVE
    return Reason.TOO_LARGE if info.file_size > MAX_MEMBER_BYTES else None


def _zip_open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    try:
        return archive.open(info)  # type: ignore[return-value]
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(Reason.UNREADABLE_FILE, str(error)) from None
    except _ZIP_ERRORS as error:
        raise UnreadableFile(Reason.TRUNCATED, f"the zip member is damaged: {error}") from None


def _tar_members(stream: BinaryIO) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                if info.isdir() or _is_litter(info.name):
                    continue
                yield info.name, _tar_problem(info), lambda info=info: archive.extractfile(info)  # type: ignore[misc]
                archive.members.clear()  # type: ignore[attr-defined]  # it would keep every header
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise UnreadableFile(Reason.TRUNCATED, f"the tar ends early or is damaged: {error}") from None


def _tar_problem(info: tarfile.TarInfo) -> Reason | None:
    if not info.isreg() or info.issparse():
        return Reason.UNSAFE_ARCHIVE
    return Reason.TOO_LARGE if info.size > MAX_MEMBER_BYTES else None
