"""How much of a text says again what it said before: one pass over the Arrow bytes, compiled (numba; import late)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

GRAM = 10
"""Characters of a gram: longer than set phrases and drug names, shorter than a sentence."""


def repeated_share(texts: pa.LargeStringArray) -> npt.NDArray[np.float64]:
    """Return, for each text, the share of its characters inside 10-grams that stood earlier in the same text.

    A text without repetition has 0, one written twice about 0.5. Null counts as empty.
    """
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    raw = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    share: npt.NDArray[np.float64] = _shares(raw, places)
    return share


@njit(cache=True)
def _shares(raw, places):  # type: ignore[no-untyped-def]  # numba infers: uint8[], int64[] -> float64[]
    n = len(places) - 1
    share = np.zeros(n, dtype=np.float64)
    longest = 1
    for i in range(n):
        longest = max(longest, places[i + 1] - places[i])
    points = np.empty(longest, dtype=np.uint32)
    bits = 1
    while (1 << bits) < 2 * longest:
        bits += 1
    slots = np.zeros(1 << bits, dtype=np.uint64)
    owner = np.full(1 << bits, -1, dtype=np.int64)
    for i in range(n):
        length = _decode(raw, places[i], places[i + 1], points)
        if length >= GRAM:
            share[i] = _covered(points, length, i, slots, owner) / length
    return share


@njit(cache=True)
def _decode(raw, start, end, points):  # type: ignore[no-untyped-def]
    """Write the code points of valid UTF-8 into `points` and return how many there are."""
    n = 0
    for at in range(start, end):
        byte = raw[at]
        if byte < 0x80 or byte >= 0xC0:
            points[n] = byte
            n += 1
        else:
            points[n - 1] = (points[n - 1] << np.uint32(6)) | np.uint32(byte & 0x3F)
    return n


@njit(cache=True)
def _covered(points, length, i, slots, owner):  # type: ignore[no-untyped-def]
    """Count characters inside grams seen before in text `i`. A slot belongs to the text its owner names."""
    base = np.uint64(0x100000001B3)
    top = np.uint64(1)
    for _ in range(GRAM):
        top *= base
    mask = np.uint64(len(slots) - 1)
    value = np.uint64(0)
    covered = 0
    last = 0
    for at in range(length):
        value = value * base + np.uint64(points[at])
        if at >= GRAM:
            value -= top * np.uint64(points[at - GRAM])
        if at < GRAM - 1:
            continue
        slot = (value ^ (value >> np.uint64(29))) & mask
        while owner[slot] == i and slots[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        if owner[slot] == i:
            covered += at + 1 - max(last, at + 1 - GRAM)
            last = at + 1
        else:
            owner[slot] = i
            slots[slot] = value
    return covered
