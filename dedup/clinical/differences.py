"""In words: where two texts differ, and which of their facts do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dedup.clinical.guard import Desk, Facts, lay_out, new_desk, touched
from dedup.clinical.lexicon import BEGINNING, DRUG, ENDING, KINDS, trie
from dedup.signatures.texts import Texts, longest

NOTHING = "∅"
MAX_SHOWN = 8
"""Differences named of one pair: enough to judge it by."""
MAX_CHARS = 24
"""Characters shown of one side of a difference; of a longer stretch its beginning."""

Describe = Callable[[Texts, int, int, Desk], str]


def facts(texts: Texts, first: NDArray[np.int64], second: NDArray[np.int64]) -> list[str]:
    """Name the clinical differences of pairs of rows, e.g. `number 5mg/kg → 50mg/kg; negation ∅ → 不`."""
    return _each(texts, first, second, _facts)


def characters(texts: Texts, first: NDArray[np.int64], second: NDArray[np.int64]) -> list[str]:
    """Name the differing characters of pairs of rows, e.g. `的 → 地; ∅ → ，`; empty where there are too many."""
    return _each(texts, first, second, _characters)


def _each(texts: Texts, first: NDArray[np.int64], second: NDArray[np.int64], describe: Describe) -> list[str]:
    if not len(first):
        return []
    desk = new_desk(longest(texts, np.unique(np.concatenate([first, second]))))
    return [describe(texts, int(a), int(b), desk) for a, b in zip(first, second, strict=True)]


def _characters(texts: Texts, a: int, b: int, desk: Desk) -> str:
    _, _, found = lay_out(texts.offsets, texts.data, a, b, trie(), desk)
    text_a, text_b = texts.text(a), texts.text(b)
    spans = desk.spans[: max(found, 0)][::-1][:MAX_SHOWN].tolist()  # hunks come last first
    return "; ".join(f"{_clipped(text_a[a0:a1])} → {_clipped(text_b[b0:b1])}" for a0, a1, b0, b1 in spans)


def _facts(texts: Texts, a: int, b: int, desk: Desk) -> str:
    count_a, count_b, found = lay_out(texts.offsets, texts.data, a, b, trie(), desk)
    text_a, text_b = texts.text(a), texts.text(b)
    shown: list[str] = []
    for a0, a1, b0, b1 in desk.spans[: max(found, 0)][::-1].tolist():
        x = list(range(*touched(desk.facts_a, count_a, a0, a1)))
        y = list(range(*touched(desk.facts_b, count_b, b0, b1)))
        while x and y and desk.facts_a.says[x[0]] == desk.facts_b.says[y[0]]:
            x, y = x[1:], y[1:]
        while x and y and desk.facts_a.says[x[-1]] == desk.facts_b.says[y[-1]]:
            x, y = x[:-1], y[:-1]
        if x or y:
            kind = desk.facts_a.kinds[x[0]] if x else desk.facts_b.kinds[y[0]]
            kind = DRUG if kind in (ENDING, BEGINNING) else kind
            shown.append(f"{KINDS[kind]} {_spelled(text_a, desk.facts_a, x)} → {_spelled(text_b, desk.facts_b, y)}")
    return "; ".join(shown[:MAX_SHOWN]) or "facts in other places"


def _spelled(text: str, room: Facts, which: list[int]) -> str:
    return _clipped(" ".join(text[room.starts[k] : room.stops[k]] for k in which))


def _clipped(text: str) -> str:
    flat = text.replace("\n", "⏎")
    return (flat[:MAX_CHARS] + "…" if len(flat) > MAX_CHARS else flat) or NOTHING
