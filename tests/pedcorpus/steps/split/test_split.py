import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from pedcorpus.config.sections import Dedup
from pedcorpus.config.sections import Split as Settings
from pedcorpus.engine.step import Shard, TaskResult
from pedcorpus.rows.near_duplicate_clusters import components
from pedcorpus.steps.split import mixtures
from pedcorpus.steps.split import step as split
from pedcorpus.steps.split.mixtures import at_most_share, cpt_rows, fair_share_bytes, numbered_files, order_keys
from schemas.shards import read_shards
from schemas.tables import DATASET_TABLES, TABLES
from tests.support.run_step import ORIGIN, put, rejected_of, run

BUILDER = {"kind": "template", "name": "t", "version": "1", "model": None}
SOURCES = {"book": {"kind": "textbook"}, "guide": {"kind": "guideline"}, "zhwiki": {"kind": "wikipedia"}}
COLUMNS = {
    "cpt": ["id", "text", "kind", "source", "parents"],
    "sft": ["id", "messages", "task", "source", "department", "pediatric", "parents", "builder"],
    "lora": ["id", "messages", "task", "source", "department", "pediatric", "parents", "builder"],
    "dfpo": [
        "id",
        "prompt",
        "chosen",
        "rejected",
        "task",
        "source",
        "pediatric",
        "parents",
        "chosen_by",
        "rejected_by",
    ],
    "medkqa": ["id", "messages", "reference", "task", "source", "pediatric", "parents"],
}


def words(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return "".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(length))


def turns(*texts: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]


def document(number: int, source: str = "book") -> dict[str, Any]:
    row = {"id": f"doc-{number:04d}", "source": source, "origin": ORIGIN, "kind": "text", "title": "儿科学"}
    return row | {"section": ["呼吸系统疾病", f"肺炎{number}"], "text": words(number, 60), "license": "x"}


def sample(number: int, **more: Any) -> dict[str, Any]:
    row = {"id": f"ins-{number:04d}", "messages": turns(words(1000 + number, 15), words(2000 + number, 60))}
    row |= {
        "task": "medkqa",
        "source": "book",
        "department": "儿科",
        "pediatric": True,
        "parents": [f"doc-{number:04d}"],
    }
    return row | {"builder": BUILDER} | more


def pair(number: int, other: int) -> dict[str, Any]:
    first, second = sample(number), sample(other)
    row = {"id": f"prf-{number:04d}", "prompt": first["messages"][:1], "chosen": first["messages"][1:]}
    row |= {"rejected": second["messages"][1:], "task": "medkqa", "source": "book"}
    return row | {"parents": [*first["parents"], *second["parents"]], "chosen_by": BUILDER, "rejected_by": BUILDER}


def item(number: int) -> dict[str, Any]:
    row = {"id": f"tst-{number}", "messages": turns(words(5000 + number, 15)), "reference": words(6000 + number, 30)}
    return row | {"task": "medkqa", "source": "book", "parents": [f"doc-9{number:03d}"]}


def corpus_samples(n: int) -> list[dict[str, Any]]:
    return [sample(i) for i in range(n)]


def corpus() -> dict[str, list[dict[str, Any]]]:
    return {
        "document-book-00000": [document(i) for i in range(200)],
        "pretrain-kg-00000-text": [
            {"id": f"txt-{i}", "text": words(8000 + i, 60), "kind": "plain", "source": "kg", "parents": [f"kg-{i}"]}
            for i in range(50)
        ],
        "instruction-book-00000": [sample(i) for i in range(100)],
        "instruction-book-00001": [sample(i) for i in range(100, 200)]
        + [sample(300 + i, task="general", department="") for i in range(100)]
        + [sample(400 + i, department="心内科", pediatric=False) for i in range(40)],
        "preference-book-00000": [pair(i, (i + 1) % 200) for i in range(0, 200, 2)],
        "benchmark": [item(i) for i in range(7)],
    }


def divide(
    out: Path, rows: Mapping[str, list[dict[str, Any]]], backwards: bool = False, **settings: Any
) -> tuple[TaskResult, dict[tuple[str, str], list[dict[str, Any]]]]:
    shards: list[Shard] = [put(out, "decontaminate", label, label.split("-")[0], r) for label, r in rows.items()]
    settings = {"cpt_document_chars": 1} | settings  # each unit a text of its own
    config = {"split": Settings(**settings).model_dump(mode="json"), "dedup": Dedup().model_dump(mode="json")}
    config["sources"] = SOURCES
    result = run("split", split.ROUNDS, out, config, {"decontaminate": shards}, backwards)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for shard in result.shards:
        _, table, name = shard.file.split("/")
        found.setdefault((table, name.split("-")[0]), []).extend(read_shards([out / shard.file]).to_pylist())
    return result, found


def test_tables_have_their_columns_and_files_their_names(tmp_path: Path) -> None:
    result, _ = divide(tmp_path, corpus())
    for table, columns in COLUMNS.items():
        side = "test" if table == "medkqa" else "train"
        assert pq.read_schema(tmp_path / f"dataset/{table}/{side}-00000-of-00001.parquet").names == columns
    assert {shard.table for shard in result.shards} <= set(TABLES)


def test_no_parent_and_no_twin_is_on_both_sides(tmp_path: Path) -> None:
    rows = corpus()
    twin = sample(500, parents=["dlg-1"])
    for i in range(0, 100, 2):
        text = sample(i)["messages"][1]["content"]
        rows["instruction-book-00001"].append(
            twin | {"id": f"ins-t{i}", "parents": [f"dlg-{i}"], "messages": turns(words(i + 700, 15), text[:-1] + "乙")}
        )
    _, found = divide(tmp_path, rows, validation=0.2)
    sides = {
        side: {
            parent for (_, name), table in found.items() if name == side for row in table for parent in row["parents"]
        }
        for side in ("train", "validation")
    }
    assert sides["validation"]
    assert not sides["train"] & sides["validation"]
    for i in range(0, 100, 2):
        assert (f"dlg-{i}" in sides["train"]) == (f"doc-{i:04d}" in sides["train"])


def test_a_small_corpus_has_validation_in_every_table(tmp_path: Path) -> None:
    _, found = divide(tmp_path, corpus(), validation=0.001)
    for table in ("cpt", "sft", "lora", "dfpo"):
        assert found[table, "validation"]
        assert len(found[table, "validation"]) < len(found[table, "train"]) / 4


def test_validation_zero_leaves_everything_in_train(tmp_path: Path) -> None:
    _, found = divide(tmp_path, corpus(), validation=0)
    assert not any(side == "validation" for _, side in found)
    assert len(found["dfpo", "train"]) == 100


def test_mixtures_keep_their_shares(tmp_path: Path) -> None:
    result, found = divide(tmp_path, corpus(), sft_general_share=0.2, lora_general_share=0.1, instruction_share=0.3)
    rows = {table: [r for (name, _), part in found.items() if name == table for r in part] for table in COLUMNS}
    for table, share in (("sft", 0.2), ("lora", 0.1)):
        general = sum(row["task"] == "general" for row in rows[table])
        assert 0 < general <= share * len(rows[table])
        assert general + 1 > share * (len(rows[table]) + 1)
    assert {row["department"] for row in rows["lora"] if row["task"] != "general"} == {"儿科"}
    sizes = {
        kind: sum(len(r["text"].encode()) for r in rows["cpt"] if r["kind"] == kind)
        for kind in ("plain", "instruction")
    }
    assert 0.25 < sizes["instruction"] / sum(sizes.values()) <= 0.3
    assert result.made["sft"] == len(rows["sft"])


def test_a_corpus_without_plain_text_has_its_instructions_in_cpt(tmp_path: Path) -> None:
    rows = {"instruction-talks-00000": [sample(i, parents=[f"dlg-{i}"]) for i in range(40)]}
    _, found = divide(tmp_path / "some", rows, instruction_share=0.3)
    told = [row for side in ("train", "validation") for row in found["cpt", side]]
    assert [row["kind"] for row in told] == ["instruction"] * 40
    _, found = divide(tmp_path / "none", rows, instruction_share=0)
    assert not any(table == "cpt" and part for (table, _), part in found.items())


def test_a_corpus_of_general_samples_alone_still_trains(tmp_path: Path) -> None:
    rows = {"instruction-talks-00000": [sample(i, task="general", parents=[f"smp-{i}"]) for i in range(40)]}
    _, found = divide(tmp_path, rows)
    assert sum(len(found["sft", side]) for side in ("train", "validation")) == 40


def test_sources_give_alike_when_the_target_is_small(tmp_path: Path) -> None:
    rows = {
        "document-book-00000": [document(i) for i in range(300)],
        "document-zhwiki-00000": [document(1000 + i, "zhwiki") for i in range(100)],
        "document-guide-00000": [document(2000 + i, "guide") for i in range(10)],
    }
    result, found = divide(tmp_path, rows, target_bytes=30_000, validation=0)
    taken = dict.fromkeys(("book", "zhwiki", "guide"), 0)
    for row in found["cpt", "train"]:
        taken[row["source"]] += len(row["text"].encode())
    assert sum(taken.values()) <= 30_000
    assert sum(row["source"] == "guide" for row in found["cpt", "train"]) == 10
    assert abs(taken["book"] - taken["zhwiki"]) < 500
    assert result.rejected["over_target"] == 410 - len(found["cpt", "train"])
    assert set(rejected_of(tmp_path, "split").values()) == {"over_target"}


def test_documents_are_running_text_and_instructions_have_no_roles(tmp_path: Path) -> None:
    _, found = divide(tmp_path, corpus(), validation=0)
    text = {row["parents"][0]: row["text"] for row in found["cpt", "train"] if row["kind"] == "plain"}
    assert text["doc-0003"] == f"# 儿科学\n\n## 呼吸系统疾病\n\n### 肺炎3\n\n{words(3, 60)}"
    (told, *_) = [row for row in found["cpt", "train"] if row["kind"] == "instruction"]
    number = int(told["parents"][0][-4:])
    assert told["text"] == f"{words(1000 + number, 15)}\n{words(2000 + number, 60)}"


def test_units_of_a_book_are_joined_and_the_ledger_counts_each(tmp_path: Path) -> None:
    caption = document(999) | {"id": "doc-cap", "kind": "caption", "text": "图1 胸部X线"}
    rows = {"document-book-00000": [*(document(i) for i in range(200)), caption]}
    result, found = divide(tmp_path, rows, cpt_document_chars=1000, validation=0)
    texts = found["cpt", "train"]
    assert sorted(parent for row in texts for parent in row["parents"]) == [f"doc-{i:04d}" for i in range(200)]
    assert 10 < len(texts) < 25
    assert (result.read, result.kept, result.rejected) == (201, 200, {"detached": 1})
    assert rejected_of(tmp_path, "split") == {"doc-cap": "detached"}
    small, found = divide(tmp_path / "small", rows, cpt_document_chars=1000, target_bytes=10_000, validation=0)
    told = {parent for row in found["cpt", "train"] for parent in row["parents"]}
    assert 0 < len(told) == small.kept < 200
    assert small.rejected == {"detached": 1, "over_target": 200 - len(told)}
    assert set(rejected_of(tmp_path / "small", "split")) == {"doc-cap", *(f"doc-{i:04d}" for i in range(200))} - told


def test_a_joined_text_is_on_the_side_of_all_its_samples(tmp_path: Path) -> None:
    rows = {"document-book-00000": [document(i) for i in range(200)], "instruction-book-00000": corpus_samples(200)}
    _, found = divide(tmp_path, rows, cpt_document_chars=300, validation=0.2)
    texts = {side: {p for row in found["cpt", side] for p in row["parents"]} for side in ("train", "validation")}
    asked = {side: {p for row in found["sft", side] for p in row["parents"]} for side in ("train", "validation")}
    assert texts["validation"]
    assert not texts["train"] & asked["validation"]
    assert not texts["validation"] & asked["train"]


def test_cpt_takes_medical_instructions_by_the_size_of_their_sources(tmp_path: Path) -> None:
    plain = [document(i, "zhwiki") for i in range(300)]
    small = [sample(3000 + i, source="small", parents=[f"s-{i}"]) for i in range(40)]
    large = [sample(4000 + i, source="large", parents=[f"l-{i}"]) for i in range(360)]
    general = [sample(5000 + i, task="general", source="large", parents=[f"g-{i}"]) for i in range(100)]
    rows = {"document-zhwiki-00000": plain, "instruction-large-00000": [*large, *general], "instruction-small": small}
    _, found = divide(tmp_path, rows, validation=0, instruction_share=0.2)
    taken = [row["source"] for row in found["cpt", "train"] if row["kind"] == "instruction"]
    assert 0.05 < taken.count("small") / len(taken) < 0.15
    told = {parent for row in found["cpt", "train"] for parent in row["parents"]}
    assert not any(parent.startswith("g-") for parent in told)
    _, found = divide(tmp_path / "all", rows, validation=0, instruction_share=0.9, cpt_general_share=0.5)
    assert any(parent.startswith("g-") for row in found["cpt", "train"] for parent in row["parents"])


def test_empty_tests_are_written_with_their_columns(tmp_path: Path) -> None:
    divide(tmp_path, corpus())
    file = pq.ParquetFile(tmp_path / "dataset/evidiag/test-00000-of-00001.parquet")
    assert file.metadata.num_rows == 0
    assert file.schema_arrow.names == COLUMNS["medkqa"]


def test_files_of_another_build_are_deleted(tmp_path: Path) -> None:
    old = tmp_path / "dataset/sft/train-00001-of-00002.parquet"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    divide(tmp_path, corpus())
    assert not old.exists()


def test_many_files_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole = divide(tmp_path / "a", corpus())
    monkeypatch.setattr(mixtures, "FILE_BYTES", 20_000)
    result, parts = divide(tmp_path / "b", corpus())
    names = [shard.file for shard in result.shards if shard.file.startswith("dataset/sft/train")]
    assert len(names) > 2
    assert names[-1] == f"dataset/sft/train-{len(names) - 1:05d}-of-{len(names):05d}.parquet"
    for place, rows in whole.items():
        assert sorted(row["id"] for row in parts[place]) == sorted(row["id"] for row in rows)


def test_rows_are_shuffled_and_the_order_of_tasks_changes_no_byte(tmp_path: Path) -> None:
    one, found = divide(tmp_path / "a", corpus())
    two, _ = divide(tmp_path / "b", corpus(), backwards=True)
    assert [(s.file, s.sha256) for s in one.shards] == [(s.file, s.sha256) for s in two.shards]
    ids = [row["id"] for row in found["sft", "train"]]
    assert ids != sorted(ids)
    three, _ = divide(tmp_path / "c", corpus(), seed=1)
    assert [s.sha256 for s in one.shards] != [s.sha256 for s in three.shards]


def test_a_corpus_of_nothing_leaves_empty_tables(tmp_path: Path) -> None:
    result, found = divide(tmp_path, {})
    assert {table for table, _ in found} == set(DATASET_TABLES)
    assert not result.made.total()


def test_the_choice_of_rows_and_the_draw_of_validation_are_independent(tmp_path: Path) -> None:
    rows = {
        "document-book-00000": [document(i) for i in range(300)],
        "instruction-book-00000": [sample(1000 + i, task="general", parents=[f"smp-{i}"]) for i in range(900)]
        + [sample(2000 + i, parents=[f"smp-{2000 + i}"]) for i in range(100)],
    }
    _, found = divide(tmp_path, rows, validation=0.1, instruction_share=0.2)
    told = {side: sum(row["kind"] == "instruction" for row in found["cpt", side]) for side in ("train", "validation")}
    assert 0.02 < told["validation"] / sum(told.values()) < 0.3


def test_a_giant_component_stays_in_train() -> None:
    n = 1000
    tied = np.where(np.arange(n) < 800, 0, np.arange(n))
    nothing = mixtures.Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    for seed in range(30):
        keys = order_keys(np.arange(n, dtype=np.uint64), seed)
        side = mixtures.validation(tied, keys, [np.ones(n, np.bool_)], 0.5, nothing)
        assert not side[0]
        assert side.any()


def test_pairs_move_whole_so_that_few_are_lost(tmp_path: Path) -> None:
    result, found = divide(tmp_path, corpus(), validation=0.1)
    held = found["dfpo", "validation"]
    assert 5 <= len(held) <= 15
    assert len(found["dfpo", "train"]) + len(held) >= 95
    assert result.read == result.kept + result.rejected.total()


def test_components_follow_chains_of_any_length() -> None:
    n = 2000
    chain = np.concatenate([np.arange(n), np.arange(1, n)]).astype(np.uint64)
    rows = np.concatenate([np.arange(n), np.arange(n - 1)])
    assert (components(chain, rows, n) == 0).all()
    assert components(np.array([7, 7, 8], np.uint64), np.array([1, 3, 2]), 5).tolist() == [0, 1, 2, 1, 4]


def test_the_level_of_a_budget_gives_small_groups_all() -> None:
    assert fair_share_bytes(np.array([10, 100, 100]), 110) == 50
    assert fair_share_bytes(np.array([10, 20]), 1000) == 20
    assert fair_share_bytes(np.zeros(0, np.int64), 10) == 0


def test_shares_hold_at_their_edges() -> None:
    keys = order_keys(np.arange(10, dtype=np.uint64), 0)
    limited = np.ones(10, np.bool_)
    assert at_most_share(keys, limited, 8, 0.2).sum() == 2
    assert at_most_share(keys, limited, 8, 0.0).sum() == 0
    assert at_most_share(keys, limited, 0, 1.0).sum() == 10
    assert at_most_share(keys, limited, 0, 0.2).sum() == 10
    source, size = np.zeros(10, np.int64), np.ones(10, np.int64)
    assert cpt_rows(keys, source, size, limited, 100, 0.3).sum() == 10
    assert cpt_rows(keys, source, size, limited, 5, 0.3).sum() == 5
    assert cpt_rows(keys, source, size, limited, 100, 0.0).sum() == 0


def test_files_are_cut_in_the_order_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixtures, "FILE_BYTES", 1000)
    keys = np.arange(100, dtype=np.uint64)[::-1]
    numbers = numbered_files(keys, np.full(100, 100))
    assert numbers[0] == numbers.max() > 5
    assert (np.diff(numbers) <= 0).all()
    assert set(numbers) == set(range(numbers.max() + 1))
