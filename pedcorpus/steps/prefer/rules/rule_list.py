"""The list of rules, and what verifies that a rejected answer was made by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pedcorpus.steps.prefer.rules import changed_numbers as numbers
from pedcorpus.steps.prefer.rules import changed_times as times
from pedcorpus.steps.prefer.rules import changed_words as words
from pedcorpus.steps.prefer.rules import denied_care as care
from pedcorpus.steps.prefer.rules import dropped_sentences as dropped
from pedcorpus.steps.prefer.rules.drug_classes import is_swap, swap_drug

VERSION = "2"
"""Version of the rules, as `rejected_by` names it."""
OTHER_ASPECT = "other_aspect"
"""The rule that takes the answer to another question about the same subject (`subject_aspects.py`)."""

Make = Callable[[str, str, str], str | None]
"""Answer, prompt and key (chooses among places by hash) → the worse answer; None where the rule does not fit."""
Verify = Callable[[str, str], bool]
"""Chosen and rejected answer → whether the rule can have made it."""


class Rule(NamedTuple):
    """How a worse answer is made, and how that is verified."""

    make: Make
    verify: Verify


def _one_of(places: numbers.FindPlaces) -> Rule:
    return Rule(numbers.change_one(places), numbers.is_one_changed(places))


RULES: dict[str, Rule] = {
    "dose_changed": _one_of(numbers.dose_places),
    "unit_changed": _one_of(times.unit_places),
    "age_band_changed": _one_of(times.age_places),
    "frequency_changed": _one_of(numbers.frequency_places),
    "duration_changed": _one_of(times.duration_places),
    "temperature_changed": _one_of(numbers.temperature_places),
    "drug_swapped": Rule(swap_drug, is_swap),
    "warning_signs_dropped": Rule(
        dropped.drop_warnings,
        lambda chosen, rejected: (
            dropped.is_part(chosen, rejected) and bool(dropped.WARNING.search(dropped.lost(chosen, rejected)))
        ),
    ),
    "cut_to_a_clause": Rule(
        dropped.cut_to_clause,
        lambda chosen, rejected: dropped.is_part(chosen, rejected) and len(rejected) <= 0.5 * len(chosen),
    ),
    "explanation_removed": Rule(dropped.remove_explanation, dropped.is_part),
    "hedge_made_certain": Rule(care.make_certain, care.is_made_certain),
    "care_denied": Rule(care.deny_care, care.is_denied),
    "advice_reversed": Rule(words.reverse_advice, words.is_reversed),
    "finding_reversed": Rule(words.turn_finding, words.is_turned),
}
"""Name → rule, for all rules that need the answer alone."""
RULE_NAMES = (*RULES, OTHER_ASPECT)


def verify(name: str, chosen: str, rejected: str) -> bool:
    """Return whether the rule `name` can have made the rejected answer of the chosen one."""
    return bool(rejected) and rejected != chosen and (name == OTHER_ASPECT or RULES[name].verify(chosen, rejected))
