"""MinHash signatures, folded at once into band hashes: 8 bytes per band and text are all that is kept.

The permutations are h(x) = a·x + b modulo 2**32 with odd a, eight at a time in registers over the whole text, so that
the loop vectorises over shingles (64-bit arithmetic halves the speed and gains no accuracy).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.settings import MinHash
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.shingles import finish, new_text_buffers, read_shingles, roll_text
from dedup.signatures.texts import Texts, longest

LANES = 8
U32, U64 = np.uint32, np.uint64


def draw_permutations(settings: MinHash) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return multipliers (odd) and addends, one of each per hash function, padded to a multiple of eight.

    SplitMix64 from the seed: the same numbers with every version of numpy.
    """
    count = -(-settings.bands * settings.rows // LANES) * LANES
    with np.errstate(over="ignore"):
        x = (np.arange(1, 2 * count + 1, dtype=U64) + U64(settings.seed) * U64(1 << 32)) * U64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> U64(30))) * U64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> U64(27))) * U64(0x94D049BB133111EB)
        x ^= x >> U64(31)
    high = (x >> U64(32)).astype(U32)
    return high[:count] | U32(1), high[count:]


def hash_bands(
    texts: Texts, rows: NDArray[np.int64], settings: MinHash, common: NDArray[np.uint64] | None = None
) -> NDArray[np.uint64]:
    """Return uint64[bands, len(rows)], the band hashes of the given rows. Each must have a shingle at least.

    `common` is a bitmap of shingles to leave out (`dedup.boilerplate`).
    """
    factors, addends = draw_permutations(settings)
    out = np.empty((settings.bands, len(rows)), U64)
    mask = np.zeros(0, U64) if common is None else common
    room = longest(texts, rows)
    x, signature = np.empty(room, U32), np.empty(len(factors), U32)
    numbers = (settings.ngram, factors, addends, settings.rows, mask)
    fill_band_hashes(texts.offsets, texts.data, rows, *numbers, *new_text_buffers(room), x, signature, out)
    return out


def sign_texts(texts: Texts, settings: MinHash, count: int) -> NDArray[np.uint32]:
    """Return uint32[n, count], the plain signatures, for indexes that band by themselves. Texts below n: all ones."""
    factors, addends = draw_permutations(settings)
    if count > len(factors):
        raise ValueError(f"{count} hash functions were asked for; bands * rows gives {len(factors)}")
    out = np.full((len(texts), len(factors)), 0xFFFFFFFF, U32)
    room = longest(texts)
    x = np.empty(room, U32)
    _fill_signatures(texts.offsets, texts.data, settings.ngram, factors, addends, *new_text_buffers(room), x, out)
    return out[:, :count]


@inner
def write_eight_minima(x, count, factors, addends, first, out):  # type: ignore[no-untyped-def]
    """Write the minima of hash functions first … first + 7 over `count` shingles to `out[first : first + 8]`."""
    a0, a1, a2, a3 = factors[first], factors[first + 1], factors[first + 2], factors[first + 3]
    a4, a5, a6, a7 = factors[first + 4], factors[first + 5], factors[first + 6], factors[first + 7]
    b0, b1, b2, b3 = addends[first], addends[first + 1], addends[first + 2], addends[first + 3]
    b4, b5, b6, b7 = addends[first + 4], addends[first + 5], addends[first + 6], addends[first + 7]
    m0 = m1 = m2 = m3 = m4 = m5 = m6 = m7 = U32(0xFFFFFFFF)
    for i in range(count):
        v = x[i]
        m0 = min(m0, U32(a0 * v + b0))
        m1 = min(m1, U32(a1 * v + b1))
        m2 = min(m2, U32(a2 * v + b2))
        m3 = min(m3, U32(a3 * v + b3))
        m4 = min(m4, U32(a4 * v + b4))
        m5 = min(m5, U32(a5 * v + b5))
        m6 = min(m6, U32(a6 * v + b6))
        m7 = min(m7, U32(a7 * v + b7))
    out[first], out[first + 1], out[first + 2], out[first + 3] = m0, m1, m2, m3
    out[first + 4], out[first + 5], out[first + 6], out[first + 7] = m4, m5, m6, m7


@inner
def _sign(hashes, count, x, factors, addends, out):  # type: ignore[no-untyped-def]
    for i in range(count):
        x[i] = U32(hashes[i] >> U64(32))
    for first in range(0, len(factors), LANES):
        write_eight_minima(x, count, factors, addends, first, out)


@kernel
def fill_band_hashes(offsets, data, rows, n, factors, addends, width, common, codes, hashes, x, signature, out):  # type: ignore[no-untyped-def]
    """Write the band hashes of rows to `out` (uint64[bands, rows]); `width` signature values make a band."""
    for d in range(len(rows)):
        start, stop = offsets[rows[d]], offsets[rows[d] + 1]
        count = read_shingles(data, start, stop, n, common, codes, hashes)
        _sign(hashes, count, x, factors, addends, signature)
        for band in range(out.shape[0]):
            h = U64(band)
            for r in range(width):
                h = finish(h * U64(0x9E3779B97F4A7C15) + U64(signature[band * width + r]))
            out[band, d] = h


@kernel
def _fill_signatures(offsets, data, n, factors, addends, codes, hashes, x, out):  # type: ignore[no-untyped-def]
    for d in range(len(offsets) - 1):
        count = roll_text(data, offsets[d], offsets[d + 1], n, codes, hashes)
        _sign(hashes, count, x, factors, addends, out[d])
