"""The clinical guard: texts that look alike and do not say the same are no duplicates.

One changed digit in a record of median length leaves Jaccard 0.93, so 5 mg/kg and 50 mg/kg look alike. Two texts say
the same when their lists of facts (`dedup.clinical.facts`) are equal and every differing stretch of characters touches
the same facts on both sides; the second half finds a 不 that moved to another clause. An edit beside the facts is
harmless. Texts more than MAX_EDITS apart are judged by their facts alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.align import MAX_EDITS, find_hunks, new_trace
from dedup.clinical.facts import scan_facts
from dedup.clinical.lexicon import trie
from dedup.clinical.lexicon_words import fold
from dedup.signatures.compile_kernel import inner, kernel
from dedup.signatures.shingles import decode, finish
from dedup.signatures.texts import Texts, longest

U32, U64 = np.uint32, np.uint64


class Facts(NamedTuple):
    """Room for the facts of one text: what each says, its kind, and its span in characters."""

    says: NDArray[np.uint64]
    kinds: NDArray[np.int8]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]


class CompareBuffers(NamedTuple):
    """Scratch buffers for comparing two texts: their code points, their facts, and the hunks in which they differ."""

    codes_a: NDArray[np.uint32]
    codes_b: NDArray[np.uint32]
    folded: NDArray[np.uint32]
    facts_a: Facts
    facts_b: Facts
    trace: NDArray[np.int32]
    spans: NDArray[np.int32]


def new_facts(room: int) -> Facts:
    """Return room for the facts of a text of `room` characters."""
    return Facts(np.empty(room, U64), np.empty(room, np.int8), np.empty(room, np.int32), np.empty(room, np.int32))


def new_compare_buffers(room: int) -> CompareBuffers:
    """Return buffers to compare texts of at most `room` characters."""
    codes_a, codes_b, folded = np.empty(room, U32), np.empty(room, U32), np.empty(room, U32)
    spans = np.empty((MAX_EDITS + 1, 4), np.int32)
    return CompareBuffers(codes_a, codes_b, folded, new_facts(room), new_facts(room), new_trace(), spans)


@kernel
def load_pair(offsets, data, a, b, words, buffers):  # type: ignore[no-untyped-def]
    """Fill the buffers with rows a and b; return (facts of a, facts of b, hunks), -1 where there are too many hunks."""
    count_a = decode(data, offsets[a], offsets[a + 1], buffers.codes_a)
    count_b = decode(data, offsets[b], offsets[b + 1], buffers.codes_b)
    fold(buffers.codes_a, count_a, buffers.folded)
    facts_a = scan_facts(buffers.folded, count_a, words, buffers.facts_a)
    fold(buffers.codes_b, count_b, buffers.folded)
    facts_b = scan_facts(buffers.folded, count_b, words, buffers.facts_b)
    return (
        facts_a,
        facts_b,
        find_hunks(buffers.codes_a, count_a, buffers.codes_b, count_b, buffers.trace, buffers.spans),
    )


@inner
def has_same_facts(sets, a, b, words, buffers):  # type: ignore[no-untyped-def]
    """Return whether two texts state the same facts in the same places; without buffers (no guard) always true."""
    if buffers is None:
        return True
    facts_a, facts_b, n_hunks = load_pair(sets.offsets, sets.data, sets.rows[a], sets.rows[b], words, buffers)
    if facts_a != facts_b:
        return False
    for k in range(facts_a):
        if buffers.facts_a.says[k] != buffers.facts_b.says[k]:
            return False
    for h in range(n_hunks):
        x = facts_touching(buffers.facts_a, facts_a, buffers.spans[h, 0], buffers.spans[h, 1])
        y = facts_touching(buffers.facts_b, facts_b, buffers.spans[h, 2], buffers.spans[h, 3])
        if x != y:
            return False
    return True


@inner
def has_facts_inside(sets, a, b, words, buffers):  # type: ignore[no-untyped-def]
    """Return whether the facts of text a stand in text b, all in a row; without buffers (no guard) always true."""
    if buffers is None:
        return True
    offsets, a, b = sets.offsets, sets.rows[a], sets.rows[b]
    count_a = _read_facts(sets.data, offsets[a], offsets[a + 1], words, buffers.folded, buffers.facts_a)
    count_b = _read_facts(sets.data, offsets[b], offsets[b + 1], words, buffers.folded, buffers.facts_b)
    for start in range(count_b - count_a + 1):
        k = 0
        while k < count_a and buffers.facts_a.says[k] == buffers.facts_b.says[start + k]:
            k += 1
        if k == count_a:
            return True
    return False


@inner
def _read_facts(data, start, stop, words, codes, facts):  # type: ignore[no-untyped-def]
    count = decode(data, start, stop, codes)
    fold(codes, count, codes)
    return scan_facts(codes, count, words, facts)


@kernel
def facts_touching(facts, count, begin, end):  # type: ignore[no-untyped-def]
    """Return (first, last + 1) of the facts whose span meets or borders characters `begin` to `end`."""
    first, last = 0, 0
    while first < count and facts.stops[first] < begin:
        first += 1
    last = first
    while last < count and facts.starts[last] <= end:
        last += 1
    return first, last


def fingerprint_facts(texts: Texts, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return one hash of the list of facts of each row. Unlike fingerprints: the texts do not say the same."""
    out = np.empty(len(rows), U64)
    room = longest(texts, rows)
    _fill_fingerprints(texts.offsets, texts.data, rows, trie(), np.empty(room, U32), new_facts(room), out)
    return out


@kernel
def _fill_fingerprints(offsets, data, rows, words, codes, facts, out):  # type: ignore[no-untyped-def]
    for i in range(len(rows)):
        total = U64(0)
        for k in range(_read_facts(data, offsets[rows[i]], offsets[rows[i] + 1], words, codes, facts)):
            total = finish(total + facts.says[k])
        out[i] = total
