"""After clean: one form, no private data in rows or excerpts, every row kept or named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pedcorpus.config.sections import Clean
from pedcorpus.steps.clean.step import ROUNDS, level_of
from schemas.shards import read_shards
from tests.support.run_step import ORIGIN, put, rejected_of, rows_of, run

PHONE = "13812345678"
SENTENCE = "川崎病急性期应在发病十天内使用静脉注射免疫球蛋白。"


def config(**sources: dict[str, Any]) -> dict[str, Any]:
    plain = {"license": "mit", "department": "", "privacy": None}
    return {
        "clean": Clean().model_dump(mode="json"),
        "sources": {name: plain | value for name, value in sources.items()},
    }


CONFIG = config(
    books={"kind": "textbook"},
    talks={"kind": "dialogue"},
    graph={"kind": "knowledge_graph"},
    sets={"kind": "distilled"},
)


def document(number: int, text: str, **more: Any) -> dict[str, Any]:
    row = {"id": f"doc-{number}", "source": "books", "origin": ORIGIN, "kind": "text", "title": "儿科学", "section": []}
    return row | {"text": text, "department": "儿科", "license": "mit", "warnings": []} | more


def dialogue(number: int, *texts: str, **more: Any) -> dict[str, Any]:
    turns = [{"role": ("patient", "doctor")[i % 2], "text": text, "speaker": None} for i, text in enumerate(texts)]
    row = {"id": f"dlg-{number}", "source": "talks", "origin": ORIGIN, "turns": turns, "department": "儿科"}
    return row | {"license": "mit", "channel": "online"} | more


def test_every_string_of_a_document_is_normalised(tmp_path: Path) -> None:
    row = document(
        1,
        "高 热３９℃，⻓期反复发作",
        title="儿科学（第１版）",
        section=["第１章"],
        table=[["剂量", "５㎎"], []],
        kind="table",
        grade="Ｂ",
    )
    result = run(
        "clean",
        ROUNDS,
        tmp_path,
        CONFIG,
        {"ingest-books": [put(tmp_path, "ingest-books", "books-00000", "document", [row])]},
    )
    (clean,) = rows_of(tmp_path, result, "document")
    assert clean["text"] == "高热39℃，长期反复发作"
    assert (clean["title"], clean["section"]) == ("儿科学（第1版）", ["第1章"])
    assert (clean["table"], clean["grade"]) == ([["剂量", "5mg"], []], "B")
    assert (clean["id"], clean["origin"]) == ("doc-1", ORIGIN)
    assert result.figures["punctuation.before"] == result.figures["punctuation.after"] == 3
    assert result.shards[0].file == "steps/clean/part-books-00000.parquet"


def test_bad_rows_are_named_and_their_excerpts_are_masked(tmp_path: Path) -> None:
    rows = [
        document(1, SENTENCE),
        document(2, f"专家热线{PHONE}，免费咨询，扫码加微信领取优惠。"),
        document(3, "短"),
        document(4, "Kawasaki disease is an acute vasculitis."),
    ]
    result = run(
        "clean", ROUNDS, tmp_path, CONFIG, {"i": [put(tmp_path, "ingest-books", "books-00000", "document", rows)]}
    )
    assert (result.read, result.kept) == (4, 1)
    assert rejected_of(tmp_path, "clean") == {"doc-2": "advertisement", "doc-3": "too_short", "doc-4": "not_chinese"}
    rejected = read_shards([tmp_path / "steps/clean/rejected/part-books-00000.parquet"]).to_pylist()
    assert PHONE not in str(rejected)
    assert "专家热线" in rejected[0]["excerpt"]


def test_a_dialogue_is_masked_as_a_whole(tmp_path: Path) -> None:
    row = dialogue(
        1, f"医生您好，我电话是{PHONE}", "好的，先查血常规，再决定是否用药。", diagnosis=f"肺炎，联系{PHONE}"
    )
    result = run(
        "clean", ROUNDS, tmp_path, CONFIG, {"i": [put(tmp_path, "ingest-talks", "talks-00000", "dialogue", [row])]}
    )
    (clean,) = rows_of(tmp_path, result, "dialogue")
    assert PHONE not in str(clean)
    assert [turn["role"] for turn in clean["turns"]] == ["patient", "doctor"]
    assert clean["turns"][1]["text"] == "好的，先查血常规，再决定是否用药。"
    assert sum(n for name, n in result.figures.items() if name.startswith("privacy.")) >= 2


def test_private_data_still_found_reject_the_row_without_quoting_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collections import Counter

    import ingest.privacy

    def half_done(texts: pl.Series, *_: object) -> tuple[pl.Series, Counter[str]]:
        return texts.str.replace("联系", "请联系"), Counter()

    monkeypatch.setattr(ingest.privacy, "deidentify_column", half_done)
    row = document(1, SENTENCE + f"联系电话{PHONE}。")
    run("clean", ROUNDS, tmp_path, CONFIG, {"i": [put(tmp_path, "ingest-books", "books-00000", "document", [row])]})
    (rejected,) = read_shards([tmp_path / "steps/clean/rejected/part-books-00000.parquet"]).to_pylist()
    assert rejected["reason"] == "residual_private_data"
    assert PHONE not in rejected["excerpt"]
    assert rejected["excerpt"].startswith("[")


def test_triples_and_samples_pass_in_their_tables(tmp_path: Path) -> None:
    triples = [
        {
            "id": f"kg-{i}",
            "source": "graph",
            "origin": ORIGIN,
            "head": head,
            "relation": "symptom",
            "tail": tail,
            "license": "mit",
        }
        for i, (head, tail) in enumerate([("肺 炎", "热"), ("肺炎", "无"), ("", "咳嗽")])
    ]
    ask = [{"role": "user", "content": "川崎病怎么治疗？"}, {"role": "assistant", "content": SENTENCE}]
    cut = [{"role": "user", "content": "川崎病怎么治疗？"}, {"role": "assistant", "content": "治疗包括补液、"}]
    samples = [
        {"id": f"sft-{i}", "source": "sets", "origin": ORIGIN, "messages": messages, "license": "mit", "department": ""}
        for i, messages in enumerate([ask, cut])
    ]
    shards = [
        put(tmp_path, "ingest-graph", "graph-00000", "triple", triples),
        put(tmp_path, "ingest-sets", "sets-00000", "sample", samples),
    ]
    result = run("clean", ROUNDS, tmp_path, CONFIG, {"i": shards})
    assert [row["head"] for row in rows_of(tmp_path, result, "triple")] == ["肺炎"]
    assert [row["messages"] for row in rows_of(tmp_path, result, "sample")] == [ask]
    assert rejected_of(tmp_path, "clean") == {"kg-1": "placeholder", "kg-2": "empty", "sft-1": "unfinished"}


def test_a_shard_with_nothing_good_leaves_only_rejections(tmp_path: Path) -> None:
    shard = put(tmp_path, "ingest-books", "books-00000", "document", [document(1, "短")])
    result = run("clean", ROUNDS, tmp_path, CONFIG, {"i": [shard]})
    assert (result.read, result.kept, result.shards) == (1, 0, [])


def test_batches_do_not_change_the_outcome(tmp_path: Path) -> None:
    rows = [document(i, f"{SENTENCE}第{i}例。" if i % 3 else "短") for i in range(4100)]
    shard = put(tmp_path, "ingest-books", "books-00000", "document", rows)
    first = run("clean", ROUNDS, tmp_path, CONFIG, {"i": [shard]})
    again = run("clean", ROUNDS, tmp_path, CONFIG, {"i": [shard]})
    assert [s.sha256 for s in first.shards] == [s.sha256 for s in again.shards]
    assert [row["id"] for row in rows_of(tmp_path, first, "document")] == [r["id"] for r in rows if r["text"] != "短"]


def test_the_level_is_the_sources_then_the_sections_then_the_kinds() -> None:
    asked = config(a={"kind": "textbook", "privacy": "strict"}, b={"kind": "dialogue"}, c={"kind": "textbook"})
    assert [level_of(name, asked) for name in "abc"] == ["strict", "strict", "identifiers"]
    asked["clean"]["privacy"] = "identifiers"
    assert [level_of(name, asked) for name in "abc"] == ["strict", "identifiers", "identifiers"]


def test_a_table_may_repeat_its_column_names_and_running_text_may_not(tmp_path: Path) -> None:
    sentences = "".join(f"药物名称和给药途径：口服；推荐的每日总剂量和次数：{n} mg。\n" for n in range(5, 60, 5))
    rows = [document(1, sentences, kind="table"), document(2, sentences, kind="text")]
    shards = {"ingest-books": [put(tmp_path, "ingest-books", "books-00000", "document", rows)]}
    result = run("clean", ROUNDS, tmp_path, CONFIG, shards)
    assert [row["kind"] for row in rows_of(tmp_path, result, "document")] == ["table"]
    assert dict(result.rejected) == {"repetitive": 1}
