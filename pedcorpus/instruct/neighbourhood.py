"""What a knowledge graph says of one subject: its outgoing statements, gathered by aspect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pedcorpus.instruct.templates import templates

LIST_ITEMS = 10
"""Most names in one sentence of an answer: a longer list is no answer a reader remembers."""
TEXT_ITEMS = 40
"""Most names in one sentence of the plain text."""
_SENTENCES = re.compile(r"[。！？；\n]|.{40,}")
_DEPARTMENT = re.compile(r"科$|^科室")
_NO_SUBJECTS = frozenset({"department", "product"})
"""`心内科 是一种 内科` and a maker's products teach nothing of medicine."""
_CLASHING = ({"宜吃", "推荐食谱"}, {"忌吃"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One tail. `ids`: the triples that state it (two relations of an aspect may)."""

    tail: str
    relation: str
    ids: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """True for an attribute of whole sentences rather than a name."""
        return _SENTENCES.search(self.tail) is not None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The facts of a subject by aspect (the names of the graph templates), in the order of the template file."""

    subject: str
    subject_type: str
    facts: Mapping[str, tuple[Fact, ...]]


def neighbourhoods(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Neighbourhood, list[Mapping[str, Any]]]]:
    """Yield each subject of triple rows with the rows that begin at it, sorted by subject.

    A triple belongs to its head alone, so that no two subjects share a parent: held-out and training rows of two
    diseases are then never tied together by a statement such as `A 并发症 B`.
    """
    by_head: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_head.setdefault(row["head"], []).append(row)
    for subject in sorted(by_head):
        yield _gather(subject, by_head[subject]), by_head[subject]


def capped(facts: Sequence[Fact], most: int) -> list[Fact]:
    """Return at most `most` facts, those of the smallest ids (ids are hashes), in the order given."""
    if len(facts) <= most:
        return list(facts)
    chosen = set(sorted(fact.ids[0] for fact in facts)[:most])
    return [fact for fact in facts if fact.ids[0] in chosen]


def aspect_of(relation: str, tail: str) -> str | None:
    """Return the aspect of a statement; None for relations no template tells. `传播途径 无传染性` denies one."""
    aspect = _aspects().get(relation)
    denials = templates("graph")["contagion"].phrasings["denials"]
    return "contagion" if aspect == "spread" and any(denial in tail for denial in denials) else aspect


def _gather(subject: str, rows: Sequence[Mapping[str, Any]]) -> Neighbourhood:
    eats, avoids = ({row["tail"] for row in rows if row["relation"] in words} for words in _CLASHING)
    found: dict[str, dict[str, Fact]] = {name: {} for name in templates("graph")}
    for row in rows:
        tail = row["tail"].strip()
        aspect = aspect_of(row["relation"], tail)
        clash = aspect in ("diet", "avoid") and row["tail"] in eats & avoids
        if aspect is None or clash or not tail or tail == subject:
            continue
        known = found[aspect].get(tail)
        ids = (*known.ids, row["id"]) if known else (row["id"],)
        found[aspect][tail] = Fact(tail, known.relation if known else row["relation"], tuple(dict.fromkeys(ids)))
    facts = {aspect: tuple(tails.values()) for aspect, tails in found.items() if tails}
    subject_type = next((row["head_type"] for row in rows if row["head_type"] != "unknown"), "unknown")
    no_subject = subject_type in _NO_SUBJECTS or _DEPARTMENT.search(subject) is not None
    return Neighbourhood(subject, subject_type, {} if no_subject else facts)


@cache
def _aspects() -> dict[str, str]:
    return {
        relation: name
        for name, template in templates("graph").items()
        for relation in template.phrasings.get("relations", ())
    }
