"""Clinical facts of a text: numbers with their unit, negations, routes, groups of age, drugs, in order.

A fact is 64 bits, equal for equal meaning (`5 mg`, `５毫克` and `5.0mg` are one), and a span of characters. Texts say
the same only if their lists of facts are equal; `dedup.guard` also asks that the facts stand in the same places.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.kernel import inner
from dedup.lexicon import (
    BEGINNING,
    BEGINS_UNIT,
    BEGINS_WORD,
    CODE_BITS,
    ENDING,
    IS_DIGIT,
    IS_NUMERAL,
    IS_WORD,
    NEUTRAL,
    NUMBER,
    UNIT,
    pair,
)
from dedup.shingles import finish

U32, U64 = np.uint32, np.uint64
AROUND = 2
"""Characters that make a name of an ending (before it) or a beginning (after it): 阿奇 + 霉素, 头孢 + 曲松."""
MAX_NUMERALS = 6
"""Most Chinese numerals of one number (九百九十九 has five): a longer row is no measure."""
LIST_DIGITS = 2
"""Most digits of an item's number in a list; a longer one is a measure."""


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
    """Return the plain form of superscript digits, the ideographic space and signs that come in two forms."""
    if c == U32(0xB2) or c == U32(0xB3):
        return c - U32(0x80)
    if c == U32(0xB9):
        return U32(0x31)
    if U32(0x2070) <= c <= U32(0x2079) or U32(0x2080) <= c <= U32(0x2089):
        return U32(0x30) + (c & U32(0xF))
    if c == U32(0x3000) or c == U32(0xA0):
        return U32(0x20)
    return c


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
        follows = folded[at + 1] if at + 1 < count else U32(0)
        stop, kind, fact = at + 1, NEUTRAL, U64(0)
        if role & IS_DIGIT:
            stop, kind, fact = number(folded, count, at, trie)
        elif role & IS_NUMERAL and follows < U32(len(roles)) and roles[follows] & (IS_NUMERAL | BEGINS_UNIT):
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
def child(node, code, trie):  # type: ignore[no-untyped-def]
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
def match(folded, count, at, trie, units):  # type: ignore[no-untyped-def]
    """Return (end, node) of the longest word at `at`: a unit if `units`, else any other; (at, -1) where there is none.

    A word that ends in a Latin letter must not run on in one: the g of `5 groups` is no gram.
    """
    node, best, end = 0, -1, at
    for i in range(at, count):
        node = child(node, folded[i], trie)
        if node < 0:
            break
        if trie.kind[node] >= 0 and (trie.kind[node] == UNIT) == units:
            runs_on = is_latin(folded[i]) and i + 1 < count and is_latin(folded[i + 1])
            if not runs_on:
                best, end = node, i + 1
    return end, best


@inner
def word(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, kind, fact) of the word at `at`; (at + 1, NEUTRAL, 0) where there is none."""
    end, node = match(folded, count, at, trie, False)
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
def number(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, kind, fact) of the number at `at` with its unit; the numbers of list items and notes are none."""
    end, fact, digits = value(folded, count, at)
    after, unit = units(folded, count, end, trie)
    if unit == U64(0) and digits <= LIST_DIGITS and is_mark(folded, count, at, end):
        return max(end, at + 2), NEUTRAL, U64(0)
    return (end, NUMBER, fact) if unit == U64(0) else (after, NUMBER, finish(fact ^ unit))


@inner
def value(folded, count, at):  # type: ignore[no-untyped-def]
    """Return (end, hash, digits) of a decimal number; idle zeros and the commas of thousands do not count."""
    h, i, digits, zeros, has_point = U64(NUMBER), at, 0, 0, False
    while i < count:
        c = folded[i]
        if is_digit(c):
            digits += 1
            if c == U32(0x30) and has_point:
                zeros += 1  # counted only when a digit follows
            elif c != U32(0x30) or h != U64(NUMBER):
                for _ in range(zeros):
                    h = finish(h + U64(0x30))
                zeros = 0
                h = finish(h + U64(c))
        elif c == U32(0x2E) and not has_point and i + 1 < count and is_digit(folded[i + 1]):
            has_point = True
            h = finish(h + U64(0x2E)) if _has_fraction(folded, count, i + 1) else h
        elif not (c == U32(0x2C) and not has_point and _is_thousand(folded, count, i + 1)):
            break
        i += 1
    return i, h, digits


@inner
def _has_fraction(folded, count, at):  # type: ignore[no-untyped-def]
    while at < count and is_digit(folded[at]):
        if folded[at] != U32(0x30):
            return True
        at += 1
    return False


@inner
def _is_thousand(folded, count, at):  # type: ignore[no-untyped-def]
    for i in range(at, at + 3):
        if i >= count or not is_digit(folded[i]):
            return False
    return at + 3 >= count or not is_digit(folded[at + 3])


@inner
def units(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, hash) of the units at `at`, e.g. mg/(kg·d); hash 0 where there is none."""
    total, end = U64(0), at
    while True:
        start = end
        while start < count and start < end + 3 and _joins(folded[start], total != U64(0)):
            start += 1
        stop, node = match(folded, count, start, trie, True)
        if node < 0:
            return end, total
        total = finish(total + U64(trie.name[node]))
        end = stop


@inner
def _joins(c, inside):  # type: ignore[no-untyped-def]
    """Say whether a character may stand before a unit: a space; between units also / · ⋅ * ( ) and 每."""
    if c == U32(0x20):
        return not inside
    return inside and (c == 0x2F or c == 0xB7 or c == 0x22C5 or c == 0x2A or c == 0x28 or c == 0x29 or c == 0x6BCF)


@inner
def is_mark(folded, count, at, end):  # type: ignore[no-untyped-def]
    """Say whether the number from `at` to `end` counts the items of a list, `1、` or `(1)`, or is a note, `[1]`."""
    before = folded[at - 1] if at > 0 else U32(0x0A)
    if before == U32(0x20) and at > 1:
        before = folded[at - 2]
    after = folded[end] if end < count else U32(0)
    if before == U32(0x5B):
        return after == U32(0x5D)
    if before == U32(0x28):
        return after == U32(0x29)
    opens = before <= U32(0x20) or before == 0x3002 or before == 0x3B or before == 0x3A or before == 0x2C
    return opens and (after == 0x3001 or after == 0x2E or after == 0xFF0E or after == 0x29)


@inner
def chinese_number(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, kind, fact) of a number in Chinese numerals, which counts only before a unit: 三天, 一次, 半片."""
    end, total, digit = at, 0, 0
    first = trie.values[folded[at]]
    while end < count and folded[end] < U32(len(trie.values)) and trie.values[folded[end]] >= 0:
        v = int(trie.values[folded[end]])
        if v == 10 or v == 100 or v == 1000:
            total, digit = total + max(digit, 1) * v, 0
        else:
            digit = digit * 10 + v
        end += 1
    after, unit = units(folded, count, end, trie)
    if unit == U64(0) or end - at > MAX_NUMERALS or first >= 100:
        return at + 1, NEUTRAL, U64(0)
    stop, node = match(folded, count, at, trie, False)
    if node >= 0 and trie.kind[node] == NEUTRAL and stop >= after:  # 十分 is no number, 十分钟 is
        return stop, NEUTRAL, U64(0)
    return after, NUMBER, finish(_spell(total + digit, folded[at] == U32(0x534A)) ^ unit)


@inner
def _spell(amount, is_half):  # type: ignore[no-untyped-def]
    """Hash an amount as `value` hashes its digits; 半 is 0.5."""
    h = U64(NUMBER)
    if is_half:
        return finish(finish(h + U64(0x2E)) + U64(0x35))
    size = 1
    while size * 10 <= amount:
        size *= 10
    while size > 0 and amount > 0:
        h = finish(h + U64(0x30 + amount // size % 10))
        size //= 10
    return h


@inner
def is_digit(c):  # type: ignore[no-untyped-def]
    """Say whether a folded character is a digit."""
    return U32(0x30) <= c <= U32(0x39)


@inner
def is_latin(c):  # type: ignore[no-untyped-def]
    """Say whether a folded character is a Latin letter."""
    return U32(0x61) <= c <= U32(0x7A)
