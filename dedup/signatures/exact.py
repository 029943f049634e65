"""Exact copies, and texts too short for a shingle.

Equal bytes are found by a 128-bit hash of the bytes. Texts with fewer characters than an n-gram have no shingles; they
are copies where they agree after NFKC, in lower case and without spaces. Blank texts are copies of nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.shingles import finish
from dedup.signatures.texts import Texts, as_texts

U64 = np.uint64
BLANK = -1
"""Length of a text of nothing but spaces."""


class Content(NamedTuple):
    """Per row its characters (-1 where there are none but spaces), and a 128-bit hash of what makes it equal."""

    chars: NDArray[np.int32]
    high: NDArray[np.uint64]
    low: NDArray[np.uint64]


def hash_contents(texts: Texts, ngram: int) -> Content:
    """Measure and hash every row."""
    n = len(texts)
    content = Content(np.empty(n, np.int32), np.empty(n, U64), np.empty(n, U64))
    _measure(texts.offsets, texts.data, *content)
    short = np.flatnonzero((content.chars >= 0) & (content.chars < ngram))
    if len(short):
        plain = as_texts(_normalise(pa.array([texts.text(int(row)) for row in short], pa.large_string())))
        again = Content(np.empty(len(short), np.int32), np.empty(len(short), U64), np.empty(len(short), U64))
        _measure(plain.offsets, plain.data, *again)
        content.high[short], content.low[short] = ~again.high, again.low  # never equal to a text of full length
    return content


def find_first_copies(content: Content, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the first row, in `order` (best first), with the same content; itself for blank rows."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    first = np.arange(len(order))
    rows = np.flatnonzero(content.chars >= 0)
    rows = rows[np.lexsort((place[rows], content.low[rows], content.high[rows]))]
    high, low = content.high[rows], content.low[rows]
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    first[rows] = rows[begins][np.cumsum(begins) - 1] if len(rows) else rows
    return first


def _normalise(texts: pa.Array) -> pa.Array:
    powers = pc.match_substring_regex(texts, r"\p{No}")  # NFKC makes 10² a 102
    plain = pc.if_else(powers, texts, pc.utf8_normalize(texts, form="NFKC"))
    return pc.replace_substring_regex(pc.utf8_lower(plain), r"\s+", "")


@kernel
def _measure(offsets, data, chars, high, low):  # type: ignore[no-untyped-def]
    for row in range(len(offsets) - 1):
        start, stop = offsets[row], offsets[row + 1]
        count = 0
        for at in range(start, stop):
            count += (data[at] & 0xC0) != 0x80  # every byte but UTF-8's continuation bytes begins a character
        chars[row] = BLANK if _is_blank(data, start, stop) else count
        high[row], low[row] = _hash_bytes(data, start, stop)


@inner
def _hash_bytes(data, start, stop):  # type: ignore[no-untyped-def]
    h, g = U64(stop - start), U64(0x9E3779B97F4A7C15)
    at = start
    while at < stop:
        word = U64(0)
        if at + 8 <= stop:
            for k in range(8):
                word |= U64(data[at + k]) << U64(8 * k)
        else:
            for k in range(stop - at):
                word |= U64(data[at + k]) << U64(8 * k)
        h = finish(h ^ word)
        g = (g + word) * U64(0xD6E8FEB86659FD93)
        g ^= g >> U64(32)
        at += 8
    return h, finish(g)


@inner
def _is_blank(data, start, stop):  # type: ignore[no-untyped-def]
    """Return whether bytes hold nothing but spaces, control characters, ideographic, no-break or zero-width spaces."""
    at = start
    while at < stop:
        if data[at] <= 0x20 or data[at] == 0x7F:
            at += 1
        elif data[at] == 0xC2 and at + 1 < stop and data[at + 1] == 0xA0:
            at += 2
        elif at + 2 < stop and _is_wide_space(data[at], data[at + 1], data[at + 2]):
            at += 3
        else:
            return False
    return True


@inner
def _is_wide_space(a, b, c):  # type: ignore[no-untyped-def]
    if a == 0xE2 and b == 0x80:
        return 0x80 <= c <= 0x8F or c == 0xA8 or c == 0xA9 or c == 0xAF
    return (a == 0xE3 and b == 0x80 and c == 0x80) or (a == 0xEF and b == 0xBB and c == 0xBF)
