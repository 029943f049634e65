"""A graph as a whole: repeated statements merged with their places, contradictions, the part around children."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.files.find import find_files
from pedcorpus.engine.step import StepContext, TaskResult
from pedcorpus.steps.ingest import step as ingest
from schemas.errors import SourceError

Run = Callable[..., subprocess.CompletedProcess[str]]
SOURCE = {"kind": "knowledge_graph", "department": "", "license": "cc0", "format": None, "encoding": None}
MORE = {"columns": {}, "ocr": False, "relations": {}, "hops": None, "seeds": []}
FILES = {
    "a.tsv": "小儿肺炎\t症状\t发热\n小儿肺炎\tsymptom\t发热\n小儿肺炎\t药物治疗\t甲药\n痛风\t检查\t血尿酸\n",
    "b.csv": "head,relation,tail,频率\n小儿肺炎,临床症状,发热,常见\n甲药,禁忌,小儿肺炎,\n痛风,症状,发热,\n",
    "c.csv": ":START_ID,:END_ID,:TYPE\n12,13,has_symptom\n",
}


def run(folder: Path, **source: Any) -> tuple[TaskResult, pl.DataFrame]:
    """Run both rounds over the files and return the total and the rows."""
    for name, text in FILES.items():
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / name).write_text(text, encoding="utf-8")
    found = [(file, file.sha256()) for file in find_files(str(folder / "in"), folder)]
    context = StepContext("ingest-kg", folder, folder / "work", {"source": {**SOURCE, **MORE, **source}}, {})
    total = TaskResult()
    for round in ingest.rounds(found, "knowledge_graph"):
        for task in round.tasks(context):
            total.add(round.run(task))
    return total, pl.concat([pl.read_parquet(folder / shard.file) for shard in total.shards])


def test_a_statement_of_several_places_is_one_row_that_names_them_all(tmp_path: Path) -> None:
    result, rows = run(tmp_path)
    assert (result.read, result.kept) == (8, 5)
    assert dict(result.rejected) == {"no_counterpart": 1, "duplicate_exact": 2}
    assert (result.figures["graph.merged"], result.figures["graph.dangling"]) == (2, 1)
    assert rows["id"].is_unique().all()
    (fever,) = rows.filter(pl.col("head") == "小儿肺炎", pl.col("tail") == "发热").to_dicts()
    places = [fever["origin"], *fever["also"]]
    assert [(place["file"], place["locator"]) for place in places] == [
        ("a.tsv", "line 1"),
        ("a.tsv", "line 2"),
        ("b.csv", "line 2"),
    ]
    assert fever["qualifiers"] == ["频率=常见"]
    assert rows.filter(pl.col("head") == "痛风")["also"].to_list() == [[], []]


def test_contradictions_are_listed_beside_the_step_with_each_place(tmp_path: Path) -> None:
    result, _ = run(tmp_path)
    assert result.figures["graph.contradictions.treats_and_contraindicated"] == 1
    (listed,) = result.files
    (line,) = (tmp_path / listed["file"]).read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert (found["kind"], found["names"]) == ("treats and contraindicated", ["甲药", "小儿肺炎"])
    assert [(one["relation"], one["file"], one["locator"]) for one in found["statements"]] == [
        ("药物治疗", "a.tsv", "line 3"),
        ("禁忌", "b.csv", "line 3"),
    ]


def test_only_what_lies_around_children_or_the_seeds_is_kept_where_asked(tmp_path: Path) -> None:
    result, rows = run(tmp_path, hops=1)
    assert set(rows["head"]) == {"小儿肺炎", "甲药"}
    assert dict(result.rejected) == {"no_counterpart": 1, "duplicate_exact": 2, "off_topic": 2}
    assert result.read == result.kept + sum(result.rejected.values())
    rejected = pl.concat([pl.read_parquet(path) for path in (tmp_path / "steps/ingest-kg/rejected").glob("*.parquet")])
    assert set(rejected.filter(pl.col("reason") == "off_topic")["excerpt"]) == {
        "痛风 — 检查 → 血尿酸",
        "痛风 — 症状 → 发热",
    }


def test_seeds_overrule_and_hops_may_go_on(tmp_path: Path) -> None:
    assert set(run(tmp_path, seeds=["痛风"])[1]["tail"]) == {"血尿酸", "发热"}
    assert run(tmp_path, seeds=["痛风"], hops=2)[1].height == 3


def test_seeds_that_the_graph_does_not_have_are_told_with_some_that_it_has(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"seeds: the graph has none of 甲状腺炎.*小儿肺炎"):
        run(tmp_path, seeds=["甲状腺炎"])


def test_the_same_rows_come_from_any_grouping_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    together = run(tmp_path / "one")[1]
    monkeypatch.setattr(ingest, "GROUP_BYTES", 1)
    assert run(tmp_path / "two")[1].to_dicts() == together.to_dicts()


def test_a_build_tells_what_it_found_and_words_of_the_users_own_are_read(pedcorpus: Run, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "own.csv").write_text("病名,sx,rx1\n手足口病,皮疹,多饮水\n", encoding="utf-8")
    (tmp_path / "c.toml").write_text(
        '[corpus]\nname = "c"\n[[source]]\nname = "kg"\nkind = "knowledge_graph"\npath = ["*.tsv", "*.csv"]\n'
        'relations = { sx = "症状", rx = "家庭护理" }\n',
        encoding="utf-8",
    )
    done = pedcorpus("build", tmp_path / "c.toml", "--out", tmp_path / "out", "--only", "ingest-kg")
    assert done.returncode == 0, done.stderr
    assert "(2 merged, 1 dangling, 1 contradictions: steps/ingest-kg/contradictions.jsonl)" in done.stderr
    rows = pl.read_parquet(tmp_path / "out/steps/ingest-kg/part-*.parquet")
    own = rows.filter(pl.col("head") == "手足口病").select("relation", "tail").rows()
    assert own == [("症状", "皮疹"), ("家庭护理", "多饮水")]
    (merged,) = rows.filter(pl.col("also").list.len() > 0)["id"]
    assert "also a.tsv, line 2" in pedcorpus("inspect", tmp_path / "out", "--id", merged).stdout
