"""Clinical facts of a text: numbers with their unit, negations, routes, ages, frequencies, grades, drugs, in order.

A fact is 64 bits, equal for equal meaning (`5 mg`, `５毫克` and `5.0mg` are one), and a span of characters. Texts say
the same only if their lists of facts are equal; `dedup.clinical.guard` also asks that the facts stand in the same
places.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.clinical.lexicon import BEGINS_UNIT, BEGINS_WORD, IS_DIGIT, IS_NUMERAL, IS_WORD, NEUTRAL, pair
from dedup.clinical.lexicon_words import SPACE, WIDE, word
from dedup.clinical.numbers import chinese_number, is_share, number
from dedup.signatures.compile_kernel import inner

U32, U64 = np.uint32, np.uint64


@inner
def scan(folded, count, trie, facts):  # type: ignore[no-untyped-def]
    """Write the facts of folded code points with kind and span (in characters) and return their number."""
    found = at = 0
    roles, pairs = trie.roles, trie.pairs
    while at < count:
        role = roles[folded[at]] if folded[at] < U32(len(roles)) else np.uint8(0)
        if role == 0:
            at += 1
            continue
        follows = _next(folded, count, at)
        stop, kind, fact = at + 1, NEUTRAL, U64(0)
        if role & IS_DIGIT:
            stop, kind, fact = number(folded, count, at, trie)
        elif role & IS_NUMERAL and (roles[follows] & (IS_NUMERAL | BEGINS_UNIT) or is_share(folded, at)):
            stop, kind, fact = chinese_number(folded, count, at, trie)
        if kind == NEUTRAL and (role & IS_WORD or (role & BEGINS_WORD and pairs[place_of(folded[at], follows)])):
            stop, kind, fact = word(folded, count, at, trie)
        if kind != NEUTRAL:
            facts.says[found], facts.kinds[found] = fact, kind
            facts.starts[found], facts.stops[found] = at, stop
            found += 1
        at = stop
    return found


place_of: Any = inner(pair)


@inner
def _next(folded, count, at):  # type: ignore[no-untyped-def]
    """Return the character after one, 0 beyond the lexicon's plane; white space after a Chinese one is passed over."""
    first = folded[at]
    at += 1
    while at < count and folded[at] <= SPACE and first > WIDE:
        at += 1
    return folded[at] if at < count and folded[at] < U32(0x10000) else U32(0)
