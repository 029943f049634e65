from typing import Any

from ingest.graph_formats.relations import RELATIONS
from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_graphs import graph
from pedcorpus.steps.instruct.of_graphs.neighbourhood import LIST_ITEMS, TEXT_ITEMS
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import templates

PNEUMONIA = [
    ("病因", "肺炎链球菌"),
    ("病因", "呼吸道合胞病毒"),
    ("症状", "发热"),
    ("症状", "咳嗽"),
    ("症状", "气促"),
    ("症状", "鼻翼扇动"),
    ("检查", "胸部X线"),
    ("检查", "血常规"),
    ("药物治疗", "阿莫西林"),
    ("并发症", "脓胸"),
    ("就诊科室", "儿童呼吸科"),
]


def triples(head: str, facts: list[tuple[str, str]], head_type: str = "disease") -> list[dict[str, Any]]:
    return [
        {
            "id": f"kg-{head}-{i}",
            "source": "kg",
            "origin": {"file": "a.tsv", "locator": f"line {i}", "sha256": ""},
            "head": head,
            "head_type": head_type,
            "relation": relation,
            "tail": tail,
            "tail_type": "unknown",
        }
        for i, (relation, tail) in enumerate(facts)
    ]


def made(*rows: dict[str, Any], department: str = "") -> SampleBuilder:
    return graph.samples(rows, department, Instruct())


def by_name(result: SampleBuilder) -> dict[str, Any]:
    return {sample.builder.name: sample for sample in result.samples}


def test_answers_name_the_tails_and_their_triples_are_the_parents() -> None:
    sample = by_name(made(*triples("支气管肺炎", PNEUMONIA)))["graph-cause"]
    assert sample.messages[1].content == "支气管肺炎的病因包括肺炎链球菌、呼吸道合胞病毒。"
    assert sample.parents == ("kg-支气管肺炎-0", "kg-支气管肺炎-1")


def test_a_talk_leads_from_symptoms_to_the_disease_and_then_adds_examinations() -> None:
    talk = by_name(made(*triples("支气管肺炎", PNEUMONIA)))["graph-talk"]
    roles = [message.role for message in talk.messages]
    said = [message.content for message in talk.messages]
    assert roles == ["user", "assistant"] * 3
    assert "支气管肺炎" not in said[0]
    assert "支气管肺炎" in said[1]
    assert "胸部X线、血常规" in said[3]
    assert "脓胸" in said[5]
    assert talk.task == "evidiag"
    used = {row["id"]: row["tail"] for row in triples("支气管肺炎", PNEUMONIA)}
    assert {tail for tail in used.values() if any(tail in text for text in said)} == {used[p] for p in talk.parents}


def test_few_symptoms_name_no_disease() -> None:
    facts = [("症状", "发热"), ("症状", "咳嗽"), ("检查", "血常规")]
    assert "graph-talk" not in by_name(made(*triples("感冒", facts)))


def test_the_department_of_the_graph_goes_before_that_of_the_source() -> None:
    result = made(*triples("支气管肺炎", [*PNEUMONIA, ("就诊科室", "内科")]), department="内科")
    assert {sample.department for sample in result.samples} == {"儿童呼吸科"}
    assert {s.department for s in made(*triples("川崎病", PNEUMONIA[:3]), department="儿科").samples} == {"儿科"}


def test_a_graph_for_children_stays_one_whatever_department_it_sends_them_to() -> None:
    facts = [("症状", "耳痛"), ("症状", "发热"), ("症状", "耳道流脓"), ("就诊科室", "耳鼻喉科")]
    assert {s.department for s in made(*triples("急性中耳炎", facts), department="儿科").samples} == {"儿科"}
    assert {s.department for s in made(*triples("急性中耳炎", facts)).samples} == {"耳鼻喉科"}


def test_the_plain_text_holds_the_whole_neighbourhood_and_every_triple() -> None:
    rows = triples("支气管肺炎", PNEUMONIA)
    (text,) = made(*rows).texts
    assert all(row["tail"] in text.text for row in rows)
    assert set(text.parents) == {row["id"] for row in rows}
    assert text.kind == "plain"


def test_an_attribute_stands_as_it_is() -> None:
    tail = "川崎病是一种急性全身性血管炎。多见于5岁以下儿童"
    sample = by_name(made(*triples("川崎病", [("简介", tail)])))["graph-definition"]
    assert sample.messages[1].content == f"{tail}。"


def test_of_long_lists_the_first_are_told_more_is_announced_and_the_rest_counted() -> None:
    rows = triples("感冒", [("症状", f"症状{i:03d}") for i in range(TEXT_ITEMS + 5)])
    result = made(*rows)
    sample = by_name(result)["graph-symptoms"]
    first = "、".join(f"症状{i:03d}" for i in range(LIST_ITEMS))
    assert sample.messages[1].content == f"感冒的临床表现有{first}等。"
    assert sample.parents == tuple(row["id"] for row in rows[:LIST_ITEMS])
    assert "症状000、症状001" in by_name(result)["graph-talk"].messages[0].content
    assert [rejection.reason.value for rejection in result.rejections] == ["over_share"] * 5


def test_numerals_and_joining_words_are_no_names_and_a_full_stop_makes_no_sentence() -> None:
    facts = [("症状", "发热"), ("症状", "二"), ("症状", "和"), ("症状", "咳嗽；"), ("症状", "气促。")]
    assert by_name(made(*triples("肺炎", facts)))["graph-symptoms"].messages[1].content == (
        "肺炎的临床表现有发热、咳嗽、气促。"
    )


def test_headings_inside_an_attribute_are_no_part_of_the_answer() -> None:
    tail = "(一)发病原因\n维生素D摄入不足。\n(二)发病机制\n钙磷代谢失常，骨矿化不全。"
    sample = by_name(made(*triples("佝偻病", [("病因", tail)])))["graph-cause"]
    assert sample.messages[1].content == "佝偻病的病因：维生素D摄入不足。\n钙磷代谢失常，骨矿化不全。"


def test_a_clause_is_no_name_and_is_not_listed_among_names() -> None:
    facts = [
        ("预防", "出生后数日内开始每日补充维生素D，并适当户外活动。"),
        ("预防", "定期体检"),
        ("预防", "按时接种疫苗"),
    ]
    sample = by_name(made(*triples("佝偻病", facts)))["graph-prevention"]
    assert sample.messages[1].content == (
        "佝偻病的预防：出生后数日内开始每日补充维生素D，并适当户外活动。\n佝偻病的预防措施包括定期体检、按时接种疫苗。"
    )


def test_a_drug_is_not_asked_for_its_signs_nor_an_illness_for_its_dose() -> None:
    facts = [
        ("症状", "发热"),
        ("症状", "头痛"),
        ("就诊科室", "儿科"),
        ("适应症", "发热"),
        ("用法用量", "每次5～10 mg/kg"),
    ]
    assert set(by_name(made(*triples("布洛芬", facts, head_type="drug")))) == {"graph-indication"}
    told = made(*triples("偏头痛", facts, head_type="disease"))
    assert set(by_name(told)) == {"graph-symptoms"}
    assert "用法" not in told.texts[0].text


def test_food_that_is_both_good_and_bad_is_not_advised() -> None:
    facts = [("宜吃", "鸡蛋"), ("宜吃", "小米粥"), ("忌吃", "鸡蛋"), ("忌吃", "辣椒")]
    result = made(*triples("小儿腹泻", facts))
    sample = by_name(result)["graph-diet"]
    assert sample.messages[1].content == "小儿腹泻患者宜吃小米粥。\n小儿腹泻患者忌吃辣椒。"
    assert sorted(rejection.record_id for rejection in result.rejections) == ["kg-小儿腹泻-0", "kg-小儿腹泻-2"]


def test_a_drug_the_graph_forbids_is_not_advised() -> None:
    rows = triples("癫痫", [("药物治疗", "苯巴比妥"), ("药物治疗", "丙戊酸钠")])
    forbidden = triples("苯巴比妥", [("禁忌", "癫痫")], head_type="drug")
    for result in (made(*rows, *forbidden), graph.samples(rows, "", Instruct(), forbidden)):
        told = "".join(m.content for s in result.samples for m in s.messages) + "".join(t.text for t in result.texts)
        assert "丙戊酸钠" in told
        assert "苯巴比妥" not in told
        assert {r.reason.value for r in result.rejections} == {"not_grounded"}


def test_relations_without_a_template_are_counted() -> None:
    (rejection,) = made(*triples("天台山", [("门票价格", "100元")])).rejections
    assert rejection.reason == "no_template"


def test_a_triple_belongs_to_its_head_alone() -> None:
    rows = triples("麻疹", [("并发症", "支气管肺炎"), ("并发症", "急性喉炎")]) + triples("支气管肺炎", PNEUMONIA)
    parents = {parent: sample.messages[0].content for sample in made(*rows).samples for parent in sample.parents}
    assert {parent for parent, question in parents.items() if "麻疹" in question} == {"kg-麻疹-0", "kg-麻疹-1"}


def test_a_disease_that_does_not_spread_has_no_way_of_spreading() -> None:
    result = by_name(made(*triples("小儿遗尿症", [("传播途径", "无传染性"), ("传播途径", "飞沫传播，密切接触传播")])))
    assert "无传染性" not in result["graph-spread"].messages[1].content
    assert "无传染性" in result["graph-contagion"].messages[1].content


def test_departments_are_no_diseases() -> None:
    assert not made(*triples("心内科", [("是一种", "内科"), ("症状", "胸痛")], head_type="department")).samples


def test_every_relation_of_a_template_is_a_word_of_the_vocabulary() -> None:
    relations = {word for t in templates("graph").values() for word in t.phrasings.get("relations", ())}
    assert relations <= RELATIONS.keys()
