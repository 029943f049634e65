from collections.abc import Sequence
from dataclasses import replace

import networkx as nx

from pedcorpus.graph.contradictions import build, conflicts, pediatric_seeds, within
from schemas.origin import Origin
from schemas.triple import Triple, triple_id


def triple(head: str, relation: str, tail: str, head_type: str = "disease", tail_type: str = "unknown") -> Triple:
    made = triple_id("kg", head, relation, tail)
    return Triple(made, "kg", Origin("a", "line 1", "0"), head, head_type, relation, tail, tail_type, "cc0")


TRIPLES = [
    triple("小儿肺炎", "症状", "发热", tail_type="symptom"),
    triple("小儿肺炎", "就诊科室", "儿科"),
    triple("手足口病", "就诊科室", "儿科"),
    triple("痛风", "症状", "发热"),
    triple("痛风", "检查", "血尿酸"),
]


def near(graph: nx.MultiDiGraph, seeds: Sequence[str] = (), hops: int = 1) -> set[str]:
    return within(graph.to_undirected(as_view=True), seeds or pediatric_seeds(graph), hops)


def test_the_same_statement_twice_is_one_edge_and_types_are_filled_in() -> None:
    graph = build([triple("甲", "症状", "乙", "unknown"), triple("甲", "症状", "乙"), *TRIPLES])
    assert graph.number_of_edges("甲", "乙") == 1
    assert graph.nodes["甲"]["type"] == "disease"


def test_pediatric_seeds_are_named_so_or_belong_to_the_department() -> None:
    assert pediatric_seeds(build(TRIPLES)) == ["小儿肺炎", "手足口病"]


def test_the_pediatric_part_ends_after_its_hops() -> None:
    graph = build(TRIPLES)
    assert near(graph) == {"小儿肺炎", "手足口病", "发热", "儿科"}
    assert "痛风" in near(graph, hops=2)
    assert "血尿酸" not in near(graph, hops=2)
    assert near(graph, ["痛风"]) == {"痛风", "发热", "血尿酸"}


def test_nothing_is_reached_by_way_of_what_all_share() -> None:
    many = [triple(f"病{i}", "症状", "发热") for i in range(300)]
    assert near(build([*TRIPLES, *many]), ["小儿肺炎"], hops=2) == {
        "小儿肺炎",
        "手足口病",
        "发热",
        "儿科",
    }


def test_contradictions_are_found_with_their_triples() -> None:
    triples = [
        triple("哮喘", "药物治疗", "普萘洛尔"),
        triple("普萘洛尔", "禁忌", "哮喘"),
        triple("普萘洛尔", "适应症", "高血压"),
        triple("心脏病", "宜吃", "杏仁"),
        triple("心脏病", "忌吃", "杏仁"),
        triple("甲", "是一种", "乙"),
        triple("乙", "是一种", "丙"),
        triple("丙", "是一种", "甲"),
        triple("丁", "是一种", "甲"),
        triple("戊", "是一种", "戊"),
    ]
    found = conflicts(build(triples))
    assert [(conflict.kind, conflict.names) for conflict in found] == [
        ("eat and avoid", ("心脏病", "杏仁")),
        ("is-a cycle", ("丙", "乙", "甲")),
        ("is-a cycle", ("戊",)),
        ("treats and contraindicated", ("普萘洛尔", "哮喘")),
    ]
    assert found[3].ids == (triples[0].id, triples[1].id)
    assert set(found[1].ids) == {triples[5].id, triples[6].id, triples[7].id}


def test_a_contradiction_is_found_whichever_end_it_is_said_of() -> None:
    said = [triple("甲药", "治疗", "乙病", "drug"), triple("甲药", "禁忌", "乙病", "drug")]
    assert [conflict.names for conflict in conflicts(build(said))] == [("乙病", "甲药")]
    said = [triple("乙病", "药物治疗", "甲药"), triple("乙病", "禁忌", "甲药")]
    assert [conflict.names for conflict in conflicts(build(said))] == [("甲药", "乙病")]


def test_an_edge_keeps_all_places_that_state_it() -> None:
    one, two = (replace(triple("甲", "症状", "乙"), origin=Origin(name, "line 1", "0")) for name in ("a", "b"))
    edge = build([one, two, one]).edges["甲", "乙", "症状"]
    assert (edge["ids"], [origin.file for origin in edge["origins"]]) == ([one.id], ["a", "b"])
