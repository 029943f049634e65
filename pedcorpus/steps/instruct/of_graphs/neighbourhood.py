"""What a knowledge graph says of one subject: the edges that leave it, gathered by aspect, cleaned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pedcorpus.steps.instruct.of_documents.headings import names_subject
from pedcorpus.steps.instruct.of_graphs import tail_names as names
from pedcorpus.steps.instruct.of_graphs.complaints import is_no_complaint, kind_of
from pedcorpus.steps.instruct.of_graphs.remedies import is_remedy
from pedcorpus.steps.instruct.templates import aspects
from schemas.origin import Origin
from schemas.triple import Triple

if TYPE_CHECKING:
    import networkx as nx

Row = Mapping[str, Any]
_WORDS = ("head", "head_type", "relation", "tail", "tail_type")

TEXT_ITEMS = 40
"""Most names in one sentence of the plain text."""
MEDICAL_FACTS = 3
"""Statements of one medical aspect that make a subject medical: an encyclopaedia's 主频 has one 表现."""
_DEPARTMENT = re.compile(r"科$|^科室")
"""`儿童呼吸科` → `科`"""
_REMEDIES = frozenset({"drug", "treatment", "check", "food"})
_ILLNESSES = frozenset({"disease", "symptom", "sign"})
_UNFIT = {"illness": _REMEDIES, "remedy": _ILLNESSES}
"""What an aspect is of (`of` in the template file) → classes of entities it does not fit."""
_NO_SUBJECTS = frozenset({"department", "product"})
"""`心内科 是一种 内科` and a maker's products teach nothing of medicine."""
_WHOLE = frozenset({"definition", "incidence", "course", "dose", "english", "caution"})
"""Aspects whose tails are told as they are: `7至10天，多可自愈` is no list."""
_KINDS = {"told": "symptoms", "other": "symptoms", "found": "signs", "diagnosed": "findings"}
"""Who knows of a symptom → its aspect."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One name or statement. `ids`: the triples that state it (two relations of an aspect may)."""

    tail: str
    relation: str
    ids: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Return whether this is an attribute of whole clauses rather than a name."""
        return names.is_text(self.tail)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The facts of a subject by aspect (`[aspect.*]` of the graph's phrases), in the order of that file.

    `contradicted` are the ids of statements the graph says the contrary of, of any subject; `commonness` tells of how
    many subjects a symptom is stated.
    """

    subject: str
    subject_type: str
    facts: Mapping[str, tuple[Fact, ...]]
    contradicted: frozenset[str] = frozenset()
    commonness: Mapping[str, int] = field(default_factory=dict)

    def named(self, aspect: str) -> list[Fact]:
        """Return the names of an aspect."""
        return [fact for fact in self.facts.get(aspect, ()) if not fact.is_text]

    def texts(self, aspect: str) -> list[Fact]:
        """Return the attributes of an aspect."""
        return [fact for fact in self.facts.get(aspect, ()) if fact.is_text]


def neighbourhoods(rows: Sequence[Row], context: Sequence[Row] = ()) -> Iterator[tuple[Neighbourhood, list[Row]]]:
    """Yield each subject of triple rows with the rows that begin at it, sorted by subject.

    A triple belongs to its head alone, so that no two subjects share a parent: held-out and training rows of two
    diseases are then never tied together by a statement such as `A 并发症 B`. What contradicts another statement, of
    these rows or of `context`, is not told.
    """
    from pedcorpus.graph.contradictions import build, conflicts

    graph = build(_triple(row) for row in (*rows, *context))
    contradicted = frozenset(triple for conflict in conflicts(graph) for triple in conflict.ids)
    commonness = _symptoms(rows)
    by_head: dict[str, list[Row]] = {}
    for row in rows:
        by_head.setdefault(row["head"], []).append(row)
    for head in sorted(by_head):
        yield _gather(graph, head, contradicted, commonness), by_head[head]


def aspect_of(relation: str, tail: str) -> str | None:
    """Return the aspect of a statement; None for relations no template tells. `传播途径 无传染性` denies one."""
    aspect = _aspects().get(relation)
    denials = aspects("graph")["contagion"]["denials"]
    return "contagion" if aspect == "spread" and any(denial in tail for denial in denials) else aspect


def _symptoms(rows: Sequence[Row]) -> Counter[str]:
    """Count of how many subjects each symptom is stated."""
    stated = {(row["head"], row["tail"]) for row in rows if _aspects().get(row["relation"]) == "symptoms"}
    return Counter(tail for _, tail in stated)


def _gather(graph: nx.MultiDiGraph, head: str, contradicted: Set[str], commonness: Counter[str]) -> Neighbourhood:
    """Gather the edges that leave a subject by aspect, in the order they were read."""
    subject, subject_type = names.bare_subject(head), str(graph.nodes[head]["type"])
    found: dict[str, dict[str, Fact]] = {name: {} for name in aspects("graph")}
    for _, tail, relation, ids in graph.out_edges(head, keys=True, data="ids"):
        aspect = aspect_of(relation, tail.strip())
        if aspect is None or not contradicted.isdisjoint(ids) or not _fits(aspect, subject_type):
            continue
        for name in names.names_in(tail, aspect not in _WHOLE):
            if name in (subject, head) or not _is_fit(aspect, name, subject, commonness):
                continue
            told = found[_kind(aspect, name)]
            known = told.get(name)
            all_ids = dict.fromkeys([*known.ids, *ids] if known else ids)
            told[name] = Fact(name, known.relation if known else relation, tuple(all_ids))
    facts = {aspect: _without_repeats(told) for aspect, told in found.items() if told}
    no_subject = subject_type in _NO_SUBJECTS or _DEPARTMENT.search(subject) or not _is_medical(subject, facts)
    return Neighbourhood(subject, subject_type, {} if no_subject else facts, frozenset(contradicted), commonness)


def _without_repeats(told: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """Return facts of which no name begins or stands inside another one of the aspect, which takes over its triples.

    What ends a name stays: an answer tells 咳嗽 rather than 阵发性咳嗽.
    """
    listed = [name for name, fact in told.items() if not fact.is_text]
    lines = "\n".join(listed) + "\n"
    inside = [name for name in listed if lines.count(name) > lines.count(f"{name}\n")]
    facts = []
    for name, fact in told.items():
        if name not in inside:
            held = (told[other].ids for other in inside if other in name)
            ids = dict.fromkeys([*fact.ids, *(triple for some in held for triple in some)])
            facts.append(Fact(name, fact.relation, tuple(ids)))
    return tuple(facts)


def _kind(aspect: str, name: str) -> str:
    return _KINDS[kind_of(name)] if aspect == "symptoms" and not names.is_text(name) else aspect


def _is_fit(aspect: str, name: str, subject: str, symptoms: Mapping[str, int]) -> bool:
    """Return whether a name is of the class that its aspect lists."""
    if names.is_text(name):
        return True
    if aspect in ("symptoms", "adverse"):
        return not is_no_complaint(name)
    return aspect not in ("treatment", "drug") or is_remedy(name, subject, symptoms.keys())


def _fits(aspect: str, subject_type: str) -> bool:
    return all(subject_type not in _UNFIT[name] for name in aspects("graph")[aspect].get("of", ()))


def _is_medical(subject: str, facts: Mapping[str, Sequence[Fact]]) -> bool:
    """Return whether a subject is one of medicine: by its name, or by things that only medicine says.

    Entity classes do not tell: an open graph has none, and readers infer them from relations.
    """
    medical = [aspect for aspect in facts if "medical" in aspects("graph")[_asked(aspect)]]
    said = sum(len(facts[aspect]) for aspect in medical)
    return names_subject(subject) or said >= MEDICAL_FACTS or len({_asked(aspect) for aspect in medical}) > 1


def _asked(aspect: str) -> str:
    """Return the aspect whose relations give another: signs and findings are symptoms to a graph."""
    return "symptoms" if aspect in _KINDS.values() else aspect


def _triple(row: Row) -> Triple:
    origin = Origin(**row["origin"])
    head, head_type, relation, tail, tail_type = (row[name] for name in _WORDS)
    return Triple(row["id"], row["source"], origin, head, head_type, relation, tail, tail_type, "")


@cache
def _aspects() -> dict[str, str]:
    return {relation: name for name, entry in aspects("graph").items() for relation in entry.get("relations", ())}
