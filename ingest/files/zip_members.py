"""The members of a zip archive, and the documents that are zips inside."""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ingest.files.compression import MAX_RATIO, RATIO_FREE_BYTES
from ingest.files.litter import is_litter
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_MEMBER_BYTES = 2 * 2**30
"""Largest decompressed member of an archive (2 GiB). A larger set should lie as a file of its own."""
ZIP_DOCUMENTS = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".docx", ".docm", ".pptx", ".epub", ".odt", ".ods", ".odp", ".jar", ".npz", ".whl"}
)
"""Suffixes of files that are zips inside and still one document."""
_DOCUMENT_PARTS = {"xl/workbook.xml": ".xlsx", "word/document.xml": ".docx", "META-INF/container.xml": ".epub"}
"""A member that only such a document has → its suffix."""
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, KeyError, RuntimeError)

Member = tuple[str, Reason | None, Callable[[], BinaryIO]]
"""A member's name, why it may not be read, and how to open it (now, while the archive stands there)."""


def document_suffix(stream: BinaryIO) -> str | None:
    """Return the suffix of an office document or book that another name hides, None for any other zip."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except _ZIP_ERRORS:
        return None
    return next((suffix for member, suffix in _DOCUMENT_PARTS.items() if member in names), None)


def zip_members(stream: BinaryIO) -> Iterator[Member]:
    """Yield the members of a zip. Raises `UnreadableFile` where it is cut, or would unpack to absurdly much."""
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
            if not info.is_dir() and not is_litter(info.filename):
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
