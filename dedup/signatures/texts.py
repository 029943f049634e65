"""A column of text as the kernels see it: the UTF-8 bytes Arrow holds, and where each row begins and ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Column: TypeAlias = pa.Array | pa.ChunkedArray


HUGE = 2**20
"""Bytes of a text from which it pays to look how many characters it may have."""


class Texts(NamedTuple):
    """Row i is `data[offsets[i] : offsets[i + 1]]`, UTF-8. A null row has no bytes. See `read_only`."""

    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def text(self, row: int) -> str:
        """Return one row as a string."""
        return self.data[self.offsets[row] : self.offsets[row + 1]].tobytes().decode("utf-8", "replace")


def longest(texts: Texts, rows: NDArray[np.int64] | None = None) -> int:
    """Return room for the characters of each of the rows, of all without `rows`, and so for its shingles.

    That is the bytes of the longest; where it is huge, what they can spell: `decode` takes one byte for a character
    only if it is ASCII, or one of the last three.
    """
    starts = texts.offsets[:-1] if rows is None else texts.offsets[rows]
    sizes = (texts.offsets[1:] if rows is None else texts.offsets[rows + 1]) - starts
    most = int(sizes.max(initial=0))
    if most < HUGE:
        return most
    room = 0
    for row in np.flatnonzero(sizes * 2 >= most):
        size = int(sizes[row])
        ascii_bytes = int(np.count_nonzero(texts.data[starts[row] : starts[row] + size] < 0x80))
        room = max(room, ascii_bytes + (size - ascii_bytes) // 2 + 3)
    return max(room, most // 2)


def read_only(offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> Texts:
    """Return texts whose arrays cannot be written: kernels compile anew for arrays that can, which takes seconds."""
    texts = Texts(offsets.view(), data.view())
    for array in texts:
        array.flags.writeable = False
    return texts


def as_texts(column: Column) -> Texts:
    """View a column of strings as bytes and offsets.

    Takes string, large_string, string_view, dictionary or null type, whole, sliced or chunked. One chunk of string or
    large_string without nulls is not copied. Raises TypeError for other types.
    """
    if isinstance(column, pa.ChunkedArray):
        column = _join_chunks(column)
    return _view_array(column)


def iter_texts(column: Column) -> Iterator[Texts]:
    """Yield the chunks of a column one by one, so that nothing is copied."""
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        yield _view_array(chunk)


def _join_chunks(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if not pa.types.is_large_string(column.type):
        column = _as_large_strings(column)  # 32-bit offsets end at 2 GiB, which many chunks together may pass
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.large_string())


def _view_array(array: pa.Array) -> Texts:
    if array.null_count:
        array = pc.fill_null(_as_large_strings(array), "")  # bytes may stand under a null; nobody may read them
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = _as_large_strings(array)
    wide = pa.types.is_large_string(array.type)
    _, offsets, data = array.buffers()
    if len(array) == 0 or offsets is None:
        return read_only(np.zeros(len(array) + 1, np.int64), np.zeros(0, np.uint8))
    kind = np.int64 if wide else np.int32
    bounds = np.frombuffer(offsets, kind)[array.offset : array.offset + len(array) + 1]
    raw = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    return read_only(bounds.astype(np.int64, copy=False), raw)


def _as_large_strings(column: Column) -> Column:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    readable = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    if not any(is_kind(kind) for is_kind in readable):
        raise TypeError(f"column of {column.type}: text was expected")
    return column.cast(pa.large_string())
