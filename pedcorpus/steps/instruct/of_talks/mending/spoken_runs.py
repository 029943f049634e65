"""What speech recognition made of a doctor's spoken message: long runs without a sign, full of 嗯, 那个 and 的那.

A typed message has signs or is short; of the runs of 24 characters and more in CMDD that hold three such marks and one
for each 13 characters, 19 of 25 read were no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, clauses

MIN_RUN_CHARS = 24
"""A shorter run without a sign is a message."""
MIN_MARKS, MIN_SHARE = 3, 0.075
"""Marks of spoken words in a run, and their share of its characters."""
MOST_RUNS = 2
"""A talk with more such runs was spoken as a whole: what is left of it cannot be trusted."""
_MARK = re.compile(
    r"[嗯额哎咯哪]|[啊呢哦](?=[一-龥])|那个|这个|那那|那(?![么就个])|就是说|他不是|嘿嘿|了(?=[你我他她那这还])|的(?=[你我他她那这])"
    r"|(?<=[一-龥])[a-z](?=[一-龥])"
)
"""`分的那一个` → `的`"""


def misheard_runs(turns: Sequence[Turn]) -> int:
    """Return how many runs of the doctor's turns are misheard."""
    return sum(map(is_misheard, (part for role, text in turns if role == "assistant" for part in clauses(text))))


def without_misheard(text: str) -> str:
    """Return a doctor's turn without its misheard runs."""
    return "".join(part for part in clauses(text) if not is_misheard(part)).strip()


def is_misheard(run: str) -> bool:
    """Return whether a run of words between two signs is what nobody said."""
    if len(run) < MIN_RUN_CHARS:
        return False
    marks = len(_MARK.findall(run))
    return marks >= MIN_MARKS and marks >= MIN_SHARE * len(run)
