from typing import Any

from ingest.graph_formats.relations import RELATIONS
from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_graphs import graph
from pedcorpus.steps.instruct.of_graphs.neighbourhood import TEXT_ITEMS
from pedcorpus.steps.instruct.of_graphs.telling import LIST_ITEMS
from pedcorpus.steps.instruct.sample_builder import SampleBuilder
from pedcorpus.steps.instruct.templates import aspects, templates

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


def answer_of(name: str, head: str, facts: list[tuple[str, str]], **more: Any) -> str:
    return str(by_name(made(*triples(head, facts, **more)))[f"graph-{name}"].messages[1].content)


def test_one_answer_joins_the_aspects_of_a_question_and_all_it_tells_are_its_parents() -> None:
    facts = [
        ("治疗", "吸氧"),
        ("治疗", "雾化吸入"),
        ("药物治疗", "布地奈德"),
        ("药物治疗", "沙丁胺醇"),
        ("护理", "保持室内空气湿润"),
        ("并发症", "呼吸衰竭"),
    ]
    sample = by_name(made(*triples("毛细支气管炎", facts)))["graph-treatment"]
    told = sample.messages[1].content
    assert all(tail in told for relation, tail in facts if relation != "并发症")
    assert set(sample.parents) >= {f"kg-毛细支气管炎-{i}" for i in range(5)}
    assert sample.task == "trerecom"
    assert "医" in told  # a list of drugs ends with who chooses among them


def test_short_answers_are_told_with_others_and_a_single_fact_is_left_to_the_text() -> None:
    result = made(*triples("鹅口疮", [("病因", "白色念珠菌"), ("并发症", "食管念珠菌病")]))
    assert not result.samples
    assert "白色念珠菌" in result.texts[0].text
    facts = [
        ("病因", "白色念珠菌感染口腔黏膜"),
        ("好发人群", "新生儿和长期使用抗生素的婴儿"),
        ("并发症", "食管念珠菌病"),
        ("预防", "奶瓶煮沸消毒"),
        ("预防", "喂奶前清洁乳头"),
    ]
    (sample,) = made(*triples("鹅口疮", facts)).samples
    assert all(tail in sample.messages[1].content for _, tail in facts)
    assert sample.messages[0].content.count("？") > 1


def test_a_talk_leads_from_complaints_over_questions_to_the_disease_and_its_tests() -> None:
    talk = by_name(made(*triples("支气管肺炎", PNEUMONIA), department="儿科"))["graph-talk"]
    said = [message.content for message in talk.messages]
    assert [message.role for message in talk.messages] == ["user", "assistant"] * 3
    assert not any("支气管肺炎" in text for text in said[:3])
    assert "发热、咳嗽" in said[0]
    assert "气促" in said[1]
    assert "气促" in said[2]
    assert all(words in said[3] for words in ("支气管肺炎", "鼻翼扇动", "胸部X线、血常规"))
    assert all(words in said[5] for words in ("脓胸", "儿童呼吸科"))
    assert talk.task == "evidiag"
    used = {row["id"]: row["tail"] for row in triples("支气管肺炎", PNEUMONIA)}
    assert {tail for tail in used.values() if any(tail in text for text in said)} == {used[p] for p in talk.parents}


def test_a_parent_tells_no_sign_that_only_a_doctor_finds() -> None:
    facts = [("症状", "肺部湿啰音"), ("症状", "三凹征"), ("症状", "心力衰竭"), ("症状", "发热"), ("症状", "咳嗽")]
    assert "graph-talk" not in by_name(made(*triples("肺炎", facts)))
    talk = by_name(made(*triples("肺炎", [*facts, ("症状", "呼吸急促")])))["graph-talk"]
    for message in talk.messages:
        assert message.role == "assistant" or not any(word in message.content for word in ("啰音", "三凹征", "衰竭"))
    assert len(talk.messages) == 4
    assert "肺炎" in talk.messages[3].content


def test_few_symptoms_name_no_disease() -> None:
    facts = [("症状", "发热"), ("症状", "咳嗽"), ("检查", "血常规")]
    assert "graph-talk" not in by_name(made(*triples("感冒", facts)))


def test_the_department_of_the_graph_goes_before_that_of_the_source() -> None:
    result = made(*triples("支气管肺炎", [*PNEUMONIA, ("就诊科室", "内科")]), department="内科")
    assert {sample.department for sample in result.samples} == {"儿童呼吸科"}
    assert {s.department for s in made(*triples("川崎病", PNEUMONIA[2:9]), department="儿科").samples} == {"儿科"}


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


def test_a_definition_defines_and_what_does_not_is_none() -> None:
    tail = "川崎病是一种急性全身性血管炎。多见于5岁以下儿童"
    facts = [("简介", tail), ("别名", "皮肤黏膜淋巴结综合征"), ("就诊科室", "小儿心血管科")]
    assert answer_of("definition", "川崎病", facts).startswith(f"{tail}。")
    no_definition = "女性的卵巢和输卵管统称附件，位于子宫两侧。"
    assert "graph-definition" not in by_name(made(*triples("附件炎", [("简介", no_definition), *facts[2:]])))
    assert "graph-definition" not in by_name(made(*triples("川崎病", facts[1:])))


def test_of_long_lists_the_first_are_told_more_is_announced_and_the_rest_counted() -> None:
    rows = triples("感冒", [("并发症", f"第{i:03d}种肺炎") for i in range(TEXT_ITEMS + 5)])
    result = made(*rows)
    first = "、".join(f"第{i:03d}种肺炎" for i in range(LIST_ITEMS))
    sample = by_name(result)["graph-complication"]
    assert f"{first}等" in sample.messages[1].content
    assert sample.parents == tuple(row["id"] for row in rows[:LIST_ITEMS])
    assert [rejection.reason.value for rejection in result.rejections] == ["over_share"] * 5


def test_of_a_long_list_of_symptoms_those_of_most_diseases_are_told() -> None:
    rare = ["背痛", "腿痛", "腰痛", "指痛", "耳痛", "眼痛", "牙痛", "足痛", "颈痛"]
    rows = triples("肺炎", [*(("症状", name) for name in [*rare, "发热", "咳嗽"]), *PNEUMONIA[8:10]])
    others = [row for head in ("麻疹", "感冒") for row in triples(head, [("症状", "发热"), ("症状", "咳嗽")])]
    told = by_name(made(*rows, *others))["graph-symptoms"].messages[1].content
    assert "发热、咳嗽、背痛" in told
    assert "颈痛" not in told


def test_numerals_and_joining_words_are_no_names_and_a_full_stop_makes_no_sentence() -> None:
    facts = [("症状", "发热"), ("症状", "二"), ("症状", "和"), ("症状", "咳嗽；"), ("症状", "气促。"), *PNEUMONIA[8:]]
    assert "发热、咳嗽、气促" in answer_of("symptoms", "肺炎", facts)


def test_headings_inside_an_attribute_are_no_part_of_the_answer() -> None:
    tail = (
        "(一)发病原因\n维生素D摄入不足，日光照射少，生长过快而需要量增加。\n"
        "(二)发病机制\n钙磷代谢失常，骨矿化不全，长骨干骺端和骨组织的矿化都受到影响。"
    )
    told = answer_of("cause", "佝偻病", [("病因", tail)])
    assert told.endswith(tail.replace("(一)发病原因\n", "").replace("(二)发病机制\n", ""))
    assert "佝偻病" in told[:10]


def test_a_clause_is_no_name_and_is_not_listed_among_names() -> None:
    facts = [
        ("预防", "出生后数日内开始每日补充维生素D，并适当户外活动，注意皮肤不要晒伤。"),
        ("预防", "定期体检"),
        ("预防", "按时添加辅食"),
    ]
    told = answer_of("prevention", "佝偻病", facts)
    assert "注意皮肤不要晒伤。\n" in told
    assert "定期体检、按时添加辅食" in told


def test_a_drug_is_not_asked_for_its_signs_nor_an_illness_for_its_dose() -> None:
    facts = [
        ("症状", "发热"),
        ("症状", "头痛"),
        ("就诊科室", "儿科"),
        ("适应症", "儿童发热"),
        ("用法用量", "口服，每次每公斤体重5～10 mg，需要时每6～8小时一次，24小时不超过4次"),
    ]
    assert set(by_name(made(*triples("布洛芬", facts, head_type="drug")))) == {"graph-drug"}
    told = made(*triples("偏头痛", facts, head_type="disease"))
    assert "graph-drug" not in by_name(told)
    assert "公斤" not in told.texts[0].text


def test_food_both_good_and_bad_and_mere_dishes_are_not_advised() -> None:
    treated = [("治疗", "口服补液预防和治疗脱水"), ("治疗", "继续喂养"), ("治疗", "补锌"), ("并发症", "低钾血症")]
    facts = [("宜吃", "鸡蛋"), ("宜吃", "清淡饮食"), ("忌吃", "鸡蛋"), ("忌吃", "辛辣食物"), *treated]
    result = made(*triples("小儿腹泻", facts))
    told = by_name(result)["graph-treatment"].messages[1].content
    assert "清淡饮食" in told
    assert "辛辣食物" in told
    assert "鸡蛋" not in told
    assert sorted(rejection.record_id for rejection in result.rejections) == ["kg-小儿腹泻-0", "kg-小儿腹泻-2"]
    assert "栗子" not in answer_of("treatment", "小儿腹泻", [("宜吃", "栗子"), ("宜吃", "白菜饺"), *treated])


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
    complications = [
        ("并发症", "支气管肺炎"),
        ("并发症", "急性喉炎"),
        ("预防", "按时接种含麻疹成分的疫苗和补充维生素A"),
    ]
    rows = triples("麻疹", complications) + triples("支气管肺炎", PNEUMONIA)
    parents = {parent: sample.messages[0].content for sample in made(*rows).samples for parent in sample.parents}
    assert {parent for parent, question in parents.items() if "麻疹" in question} == {f"kg-麻疹-{i}" for i in range(3)}


def test_a_disease_that_does_not_spread_has_no_way_of_spreading() -> None:
    text = (
        made(*triples("小儿遗尿症", [("传播途径", "无传染性"), ("传播途径", "飞沫传播，密切接触传播")])).texts[0].text
    )
    assert "无传染性、" not in text
    assert "、无传染性" not in text
    assert "飞沫传播、密切接触传播" in text


def test_departments_are_no_diseases() -> None:
    assert not made(*triples("心内科", [("是一种", "内科"), ("症状", "胸痛")], head_type="department")).samples


def test_every_relation_of_an_aspect_is_a_word_of_the_vocabulary() -> None:
    relations = {word for entry in aspects("graph").values() for word in entry.get("relations", ())}
    assert relations <= RELATIONS.keys()


def test_every_aspect_of_a_family_is_one() -> None:
    for family in templates("graph").values():
        named = [*family.phrasings.get("core", ()), *family.phrasings.get("fill", ())]
        named += [name for order in family.phrasings.get("orders", ()) for name in order.split()]
        assert set(named) <= aspects("graph").keys()


def test_no_question_asks_for_an_alias_an_incidence_or_a_department_alone() -> None:
    facts = [
        ("别名", "尿床"),
        ("英文名", "enuresis"),
        ("发病率", "0.05%"),
        ("就诊科室", "儿科"),
        ("传播途径", "无传染性"),
    ]
    result = made(*triples("小儿遗尿症", facts))
    assert not result.samples
    assert "尿床" in result.texts[0].text


def test_a_list_of_treatments_with_tests_and_creams_for_the_heart_loses_them() -> None:
    drugs = [("药物治疗", name) for name in ("地高辛片", "联苯苄唑乳膏", "呋塞米片", "衣原体抗体检测", "呋塞米注射液")]
    facts = [*drugs, ("治疗", "休息并限制钠盐摄入"), ("治疗", "心电图检查"), ("并发症", "肺部感染和电解质紊乱")]
    told = answer_of("treatment", "风湿性心脏病", facts)
    assert "地高辛片、呋塞米片" in told
    assert not any(word in told for word in ("乳膏", "衣原体", "心电图", "注射液"))
    assert "联苯苄唑乳膏" in answer_of("treatment", "足癣", [*drugs, *facts[5:]])


def test_the_head_of_an_encyclopaedia_is_opened() -> None:
    facts = [
        ("简介", "鼠疫是由鼠疫耶尔森菌引起的烈性传染病，经鼠蚤叮咬或飞沫传给人。"),
        ("就诊科室", "感染科"),
        ("症状", "高热"),
        ("体征", "淋巴结肿大"),
    ]
    sample = by_name(made(*triples("鼠疫[一种传染病]", facts)))["graph-definition"]
    assert "[" not in sample.messages[0].content + sample.messages[1].content
    assert "鼠疫" in sample.messages[0].content
