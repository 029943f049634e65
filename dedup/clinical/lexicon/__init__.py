"""Words the clinical guard looks for, one text file per kind, compiled into a trie."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

KINDS = ("neutral", "number", "negation", "route", "age", "frequency", "grade", "drug", "ending", "beginning", "unit")
"""Kinds of words; a word's kind is its place here. Numbers are not words, but a fact of theirs has this kind."""
NEUTRAL, NUMBER, NEGATION, ROUTE, AGE, FREQUENCY, GRADE, DRUG, ENDING, BEGINNING, UNIT = range(len(KINDS))
NAMED = (NEGATION, ROUTE, AGE, FREQUENCY, GRADE, UNIT)
"""Kinds whose lines begin with the name of the fact."""
CODE_BITS = 21
"""Bits of a code point; a trie key is state << 21 | code point."""


BEGINS_WORD, IS_WORD, BEGINS_UNIT, IS_NUMERAL, IS_DIGIT = 1, 2, 4, 8, 16
"""What a character is, or may begin: a word of two or more characters or of one; a unit; a number."""
PAIR_BITS = 16
NUMERALS = dict(zip("〇零半一二两三四五六七八九十百千", (0, 0, 0, 1, 2, 2, *range(3, 11), 100, 1000), strict=True))
NUMERALS |= dict(zip("壹贰叁肆伍陆柒捌玖拾佰", (*range(1, 11), 100), strict=True))


class Trie(NamedTuple):
    """Words as a hash table of edges: `keys` (0 = free) and `nodes`; a node's word has `kind` (-1: none) and `name`.

    `roles[c]` says what a code point below 65536 may begin; `values[c]` is the value of a Chinese numeral, else -1.
    `pairs[pair(c, d)]` is true where c and d begin a word: what keeps most characters from the table.
    """

    keys: NDArray[np.uint64]
    nodes: NDArray[np.int32]
    kind: NDArray[np.int8]
    name: NDArray[np.int32]
    roles: NDArray[np.uint8]
    pairs: NDArray[np.bool_]
    values: NDArray[np.int16]


@cache
def trie() -> Trie:
    """Compile all words."""
    edges: dict[tuple[int, int], int] = {}
    accepts: dict[int, tuple[int, int]] = {}
    for word, kind, name in words():
        node = 0
        for character in word:
            node = edges.setdefault((node, ord(character)), len(edges) + 1)
        accepts[node] = (kind, name)
    return _arrays(edges, accepts)


def words() -> Iterator[tuple[str, int, int]]:
    """Yield every word with its kind and the number of its name; words of one name say the same."""
    names = 0
    for kind in (NEGATION, ROUTE, AGE, FREQUENCY, GRADE, DRUG, ENDING, BEGINNING, UNIT):
        for line in (Path(__file__).parent / f"{KINDS[kind]}.txt").read_text("utf-8").splitlines():
            entry = line.split()
            if not entry or entry[0] == "#":
                continue
            names += 1
            for word in entry[1:] if kind in NAMED else entry:
                yield word.lower(), NEUTRAL if entry[0] == "=" else kind, names


def _arrays(edges: dict[tuple[int, int], int], accepts: dict[int, tuple[int, int]]) -> Trie:
    size = 1 << (2 * len(edges)).bit_length()
    keys, nodes = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    kind, name = np.full(len(edges) + 1, -1, np.int8), np.zeros(len(edges) + 1, np.int32)
    roles, values = np.zeros(0x10000, np.uint8), np.full(0x10000, -1, np.int16)
    pairs = np.zeros(1 << PAIR_BITS, np.bool_)
    for word, which, _ in words():
        roles[ord(word[0])] |= BEGINS_UNIT if which == UNIT else IS_WORD if len(word) == 1 else BEGINS_WORD
        if which != UNIT and len(word) > 1:
            pairs[pair(ord(word[0]), ord(word[1]))] = True
    for (node, code), child in edges.items():
        key = node << CODE_BITS | code
        slot = key * 0x9E3779B97F4A7C15 % 2**64 >> 40 & size - 1
        while keys[slot]:
            slot = slot + 1 & size - 1
        keys[slot], nodes[slot] = key, child
    for node, (which, number) in accepts.items():
        kind[node], name[node] = which, number
    for character, number in NUMERALS.items():
        roles[ord(character)] |= IS_NUMERAL
        values[ord(character)] = number
    roles[0x30:0x3A] |= IS_DIGIT
    return Trie(keys, nodes, kind, name, roles, pairs, values)


def pair(first: int, second: int) -> int:
    """Return the place of two characters in `Trie.pairs`; also compiled, in `dedup.clinical.facts`."""
    return (first * 0x9E37 + second) & ((1 << PAIR_BITS) - 1)
