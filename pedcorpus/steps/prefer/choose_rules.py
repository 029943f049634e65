"""Which sample becomes a pair, and by which rule: one decision over numbers of all samples.

Samples are taken by rank, then by hash. Of the rules that fit, each sample takes the one that is furthest from the most
it may make. Two bounds keep the pairs from being told apart without medicine: by the prompt's own words, and by length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FEW = 5
"""Pairs that a rule may make in any case: of a handful, shares say nothing."""
MOST_TOLD = 0.16
"""Most by which pairs where the chosen answer shares more 2-grams with the prompt may outnumber those where it shares
fewer, as a share of all: choosing by them is right in at most 0.5 + 0.08."""
MOST_LONGER = 0.44
"""The same for pairs whose chosen answer is longer: choosing the longer is right in at most 0.72."""
UNUSED, SAME_QUESTION, NO_RULE = -1, -2, -3
"""Why a sample is in no pair: beyond size or shares; another pair has its question; no rule fits."""


class Candidates(NamedTuple):
    """The samples that may be chosen, one entry per row, and what each rule would make of them, [row, rule].

    `rejected` is the hash of the rejected answer, 0 where the rule does not fit; `told` and `longer` are 1, 0 or -1
    (the chosen answer shares more of the prompt, is longer; or the rejected one). `donor` is the number of the row
    whose answer the last rule takes, -1 for none.
    """

    key: NDArray[np.uint64]
    rank: NDArray[np.int64]
    question: NDArray[np.uint64]
    answer: NDArray[np.uint64]
    rejected: NDArray[np.uint64]
    told: NDArray[np.int8]
    longer: NDArray[np.int8]
    donor: NDArray[np.int64]


def choose_rules(samples: Candidates, shares: Sequence[float], size: int) -> NDArray[np.int64]:
    """Return the rule of each sample, or UNUSED, SAME_QUESTION or NO_RULE; `shares` are the most each rule may make.

    A share is of the pairs there are: where a rule cannot give its part, the others give less too. Where all comes from
    one place, as a model's predictions do, there is nothing to balance: neither bound holds.
    """
    order = np.lexsort((samples.key, samples.rank))
    wanted = min(size, len(order))
    while True:
        rules = _assign(samples, order, _limits(shares, wanted), wanted)
        made = int((rules >= 0).sum())
        if made >= wanted or made == 0:
            return rules
        wanted = made


def _limits(shares: Sequence[float], wanted: int) -> NDArray[np.float64]:
    """Return how many pairs each rule may make; none where its share is 0."""
    return np.array([max(share * wanted, FEW) if share > 0 else 0 for share in shares], np.float64)


class _State:
    """What was chosen so far: pairs by rule, questions and answers that are taken."""

    def __init__(self, samples: Candidates, limits: NDArray[np.float64], wanted: int) -> None:
        self.samples, self.limits = samples, limits
        self.counts = np.zeros(len(limits))
        self.told = self.longer = 0
        told, longer = (MOST_TOLD, MOST_LONGER) if len(limits) > 1 else (1.0, 1.0)
        self.bounds = max(told * wanted, FEW), max(longer * wanted, FEW)
        self.questions: set[int] = set()
        self.chosen: set[int] = set()
        self.rejected: set[int] = set()

    def rule_for(self, row: int) -> int:
        """Return the rule that a sample takes, UNUSED for none."""
        samples = self.samples
        able = [rule for rule in np.flatnonzero(samples.rejected[row]).tolist() if self._fits(row, rule)]
        return min(able, key=lambda rule: (self.counts[rule] / self.limits[rule], rule), default=UNUSED)

    def take(self, row: int, rule: int) -> None:
        """Note a pair."""
        samples = self.samples
        self.counts[rule] += 1
        self.told += int(samples.told[row, rule])
        self.longer += int(samples.longer[row, rule])
        self.questions.add(int(samples.question[row]))
        self.chosen.add(int(samples.answer[row]))
        self.rejected.add(int(samples.rejected[row, rule]))

    def _fits(self, row: int, rule: int) -> bool:
        """Return whether a rule is below its limit and brings no swap: no answer is rejected here and chosen there."""
        samples, made = self.samples, int(self.samples.rejected[row, rule])
        if self.counts[rule] + 1 > self.limits[rule] or made in self.chosen or made in self.rejected:
            return False
        told, longer = int(samples.told[row, rule]), int(samples.longer[row, rule])
        within = self.told + max(told, 0) <= self.bounds[0] and self.longer + max(longer, 0) <= self.bounds[1]
        return within or (told <= 0 and longer <= 0)


def _assign(
    samples: Candidates, order: NDArray[np.int64], limits: NDArray[np.float64], wanted: int
) -> NDArray[np.int64]:
    """Give samples rules in order, until there are as many pairs as wanted."""
    state = _State(samples, limits, wanted)
    rules = np.where(samples.rejected.any(axis=1), UNUSED, NO_RULE).astype(np.int64)
    made = 0
    for row in order.tolist():
        if rules[row] == NO_RULE:
            continue
        if int(samples.question[row]) in state.questions or int(samples.answer[row]) in state.rejected:
            rules[row] = SAME_QUESTION
            continue
        rule = state.rule_for(row) if made < wanted else UNUSED
        if rule >= 0:
            rules[row] = rule
            state.take(row, rule)
            made += 1
    return rules


def joined(parts: Sequence[Mapping[str, NDArray[np.generic]]]) -> Candidates:
    """Return the candidates of all shards as one."""
    return Candidates(*(np.concatenate([part[name] for part in parts]) for name in Candidates._fields))
