"""A knowledge graph as a whole: the part around pediatric diseases, and contradictions.

In: triples. Out: a networkx multigraph whose nodes are names with a `type`, whose edge keys are relations and whose
edges carry the `ids` of the triples that state them and their `origins`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.graph_formats.relations import AVOID, CONTRAINDICATED, EAT, IS_A, TREATED_BY, TREATS
from ingest.vocabulary.children import CHILD_IN_A_NAME, is_pediatric
from schemas.triple import Triple

if TYPE_CHECKING:
    import networkx as nx
    import polars as pl

HUB_DEGREE = 200
"""Neighbours above which a node is taken but not passed through: by way of 发热 or 血常规 everything is near."""
_PEDIATRIC = re.compile(CHILD_IN_A_NAME)
"""`支气管肺炎（小儿）` → `小儿`"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that cannot all stand. `names`: the entities, `ids`: the triples that state it."""

    kind: Literal["treats and contraindicated", "eat and avoid", "is-a cycle"]
    names: tuple[str, ...]
    ids: tuple[str, ...]


def build(triples: Iterable[Triple]) -> nx.MultiDiGraph:
    """Return the graph of the triples; a statement made twice is one edge with all its ids and origins."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    for triple in triples:
        for name, kind in ((triple.head, triple.head_type), (triple.tail, triple.tail_type)):
            if graph.nodes[name]["type"] == "unknown" if name in graph else True:
                graph.add_node(name, type=kind)
        if graph.has_edge(triple.head, triple.tail, triple.relation):
            edge = graph.edges[triple.head, triple.tail, triple.relation]
            edge["ids"] += [triple.id] if triple.id not in edge["ids"] else []
            edge["origins"] += [origin for origin in (triple.origin, *triple.also) if origin not in edge["origins"]]
        else:
            origins = [triple.origin, *triple.also]
            graph.add_edge(triple.head, triple.tail, triple.relation, ids=[triple.id], origins=origins)
    return graph


def may_be_pediatric() -> pl.Expr:
    """Return what is true of statements that `pediatric_seeds` looks at: of names for children, and of departments."""
    import polars as pl

    named = pl.col("head").str.contains(_PEDIATRIC.pattern) | pl.col("tail").str.contains(_PEDIATRIC.pattern)
    return named | (pl.col("relation") == "就诊科室")


def pediatric_seeds(graph: nx.MultiDiGraph) -> list[str]:
    """Return the diseases whose name or department says that children have them, sorted."""
    seeds = {name for name, kind in graph.nodes(data="type") if kind == "disease" and _PEDIATRIC.search(name)}
    for head, tail, relation in graph.edges(keys=True):
        if relation == "就诊科室" and is_pediatric(tail):
            seeds.add(head)
    return sorted(seeds)


def within(graph: nx.Graph, seeds: Collection[str], hops: int) -> set[str]:
    """Return the names within `hops` edges of the seeds, these included.

    Nodes of more than `HUB_DEGREE` neighbours are taken but not passed through, unless they are seeds.
    """
    reached = {seed for seed in seeds if seed in graph}
    border = set(reached)
    for _ in range(hops):
        around = {near for name in border for near in graph[name]} - reached
        reached |= around
        border = {name for name in around if len(graph[name]) <= HUB_DEGREE}
    return reached


def conflicts(graph: nx.MultiDiGraph) -> list[Conflict]:
    """Return the contradictions, sorted by kind and names.

    They are: a drug that treats what it is contraindicated in, food to eat and to avoid, and cycles of 是一种.
    """
    found = [*_treated_and_forbidden(graph), *_eaten_and_avoided(graph), *_cycles(graph)]
    return sorted(found, key=lambda conflict: (conflict.kind, conflict.names))


def in_question(statements: pl.LazyFrame) -> pl.DataFrame:
    """Return the rows (`head`, `relation`, `tail`, …) that may contradict others: both sides of a pair, and kinds.

    A graph has millions of statements and few of these; the others need not be made a graph to find them.
    """
    import polars as pl

    sides = ((TREATS | TREATED_BY, CONTRAINDICATED), (EAT, AVOID))
    words = {IS_A}.union(*(side for pair in sides for side in pair))
    wanted = statements.filter(pl.col("relation").is_in(sorted(words)))
    ends = pl.concat_list("head", "tail").list.sort()
    one, other, eat, avoid = (
        pl.col("relation").is_in(sorted(side)).any().over(ends) for pair in sides for side in pair
    )
    return wanted.filter((pl.col("relation") == IS_A) | (one & other) | (eat & avoid)).collect()


def _edges(graph: nx.MultiDiGraph, relations: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Return (head, tail) → triple ids of the edges of some relations."""
    found: dict[tuple[str, str], list[str]] = {}
    for head, tail, relation, ids in graph.edges(keys=True, data="ids"):
        if relation in relations:
            found.setdefault((head, tail), []).extend(ids)
    return found


def _treated_and_forbidden(graph: nx.MultiDiGraph) -> Iterator[Conflict]:
    treats = _edges(graph, TREATS)
    for (disease, drug), ids in _edges(graph, TREATED_BY).items():
        treats.setdefault((drug, disease), []).extend(ids)
    for (first, second), ids in _edges(graph, CONTRAINDICATED).items():
        for pair in dict.fromkeys([(first, second), (second, first)]):  # 禁忌 is said of either end
            if pair in treats:
                yield Conflict("treats and contraindicated", pair, (*treats[pair], *ids))


def _eaten_and_avoided(graph: nx.MultiDiGraph) -> Iterator[Conflict]:
    avoided = _edges(graph, AVOID)
    for pair, ids in _edges(graph, EAT).items():
        if pair in avoided:
            yield Conflict("eat and avoid", pair, (*ids, *avoided[pair]))


def _cycles(graph: nx.MultiDiGraph) -> Iterator[Conflict]:
    """Yield each group of entities that are kinds of each other (strongly connected: linear time, no enumeration)."""
    import networkx as nx

    kinds = _edges(graph, {IS_A})
    hierarchy = nx.DiGraph(list(kinds))
    for group in nx.strongly_connected_components(hierarchy):
        inside = sorted(pair for pair in hierarchy.subgraph(group).edges)
        if inside:
            yield Conflict("is-a cycle", tuple(sorted(group)), tuple(id for pair in inside for id in kinds[pair]))
