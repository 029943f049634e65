"""Whether a workbook can be read within bounds: openpyxl keeps an element of each string and row it has passed."""

from __future__ import annotations

import zipfile
import zlib
from typing import Any

from ingest.files.compression import RATIO_FREE_BYTES
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

MAX_BYTES = 2**31
"""Most bytes a workbook unpacks to."""
MAX_RATIO = 500
"""Most bytes out of one byte in; sheets of repeated values pack 100 times."""
MAX_ROWS = 2**20
"""Rows of a sheet, by the format itself."""
MAX_STRINGS = 3_000_000
"""Different strings of a workbook: 260 bytes of memory each, however short."""
MAX_ROW_BYTES = 16 * 2**20
"""Longest stretch of a sheet without a new row: 16,384 cells of 1,024 bytes."""
_BLOCK = 1 << 20


def check_workbook(stream: Any) -> None:
    """Raise UnreadableFile for a workbook that is no zip, or would take too much memory. Rewinds the stream."""
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MAX_BYTES:
                raise UnreadableFile(Reason.TOO_LARGE, f"the workbook unpacks to more than {MAX_BYTES} bytes")
            for info in infos:
                _check_member(archive, info)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        stream.seek(0)
        cut = stream.read(4) == b"PK\x03\x04" and "not a zip" in str(error)
        reason = Reason.TRUNCATED if cut else Reason.UNREADABLE_FILE
        raise UnreadableFile(reason, f"not a readable .xlsx: {error}") from None
    stream.seek(0)


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    if info.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size):
        raise UnreadableFile(Reason.UNSAFE_ARCHIVE, f"{info.filename} unpacks to {info.file_size} bytes")
    if info.file_size < RATIO_FREE_BYTES or not info.filename.endswith(".xml"):
        return
    is_strings = "sharedStrings" in info.filename
    tag, most = (b"<si", MAX_STRINGS) if is_strings else (b"<row", MAX_ROWS)
    found, stretch = 0, 0
    with archive.open(info) as member:
        while block := member.read(_BLOCK):
            count = block.count(tag)  # one cut in two by the blocks does not matter
            found += count
            stretch = 0 if count else stretch + len(block)
            if found > most or stretch > MAX_ROW_BYTES:
                what = "strings" if is_strings else "rows"
                raise UnreadableFile(Reason.TOO_LARGE, f"{info.filename}: more than {most} {what}, or one too long")
