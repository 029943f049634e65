"""Read compressed bytes as a stream that keeps what could be read, and that no bomb can blow up.

The standard library's readers lose the decompressed bytes in front of a cut and know no limit; this one gives every
byte in front of the cut, then raises `UnreadableFile` with the reason under which the rest is counted.
"""

from __future__ import annotations

import bz2
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from schemas.errors import UnreadableFile
from schemas.rejection import Reason

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

MAX_RATIO = 1000
"""Most decompressed bytes a compressed byte may stand for. Text reaches 10 to 30; deflate's theoretical end is 1032,
which only runs of one byte come near; bz2 and xz bombs reach a hundred thousand."""
RATIO_FREE_BYTES = 10 * 2**20
"""Decompressed bytes below which the ratio is not looked at: a small repetitive file is harmless."""
_BLOCK = 1 << 16
"""Compressed bytes fed at once; also the most decompressed bytes handed out at once."""

MAGIC: dict[str, bytes] = {
    "gz": b"\x1f\x8b",
    "bz2": b"BZh",
    "xz": b"\xfd7zXZ\x00",
    "zst": b"\x28\xb5\x2f\xfd",
}
"""Codec → first bytes."""


def codec_of(head: bytes) -> str | None:
    """Return which codec bytes that begin with `head` are compressed with."""
    return next((codec for codec, magic in MAGIC.items() if head.startswith(magic)), None)


def decompressing(opener: Callable[[], BinaryIO], codec: str) -> Callable[[], BinaryIO]:
    """Return an opener of the decompressed bytes."""
    return lambda: cast(BinaryIO, DecompressedStream(opener(), codec))


class _Gz:
    """zlib's gzip decoder with the interface of bz2's and lzma's."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        try:
            return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        except zlib.error as error:
            raise OSError(str(error)) from None

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail


def _zst() -> Any:
    # 128 MiB: the largest window `zstd --ultra --long=27` writes; it bounds memory against hostile headers
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: 27})


_DECODERS: dict[str, Callable[[], Any]] = {
    "gz": _Gz,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=2**28),  # 256 MiB; `xz -9` needs 65
    "zst": _zst,
}


class DecompressedStream(io.RawIOBase):
    """Decompress concatenated streams of one codec. `read` may return fewer bytes than asked, as raw streams do."""

    def __init__(self, raw: BinaryIO, codec: str) -> None:
        self._raw, self._codec = raw, codec
        self._decoder = _DECODERS[codec]()
        self._ready = b""
        self._taken = self._given = 0
        self._failure: UnreadableFile | None = None

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def close(self) -> None:
        """Close the compressed stream too."""
        if not self.closed:
            self._raw.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` with what is at hand. Raises `UnreadableFile` at a cut, at damage and at a bomb."""
        while not self._ready and self._failure is None and self._advance():
            pass
        if not self._ready and self._failure is not None:
            raise self._failure
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _advance(self) -> bool:
        """Decompress one piece into `_ready`; False at the end."""
        block = b""
        if self._decoder.eof:
            if not (block := self._next_stream()):
                return False
            self._decoder = _DECODERS[self._codec]()
        elif self._decoder.needs_input and not (block := self._take()):
            return self._fail(Reason.TRUNCATED, f"the {self._codec} stream ends early")
        try:
            self._ready = self._decoder.decompress(block, _BLOCK * 16)
        except (OSError, EOFError, ValueError, lzma.LZMAError, ZstdError, MemoryError) as error:
            return self._fail(Reason.TRUNCATED, f"the {self._codec} stream is damaged: {error}")
        self._given += len(self._ready)
        if self._given > RATIO_FREE_BYTES and self._given > MAX_RATIO * self._taken:
            self._ready = b""
            return self._fail(Reason.UNSAFE_ARCHIVE, f"{self._taken} bytes stand for more than {self._given} bytes")
        return True

    def _next_stream(self) -> bytes:
        """Return the beginning of a further stream, b"" where there is none (zero padding is allowed)."""
        block: bytes = self._decoder.unused_data
        while len(block := block.lstrip(b"\x00")) < len(MAGIC[self._codec]) and (more := self._take()):
            block += more
        if block and not block.startswith(MAGIC[self._codec]):
            self._fail(Reason.TRUNCATED, f"the {self._codec} stream is followed by other bytes")
            return b""
        return block

    def _fail(self, reason: Reason, message: str) -> bool:
        self._failure = UnreadableFile(reason, message)
        return False

    def _take(self) -> bytes:
        block = self._raw.read(_BLOCK)
        self._taken += len(block)
        return block
