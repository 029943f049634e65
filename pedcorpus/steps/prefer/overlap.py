"""How many character 2-grams an answer shares with its prompt: what a reader without medicine could choose by."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W_]+")
"""`多喝水，休息` → `多喝水`"""


def two_grams(text: str) -> set[str]:
    """Return the distinct 2-grams of a text, marks and white space apart."""
    return {word[at : at + 2] for word in _WORDS.findall(text) for at in range(len(word) - 1)}


def shared_grams(prompt: str, answer: str) -> int:
    """Return how many distinct 2-grams prompt and answer share."""
    return len(two_grams(prompt) & two_grams(answer))


def compare_overlap(prompt: str, chosen: str, rejected: str) -> int:
    """Return 1 where the chosen answer shares more with the prompt, -1 where the rejected one does, else 0."""
    chosen_grams, rejected_grams = shared_grams(prompt, chosen), shared_grams(prompt, rejected)
    return (chosen_grams > rejected_grams) - (chosen_grams < rejected_grams)
