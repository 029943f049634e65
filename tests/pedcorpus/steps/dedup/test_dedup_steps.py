"""Steps `dedup` and `dedup-instructions` over small shards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pedcorpus.steps.dedup import instructions
from pedcorpus.steps.dedup import step as dedup
from schemas.shards import read_shards
from tests.support.run_step import ORIGIN, put, run

SOURCES = {
    name: {"kind": kind, "license": "cc0-1.0", "department": "", "privacy": None}
    for name, kind in {
        "book": "textbook",
        "guide": "guideline",
        "wiki": "wikipedia",
        "talk": "dialogue",
        "kg": "knowledge_graph",
        "set": "distilled",
    }.items()
}
PREFER = ["guideline", "textbook", "knowledge_graph", "dialogue", "distilled", "wikipedia"]
CONFIG: dict[str, Any] = {
    "dedup": {
        "ngram": 5,
        "threshold": 0.8,
        "bands": 25,
        "rows": 5,
        "seed": 1,
        "verify": True,
        "prefer": PREFER,
    },
    "sources": SOURCES,
}
PASSAGE = (
    "川崎病是一种以全身血管炎为主要病变的急性发热性出疹性疾病，多见于婴幼儿，冠状动脉病变是最严重的并发症。"
    "急性期以大剂量静脉注射免疫球蛋白联合阿司匹林为首选方案，宜在发病十日内给药，可明显降低冠状动脉瘤的发生率。"
)


def document(name: str, source: str, text: str) -> dict[str, Any]:
    return {"id": f"doc-{name}", "source": source, "origin": ORIGIN, "kind": "text", "title": "川崎病", "text": text}


def rejected(out: Path, step: str) -> dict[str, str]:
    files = sorted((out / "steps" / step / "rejected").glob("*.parquet"))
    rows = read_shards(files).to_pylist()
    return {row["id"]: row["reason"] for row in rows}


def beside(out: Path, step: str, folder: str) -> list[dict[str, Any]]:
    return list(read_shards(sorted((out / "steps" / step / folder).glob("*.parquet"))).to_pylist())


def test_a_guideline_survives_a_wikipedia_article_that_repeats_it(tmp_path: Path) -> None:
    shards = [
        put(tmp_path, "clean", "wiki-00000", "document", [document("w", "wiki", PASSAGE + "本病由川崎富作首先报告。")]),
        put(tmp_path, "clean", "guide-00000", "document", [document("g", "guide", PASSAGE)]),
        put(tmp_path, "clean", "book-00000", "document", [document("b", "book", PASSAGE)]),
    ]
    result = run("dedup", dedup.ROUNDS, tmp_path, CONFIG, {"clean": shards})
    assert rejected(tmp_path, "dedup") == {"doc-w": "duplicate_near", "doc-b": "duplicate_exact"}
    assert (result.figures["dedup.clusters"], result.figures["dedup.conflicts"]) == (1, 0)
    assert {row["id"]: row["survivor"] for row in beside(tmp_path, "dedup", "evidence")} == {
        "doc-w": "doc-g",
        "doc-b": "doc-g",
    }


def test_passages_that_differ_in_a_dose_or_a_negation_are_kept_and_listed(tmp_path: Path) -> None:
    dose = "阿奇霉素每次10mg/kg，每日一次，连用三天。"
    rows = [
        document("a", "book", PASSAGE + dose),
        document("b", "book", PASSAGE + dose.replace("10mg", "100mg")),
        document("c", "guide", PASSAGE.replace("宜在", "不宜在") + dose),
    ]
    shards = [put(tmp_path, "clean", f"{row['source']}-0000{k}", "document", [row]) for k, row in enumerate(rows)]
    result = run("dedup", dedup.ROUNDS, tmp_path, CONFIG, {"clean": shards})
    assert result.kept == 3
    assert result.figures["dedup.conflicts"] == 3
    listed = {(row["id_a"], row["id_b"]): row["difference"] for row in beside(tmp_path, "dedup", "conflicts")}
    assert listed["doc-b", "doc-a"] == "number 100mg/kg → 10mg/kg"
    assert listed["doc-c", "doc-a"] == "negation 不 → ∅"


def test_triples_go_by_head_relation_tail_and_the_best_source_keeps_its_row(tmp_path: Path) -> None:
    def triple(name: str, source: str, tail: str, qualifiers: list[str]) -> dict[str, Any]:
        return {
            "id": name,
            "source": source,
            "origin": ORIGIN,
            "head": "川崎病",
            "relation": "临床表现",
            "tail": tail,
            "qualifiers": qualifiers,
        }

    shards = [
        put(tmp_path, "clean", "kg-00000", "triple", [triple("t1", "kg", "发热", []), triple("t2", "kg", "皮疹", [])]),
        put(tmp_path, "clean", "kg-00001", "triple", [triple("t3", "kg", "发热", ["持续五天以上"])]),
        put(tmp_path, "clean", "set-00000", "triple", [triple("t0", "set", "皮疹", ["多形性"])]),
    ]
    run("dedup", dedup.ROUNDS, tmp_path, CONFIG, {"clean": shards})
    assert rejected(tmp_path, "dedup") == {"t1": "duplicate_exact", "t0": "duplicate_exact"}


def test_dialogues_and_documents_never_meet(tmp_path: Path) -> None:
    turns = [{"role": "patient", "text": "医生您好"}, {"role": "doctor", "text": PASSAGE}]
    talk = {"id": "dlg-1", "source": "talk", "origin": ORIGIN, "turns": turns}
    shards = [
        put(tmp_path, "clean", "talk-00000", "dialogue", [talk, {**talk, "id": "dlg-2"}]),
        put(tmp_path, "clean", "book-00000", "document", [document("b", "book", PASSAGE)]),
    ]
    run("dedup", dedup.ROUNDS, tmp_path, CONFIG, {"clean": shards})
    assert rejected(tmp_path, "dedup") == {"dlg-2": "duplicate_exact"}


def test_order_of_shards_and_tasks_changes_no_byte(tmp_path: Path) -> None:
    rows = [
        document(f"{k:02d}", source, PASSAGE[: 70 + 3 * (k % 4)] + "。" * (k % 3))
        for k, source in enumerate(["book", "guide", "wiki"] * 6)
    ]
    results = []
    for name, backwards in (("a", False), ("b", True)):
        out = tmp_path / name
        shards = [put(out, "clean", f"{r['source']}-{k:05d}", "document", [r]) for k, r in enumerate(rows)]
        shards = shards[::-1] if backwards else shards
        results.append(run("dedup", dedup.ROUNDS, out, CONFIG, {"clean": shards}, backwards=backwards))
    assert results[0].shards == results[1].shards
    assert results[0].rejected == results[1].rejected
    for folder in ("rejected", "evidence", "conflicts"):
        files = sorted((tmp_path / "a/steps/dedup" / folder).iterdir())
        assert files
        assert all(
            file.read_bytes() == (tmp_path / "b/steps/dedup" / folder / file.name).read_bytes() for file in files
        )


def instruction(name: str, source: str, question: str, answer: str, *before: tuple[str, str]) -> dict[str, Any]:
    turns = [(role, text) for pair in before for role, text in zip(("user", "assistant"), pair, strict=True)]
    turns += [("user", question), ("assistant", answer)]
    return {
        "id": name,
        "source": source,
        "messages": [{"role": role, "content": text} for role, text in turns],
        "task": "medkqa",
        "department": "儿科",
        "parents": [f"parent-{name}"],
        "builder": {"kind": "original", "name": "x", "version": "1", "model": None},
    }


def settled(out: Path, *rows: dict[str, Any]) -> dict[str, str]:
    shards = [put(out, "instruct", f"{row['source']}-{k:05d}", "instruction", [row]) for k, row in enumerate(rows)]
    run("dedup-instructions", instructions.ROUNDS, out, CONFIG, {"instruct": shards})
    return rejected(out, "dedup-instructions")


def test_one_answer_under_two_prompts_is_kept_once(tmp_path: Path) -> None:
    assert settled(
        tmp_path,
        instruction("s1", "set", "什么是川崎病？", PASSAGE),
        instruction("s2", "book", "请介绍一种以血管炎为主的儿童疾病。", PASSAGE),
        instruction("s3", "set", "什么是川崎病", PASSAGE),
    ) == {"s1": "duplicate_answer", "s3": "duplicate_pair"}


def test_short_answers_may_come_again(tmp_path: Path) -> None:
    rows = [
        instruction("s1", "set", "孩子发热三天伴皮疹应该挂什么科？", "儿科"),
        instruction("s2", "set", "孩子腹泻两天精神差应该看哪里？", "儿科"),
    ]
    assert settled(tmp_path, *rows) == {}


def test_of_two_answers_to_one_question_the_better_source_stays(tmp_path: Path) -> None:
    rows = [
        instruction(
            "s1", "set", "川崎病急性期首选什么治疗方案？", "首选大剂量丙种球蛋白，具体请咨询医生，谢谢您的提问。"
        ),
        instruction("s2", "guide", "川崎病急性期首选什么治疗方案？", PASSAGE),
    ]
    assert settled(tmp_path, *rows) == {"s1": "duplicate_question"}


def test_a_dose_or_an_earlier_turn_makes_another_question(tmp_path: Path) -> None:
    ask = "体重{}公斤的孩子高热不退，每日需要饮水多少毫升才合适？请按体重计算并说明理由。"
    rows = [
        instruction("s1", "set", ask.format(10), "按每公斤体重一百毫升计算，所需饮水约为一升，另加发热丢失。"),
        instruction("s2", "set", ask.format(20), "体重超过十公斤的部分按五十毫升计算，合计一升半左右，视尿量调整。"),
        instruction(
            "s3",
            "set",
            "那该怎么治疗呢？",
            "轻症以补液为主，必要时加用止泻药物并观察尿量。",
            ("孩子腹泻两天", "大便什么样？"),
        ),
        instruction(
            "s4",
            "set",
            "那该怎么治疗呢？",
            "先用雾化吸入缓解喘息，无效时来院就诊评估。",
            ("孩子喘息一周", "有没有发热？"),
        ),
    ]
    assert settled(tmp_path, *rows) == {}


def test_a_rejected_sample_names_its_parents(tmp_path: Path) -> None:
    settled(
        tmp_path, instruction("s1", "set", "问题一是什么？", PASSAGE), instruction("s2", "set", "问题二呢？", PASSAGE)
    )
    files = sorted((tmp_path / "steps/dedup-instructions/rejected").glob("*.parquet"))
    (row,) = read_shards(files).to_pylist()
    assert row["origin"] == {"file": "", "locator": "parent-s2", "sha256": ""}
    assert len(row["excerpt"]) <= 160


def test_what_two_graphs_contradict_is_listed_with_both_places(tmp_path: Path) -> None:
    def triple(name: str, source: str, head: str, relation: str, tail: str) -> dict[str, Any]:
        return {"id": name, "source": source, "origin": ORIGIN, "head": head, "relation": relation, "tail": tail}

    ours = [triple("t1", "kg", "甲病", "药物治疗", "乙药"), triple("t2", "kg", "甲病", "宜吃", "丙果")]
    theirs = [triple("t3", "set", "乙药", "禁忌", "甲病"), triple("t4", "set", "乙药", "禁忌", "丁病")]
    shards = [put(tmp_path, "clean", f"{rows[0]['source']}-00000", "triple", rows) for rows in (ours, theirs)]
    result = run("dedup", dedup.ROUNDS, tmp_path, CONFIG, {"clean": shards})
    assert result.figures["graph.contradictions.treats_and_contraindicated"] == 1
    (line,) = (tmp_path / "steps/dedup/contradictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(one["id"], one["source"]) for one in json.loads(line)["statements"]] == [("t1", "kg"), ("t3", "set")]
