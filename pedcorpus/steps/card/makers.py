"""Who or what wrote the texts of a dataset, and what made the rejected answers of its preference pairs worse."""

from __future__ import annotations

from collections.abc import Sequence

from pedcorpus.steps.card.markdown import table

Made = tuple[str, str, str, str | None, int]
"""Kind, name, version, model and rows of a value of `builder` or `rejected_by`."""

_PAIRS = (
    "The chosen answer is that of the corpus. No human has compared the two: the rejected answer was made worse by a "
    "named rule (`rule`: a dose, unit, age, drug or finding changed, a hedge made certain, care denied, advice "
    "reversed, something left out, or another aspect of the same subject answered), or is what a local model answered "
    "(`model`). What a rule did can be verified from both texts."
)


def describe_makers(made: Sequence[Made]) -> str:
    """Return the section on who made the text of the instruction samples."""
    return table(["kind", "name", "version", "model", "rows"], made) + "\n\nReview by clinicians: not recorded."


def describe_pairs(made: Sequence[Made]) -> str:
    """Return the section on preference pairs: what made the rejected answers, and that no human judged them."""
    return f"{_PAIRS}\n\n{table(['kind', 'name', 'version', 'model', 'pairs'], made)}" if made else "None."
