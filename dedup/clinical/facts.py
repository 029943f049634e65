"""Clinical facts of a text: numbers with their unit, negations, routes, ages, frequencies, grades, drugs, in order.

A fact is 64 bits, equal for equal meaning (`5 mg`, `５毫克` and `5.0mg` are one), and a span of characters. Texts say
the same only if their lists of facts are equal; `dedup.clinical.guard` also asks that the facts stand in the same
places.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.clinical.lexicon import BEGINS_UNIT, BEGINS_WORD, IS_DIGIT, IS_NUMERAL, IS_WORD, NEUTRAL, pair
from dedup.clinical.lexicon_words import SPACE, WIDE, read_word
from dedup.clinical.numbers import follows_fraction, read_chinese_number, read_number
from dedup.signatures.compile_kernel import inner

U32, U64 = np.uint32, np.uint64


@inner
def scan_facts(folded, count, trie, facts):  # type: ignore[no-untyped-def]
    """Write the facts of folded code points with kind and span (in characters) and return their number."""
    n_facts = at = 0
    roles, pairs = trie.roles, trie.pairs
    while at < count:
        role = roles[folded[at]] if folded[at] < U32(len(roles)) else np.uint8(0)
        if role == 0:
            at += 1
            continue
        follows = _character_after(folded, count, at)
        stop, kind, fact = at + 1, NEUTRAL, U64(0)
        if role & IS_DIGIT:
            stop, kind, fact = read_number(folded, count, at, trie)
        elif role & IS_NUMERAL and (roles[follows] & (IS_NUMERAL | BEGINS_UNIT) or follows_fraction(folded, at)):
            stop, kind, fact = read_chinese_number(folded, count, at, trie)
        if kind == NEUTRAL and (role & IS_WORD or (role & BEGINS_WORD and pairs[pair_place(folded[at], follows)])):
            stop, kind, fact = read_word(folded, count, at, trie)
        if kind != NEUTRAL:
            facts.says[n_facts], facts.kinds[n_facts] = fact, kind
            facts.starts[n_facts], facts.stops[n_facts] = at, stop
            n_facts += 1
        at = stop
    return n_facts


pair_place: Any = inner(pair)


@inner
def _character_after(folded, count, at):  # type: ignore[no-untyped-def]
    """Return the character after one, 0 beyond the lexicon's plane; white space after a Chinese one is passed over."""
    first = folded[at]
    at += 1
    while at < count and folded[at] <= SPACE and first > WIDE:
        at += 1
    return folded[at] if at < count and folded[at] < U32(0x10000) else U32(0)
