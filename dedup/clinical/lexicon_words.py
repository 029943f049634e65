"""Words of the lexicon in folded code points: half width, lower case, plain digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.lexicon import BEGINNING, CODE_BITS, ENDING, NEUTRAL, UNIT
from dedup.signatures.compile_kernel import inner
from dedup.signatures.shingles import finish

U32, U64 = np.uint32, np.uint64
SPACE, WIDE = U32(0x20), U32(0x2E80)
"""Code points up to SPACE are white; above WIDE they are Chinese, for our purpose."""
AROUND = 2
"""Characters that make a name of an ending (before it) or a beginning (after it): 阿奇 + 霉素, 头孢 + 曲松."""


@inner
def fold(codes: NDArray[np.uint32], count: int, out: NDArray[np.uint32]) -> None:
    """Write code points as the lexicon spells them: half width, lower case, plain digits."""
    for i in range(count):
        c = codes[i]
        if U32(0xFF01) <= c <= U32(0xFF5E):
            c -= U32(0xFEE0)
        if U32(65) <= c <= U32(90):
            c += U32(32)
        elif c >= U32(0xB2):
            c = _plain(c)
        out[i] = c


@inner
def _plain(c):  # type: ignore[no-untyped-def]
    """Return the plain form of superscript digits, of Roman numerals, and of spaces wide, thin and of no width."""
    if c == U32(0xB2) or c == U32(0xB3):
        return c - U32(0x80)
    if c == U32(0xB9):
        return U32(0x31)
    if U32(0x2070) <= c <= U32(0x2079) or U32(0x2080) <= c <= U32(0x2089):
        return U32(0x30) + (c & U32(0xF))
    if U32(0x2160) <= c <= U32(0x2168):
        return U32(0x31) + (c - U32(0x2160))
    if c == U32(0x3000) or c == U32(0xA0) or U32(0x2009) <= c <= U32(0x200D) or c == U32(0x202F) or c == U32(0xFEFF):
        return U32(0x20)
    return c


@inner
def child_node(node, code, trie):  # type: ignore[no-untyped-def]
    """Return the node that `code` leads to, or -1."""
    key = U64(node) << U64(CODE_BITS) | U64(code)
    bits = U64(len(trie.keys) - 1)
    slot = (key * U64(0x9E3779B97F4A7C15)) >> U64(40) & bits
    while trie.keys[slot] != U64(0):
        if trie.keys[slot] == key:
            return trie.nodes[slot]
        slot = (slot + U64(1)) & bits
    return -1


@inner
def match_word(folded, count, at, trie, units):  # type: ignore[no-untyped-def]
    """Return (end, node) of the longest word at `at`: a unit if `units`, else any other; (at, -1) where there is none.

    A word that ends in a Latin letter must not run on in one: the g of `5 groups` is no gram. Spaces and ends of lines
    inside a Chinese word are passed over.
    """
    node, best, end, last = 0, -1, at, U32(0)
    for i in range(at, count):
        if folded[i] <= SPACE and last > WIDE:
            continue
        last = folded[i]
        node = child_node(node, folded[i], trie)
        if node < 0:
            break
        if trie.kind[node] >= 0 and (trie.kind[node] == UNIT) == units:
            runs_on = is_latin(folded[i]) and i + 1 < count and is_latin(folded[i + 1])
            if not runs_on:
                best, end = node, i + 1
    return end, best


@inner
def read_word(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, kind, fact) of the word at `at`; (at + 1, NEUTRAL, 0) where there is none."""
    end, node = match_word(folded, count, at, trie, False)
    latin_before = at > 0 and is_latin(folded[at - 1]) and is_latin(folded[at])
    if node < 0 or latin_before:
        return at + 1, NEUTRAL, U64(0)
    kind = trie.kind[node]
    fact = finish(U64(kind) << U64(32) | U64(trie.name[node]))
    if kind == ENDING:
        for i in range(max(0, at - AROUND), at):
            fact = finish(fact ^ U64(folded[i]))
    elif kind == BEGINNING:
        last = min(count, end + AROUND)
        for i in range(end, last):
            fact = finish(fact ^ U64(folded[i]))
        end = last
    return end, kind, fact


@inner
def is_digit(c):  # type: ignore[no-untyped-def]
    """Return whether a folded character is a digit."""
    return U32(0x30) <= c <= U32(0x39)


@inner
def is_latin(c):  # type: ignore[no-untyped-def]
    """Return whether a folded character is a Latin letter."""
    return U32(0x61) <= c <= U32(0x7A)
