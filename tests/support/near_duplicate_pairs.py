"""Texts with planted copies, and the truth about them by Python sets: the oracle of the tests here."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

SYLLABLES = (
    "患儿发热咳嗽腹泻皮疹呕吐肺炎支气管川崎病治疗检查血常规体温感染症状家长医院给予观察护理饮食睡眠精神尿量大便体重身高"
)


def sentence(rng: random.Random, chars: int) -> str:
    """Return invented text without numbers, negations, drugs or routes: nothing the guard looks at."""
    return "".join(rng.choice(SYLLABLES) for _ in range(chars))


def edited(text: str, share: float, rng: random.Random) -> str:
    """Return the text with a share of its characters replaced, dropped or doubled, never by a fact."""
    out: list[str] = []
    for character in text:
        if rng.random() >= share:
            out.append(character)
        elif (what := rng.randrange(3)) == 0:
            out.append(rng.choice(SYLLABLES))
        elif what == 1:
            out += [character, rng.choice(SYLLABLES)]
    return "".join(out)


def planted(n: int, copies: int, seed: int) -> list[str]:
    """Return n texts and so many copies with 0 to 6 % of characters edited, shuffled."""
    rng = random.Random(seed)
    texts = [sentence(rng, rng.randrange(20, 400)) for _ in range(n)]
    texts += [edited(texts[rng.randrange(n)], rng.random() * 0.06, rng) for _ in range(copies)]
    rng.shuffle(texts)
    return texts


def grams(text: str, n: int) -> frozenset[str]:
    """Return the set of a text's n-grams."""
    return frozenset(text[i : i + n] for i in range(len(text) - n + 1))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the Jaccard of two sets."""
    return len(a & b) / len(a | b)


def true_pairs(texts: list[str], n: int, threshold: float) -> dict[tuple[int, int], float]:
    """Return all pairs at the threshold by exact Jaccard, found through an inverted index of n-grams."""
    sets = [grams(text, n) for text in texts]
    rows: dict[str, list[int]] = {}
    for row, known in enumerate(sets):
        for gram in known:
            rows.setdefault(gram, []).append(row)
    shared: Counter[tuple[int, int]] = Counter()
    for found in rows.values():
        shared.update(combinations(found, 2))
    values = {(a, b): c / (len(sets[a]) + len(sets[b]) - c) for (a, b), c in shared.items()}
    return {pair: value for pair, value in values.items() if value >= threshold}
