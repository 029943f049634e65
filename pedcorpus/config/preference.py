"""What `[prefer]` may say: how the worse answers come about, and the most that each rule may make."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from pedcorpus.config.frozen import Share

FROM_FILE = "file:"
"""How `rejected` names a file."""
SHARES = {
    "dose_changed": 0.2,
    "unit_changed": 0.15,
    "age_band_changed": 0.15,
    "frequency_changed": 0.15,
    "duration_changed": 0.15,
    "temperature_changed": 0.1,
    "drug_swapped": 0.2,
    "warning_signs_dropped": 0.2,
    "cut_to_a_clause": 0.2,
    "explanation_removed": 0.15,
    "hedge_made_certain": 0.2,
    "care_denied": 0.2,
    "advice_reversed": 0.2,
    "finding_reversed": 0.15,
    "other_aspect": 0.2,
}
"""Most of the pairs that each rule may make (our default)."""


def _rejected(value: str) -> str:
    """Check how the worse answers come about."""
    if value == "model":
        raise PydanticCustomError(
            "rejected",
            '"rules" or "file:PATH" (a model that is asked while building comes with the teacher; until then write its '
            "answers with `python -m training generate` and name the file)",
        )
    if value != "rules" and not (value.startswith(FROM_FILE) and value.removeprefix(FROM_FILE).strip()):
        raise PydanticCustomError("rejected", '"rules" or "file:PATH"')
    return value


def _shares(values: dict[str, float]) -> dict[str, float]:
    """Fill in the shares that are not named; refuse unknown rules."""
    if unknown := sorted(values.keys() - SHARES.keys()):
        said = {"known": ", ".join(SHARES), "unknown": ", ".join(unknown)}
        raise PydanticCustomError("shares", "rules among {known}, not {unknown}", said)
    return SHARES | values


Rejected = Annotated[str, AfterValidator(_rejected)]
Shares = Annotated[dict[str, Share], AfterValidator(_shares)]
