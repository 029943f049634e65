"""One statement of a knowledge graph."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.origin import Origin, content_id


@dataclass(frozen=True, slots=True)
class Triple:
    """`head` —`relation`→ `tail`. `relation` is a word of our vocabulary (`ingest.knowledge_graph.RELATIONS`).

    Types are entity classes (`disease`, `symptom`, `drug`, `check`, `food`, `department`, …; `unknown` where the
    source does not tell). `qualifiers` are further `name=value` facts of the statement, sorted. `also` are the other
    places of the source that make the same statement.
    """

    id: str
    source: str
    origin: Origin
    head: str
    head_type: str
    relation: str
    tail: str
    tail_type: str
    license: str
    qualifiers: tuple[str, ...] = ()
    also: tuple[Origin, ...] = ()


def triple_id(source: str, head: str, relation: str, tail: str) -> str:
    """Id of a triple: what it says and who says it; the same statement twice in a source has one id."""
    return content_id("kg", (source, head, relation, tail))
