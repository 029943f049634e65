"""What a knowledge graph says of one subject: the edges that leave it, gathered by aspect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pedcorpus.steps.instruct.of_documents.headings import names_subject
from pedcorpus.steps.instruct.templates import templates
from schemas.origin import Origin
from schemas.triple import Triple

if TYPE_CHECKING:
    import networkx as nx

Row = Mapping[str, Any]
_WORDS = ("head", "head_type", "relation", "tail", "tail_type")

LIST_ITEMS = 10
"""Most names in one sentence of an answer: a longer list is no answer a reader remembers. The first are told, as
records name what is typical first; 等 says that there are more."""
TEXT_ITEMS = 40
"""Most names in one sentence of the plain text."""
_SENTENCES = re.compile(r"[。！？；\n]|.{40,}|.{6,}，|，.{6,}")
"""`沫传播，密切接触传播` → `，密切接触传播`"""
MEDICAL_FACTS = 3
"""Statements of one medical aspect that make a subject medical: an encyclopaedia's 主频 has one 表现."""
_NAME = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")
"""`肺炎链球` → `肺`"""
_TORN = re.compile(
    r"[:：]$|^[〇零一二三四五六七八九十和与及或等其]$|^[一二三四五六七八九十]+、|^[(（]?\d+[.、)）](?!\d)|(?:\.{3}|…)$|^(?:有|无|是|否|不详|未知|其他|其它)$"
)
"""A heading, a list number, a joining word, a cut end, a mere yes or no: what a graph took for a name.
`二` → `二`"""
_DEPARTMENT = re.compile(r"科$|^科室")
"""`儿童呼吸科` → `科`"""
_REMEDIES = frozenset({"drug", "treatment", "check", "food"})
_ILLNESSES = frozenset({"disease", "symptom", "sign"})
_UNFIT = {"illness": _REMEDIES, "remedy": _ILLNESSES}
"""What an aspect is of (`of` in the template file) → classes of entities it does not fit."""
_NO_SUBJECTS = frozenset({"department", "product"})
"""`心内科 是一种 内科` and a maker's products teach nothing of medicine."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One tail. `ids`: the triples that state it (two relations of an aspect may)."""

    tail: str
    relation: str
    ids: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Return whether this is an attribute of whole sentences rather than a name."""
        return _SENTENCES.search(self.tail.rstrip("。；;，,、 ")) is not None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The facts of a subject by aspect (the names of the graph templates), in the order of the template file.

    `contradicted` are the ids of statements the graph says the contrary of, of any subject.
    """

    subject: str
    subject_type: str
    facts: Mapping[str, tuple[Fact, ...]]
    contradicted: frozenset[str] = frozenset()


def neighbourhoods(rows: Sequence[Row], context: Sequence[Row] = ()) -> Iterator[tuple[Neighbourhood, list[Row]]]:
    """Yield each subject of triple rows with the rows that begin at it, sorted by subject.

    A triple belongs to its head alone, so that no two subjects share a parent: held-out and training rows of two
    diseases are then never tied together by a statement such as `A 并发症 B`. What contradicts another statement, of
    these rows or of `context`, is not told.
    """
    from pedcorpus.graph.contradictions import build, conflicts

    graph = build(_triple(row) for row in (*rows, *context))
    contradicted = {triple for conflict in conflicts(graph) for triple in conflict.ids}
    by_head: dict[str, list[Row]] = {}
    for row in rows:
        by_head.setdefault(row["head"], []).append(row)
    for subject in sorted(by_head):
        yield _gather(graph, subject, contradicted), by_head[subject]


def joined(neighbourhood: Neighbourhood, aspect: str, facts: Sequence[Fact], relation: str = "") -> str:
    """Return names joined by 、, and 等 where the graph knows more of this aspect (and relation, where given)."""
    known = [fact for fact in neighbourhood.facts[aspect] if not fact.is_text and relation in ("", fact.relation)]
    items = "、".join(fact.tail.rstrip("。；;，,、 ") for fact in facts)
    return f"{items}等" if len(facts) < len(known) else items


def aspect_of(relation: str, tail: str) -> str | None:
    """Return the aspect of a statement; None for relations no template tells. `传播途径 无传染性` denies one."""
    aspect = _aspects().get(relation)
    denials = templates("graph")["contagion"].phrasings["denials"]
    return "contagion" if aspect == "spread" and any(denial in tail for denial in denials) else aspect


def _gather(graph: nx.MultiDiGraph, subject: str, contradicted: Set[str]) -> Neighbourhood:
    """Gather the edges that leave a subject by aspect, in the order they were read."""
    subject_type = str(graph.nodes[subject]["type"])
    found: dict[str, dict[str, Fact]] = {name: {} for name in templates("graph")}
    for _, name, relation, ids in graph.out_edges(subject, keys=True, data="ids"):
        tail = name.strip()
        aspect = aspect_of(relation, tail)
        if aspect is None or tail == subject or not contradicted.isdisjoint(ids) or not _fits(aspect, subject_type):
            continue
        if not _NAME.search(tail) or (_TORN.search(tail) and not Fact(tail, relation, ()).is_text):
            continue
        known = found[aspect].get(tail)
        all_ids = dict.fromkeys([*known.ids, *ids] if known else ids)
        found[aspect][tail] = Fact(tail, known.relation if known else relation, tuple(all_ids))
    facts = {aspect: tuple(tails.values()) for aspect, tails in found.items() if tails}
    no_subject = subject_type in _NO_SUBJECTS or _DEPARTMENT.search(subject) or not _is_medical(subject, facts)
    return Neighbourhood(subject, subject_type, {} if no_subject else facts, frozenset(contradicted))


def _fits(aspect: str, subject_type: str) -> bool:
    return all(subject_type not in _UNFIT[name] for name in templates("graph")[aspect].phrasings.get("of", ()))


def _is_medical(subject: str, facts: Mapping[str, Sequence[Fact]]) -> bool:
    """Return whether a subject is one of medicine: by its name, or by things that only medicine says.

    Entity classes do not tell: an open graph has none, and readers infer them from relations.
    """
    medical = [aspect for aspect in facts if "medical" in templates("graph")[aspect].phrasings]
    said = sum(len(facts[aspect]) for aspect in medical)
    return names_subject(subject) or said >= MEDICAL_FACTS or len(medical) > 1


def _triple(row: Row) -> Triple:
    origin = Origin(**row["origin"])
    head, head_type, relation, tail, tail_type = (row[name] for name in _WORDS)
    return Triple(row["id"], row["source"], origin, head, head_type, relation, tail, tail_type, "")


@cache
def _aspects() -> dict[str, str]:
    return {
        relation: name
        for name, template in templates("graph").items()
        for relation in template.phrasings.get("relations", ())
    }
