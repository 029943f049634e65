"""Boilerplate: shingles that so many texts of one source share that they say nothing about a text.

`病情分析：… 指导意见：…`, greetings and footers make strangers look alike: a whole source collapses into few clusters.
Document frequencies are counted in COUNTERS hashed counters, 4 MB per source however large it is. Two shingles in one
counter can only leave out a little more, and what is left out is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dedup.signatures.compile_kernel import kernel
from dedup.signatures.shingles import new_text_buffers, roll_text
from dedup.signatures.texts import Column, iter_texts, longest

U64 = np.uint64
COUNTERS = 1 << 20
SHARE = 0.1
"""Share of a source's texts from which a shingle is boilerplate: common words stay well below, templates far above."""
MIN_TEXTS = 50
"""Texts in which boilerplate stands at least: fewer may be copies of one text, which are to be found, not left out."""


def learn_boilerplate(columns: Iterable[Column], ngram: int) -> NDArray[np.uint64]:
    """Return the bitmap of the boilerplate of one source, given column by column."""
    counts, last = np.zeros(COUNTERS, np.int64), np.full(COUNTERS, -1, np.int64)
    total = 0
    for column in columns:
        for texts in iter_texts(column):
            _count(texts.offsets, texts.data, ngram, total, counts, last, *new_text_buffers(longest(texts)))
            total += len(texts)
    marked = counts >= max(MIN_TEXTS, SHARE * total)
    return np.packbits(marked, bitorder="little").view(np.dtype("<u8")).astype(U64)


def merge_bitmaps(bitmaps: Iterable[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Merge bitmaps: what is boilerplate in one source is left out of all, or copies across sources would differ."""
    common = np.zeros(0, U64)
    for bitmap in bitmaps:
        common = common | bitmap if len(common) else bitmap
    return common if common.any() else np.zeros(0, U64)


@kernel
def _count(offsets, data, n, start, counts, last, codes, hashes):  # type: ignore[no-untyped-def]
    for row in range(len(offsets) - 1):
        count = roll_text(data, offsets[row], offsets[row + 1], n, codes, hashes)
        for i in range(count):
            slot = hashes[i] & U64(COUNTERS - 1)
            if last[slot] != start + row:
                last[slot] = start + row
                counts[slot] += 1
