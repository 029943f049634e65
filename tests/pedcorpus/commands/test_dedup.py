"""`pedcorpus dedup` on files as users have them."""

from __future__ import annotations

import bz2
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pedcorpus.commands.dedup import DedupOptions, Summary, run
from schemas.errors import PedCorpusError
from tests.support.near_duplicate_pairs import grams, jaccard, planted, sentence, true_pairs

FACT = "布洛芬混悬液每次5mg/kg，必要时每六小时重复一次，宜饭后服用。"


def quiet(files: list[Path], out: Path, *words: Any, **more: Any) -> Summary:
    return run(files, out, DedupOptions(*words, **more), say=lambda _: None)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


@pytest.fixture
def three_files(tmp_path: Path) -> list[Path]:
    """The same base text in Parquet, JSON lines and GB18030 CSV, each with its own other columns."""
    base = sentence(random.Random(1), 120)
    pq.write_table(pa.table({"n": [1, 2], "text": [base + FACT, None]}), tmp_path / "a.parquet")
    lines = [{"text": base + FACT.replace("5mg", "50mg"), "meta": {"k": 1}}, {"text": base + "观察" + FACT, "n": "二"}]
    broken = '{"text": "半行'
    (tmp_path / "b.jsonl").write_text(
        "\n".join([*(json.dumps(line, ensure_ascii=False) for line in lines), broken]), encoding="utf-8"
    )
    table = f'编号,text\n7,"{base + FACT}"\n8,"第一行\n第二行是另一段文字"\n'
    (tmp_path / "c.csv").write_bytes(table.encode("gb18030"))
    return [tmp_path / name for name in ("a.parquet", "b.jsonl", "c.csv")]


def test_three_formats_make_one_table_with_all_columns(three_files: list[Path], tmp_path: Path) -> None:
    summary = quiet(three_files, tmp_path / "out", "text")
    assert (summary.rows, summary.kept, summary.removed, summary.without_text) == (6, 4, 2, 1)
    kept = pq.read_table(tmp_path / "out" / "kept.parquet")
    assert kept.column_names == ["n", "text", "meta", "编号"]
    assert kept["text"].to_pylist()[-1] == "第一行\n第二行是另一段文字"
    removed = {row["id"]: row["survivor"] for row in rows_of(tmp_path / "out" / "removed.parquet")}
    assert removed == {"a.parquet:1": "b.jsonl:2", "c.csv:2": "b.jsonl:2"}
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "kept.parquet",
        "removed.parquet",
        "conflicts.parquet",
        "summary.json",
    }


def test_a_broken_line_is_counted_and_named(three_files: list[Path], tmp_path: Path) -> None:
    quiet(three_files, tmp_path / "out", "text")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["unreadable"] == 1
    assert summary["unreadable_rows"] == [{"file": "b.jsonl", "place": "line 3", "excerpt": '{"text": "半行'}]


def test_another_dose_is_kept_and_listed(three_files: list[Path], tmp_path: Path) -> None:
    quiet(three_files, tmp_path / "out", "text")
    (row,) = rows_of(tmp_path / "out" / "conflicts.parquet")
    assert {row["id_a"], row["id_b"]} == {"b.jsonl:1", "b.jsonl:2"}
    assert "5mg/kg" in row["difference"]
    assert 0.8 <= row["value"] < 1


def test_values_are_exact_and_all_pairs_are_found(tmp_path: Path) -> None:
    texts = planted(800, 400, seed=8)
    ids = [f"row-{k:04d}" for k in range(len(texts))]
    pq.write_table(pa.table({"key": ids, "body": texts}), tmp_path / "x.parquet")
    summary = quiet([tmp_path / "x.parquet"], tmp_path / "out", "body", "key")
    of = dict(zip(ids, texts, strict=True))
    removed = rows_of(tmp_path / "out" / "removed.parquet")
    assert summary.removed == len(removed) > 100
    for row in removed:
        assert row["value"] == jaccard(grams(of[row["id"]], 5), grams(of[row["survivor"]], 5)) >= 0.8
    gone = {row["id"] for row in removed}
    listed = {(row["id_a"], row["id_b"]) for row in rows_of(tmp_path / "out" / "conflicts.parquet")}
    left = [
        (ids[a], ids[b])
        for a, b in true_pairs(texts, 5, 0.8)
        if not {ids[a], ids[b]} & gone and (ids[a], ids[b]) not in listed and (ids[b], ids[a]) not in listed
    ]
    assert left == []


def test_workers_and_order_of_files_change_nothing_but_the_order_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pedcorpus.commands.dedup.POOL_BYTES", 0)
    texts = planted(300, 200, seed=4)
    files = []
    for k in range(3):
        files.append(tmp_path / f"{k}.parquet")
        pq.write_table(pa.table({"text": texts[k::3]}), files[-1])
    quiet(files, tmp_path / "a", "text", workers=1)
    quiet(files[::-1], tmp_path / "b", "text", workers=2)
    for name in ("removed.parquet", "conflicts.parquet", "kept.parquet"):
        a, b = (sorted(map(repr, rows_of(tmp_path / out / name))) for out in "ab")
        assert a == b


def test_a_missing_column_is_named_with_what_there_is(three_files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(PedCorpusError, match=r"a.parquet: no column 'txet'. Columns: n, text. Did you mean text\?"):
        quiet(three_files, tmp_path / "out", "txet")
    with pytest.raises(PedCorpusError, match=r"c.csv: no column 'n'"):
        quiet(three_files[2:], tmp_path / "out", "text", "n")


def test_files_that_cannot_be_read_end_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "a.jsonl").write_text("", encoding="utf-8")
    pq.write_table(pa.table({"text": [["list"]]}), tmp_path / "b.parquet")
    for name, message in {
        "a.parquet": "cannot be read",
        "a.docx": "unknown kind of file. Known: .parquet",
        "a.jsonl": "no rows",
        "none.csv": "no such file",
        "b.parquet": "not text",
    }.items():
        with pytest.raises(PedCorpusError, match=message):
            quiet([tmp_path / name], tmp_path / "out", "text")
    with pytest.raises(PedCorpusError, match="--threshold"):
        quiet([tmp_path / "a.jsonl"], tmp_path / "out", "text", None, 0.0)


def test_columns_of_unlike_types_become_text(tmp_path: Path) -> None:
    rows = [{"text": "甲" * 20, "x": 1}, {"text": "乙" * 20, "x": {"y": [1, "二"]}}, {"text": "丙" * 20, "x": None}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps([{"text": "丁" * 20, "x": 2.5}]), encoding="utf-8")
    quiet([tmp_path / "a.jsonl", tmp_path / "b.json"], tmp_path / "out", "text")
    assert pq.read_table(tmp_path / "out" / "kept.parquet")["x"].to_pylist() == ["1", '{"y":[1,"二"]}', None, "2.5"]


def test_containment_and_boilerplate_are_options(tmp_path: Path) -> None:
    rng = random.Random(3)
    passage = sentence(rng, 80)
    pq.write_table(pa.table({"text": [passage, sentence(rng, 500) + passage]}), tmp_path / "a.parquet")
    assert quiet([tmp_path / "a.parquet"], tmp_path / "out", "text").removed == 0
    summary = quiet([tmp_path / "a.parquet"], tmp_path / "out", "text", containment=0.9, boilerplate=True)
    assert summary.measures == {"exact": 0, "jaccard": 0, "containment": 1}


def test_real_files_are_read_and_every_value_is_exact(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "distill" / "bentsao_llama_data.json"
    summary = quiet([file], tmp_path / "out", "output")
    assert summary.rows == summary.kept + summary.removed > 1000
    texts = ["", *(json.loads(line)["output"] for line in file.read_text(encoding="utf-8").splitlines())]
    for row in rows_of(tmp_path / "out" / "removed.parquet"):
        a, b = (texts[int(row[name].rsplit(":", 1)[1])] for name in ("id", "survivor"))
        assert row["value"] == (1.0 if a == b else jaccard(grams(a, 5), grams(b, 5)))


def test_compressed_and_empty_files_and_a_table_without_rows_are_read(tmp_path: Path) -> None:
    base = sentence(random.Random(6), 60)
    lines = "\n".join(json.dumps({"text": text}) for text in (base, base + "观"))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "b.csv.bz2").write_bytes(bz2.compress(f"text\n{base}\n".encode()))
    (tmp_path / "c.jsonl").touch()
    pq.write_table(pa.table({"text": pa.array([], pa.string()), "x": pa.array([], pa.int8())}), tmp_path / "d.parquet")
    names = ("a.jsonl.gz", "b.csv.bz2", "c.jsonl", "d.parquet")
    summary = quiet([tmp_path / name for name in names], tmp_path / "out", "text", workers=1)
    assert (summary.rows, summary.kept) == (3, 1)
    assert quiet([tmp_path / "d.parquet"], tmp_path / "none", "text").rows == 0
    assert pq.read_table(tmp_path / "none" / "kept.parquet").schema.names == ["text", "x"]


def test_shuffled_rows_give_the_same_lists_and_numbers_stay_numbers(tmp_path: Path) -> None:
    texts = planted(200, 150, seed=14)
    rows = [(k // 2, text) for k, text in enumerate(texts)]  # every id twice
    for name in "ab":
        pq.write_table(
            pa.table({"id": [k for k, _ in rows], "text": [t for _, t in rows]}), tmp_path / f"{name}.parquet"
        )
        quiet([tmp_path / f"{name}.parquet"], tmp_path / name, "text", "id")
        random.Random(1).shuffle(rows)
    for name in ("removed.parquet", "conflicts.parquet"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert pq.read_schema(tmp_path / "a" / "removed.parquet").field("survivor").type == pa.int64()


def test_results_never_replace_an_input(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["甲"]}), tmp_path / "kept.parquet")
    with pytest.raises(PedCorpusError, match=r"kept\.parquet of the results would replace the input"):
        quiet([tmp_path / "kept.parquet"], tmp_path, "text")


@pytest.mark.parametrize("kind", [pa.int64(), pa.binary(), pa.list_(pa.string())])
def test_a_column_of_another_type_is_refused(kind: pa.DataType, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["甲"], "x": pa.nulls(1, kind)}), tmp_path / "a.parquet")
    with pytest.raises(PedCorpusError, match=r"'x' holds .*, not text"):
        quiet([tmp_path / "a.parquet"], tmp_path / "out", "x")
    if kind != pa.int64():
        with pytest.raises(PedCorpusError, match=r"'x' holds .*, no ids"):
            quiet([tmp_path / "a.parquet"], tmp_path / "out", "text", "x")


def test_columns_that_fit_nowhere_end_in_one_sentence_and_views_are_read(tmp_path: Path) -> None:
    view = pa.table({"text": pa.array([sentence(random.Random(2), 30)] * 2, pa.string_view())})
    pq.write_table(view, tmp_path / "view.parquet")
    assert quiet([tmp_path / "view.parquet"], tmp_path / "out", "text").kept == 1
    pq.write_table(pa.table({"text": ["甲"], "x": [2**60 + 1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": ["乙"], "x": [0.5]}), tmp_path / "b.parquet")
    with pytest.raises(PedCorpusError, match="'x' holds int64 in one place and double in another"):
        quiet([tmp_path / "a.parquet", tmp_path / "b.parquet"], tmp_path / "out", "text")
    twice = pa.Table.from_arrays([pa.array(["甲"]), pa.array([1]), pa.array([2])], names=["text", "x", "x"])
    pq.write_table(twice, tmp_path / "twice.parquet")
    with pytest.raises(PedCorpusError, match=r"twice\.parquet: two columns are called 'x'"):
        quiet([tmp_path / "twice.parquet"], tmp_path / "out", "text")
