"""The clinical guard: texts that look alike and do not say the same are no duplicates.

One changed digit in a record of median length leaves Jaccard 0.93, so 5 mg/kg and 50 mg/kg look like twins. Two texts
say the same when their lists of facts (`dedup.clinical.facts`) are equal and every differing stretch of characters
touches the same facts on both sides; the second half finds a 不 that moved to another clause. An edit beside the facts
is harmless. Texts more than MAX_EDITS apart are judged by their facts alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.align import MAX_EDITS, hunks, new_trace
from dedup.clinical.facts import scan
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


class Desk(NamedTuple):
    """Room to lay two texts side by side: their code points, their facts, and the hunks in which they differ."""

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


def new_desk(room: int) -> Desk:
    """Return room to compare texts of at most `room` characters."""
    codes_a, codes_b, folded = np.empty(room, U32), np.empty(room, U32), np.empty(room, U32)
    spans = np.empty((MAX_EDITS + 1, 4), np.int32)
    return Desk(codes_a, codes_b, folded, new_facts(room), new_facts(room), new_trace(), spans)


@kernel
def lay_out(offsets, data, a, b, words, desk):  # type: ignore[no-untyped-def]
    """Fill the desk with rows a and b; return (facts of a, facts of b, hunks), the last -1 where there are too many."""
    count_a = decode(data, offsets[a], offsets[a + 1], desk.codes_a)
    count_b = decode(data, offsets[b], offsets[b + 1], desk.codes_b)
    fold(desk.codes_a, count_a, desk.folded)
    facts_a = scan(desk.folded, count_a, words, desk.facts_a)
    fold(desk.codes_b, count_b, desk.folded)
    facts_b = scan(desk.folded, count_b, words, desk.facts_b)
    return facts_a, facts_b, hunks(desk.codes_a, count_a, desk.codes_b, count_b, desk.trace, desk.spans)


@inner
def say_the_same(sets, a, b, words, desk):  # type: ignore[no-untyped-def]
    """Say whether two texts state the same facts in the same places."""
    facts_a, facts_b, found = lay_out(sets.offsets, sets.data, sets.rows[a], sets.rows[b], words, desk)
    if facts_a != facts_b:
        return False
    for k in range(facts_a):
        if desk.facts_a.says[k] != desk.facts_b.says[k]:
            return False
    for h in range(found):
        x = touched(desk.facts_a, facts_a, desk.spans[h, 0], desk.spans[h, 1])
        y = touched(desk.facts_b, facts_b, desk.spans[h, 2], desk.spans[h, 3])
        if x != y:
            return False
    return True


@inner
def holds_facts(sets, a, b, words, desk):  # type: ignore[no-untyped-def]
    """Say whether the facts of text a stand in text b, all in a row."""
    offsets, a, b = sets.offsets, sets.rows[a], sets.rows[b]
    count_a = _read_facts(sets.data, offsets[a], offsets[a + 1], words, desk.folded, desk.facts_a)
    count_b = _read_facts(sets.data, offsets[b], offsets[b + 1], words, desk.folded, desk.facts_b)
    for start in range(count_b - count_a + 1):
        k = 0
        while k < count_a and desk.facts_a.says[k] == desk.facts_b.says[start + k]:
            k += 1
        if k == count_a:
            return True
    return False


@inner
def _read_facts(data, start, stop, words, codes, facts):  # type: ignore[no-untyped-def]
    count = decode(data, start, stop, codes)
    fold(codes, count, codes)
    return scan(codes, count, words, facts)


@kernel
def touched(facts, count, begin, end):  # type: ignore[no-untyped-def]
    """Return (first, last + 1) of the facts whose span meets or borders characters `begin` to `end`."""
    first, last = 0, 0
    while first < count and facts.stops[first] < begin:
        first += 1
    last = first
    while last < count and facts.starts[last] <= end:
        last += 1
    return first, last


def fingerprints(texts: Texts, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return one hash of the list of facts of each row. Unlike fingerprints: the texts do not say the same."""
    out = np.empty(len(rows), U64)
    room = longest(texts, rows)
    _fill(texts.offsets, texts.data, rows, trie(), np.empty(room, U32), new_facts(room), out)
    return out


@kernel
def _fill(offsets, data, rows, words, codes, facts, out):  # type: ignore[no-untyped-def]
    for i in range(len(rows)):
        total = U64(0)
        for k in range(_read_facts(data, offsets[rows[i]], offsets[rows[i] + 1], words, codes, facts)):
            total = finish(total + facts.says[k])
        out[i] = total
