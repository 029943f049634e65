"""Describe in words where two texts differ, and which of their facts do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.guard import CompareBuffers, Facts, facts_touching, load_pair, new_compare_buffers
from dedup.clinical.lexicon import BEGINNING, DRUG, ENDING, KINDS, trie
from dedup.signatures.texts import Texts, longest

NOTHING = "∅"
MAX_SHOWN = 8
"""Differences named per pair: enough to judge it by."""
MAX_CHARS = 24
"""Characters shown per side of a difference; of a longer stretch its beginning."""

Describe = Callable[[Texts, int, int, CompareBuffers], str]


def describe_facts(texts: Texts, first: NDArray[np.int64], second: NDArray[np.int64]) -> list[str]:
    """Name the clinical differences of pairs of rows, e.g. `number 5mg/kg → 50mg/kg; negation ∅ → 不`."""
    return _describe_pairs(texts, first, second, _describe_facts)


def describe_characters(texts: Texts, first: NDArray[np.int64], second: NDArray[np.int64]) -> list[str]:
    """Name the differing characters of pairs of rows, e.g. `的 → 地; ∅ → ，`; empty where there are too many."""
    return _describe_pairs(texts, first, second, _describe_characters)


def _describe_pairs(texts: Texts, first: NDArray[np.int64], second: NDArray[np.int64], describe: Describe) -> list[str]:
    if not len(first):
        return []
    buffers = new_compare_buffers(longest(texts, np.unique(np.concatenate([first, second]))))
    return [describe(texts, int(a), int(b), buffers) for a, b in zip(first, second, strict=True)]


def _describe_characters(texts: Texts, a: int, b: int, buffers: CompareBuffers) -> str:
    _, _, n_hunks = load_pair(texts.offsets, texts.data, a, b, trie(), buffers)
    text_a, text_b = texts.text(a), texts.text(b)
    spans = buffers.spans[: max(n_hunks, 0)][::-1][:MAX_SHOWN].tolist()  # hunks come last first
    return "; ".join(f"{_clip(text_a[a0:a1])} → {_clip(text_b[b0:b1])}" for a0, a1, b0, b1 in spans)


def _describe_facts(texts: Texts, a: int, b: int, buffers: CompareBuffers) -> str:
    count_a, count_b, n_hunks = load_pair(texts.offsets, texts.data, a, b, trie(), buffers)
    text_a, text_b = texts.text(a), texts.text(b)
    shown: list[str] = []
    for a0, a1, b0, b1 in buffers.spans[: max(n_hunks, 0)][::-1].tolist():
        x = list(range(*facts_touching(buffers.facts_a, count_a, a0, a1)))
        y = list(range(*facts_touching(buffers.facts_b, count_b, b0, b1)))
        while x and y and buffers.facts_a.says[x[0]] == buffers.facts_b.says[y[0]]:
            x, y = x[1:], y[1:]
        while x and y and buffers.facts_a.says[x[-1]] == buffers.facts_b.says[y[-1]]:
            x, y = x[:-1], y[:-1]
        if x or y:
            kind = buffers.facts_a.kinds[x[0]] if x else buffers.facts_b.kinds[y[0]]
            kind = DRUG if kind in (ENDING, BEGINNING) else kind
            shown.append(
                f"{KINDS[kind]} {_spell_facts(text_a, buffers.facts_a, x)} → {_spell_facts(text_b, buffers.facts_b, y)}"
            )
    return "; ".join(shown[:MAX_SHOWN]) or "facts in other places"


def _spell_facts(text: str, room: Facts, which: list[int]) -> str:
    return _clip(" ".join(text[room.starts[k] : room.stops[k]] for k in which))


def _clip(text: str) -> str:
    flat = text.replace("\n", "⏎")
    return (flat[:MAX_CHARS] + "…" if len(flat) > MAX_CHARS else flat) or NOTHING
