"""Members of documents that are zips inside (DOCX, EPUB), read within bounds, and their XML without entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingest.files.reopenable import open_seekable
from ingest.source import SourceFile
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_FILE = 512 * 2**20
"""Largest document read into memory; illustrated EPUBs stay below 200 MB."""
MAX_MEMBER = 64 * 2**20
"""Largest member (text of one chapter or document) when unpacked."""
MAX_RATIO = 200
"""Most bytes out of one byte in; XML of text packs 10 to 30 times."""


@contextmanager
def opened(file: SourceFile) -> Iterator[zipfile.ZipFile]:
    """Open a document that is a zip; raise UnreadableFile where it is none, too large or cut off."""
    with open_seekable(file) as stream:
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise UnreadableFile(Reason.TOO_LARGE, f"{file.path}: more than {MAX_FILE} bytes.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        reason = Reason.TRUNCATED if data.startswith(b"PK\x03\x04") else Reason.UNREADABLE_FILE
        raise UnreadableFile(reason, f"{file.path}: not a whole {file.suffix or 'zip'} file ({error}).") from error
    with archive:
        yield archive


def member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """Return a member's bytes, None where there is none; raise UnreadableFile for one that is encrypted or huge."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.flag_bits & 1:
        raise UnreadableFile(Reason.ENCRYPTED, f"{name}: encrypted. Remove the protection and build again.")
    if info.file_size > MAX_MEMBER or info.file_size > MAX_RATIO * max(info.compress_size, 1) + 2**20:
        raise UnreadableFile(Reason.UNSAFE_ARCHIVE, f"{name}: unpacks to {info.file_size} bytes.")
    try:
        with archive.open(info) as stream:
            data = stream.read(MAX_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableFile(Reason.TRUNCATED, f"{name}: cannot be unpacked ({error}).") from error
    if len(data) > MAX_MEMBER:
        raise UnreadableFile(Reason.UNSAFE_ARCHIVE, f"{name}: more than {MAX_MEMBER} bytes.")
    return data


def xml(data: bytes, name: str) -> Any:
    """Return the root of XML bytes; entities stay unresolved, nothing is fetched, faults are passed over."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(Reason.MALFORMED, f"{name}: no XML ({error}).") from error
    if root is None:
        raise UnreadableFile(Reason.MALFORMED, f"{name}: no XML.")
    return root
