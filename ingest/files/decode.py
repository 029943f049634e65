"""The text of a file in whatever encoding: blocks, lines, or a text stream.

A byte sequence that is invalid in the encoding becomes U+FFFD, which the quality rules see; it never stops a file.
"""

from __future__ import annotations

import codecs
import io
import itertools
from collections.abc import Iterator
from typing import AnyStr, BinaryIO, TextIO

from ingest.files.detect_encoding import encoding_of
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_LINE_CHARS = 16 * 2**20
"""Longest line (16 Mi characters, or bytes where lines are bytes). A whole textbook has about a million."""
_BLOCK = 1 << 20


def byte_blocks(file: SourceFile) -> Iterator[bytes]:
    """Yield the bytes in blocks of about 1 MiB, without a UTF-8 mark at their beginning."""
    with file.open() as stream:
        block = _start(stream).removeprefix(codecs.BOM_UTF8)
        block = block or stream.read(_BLOCK)
        while block:
            yield block
            block = stream.read(_BLOCK)


def _start(stream: BinaryIO) -> bytes:
    """Read until there are three bytes, over short reads."""
    block = stream.read(_BLOCK)
    while 0 < len(block) < 3 and (more := stream.read(_BLOCK)):
        block += more
    return block


def text_blocks(file: SourceFile, options: SourceOptions) -> Iterator[str]:
    """Yield the text in blocks of about a million characters, NULs left out, line ends made LF."""
    decoder = codecs.getincrementaldecoder(encoding_of(file, options))("replace")
    newlines = io.IncrementalNewlineDecoder(decoder, translate=True)
    for block in byte_blocks(file):
        if text := newlines.decode(block).replace("\x00", ""):
            yield text
    if text := newlines.decode(b"", final=True).replace("\x00", ""):
        yield text


def utf8_blocks(file: SourceFile, options: SourceOptions) -> Iterator[bytes]:
    """Yield the file as UTF-8 bytes without a mark; UTF-8 files pass through as they are, broken bytes too."""
    if encoding_of(file, options) in {"utf-8", "utf-8-sig", "ascii"}:
        yield from byte_blocks(file)
    else:
        yield from (text.encode("utf-8", "replace") for text in text_blocks(file, options))


def split_lines(blocks: Iterator[AnyStr], newline: AnyStr) -> Iterator[tuple[int, AnyStr | None]]:
    """Yield 1-based line numbers and lines without their end; None stands for a line above `MAX_LINE_CHARS`."""
    number, length = 1, 0
    parts: list[AnyStr] = []
    for block in blocks:
        for i, piece in enumerate(block.split(newline)):
            if i:
                yield number, newline[:0].join(parts) if length <= MAX_LINE_CHARS else None
                number, length = number + 1, 0
                parts.clear()
            length += len(piece)
            if length <= MAX_LINE_CHARS:
                parts.append(piece)
            else:
                parts.clear()
    if length:
        yield number, newline[:0].join(parts) if length <= MAX_LINE_CHARS else None


def lines_or_none(file: SourceFile, options: SourceOptions) -> Iterator[tuple[int, str | None]]:
    """Yield 1-based line numbers and lines without their end; None stands for a line that is too long."""
    return split_lines(text_blocks(file, options), "\n")


def first_lines(file: SourceFile, options: SourceOptions, count: int) -> list[str]:
    """Return the first lines, without those that are too long: what a file is is told by them."""
    return [line for _, line in itertools.islice(lines_or_none(file, options), count) if line is not None]


def text_lines(file: SourceFile, options: SourceOptions) -> Iterator[tuple[int, str]]:
    """Yield 1-based line numbers and lines without their end. Raises `UnreadableFile` at a line that is too long."""
    for number, line in lines_or_none(file, options):
        if line is None:
            raise UnreadableFile(Reason.TOO_LARGE, f"line {number} has more than {MAX_LINE_CHARS} characters")
        yield number, line


def decoded(file: SourceFile, options: SourceOptions) -> TextIO:
    """Open the file as text, for readers that want a stream. The caller closes it; nothing bounds its lines."""
    encoding = encoding_of(file, options)
    stream = io.BufferedReader(file.open())  # type: ignore[type-var]
    if stream.peek(3).startswith(codecs.BOM_UTF8):
        stream.read(3)
    return io.TextIOWrapper(stream, encoding=encoding.removesuffix("-sig"), errors="replace")
