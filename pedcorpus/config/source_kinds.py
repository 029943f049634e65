"""Source kinds as a configuration names them. Known without the readers, so that a wrong key is told in 0.3 s."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

BY_QUALITY = ("guideline", "textbook", "knowledge_graph", "dialogue", "distilled", "wikipedia")
"""The kinds that come with the package, the most trustworthy first: the order of `ingest.SOURCES` (a test holds it)."""


def _registered(kind: str) -> str:
    """Return a source kind that has a reader; of others than the usual, the register is asked (half a second)."""
    if kind in BY_QUALITY:
        return kind
    from ingest import SOURCES

    if kind not in SOURCES:
        raise PydanticCustomError("literal_error", "no such kind", {"expected": ", ".join(map(repr, SOURCES))})
    return kind


Kind = Annotated[str, AfterValidator(_registered)]
"""Name of a kind in the register of readers."""
