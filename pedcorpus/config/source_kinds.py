"""Source kinds as a configuration names them: the register of readers is the only list of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def kinds_by_quality() -> list[str]:
    """Return all kinds, the most trustworthy first. Loads the readers (half a second)."""
    from ingest import SOURCES

    return list(SOURCES)


def _registered(kind: str) -> str:
    """Return a source kind that has a reader."""
    known = kinds_by_quality()
    if kind not in known:
        raise PydanticCustomError("literal_error", "no such kind", {"expected": ", ".join(map(repr, known))})
    return kind


Kind = Annotated[str, AfterValidator(_registered)]
"""Name of a kind in the register of readers."""
