"""Divide a multistream dump into parts that can be read at once: each holds whole bz2 streams, and so whole pages.

The first stream of such a file is the header, each further one 100 pages, the last one the end tag. A part is given the
root's tags where it lacks them, so that the reader sees a complete export.
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingest.files.compression import DecompressedStream
from ingest.source import Range, SourceFile

_STREAM = (b"BZh", b"1AY&SY")
"""A bz2 stream begins with these and a digit in between; 9 bytes by chance: once in 10**21."""
START, END = b"<mediawiki>", b"</mediawiki>"


def streams(path: Path) -> list[tuple[int, int]]:
    """Return start and length in bytes of each bz2 stream of a file; one where it is no multistream file."""
    starts: list[int] = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(_STREAM[1])
        while at >= 0:
            if data[at - 4 : at - 1] == _STREAM[0]:
                starts.append(at - 4)
            at = data.find(_STREAM[1], at + 1)
        ends = [*starts[1:], len(data)]
    return [(start, end - start) for start, end in zip(starts, ends, strict=True)]


def ranges(path: Path, target: int) -> list[Range]:
    """Return ranges of whole streams of about `target` compressed bytes; where they lie depends on the file alone."""
    groups: list[list[tuple[int, int]]] = [[]]
    for stream in streams(path):
        if groups[-1] and sum(length for _, length in groups[-1]) + stream[1] > target:
            groups.append([])
        groups[-1].append(stream)
    last = len(groups) - 1
    return [(g[0][0], sum(length for _, length in g), i == 0, i == last) for i, g in enumerate(groups)]


def part(path: Path, name: str, sha256: str, where: Range) -> SourceFile:
    """Return one part. `name` and `sha256` are those of the whole file, so locators and ids show nothing of parts."""
    return SourceFile(name, sha256, partial(_open, path, *where), suffix=".xml", is_part=True)


def _open(path: Path, start: int, length: int, is_first: bool, is_last: bool) -> BinaryIO:
    """Open one part, decompressed, between the tags it lacks."""
    pieces: list[Any] = [] if is_first else [io.BytesIO(START)]
    pieces.append(DecompressedStream(cast(BinaryIO, _Range(path, start, length)), "bz2"))
    return cast(BinaryIO, _Chain(pieces if is_last else [*pieces, io.BytesIO(END)]))


class _Range(io.RawIOBase):
    """Bytes `start` to `start + length` of a file."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        self._file = path.open("rb")
        self._file.seek(start)
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._file.read(min(len(buffer), self._left))
        self._left -= len(block)
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Chain(io.RawIOBase):
    """Streams one after another."""

    def __init__(self, pieces: Sequence[Any]) -> None:
        self._pieces = list(pieces)
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._at < len(self._pieces):
            if count := self._pieces[self._at].readinto(buffer):
                return int(count)
            self._at += 1
        return 0

    def close(self) -> None:
        for piece in self._pieces:
            piece.close()
        super().close()
