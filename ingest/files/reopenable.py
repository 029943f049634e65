"""Keep the bytes of an archive member so that it can be opened again after the archive has moved on.

A tar can only be read from its beginning: opening each of thousands of members anew would read it thousands of times.
"""

from __future__ import annotations

import io
import lzma
import os
import tarfile
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingest.source import SourceFile
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

IN_MEMORY_BYTES = 8 * 2**20
"""Members up to this size stay in memory, larger ones go to a temporary file."""
_BLOCK = 1 << 16
"""Bytes copied at once: at a cut, so much may be lost in front of it."""
_CUTS = frozenset({Reason.TRUNCATED, Reason.UNSAFE_ARCHIVE})


class Reopenable:
    """A member's bytes, opened by calling it. Where the member broke off, reading past its end raises the failure."""

    def __init__(self) -> None:
        self.size = 0
        self.failure: UnreadableFile | None = None
        self._data = b""
        self._path: Path | None = None

    @property
    def is_cut(self) -> bool:
        """Return whether the archive behind this member can be read no further."""
        return self.failure is not None and self.failure.reason in _CUTS

    def keep(self, stream: BinaryIO, limit: int) -> None:
        """Read the stream to its end or to its failure. Raises `UnreadableFile` above `limit` bytes."""
        with io.BytesIO() as start:
            self._copy(stream, start, min(limit, IN_MEMORY_BYTES))
            if self.failure is None and self.size > IN_MEMORY_BYTES:
                self._spill(start.getvalue(), stream, limit)
            else:
                self._data = start.getvalue()

    def _spill(self, start: bytes, stream: BinaryIO, limit: int) -> None:
        number, name = tempfile.mkstemp(prefix="pedcorpus-")
        self._path = Path(name)
        weakref.finalize(self, self._path.unlink, missing_ok=True)
        with os.fdopen(number, "wb") as file:
            file.write(start)
            self._copy(stream, file, limit)
        if self.size > limit:
            raise UnreadableFile(Reason.TOO_LARGE, f"a member of more than {limit} bytes")

    def _copy(self, stream: BinaryIO, target: Any, limit: int) -> None:
        """Copy until the end, a failure or the first block beyond `limit`."""
        while self.size <= limit:
            try:
                block = stream.read(_BLOCK)
            except UnreadableFile as error:
                self.failure = error
                return
            except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError) as error:
                self.failure = UnreadableFile(Reason.TRUNCATED, f"the member is damaged: {error}")
                return
            if not block:
                return
            self.size += len(block)
            target.write(block)

    def __call__(self) -> BinaryIO:
        """Open the bytes; they are seekable where the member is whole."""
        stream: BinaryIO = io.BytesIO(self._data) if self._path is None else self._path.open("rb")
        return stream if self.failure is None else cast(BinaryIO, _Broken(stream, self.failure))


class _Broken(io.RawIOBase):
    """A stream that raises `failure` where it ends."""

    def __init__(self, stream: BinaryIO, failure: UnreadableFile) -> None:
        self._stream, self._failure = stream, failure

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._stream.read(len(buffer))
        if not block:
            raise self._failure
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


def buffer_member(opener: Callable[[], BinaryIO], limit: int) -> Reopenable:
    """Read a member of at most `limit` bytes; a failure is kept in what is returned."""
    buffered = Reopenable()
    try:
        with opener() as stream:
            buffered.keep(stream, limit)
    except UnreadableFile as error:
        buffered.failure, buffered.size = error, 0
    return buffered


def open_seekable(file: SourceFile, limit: int = 2**31) -> BinaryIO:
    """Open a file so that one can seek in it, for formats whose directory stands at the end.

    Raises `UnreadableFile` where it is cut or has more than `limit` bytes.
    """
    stream = file.open()
    if stream.seekable():
        return stream
    stream.close()
    buffered = buffer_member(file.opener, limit)
    if buffered.failure is not None:
        raise buffered.failure
    return buffered()
