import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from ingest.files.archives import Siblings, open_members
from ingest.files.find import find_files
from ingest.graph_formats.person_names import is_person_name
from ingest.graph_formats.relations import ALIASES, RELATIONS, known_relation
from ingest.knowledge_graph import read
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from schemas.triple import Triple
from tests.support import readers

OPTIONS = SourceOptions("kg", "knowledge_graph", license="cc0")


def outcome(name: str, text: str | bytes | object, **columns: str | int) -> list[Triple | Rejection]:
    return readers.read("knowledge_graph", name, text, source="kg", license="cc0", columns=columns)


def facts(found: list[Triple | Rejection]) -> list[tuple[str, str, str]]:
    return [(item.head, item.relation, item.tail) for item in found if isinstance(item, Triple)]


def reasons(found: list[Triple | Rejection]) -> list[Reason]:
    return [item.reason for item in found if isinstance(item, Rejection)]


def test_triples_without_a_header_are_head_relation_tail() -> None:
    found = outcome("a.tsv", "支气管肺炎\t临床表现\t发热\n支气管肺炎\t被俗称\t肺热\n")
    assert facts(found) == [("支气管肺炎", "临床表现", "发热"), ("支气管肺炎", "被俗称", "肺热")]
    assert isinstance(found[0], Triple)
    assert (found[0].head_type, found[0].tail_type, found[0].license) == ("disease", "symptom", "cc0")
    assert (found[0].origin.file, found[0].origin.locator) == ("a.tsv", "line 1")


def test_the_column_of_known_relations_is_the_relation_wherever_it_stands() -> None:
    assert facts(outcome("a.txt", "肺炎\t咳嗽\tSymptom\n肺炎\t湿啰音\tSign\n"))[1] == ("肺炎", "体征", "湿啰音")


def test_the_column_of_few_values_is_the_relation_where_no_word_is_known() -> None:
    text = "".join(f"甲{i}\t乙{i}\t{('克制', '助长')[i % 2]}\n" for i in range(40))
    assert facts(outcome("a.txt", text))[0] == ("甲0", "克制", "乙0")


def test_configured_columns_overrule() -> None:
    text = "症状,疾病,关系\n发热,肺炎,表现为\n"
    assert facts(outcome("a.csv", text, head="疾病", relation="关系", tail="症状")) == [("肺炎", "表现为", "发热")]
    assert facts(outcome("a.csv", "发热,肺炎,表现为\n", head=1, relation=2, tail=0)) == [("肺炎", "表现为", "发热")]


def test_the_users_own_words_extend_the_vocabulary() -> None:
    assert facts(outcome("a.csv", "head,relation,tail\n肺炎,has_sx,发热\n", 症状="has_sx")) == [
        ("肺炎", "症状", "发热")
    ]
    assert facts(outcome("a.json", [{"name": "肺炎", "sx": ["发热"]}], 症状="sx")) == [("肺炎", "症状", "发热")]


def test_types_and_further_columns_are_kept() -> None:
    text = "head,head_type,relation,tail,tail_type,频率\n肺炎,疾病,症状,发热,症状,常见\n"
    (found,) = outcome("a.csv", text)
    assert isinstance(found, Triple)
    assert (found.head_type, found.tail_type, found.qualifiers) == ("disease", "symptom", ("频率=常见",))


def test_a_wide_table_gives_a_statement_for_each_name_in_a_cell() -> None:
    text = "疾病名称,症状,病因,就诊科室\n肺炎,发热、咳嗽（干、湿）,细菌、病毒感染所致。,儿科\n"
    assert facts(outcome("a.csv", text)) == [
        ("肺炎", "症状", "发热"),
        ("肺炎", "症状", "咳嗽（干、湿）"),
        ("肺炎", "病因", "细菌、病毒感染所致。"),
        ("肺炎", "就诊科室", "儿科"),
    ]
    listed = """name,symptom\n肺炎,"['发热', '咳嗽']"\n"""
    assert facts(outcome("a.csv", listed)) == [("肺炎", "症状", "发热"), ("肺炎", "症状", "咳嗽")]


def test_a_table_of_no_known_shape_says_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"columns = \{ head"):
        outcome("a.csv", "id,foo,bar\n1,2,3\n")


RECORD = {
    "_id": {"$oid": "5bb578b6831b973a137e3ee6"},
    "name": "肺炎",
    "desc": "肺部的炎症。",
    "category": ["儿科"],
    "symptom": ["发热", "发热", "咳嗽"],
    "acompany": [],
    "cure_department": ["儿科", "呼吸内科"],
    "recommand_drug": ["阿莫西林"],
    "common_drug": ["阿莫西林"],
    "drug_detail": ["联邦阿莫西林胶囊(阿莫西林)"],
    "cured_prob": "95%",
}


@pytest.mark.parametrize("layout", ["array", "lines"])
def test_disease_records_become_statements_each_once(layout: str) -> None:
    text = json.dumps([RECORD]) if layout == "array" else json.dumps(RECORD) + "\n"
    assert facts(outcome("medical.json", text)) == [
        ("肺炎", "简介", "肺部的炎症。"),
        ("肺炎", "分类", "儿科"),
        ("肺炎", "症状", "发热"),
        ("肺炎", "症状", "咳嗽"),
        ("肺炎", "就诊科室", "儿科"),
        ("肺炎", "就诊科室", "呼吸内科"),
        ("肺炎", "药物治疗", "阿莫西林"),
        ("肺炎", "治愈率", "95%"),
        ("联邦阿莫西林胶囊", "生产药品", "阿莫西林"),
    ]


def test_doctors_listed_as_symptoms_and_cut_terms_are_rejected() -> None:
    found = outcome("a.json", [{"name": "肺炎", "symptoms": ["张永强", "黄疸", "发热", "长期使用糖皮质..."]}])
    assert facts(found) == [("肺炎", "症状", "黄疸"), ("肺炎", "症状", "发热")]
    assert reasons(found) == [Reason.RESIDUAL_PRIVATE_DATA, Reason.UNFINISHED]
    assert all("张永强" not in item.excerpt for item in found if isinstance(item, Rejection))


@pytest.mark.parametrize("name", ["张永强", "佟丽娟", "高玉梅", "迟明华"])
def test_names_are_told_also_by_rare_surnames(name: str) -> None:
    assert is_person_name(name)


TERMS = ["高热", "痴笑", "招风耳", "休克", "黄疸", "白带", "毛发干枯", "金黄", "腹痛", "贺尔蒙", "汤药"]


@pytest.mark.parametrize("term", TERMS)
def test_terms_are_no_names(term: str) -> None:
    assert not is_person_name(term)


def test_entities_and_relation_groups_are_read() -> None:
    entities = [
        {"label": "Disease", "name": {"name": "肺炎", "cause": "感染", "symptoms": ""}},
        {"label": "Drug", "name": "青霉素"},
    ]
    found = outcome("entities.json", entities)
    assert facts(found) == [("肺炎", "病因", "感染")]
    assert reasons(found) == [Reason.STUB]
    group = {
        "start_entity_type": "Disease",
        "end_entity_type": "Food",
        "rel_type": "no_eat",
        "rel_name": "忌吃",
        "rels": [{"start_entity_name": "肺炎", "end_entity_name": "辣椒"}, {"start_entity_name": "肺炎"}],
    }
    found = outcome("relations.json", [group])
    assert facts(found) == [("肺炎", "忌吃", "辣椒")]
    assert reasons(found) == [Reason.MISSING_FIELD]
    assert found[0].origin.locator == "#0.0"


def test_spo_lists_of_both_forms_are_read_with_their_qualifiers() -> None:
    listed = {"text": "…", "spo_list": [["肺炎", "临床表现", "发热"], ["肺炎", "临床表现", "发热"]]}
    keyed = {
        "text": "…",
        "spo_list": [
            {
                "Combined": False,
                "predicate": "药物治疗",
                "subject": "肺炎",
                "subject_type": "疾病",
                "object": {"@value": "青霉素", "inArea": "儿童"},
                "object_type": {"@value": "药物"},
            }
        ],
    }
    found = outcome("a.json", json.dumps(listed) + "\n" + json.dumps(keyed))
    assert facts(found) == [("肺炎", "临床表现", "发热"), ("肺炎", "药物治疗", "青霉素")]
    assert isinstance(found[1], Triple)
    assert (found[1].tail_type, found[1].qualifiers) == ("drug", ("inArea=儿童",))


def test_single_triples_graphs_with_nodes_and_apoc_exports_are_read() -> None:
    assert facts(outcome("a.jsonl", '{"head": "肺炎", "relation": "hasSymptom", "tail": "发热"}\n')) == [
        ("肺炎", "症状", "发热")
    ]
    assert facts(outcome("a.json", [["肺炎", "症状", "发热"]])) == [("肺炎", "症状", "发热")]
    graph = {
        "nodes": [{"id": 1, "name": "肺炎"}, {"id": 2, "name": "发热"}],
        "edges": [{"source": 1, "start": 1, "relation": "症状", "end": 2}],
    }
    assert facts(outcome("a.json", json.dumps(graph, indent=1))) == [("肺炎", "症状", "发热")]
    apoc = [
        {"type": "node", "id": "1", "labels": ["Disease"], "properties": {"name": "肺炎", "病因": "感染"}},
        {
            "type": "relationship",
            "label": "has_symptom",
            "start": {"id": "1", "labels": ["Disease"], "properties": {"name": "肺炎"}},
            "end": {"id": "2", "labels": ["Symptom"], "properties": {"name": "发热"}},
        },
    ]
    text = "\n".join(map(json.dumps, apoc))
    assert facts(outcome("a.json", text)) == [("肺炎", "病因", "感染"), ("肺炎", "症状", "发热")]


def test_a_record_that_names_nothing_is_rejected() -> None:
    assert reasons(outcome("a.json", {"相关疾病": 12410, "检查": 8543})) == [Reason.MISSING_FIELD]


def test_lists_of_terms_state_nothing() -> None:
    found = outcome("dict_disease.txt", "肺炎\n张永强\n支气管炎（急性）\n")
    assert reasons(found) == [Reason.STUB] * 3


NODES = 'id:ID(Disease),name,病因,:LABEL\n1,肺炎,"细菌\n病毒",Disease\n2,,,Disease\n'
ENDS = "id:ID(Symptom),name,:LABEL\n1,发热,Symptom\n"
EDGES = ":START_ID(Disease),:END_ID(Symptom),:TYPE\n1,1,has_symptom\n1,99,has_symptom\n咳嗽变异性哮喘,1,has_symptom\n"


@pytest.mark.parametrize("packed", [True, False])
def test_relationships_find_the_names_of_their_ends_in_other_files(tmp_path: Path, packed: bool) -> None:
    files = {"nodes.csv": NODES, "ends.csv": ENDS, "edges.csv": EDGES}
    if packed:
        with zipfile.ZipFile(tmp_path / "graph.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    else:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
    found_files = find_files(str(tmp_path), tmp_path)
    siblings = Siblings(tuple(found_files))
    found: list[Triple | Rejection] = []
    for file in found_files:
        for member in open_members(file, OPTIONS, "0" * 64, siblings):
            assert isinstance(member, SourceFile)
            found += read(member, OPTIONS)
    assert set(facts(found)) == {
        ("肺炎", "症状", "发热"),
        ("咳嗽变异性哮喘", "症状", "发热"),
        ("肺炎", "病因", "细菌\n病毒"),
    }
    assert Counter(reasons(found)) == {Reason.NO_COUNTERPART: 1, Reason.STUB: 2}


TURTLE = """@prefix ex: <http://example.org/disease/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:pneumonia a <http://example.org/Disease> ;
    rdfs:label "肺炎"@zh ;
    <http://example.org/hasSymptom> ex:发热, "咳嗽" ;  # a comment; with marks .
    ex:note \"\"\"第一行.
第二行\"\"\"^^<http://www.w3.org/2001/XMLSchema#string> .
this is broken .
ex:发热 ex:duration 3 .
ex:肺炎 rdfs:subClassOf ex:呼吸系统疾病 .
"""


def test_turtle_is_read_and_a_broken_statement_costs_itself() -> None:
    found = outcome("a.ttl", TURTLE)
    assert facts(found) == [
        ("肺炎", "症状", "发热"),
        ("肺炎", "症状", "咳嗽"),
        ("肺炎", "note", "第一行.\n第二行"),
        ("发热", "病程", "3"),
        ("肺炎", "是一种", "呼吸系统疾病"),
    ]
    assert reasons(found) == [Reason.MALFORMED]
    assert isinstance(found[0], Triple)
    assert found[0].head_type == "disease"


def test_n_triples_are_read_line_by_line() -> None:
    text = (
        "<http://e/%E8%82%BA%E7%82%8E> <http://e/has_symptom> <http://e/\\u53D1\\u70ED> .\n"
        "<http://e/x> <http://e/y> .\n"
        '<http://e/a_b> <http://e/alias> "甲\\n乙 \\"丙\\""@zh .\n'
        "<http://e/社区获得性 肺炎> <http://e/症状> <http://e/发热> .\n"
    )
    found = outcome("a.nt", text)
    stated = [("肺炎", "症状", "发热"), ("a b", "别名", '甲\n乙 "丙"'), ("社区获得性 肺炎", "症状", "发热")]
    assert facts(found) == stated
    assert reasons(found) == [Reason.MALFORMED]


def test_excel_is_read(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["头实体", "关系", "尾实体"], ["肺炎", "症状", "发热"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (found,) = read(SourceFile.from_path(tmp_path / "a.xlsx"), OPTIONS)
    assert isinstance(found, Triple)
    assert (found.tail, found.origin.locator) == ("发热", "Sheet: line 2")


def test_no_spelling_means_two_relations() -> None:
    rows = [word for name in RELATIONS for word in ALIASES if ALIASES[word] == name]
    assert len(rows) == len(set(rows))
    assert all(ALIASES[name] == name for name in RELATIONS)
    assert known_relation("Has Symptom") == known_relation("hasSymptom") == "症状"


def test_the_same_statement_has_the_same_id_wherever_it_stands() -> None:
    first, second = outcome("a.tsv", "肺炎\t症状\t发热\n肺炎\tsymptom\t发热\n")
    assert isinstance(first, Triple)
    assert isinstance(second, Triple)
    assert first.id == second.id


def test_real_graphs_are_read(shared: Path) -> None:
    found_files = find_files(str(shared / "data" / "kg"), shared)
    siblings = Siblings(tuple(found_files))
    kept: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for file in found_files:
        for member in open_members(file, OPTIONS, "0" * 64, siblings):
            assert isinstance(member, SourceFile)
            for item in read(member, OPTIONS):
                (lost if isinstance(item, Rejection) else kept)[file.path] += 1
    assert kept["relations_respiration_all.txt"] == 1016
    assert kept["qxdo_relations.json"] == 1216
    assert kept["cmekg_train_example.json"] > 50
    assert kept["baike_relationship10.csv.zip"] > 18_000
    assert kept["baike_relationship10.csv.zip"] + lost["baike_relationship10.csv.zip"] == 53_017
    assert kept["qxdo_medical8.json"] > 2 * kept["qxdo_entities.json"] > 0


def stated(text: str, name: str = "a.txt", **columns: str | int) -> list[tuple[str, str, str, str]]:
    found = outcome(name, text, **columns)
    return [(t.origin.locator, t.head, t.relation, t.tail) for t in found if isinstance(t, Triple)]


@pytest.mark.parametrize(
    "line",
    [
        "肺炎 -[症状]-> 咳嗽", "肺炎-[症状]->咳嗽", "肺炎 --症状--> 咳嗽", "肺炎->症状->咳嗽", "肺炎→症状→咳嗽",
        "(肺炎, 症状, 咳嗽)", "（肺炎，症状，咳嗽）", "<肺炎> <症状> <咳嗽>", "肺炎 症状 咳嗽",
        "肺炎@@疾病\t症状\t咳嗽@@症状",
    ],
)  # fmt: skip
def test_lines_state_triples_in_many_notations(line: str) -> None:
    assert stated(f"{line}\n\n{line}\n") == [(f"line {i}", "肺炎", "症状", "咳嗽") for i in (1, 3)]


def test_a_line_in_another_notation_costs_itself() -> None:
    text = "肺炎 -[症状]-> 咳嗽\n见第三章\n肺炎 -[治疗]-> 休息\n"
    found = list(read(SourceFile.from_bytes("a.txt", text.encode()), SourceOptions("graph", "knowledge_graph")))
    assert [getattr(item, "reason", None) for item in found] == [None, Reason.MALFORMED, None]


@pytest.mark.parametrize(
    "record",
    [
        [{"h": {"name": "肺炎"}, "r": "症状", "t": {"name": "咳嗽"}}],
        [{"source": "肺炎", "target": "咳嗽", "relation": "症状"}],
        {"nodes": [{"id": 1, "name": "肺炎"}, {"id": 2, "name": "咳嗽"}],
         "edges": [{"source": 1, "target": 2, "label": "症状"}]},
        {"肺炎": {"症状": ["咳嗽"]}},
        {"疾病": [{"name": "肺炎", "症状": "咳嗽"}]},
    ],
)  # fmt: skip
def test_graphs_in_json_are_read_however_they_are_nested(record: object) -> None:
    assert [found[1:] for found in stated(json.dumps(record), "a.json")] == [("肺炎", "症状", "咳嗽")]


def test_every_tail_of_a_list_is_stated_and_keys_may_be_named() -> None:
    record = [{"甲": "肺炎", "乙": "症状", "丙": ["咳嗽", "发热"]}]
    found = stated(json.dumps(record), "a.json", head="甲", relation="乙", tail="丙")
    assert [(where, tail) for where, _, _, tail in found] == [("#0", "咳嗽"), ("#0", "发热")]


def test_a_first_row_of_classes_is_no_header_and_traditional_headers_are() -> None:
    rows = "肺炎,疾病,症状,咳嗽,症状\n腹泻,疾病,症状,脱水,症状\n"
    assert [found[1] for found in stated(rows, "a.csv")] == ["肺炎", "腹泻"]
    assert [found[0] for found in stated("頭實體,關係,尾實體\n肺炎,症狀,咳嗽\n", "a.csv")] == ["line 2"]


def test_a_ragged_first_line_does_not_cost_the_file() -> None:
    assert len(stated("肺炎\t症状\n" + "肺炎\t症状\t发热\n" * 3, "a.tsv")) == 3


def test_names_of_doctors_among_symptoms_are_no_terms() -> None:
    for name in ("魏青山", "何为民", "田丽", "石海涛", "杨学水", "驻站医"):
        assert is_person_name(name), name
    for term in ("焦虑", "高热", "发绀", "窦道", "杨梅舌", "黄疸", "面红", "白斑", "乏力", "招风耳"):
        assert not is_person_name(term), term


def test_relations_of_encyclopaedias_are_ours() -> None:
    spelled = {
        "常见症状": "症状",
        "主要症状": "症状",
        "常见病因": "病因",
        "多发群体": "好发人群",
        "常见发病部位": "发病部位",
    }
    spelled |= {
        "主要适用症": "适应症",
        "主要用药禁忌": "禁忌",
        "用量用法": "用法用量",
        "又称": "别名",
        "相关西医疾病": "相关疾病",
    }
    assert {word: known_relation(word) for word in spelled} == spelled
