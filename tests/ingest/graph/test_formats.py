"""Graphs as other tools write them: column names, exports of graph databases, annotation tools and drawings."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from ingest.knowledge_graph import read
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from schemas.triple import Triple
from tests.support import readers

STATED = [("肺炎", "症状", "发热")]
OPTIONS = SourceOptions("kg", "knowledge_graph")


outcome = partial(readers.read, "knowledge_graph")


def facts(found: list[Triple | Rejection]) -> list[tuple[str, str, str]]:
    return [(item.head, item.relation, item.tail) for item in found if isinstance(item, Triple)]


@pytest.mark.parametrize(
    "header",
    [
        "subject,predicate,object", "subj,pred,obj", "s,p,o", "h,r,t", "Entity1,Relation,Entity2", "head,rel,tail",
        "头实体,关系,尾实体", "头实体名称,关系名称,尾实体名称", "起始节点,关系类型,终止节点", "源节点,关系,目标节点",
        "主语,谓语,宾语", "主体,谓词,客体", "实体,属性,属性值", "实体1,关系,实体2", "start,type,end",
        "source,label,target", "from,rel,to",
        "node_1,edge,node_2", "x_name,relation,y_name", "start_name,relationship,end_name", "頭實體,關係,尾實體",
    ],
)  # fmt: skip
def test_a_row_is_short_and_the_header_is_known_by_its_parts(header: str) -> None:
    found = outcome("a.csv", f"{header}\n肺炎,has_symptom,发热\n")
    assert (facts(found), len(found)) == (STATED, 1)


def test_types_are_read_and_identifiers_beside_a_triple_are_no_facts() -> None:
    text = "x_id,x_type,x_name,relation,y_id,y_type,y_name,频率\n1,disease,肺炎,症状,2,symptom,发热,常见\n"
    (found,) = outcome("a.csv", text)
    assert isinstance(found, Triple)
    assert (found.head_type, found.tail_type, found.qualifiers) == ("disease", "symptom", ("频率=常见",))


def test_one_relation_may_stand_in_several_columns() -> None:
    found = outcome("a.csv", "病名,症状1,症状2,症状3,科室\n肺炎,发热,咳嗽,,儿科\n")
    assert facts(found) == [*STATED, ("肺炎", "症状", "咳嗽"), ("肺炎", "就诊科室", "儿科")]


def test_a_matrix_of_numbers_states_nothing() -> None:
    assert facts(outcome("a.csv", "肺炎,1,0\n哮喘,0,1\n")) == []


PNEUMONIA = {"identity": 0, "labels": ["Disease"], "properties": {"name": "肺炎"}}
FEVER = {"identity": 1, "labels": ["Symptom"], "properties": {"name": "发热"}}
EDGE = {"identity": 0, "start": 0, "end": 1, "type": "has_symptom", "properties": {}}
SEGMENT = {"start": PNEUMONIA, "relationship": EDGE, "end": FEVER}
APOC = [
    {"type": "node", "id": "0", "labels": ["Disease"], "properties": {"name": "肺炎"}},
    {"type": "node", "id": "1", "labels": ["Symptom"], "properties": {"name": "发热"}},
    {"type": "relationship", "label": "has_symptom", "start": {"id": "0"}, "end": {"id": "1"}},
]


@pytest.mark.parametrize(
    "data",
    [
        [{"n": PNEUMONIA, "r": EDGE, "m": FEVER}],
        [{"p": {"start": PNEUMONIA, "end": FEVER, "segments": [SEGMENT], "length": 1.0}}],
        "\n".join(map(json.dumps, APOC)),
        {"nodes": APOC[:2], "rels": APOC[2:]},
        {"elements": {"nodes": [{"data": {"id": "1", "name": "肺炎"}}, {"data": {"id": "2", "name": "发热"}}],
                      "edges": [{"data": {"source": "1", "target": "2", "label": "症状"}}]}},
        {"nodes": [{"name": "肺炎"}, {"name": "发热"}], "links": [{"source": 0, "target": 1, "value": "症状"}]},
        {"data": [{"name": "肺炎"}, {"name": "发热"}], "links": [{"source": "肺炎", "target": "发热", "name": "症状"}]},
        {"text": "肺炎发热", "entities": [{"id": 7, "start_offset": 0, "end_offset": 2, "label": "疾病"},
                                      {"id": 8, "start_offset": 2, "end_offset": 4, "label": "症状"}],
         "relations": [{"id": 0, "from_id": 7, "to_id": 8, "type": "症状"}]},
        {"sentText": "…", "relationMentions": [{"em1Text": "肺炎", "em2Text": "发热", "label": "症状"}]},
        {"text": "…", "spo_list": [{"predicate": "症状", "subject": {"text": "肺炎", "type": "疾病"},
                                   "object": {"text": "发热", "type": "症状"}}]},
        {"triples": ["(肺炎, 症状, 发热)"]},
        {"症状": [["肺炎", "发热"]]},
        [{"主体": "肺炎", "谓词": "症状", "客体": "发热"}],
        {"@context": {"@vocab": "http://x/"}, "@graph": [
            {"@id": "http://x/e1", "@type": "Disease", "label": "肺炎", "症状": {"@id": "http://x/e2"}},
            {"@id": "http://x/e2", "@type": "Symptom", "label": {"@value": "发热", "@language": "zh"}}]},
        {"@id": "http://x/肺炎", "http://x/symptom": [{"@value": "发热"}]},
    ],
)  # fmt: skip
def test_exports_of_databases_and_annotation_tools_are_read(data: object) -> None:
    assert facts(outcome("a.json", data)) == STATED


def test_an_end_without_a_node_dangles_and_is_counted() -> None:
    lost = {"type": "relationship", "label": "has_symptom", "start": {"id": "0"}, "end": {"id": "9"}}
    found = outcome("a.json", "\n".join(map(json.dumps, [*APOC, lost])))
    assert facts(found) == STATED
    assert [item.reason for item in found if isinstance(item, Rejection)][-1] is Reason.NO_COUNTERPART


def test_classes_inside_the_ends_and_properties_of_relationships_are_kept() -> None:
    edge = {**APOC[2], "properties": {"频率": "常见"}}
    found = [
        item for item in outcome("a.json", "\n".join(map(json.dumps, [*APOC[:2], edge]))) if isinstance(item, Triple)
    ]
    assert [(item.head_type, item.tail_type, item.qualifiers) for item in found] == [
        ("disease", "symptom", ("频率=常见",))
    ]


def test_the_values_of_an_object_are_no_names_each() -> None:
    found = outcome(
        "a.json", [{"name": "甲病", "用药": [{"药名": "乙药", "剂量": "5 mg/kg"}, {"频次": "每日", "次数": "2"}]}]
    )
    assert facts(found) == [("甲病", "药物治疗", "乙药"), ("甲病", "药物治疗", "频次：每日；次数：2")]


def test_node_files_of_one_row_with_arrays_and_labels_are_read() -> None:
    text = "diseaseId:ID(D-ID),name:string,aliases:string[],:LABEL\nd1,肺炎,肺部感染;肺部炎症,Disease;Entity\n"
    found = outcome("a.csv", text)
    assert facts(found) == [("肺炎", "别名", "肺部感染"), ("肺炎", "别名", "肺部炎症")]
    assert all(isinstance(item, Triple) and item.head_type == "disease" for item in found)


def test_nodes_and_relationships_of_apoc_share_a_table() -> None:
    text = (
        "_id,_labels,name,desc,_start,_end,_type\n0,:Disease,肺炎,炎症,,,\n1,:Symptom,发热,,,,\n,,,,0,1,has_symptom\n"
    )
    assert facts(outcome("all.csv", text)) == [("肺炎", "简介", "炎症"), *STATED]


def test_the_same_id_in_two_spaces_names_two_nodes() -> None:
    texts = {
        "d.csv": ":ID(D),name,:LABEL\n1,肺炎,Disease\n9,哮喘,Disease\n",
        "s.csv": ":ID(S),name,:LABEL\n1,发热,Symptom\n",
        "r.csv": ":START_ID(D),:END_ID(S),:TYPE\n1,1,has_symptom\n1,9,has_symptom\n",
    }
    files = [SourceFile.from_bytes(name, text.encode()) for name, text in texts.items()]
    edges = SourceFile(files[2].path, files[2].sha256, files[2].opener, suffix=".csv", siblings=lambda: files)
    found = list(read(edges, OPTIONS))
    assert facts(found) == STATED
    assert [item.reason for item in found if isinstance(item, Rejection)] == [Reason.NO_COUNTERPART]


@pytest.mark.parametrize("name", ["a.graphml", "a.rdf", "a.owl", "a.nq"])
def test_graphs_in_formats_we_do_not_read_say_what_to_do(name: str) -> None:
    with pytest.raises(UnreadableFile, match="save it as"):
        outcome(name, "<x/>")


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        ("id,name,label\n1,肺炎,疾病\n2,发热,症状\n", "start_id,end_id,type\n1,2,has_symptom\n1,9,has_symptom\n"),
        ("编号,名称,类型\n1,肺炎,疾病\n2,发热,症状\n", "头实体编号,关系,尾实体编号\n1,症状,2\n1,症状,9\n"),
        ("id,name,type\n1,肺炎,疾病\n2,发热,症状\n", "source,target,relation\n1,2,症状\n1,9,症状\n"),
        ("entity_id,entity_name\ne1,肺炎\ne2,发热\n", "fromId,toId,rel\ne1,e2,症状\ne1,e9,症状\n"),
    ],
)
def test_plain_tables_of_nodes_and_of_edges_between_their_ids_are_joined(nodes: str, edges: str) -> None:
    files = [SourceFile.from_bytes(name, text.encode()) for name, text in (("n.csv", nodes), ("e.csv", edges))]
    found = [
        item
        for file in files
        for item in read(
            SourceFile(file.path, file.sha256, file.opener, suffix=".csv", siblings=lambda: files), OPTIONS
        )
    ]
    assert facts(found) == STATED
    assert [item.reason for item in found if isinstance(item, Rejection)] == [
        Reason.STUB, Reason.STUB, Reason.NO_COUNTERPART,
    ]  # fmt: skip


def test_numbers_without_nodes_are_no_names() -> None:
    found = outcome("e.csv", "source,target,relation\n1,2,症状\n")
    assert [item.reason for item in found if isinstance(item, Rejection)] == [Reason.NO_COUNTERPART]


def test_sheets_of_nodes_and_of_edges_are_joined(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for title, rows in (
        ("节点", [["id", "name"], [1, "肺炎"], [2, "发热"]]),
        ("关系", [["start_id", "end_id", "type"], [1, 2, "症状"]]),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "a.xlsx")
    assert facts(list(read(SourceFile.from_path(tmp_path / "a.xlsx"), OPTIONS))) == STATED


def test_texts_without_statements_and_schemas_state_nothing() -> None:
    text = '{"text": "x", "spo_list": []}\n{"text": "y", "spo_list": [["肺炎", "症状", "发热"]]}\n'
    found = outcome("a.json", text)
    assert (facts(found), found[0].reason if isinstance(found[0], Rejection) else "") == (STATED, Reason.STUB)
    prefixes = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix : <http://x/> .\n"
    turtle = f"{prefixes}:疾病 a owl:Class .\n:肺炎 :症状 :发热 .\n"
    found = outcome("a.ttl", turtle)
    assert (facts(found), len(found)) == (STATED, 2)


def test_of_several_labels_the_chinese_one_is_the_name() -> None:
    turtle = (
        "@prefix : <http://x/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n:p rdfs:label "Pneumonia"@en , "肺炎"@zh ;\n'
        '  skos:altLabel "肺部感染"@zh ; :hasSymptom :f ; skos:broader :r .\n:f rdfs:label "发热" .\n'
        ':r rdfs:label "呼吸系统疾病" .\n'
    )
    assert facts(outcome("a.ttl", turtle)) == [
        ("肺炎", "别名", "肺部感染"), *STATED, ("肺炎", "是一种", "呼吸系统疾病"),
    ]  # fmt: skip


def test_nonsense_costs_its_record_alone() -> None:
    deep = '{"name": "哮喘", "x": ' + '{"a":' * 500 + "1" + "}" * 500 + "}"
    good = json.dumps({"name": "肺炎", "symptom": ["发热"]})
    odd = [
        deep,
        '{"type": "node", "labels": 5, "properties": {"name": "丁"}}',
        '{"@graph": 5}',
        '{"@graph": [1, null]}',
        '{"type": "relationship", "label": "x", "start": 1, "end": 2, "properties": null}',
        '{"name": 5, "x": true, "y": null}',
        '{"rel_type": "x", "rels": [1, null, [1]]}',
        '{"nodes": [1, {"id": {}}], "edges": [{"source": null, "target": 1, "label": "x"}]}',
    ]
    assert set(STATED) <= set(facts(outcome("a.jsonl", "\n".join([*odd, good]))))


def test_a_header_may_be_a_file_of_its_own() -> None:
    texts = {
        "nodes-header.csv": "id:ID,name,:LABEL\n", "nodes.csv": "1,肺炎,Disease\n2,发热,Symptom\n",
        "rels_header.csv": ":START_ID,:TYPE,:END_ID\n", "rels.csv": "1,has_symptom,2\n",
    }  # fmt: skip
    files = [SourceFile.from_bytes(name, text.encode()) for name, text in texts.items()]
    found = [
        item
        for file in files
        for item in read(
            SourceFile(file.path, file.sha256, file.opener, suffix=".csv", siblings=lambda: files), OPTIONS
        )
    ]
    assert facts(found) == STATED


def test_a_format_that_is_none_is_refused_and_lines_without_statements_too() -> None:
    for format, text in (("tsv", "肺炎\t症状\t发热\n"), ("lines", "肺炎是肺部的炎症。\n")):
        with pytest.raises(UnreadableFile) as caught:
            list(
                read(
                    SourceFile.from_bytes("a.txt", text.encode()), SourceOptions("kg", "knowledge_graph", format=format)
                )
            )
        assert caught.value.reason is Reason.UNKNOWN_FORMAT
