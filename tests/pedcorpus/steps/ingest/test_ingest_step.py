"""The step ingest: grouping by files alone, copies counted, large dumps in parts, sources that give too little."""

from __future__ import annotations

import bz2
import random
from pathlib import Path

import polars as pl
import pytest

from ingest.files.find import find_files
from pedcorpus.engine.step import Step, StepContext, TaskResult
from pedcorpus.steps.ingest import step as ingest
from schemas.errors import SourceError

TALK = "患者：孩子发热一天了，精神还可以，需要去医院吗？\n医生：多饮水，观察精神状态，超过三天不退热再来医院。\n"
SOURCE = {"department": "儿科", "license": "cc-by-4.0", "format": None, "encoding": None, "columns": {}, "ocr": False}


def run(folder: Path, kind: str, out: Path) -> tuple[list[TaskResult], pl.DataFrame]:
    """Run the step over a folder and return the results and the kept rows."""
    found = [(file, file.sha256()) for file in find_files(str(folder), folder)]
    context = StepContext("ingest-s", out, out / "work", {"source": {"kind": kind, **SOURCE}}, {})
    (round,) = ingest.rounds(found, kind)
    results = [round.run(task) for task in round.tasks(context)]
    shards = [out / shard.file for result in results for shard in result.shards]
    return results, pl.concat([pl.read_parquet(path) for path in shards]) if shards else pl.DataFrame()


def test_a_file_with_the_bytes_of_another_is_one_rejection(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(TALK, encoding="utf-8")
    ((result,), rows) = run(folder, "dialogue", tmp_path / "out")
    assert (result.read, result.kept, dict(result.rejected)) == (2, 1, {"duplicate_exact": 1})
    assert rows["origin"].struct.field("file").to_list() == ["a.txt"]
    assert result.figures["encoding.utf-8"] == 1


def test_small_files_share_a_task_and_large_ones_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for index in range(6):
        (folder / f"{index}.txt").write_text(TALK + str(index), encoding="utf-8")
    monkeypatch.setattr(ingest, "GROUP_BYTES", 2 * len((TALK + "0").encode()))
    results, rows = run(folder, "dialogue", tmp_path / "out")
    assert [result.read for result in results] == [2, 2, 2]
    assert rows["id"].n_unique() == 6


def test_a_large_multistream_dump_is_read_in_parts_with_the_rows_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    words = random.Random(0)
    streams = ["<mediawiki><siteinfo/>"]
    for start in range(0, 40, 10):
        texts = ("".join(words.choices("儿科肺炎发热咳嗽治疗诊断症状患者医院检查", k=300)) for _ in range(10))
        streams.append(
            "".join(
                f"<page><title>小儿肺炎{start + i}</title><ns>0</ns><id>{start + i}</id>"
                f"<revision><id>1</id><text>小儿肺炎的症状是发热、咳嗽。{text}</text></revision></page>"
                for i, text in enumerate(texts)
            )
        )
    (folder / "a.xml.bz2").write_bytes(b"".join(bz2.compress(s.encode()) for s in [*streams, "</mediawiki>"]))
    whole, rows = run(folder, "wikipedia", tmp_path / "whole")
    monkeypatch.setattr(ingest, "GROUP_BYTES", 3000)
    parts, same = run(folder, "wikipedia", tmp_path / "parts")
    assert len(whole) == 1
    assert len(parts) > 2
    assert same.sort("id").equals(rows.sort("id"))
    assert rows.height == 40


def test_too_much_broken_or_nothing_kept_stops_with_the_sources_name() -> None:
    from pedcorpus.engine.step import Step

    step = Step("ingest-s", 1, {}, (), ())
    broken = TaskResult(read=4, kept=1)
    broken.rejected["malformed"] = 3
    with pytest.raises(SourceError, match=r"ingest-s: 3 of 4 rows are broken \(malformed 3\); at most 50% may be"):
        ingest.check(0.5, step, broken)
    ingest.check(0.8, step, broken)
    unwanted = TaskResult(read=2, kept=0)
    unwanted.rejected["redirect"] = 2
    with pytest.raises(SourceError, match="none kept"):
        ingest.check(0.5, step, unwanted)
    ingest.check(1.0, step, unwanted)


def test_a_long_file_becomes_several_shards_whose_labels_name_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = "\n".join(
        f'{{"question": "孩子第{n}次发热怎么办？", "answer": "多饮水，观察精神状态{n}。"}}' for n in range(9000)
    )
    (folder / "a.jsonl").write_text(rows, encoding="utf-8")
    monkeypatch.setattr(ingest, "SHARD_ARROW_BYTES", 1)
    ((result,), kept) = run(folder, "distilled", tmp_path / "out")
    assert [shard.rows for shard in result.shards] == [4096, 4096, 808]
    labels = [Path(shard.file).stem.removeprefix("part-") for shard in result.shards]
    assert {label.rpartition("-")[0] for label in labels} == {"s"}
    assert kept.height == result.kept == 9000


def test_a_column_that_is_not_there_is_named_where_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "talks.csv").write_text("问题,回答\n孩子咳嗽三天怎么办,多喝水并观察体温\n", encoding="utf-8")
    found = [(file, file.sha256()) for file in find_files("talks.csv", tmp_path)]
    source = {"kind": "dialogue", **SOURCE, "columns": {"question": "问提"}}
    context = StepContext("ingest-s", tmp_path, tmp_path / "work", {"source": source}, {})
    (round,) = ingest.rounds(found, "dialogue")
    (task,) = round.tasks(context)
    step = Step("ingest-s", 1, {}, (), (round,))
    with pytest.raises(SourceError, match=r"talks\.csv: columns\.question: no column '问提'.*Did you mean 问题\?"):
        ingest.check(0.5, step, round.run(task))
