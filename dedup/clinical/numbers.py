"""Numbers with their units in folded code points: `5 mg`, `5.0mg` and `五毫克` are one."""

from __future__ import annotations

import numpy as np

from dedup.clinical.lexicon import NEUTRAL, NUMBER
from dedup.clinical.lexicon_words import SPACE, is_digit, match_word
from dedup.signatures.compile_kernel import inner
from dedup.signatures.shingles import finish

U32, U64 = np.uint32, np.uint64
HALF = U32(0x534A)
"""半"""
MAX_NUMERALS = 6
"""Most Chinese numerals of one number (九百九十九 has five): a longer row is no measure."""
LIST_DIGITS = 2
"""Most digits of an item's number in a list; a longer one is a measure."""


@inner
def read_number(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, kind, fact) of the number at `at` with its unit; the numbers of list items and notes are none."""
    end, fact, digits = read_value(folded, count, at)
    after, unit = read_units(folded, count, end, trie)
    if unit == U64(0) and digits <= LIST_DIGITS and is_list_mark(folded, count, at, end):
        return max(end, at + 2), NEUTRAL, U64(0)
    return (end, NUMBER, fact) if unit == U64(0) else (after, NUMBER, finish(fact ^ unit))


@inner
def read_value(folded, count, at):  # type: ignore[no-untyped-def]
    """Return (end, hash, digits) of a decimal number; idle zeros do not count, nor commas and spaces of thousands."""
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
        elif not ((c == U32(0x2C) or c == SPACE) and not has_point and _is_thousand(folded, count, i + 1)):
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
def read_units(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, hash) of the units at `at`, e.g. mg/(kg·d), with a 半 behind them; hash 0 where there is none."""
    total, end = U64(0), at
    while True:
        start = end
        while start < count and start < end + 3 and _may_join(folded[start], total != U64(0)):
            start += 1
        stop, node = match_word(folded, count, start, trie, True)
        if node < 0:
            break
        total = finish(total + U64(trie.name[node]))
        end = stop
    if total != U64(0) and end < count and folded[end] == HALF:
        return end + 1, finish(total ^ U64(HALF))
    return end, total


@inner
def _may_join(c, inside):  # type: ignore[no-untyped-def]
    """Return whether a character may stand before a unit: a space; between units also / · ⋅ • . * ( ) and 每."""
    if c == U32(0x20):
        return not inside
    is_dot = c == 0x2E or c == 0xB7 or c == 0x22C5 or c == 0x2022
    return inside and (is_dot or c == 0x2F or c == 0x2A or c == 0x28 or c == 0x29 or c == 0x6BCF)


@inner
def is_list_mark(folded, count, at, end):  # type: ignore[no-untyped-def]
    """Return whether the number from `at` to `end` counts the items of a list, `1、` or `(1)`, or is a note, `[1]`."""
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
def read_chinese_number(folded, count, at, trie):  # type: ignore[no-untyped-def]
    """Return (end, kind, fact) of a number in Chinese numerals, which counts before a unit, 三天, or after 分之."""
    end, total, digit = at, 0, 0
    first = trie.values[folded[at]]
    while end < count and folded[end] < U32(len(trie.values)) and trie.values[folded[end]] >= 0:
        v = int(trie.values[folded[end]])
        if v == 10 or v == 100 or v == 1000:
            total, digit = total + max(digit, 1) * v, 0
        else:
            digit = digit * 10 + v
        end += 1
    after, unit = read_units(folded, count, end, trie)
    if (unit == U64(0) and not follows_fraction(folded, at)) or end - at > MAX_NUMERALS or first >= 100:
        return at + 1, NEUTRAL, U64(0)
    stop, node = match_word(folded, count, at, trie, False)
    if node >= 0 and trie.kind[node] == NEUTRAL and stop >= after:  # 十分 is no number, 十分钟 is
        return stop, NEUTRAL, U64(0)
    return after, NUMBER, finish(_spell(total + digit, folded[at] == HALF) ^ unit)


@inner
def _spell(amount, is_half):  # type: ignore[no-untyped-def]
    """Hash an amount as `read_value` hashes its digits; 半 is 0.5."""
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
def follows_fraction(folded, at):  # type: ignore[no-untyped-def]
    """Return whether 分之 stands before."""
    return at > 1 and folded[at - 1] == U32(0x4E4B) and folded[at - 2] == U32(0x5206)
