from pathlib import Path
from typing import Any

import pytest

from pedcorpus.config.sections import Instruct
from pedcorpus.engine.step import TaskResult
from pedcorpus.steps.instruct import step as instruct
from tests.support.run_step import ORIGIN, put, rejected_of, rows_of, run

KINDS = {"book": "textbook", "graph": "knowledge_graph", "talks": "dialogue", "set": "distilled", "zhwiki": "wikipedia"}
CONFIG = {
    "instruct": Instruct().model_dump(mode="json"),
    "sources": {name: {"kind": kind, "department": "儿科"} for name, kind in KINDS.items()},
}


def document(number: int, source: str = "book", **more: Any) -> dict[str, Any]:
    text = f"第{number}种治疗意见：卧床休息，多饮水，必要时退热。"
    row = {"id": f"doc-{number}", "source": source, "origin": ORIGIN, "kind": "text", "title": "儿科学"}
    return row | {"section": [f"{number}号肺炎", "治疗"], "text": text, "department": "儿科"} | more


def triple(number: int) -> dict[str, Any]:
    facts = [
        ("症状", "发热"),
        ("症状", "咳嗽"),
        ("症状", "气促"),
        ("检查", "血常规"),
        ("并发症", "脓胸"),
        ("治疗", "吸氧"),
    ]
    relation, tail = facts[number % 6]
    head = f"{number // 6}型肺炎"
    names = {"head": head, "head_type": "disease", "relation": relation, "tail": tail, "tail_type": "unknown"}
    return {"id": f"kg-{number}", "source": "graph", "origin": ORIGIN} | names


def build(out: Path, backwards: bool = False) -> TaskResult:
    turns = [
        {"role": "patient", "text": "宝宝咳嗽怎么办？"},
        {"role": "doctor", "text": "可以口服止咳糖浆，多喝温水，注意休息。"},
    ]
    messages = [{"role": "user", "content": "肺炎如何治疗？"}, {"role": "assistant", "content": "抗感染治疗。"}]
    common = {"origin": ORIGIN, "department": "儿科"}
    shards = [
        put(out, "dedup", "book-00000", "document", [document(i) for i in range(20)]),
        put(out, "dedup", "zhwiki-00000", "document", [document(i, "zhwiki") for i in range(100, 103)]),
        put(out, "dedup", "graph-00000", "triple", [triple(i) for i in range(31)]),
        put(out, "dedup", "graph-00001", "triple", [triple(i) for i in range(31, 60)]),
        put(out, "dedup", "talks-00000", "dialogue", [common | {"id": "dlg-1", "source": "talks", "turns": turns}]),
        put(out, "dedup", "set-00000", "sample", [common | {"id": "smp-1", "source": "set", "messages": messages}]),
    ]
    return run("instruct", instruct.ROUNDS, out, CONFIG, {"dedup": shards}, backwards)


def test_every_source_but_wikipedia_is_used(tmp_path: Path) -> None:
    result = build(tmp_path)
    assert result.read == 20 + 60 + 1 + 1
    assert {row["source"] for row in rows_of(tmp_path, result, "instruction")} == {"book", "graph", "talks", "set"}
    assert result.made["instruction"] == len(rows_of(tmp_path, result, "instruction"))


def test_a_subject_is_whole_however_its_triples_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruct, "TRIPLES_PER_TASK", 20)
    result = build(tmp_path)
    texts = rows_of(tmp_path, result, "pretrain")
    assert len(texts) == 10
    assert all(len(text["parents"]) == 6 for text in texts)
    assert result.read == 82


def test_all_parents_are_rows_of_the_corpus_and_used_rows_are_the_kept(tmp_path: Path) -> None:
    result = build(tmp_path)
    rows = rows_of(tmp_path, result, "instruction") + rows_of(tmp_path, result, "pretrain")
    parents = {parent for row in rows for parent in row["parents"]}
    assert len(parents) == result.kept
    assert not parents & set(rejected_of(tmp_path, "instruct"))


def test_the_order_of_tasks_changes_no_byte(tmp_path: Path) -> None:
    one, two = build(tmp_path / "a"), build(tmp_path / "b", backwards=True)
    assert [(s.file, s.sha256) for s in one.shards] == [(s.file, s.sha256) for s in two.shards]


def test_no_file_is_left_without_rows(tmp_path: Path) -> None:
    shard = put(tmp_path, "dedup", "book-00000", "document", [document(1, kind="caption")])
    result = run("instruct", instruct.ROUNDS, tmp_path, CONFIG, {"dedup": [shard]})
    assert not result.shards
    assert not list((tmp_path / "steps/instruct").glob("*.parquet"))
    assert rejected_of(tmp_path, "instruct") == {"doc-1": "no_template"}


def test_what_another_graph_forbids_is_not_told(tmp_path: Path) -> None:
    def stated(key: str, source: str, head: str, relation: str, tail: str) -> dict[str, Any]:
        names = {"head": head, "head_type": "disease", "relation": relation, "tail": tail, "tail_type": "unknown"}
        return {"id": key, "source": source, "origin": ORIGIN} | names

    ours = [stated(f"kg-{tail}", "graph", "小儿肺炎", "药物治疗", tail) for tail in ("甲西林", "乙霉素")]
    theirs = [stated("kg-no", "other", "乙霉素", "禁忌", "小儿肺炎")]
    shards = [put(tmp_path, "dedup", f"{rows[0]['source']}-00000", "triple", rows) for rows in (ours, theirs)]
    config = {**CONFIG, "sources": {**CONFIG["sources"], "other": {"kind": "knowledge_graph", "department": "儿科"}}}
    result = run("instruct", instruct.ROUNDS, tmp_path, config, {"dedup": shards})
    told = "".join(row["text"] for row in rows_of(tmp_path, result, "pretrain"))
    assert "甲西林" in told
    assert "乙霉素" not in told
    assert rejected_of(tmp_path, "instruct")["kg-乙霉素"] == "not_grounded"
