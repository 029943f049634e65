"""The bundled sample, end to end: what a newcomer's first build must be."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.shards import file_sha256

ROOT = Path(__file__).parents[2]
PLANTED = ROOT / "pedcorpus" / "sample" / "planted.json"
TABLES = ("cpt", "sft", "dfpo", "lora", "medkqa", "evidiag", "trerecom")
Run = Callable[..., subprocess.CompletedProcess[str]]


def manifests(out: Path) -> dict[str, dict[str, Any]]:
    paths = out.glob("steps/*/manifest.json")
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def hashes(out: Path) -> dict[str, str]:
    """Every file of the build but manifests of steps, which hold times, and caches."""
    files = [path for path in out.rglob("*") if path.is_file() and ".lock" not in path.name]
    named = {path.relative_to(out).as_posix(): path for path in files}
    wanted = {n: p for n, p in named.items() if not re.fullmatch(r"(steps/[^/]+/manifest\.json|cache/.*)", n)}
    return {name: file_sha256(path) for name, path in sorted(wanted.items())}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_loads_with_datasets(sample_build: Path, tmp_path: Path, table: str) -> None:
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(sample_build / "dataset"), table, cache_dir=str(tmp_path))
    manifest = json.loads((sample_build / "dataset" / "manifest.json").read_text(encoding="utf-8"))
    rows = {split: values["rows"] for split, values in manifest["tables"][table].items()}
    assert {split: data.num_rows for split, data in loaded.items()} == {k: v for k, v in rows.items() if v}
    assert sum(rows.values()) > 0


def test_every_ledger_adds_up_and_rejected_rows_lie_beside_the_step(sample_build: Path) -> None:
    for name, manifest in manifests(sample_build).items():
        rejected = manifest["rejected"]
        assert manifest["read"] == manifest["kept"] + sum(rejected.values()), name
        files = list((sample_build / "steps" / name / "rejected").glob("part-*.parquet"))
        lying = pl.read_parquet(files)["reason"].value_counts() if files else pl.DataFrame({"reason": [], "count": []})
        assert dict(lying.iter_rows()) == rejected, name


def test_each_step_reads_what_the_step_before_it_kept(sample_build: Path) -> None:
    found = manifests(sample_build)
    ingested = sum(m["kept"] for name, m in found.items() if name.startswith("ingest-"))
    assert found["clean"]["read"] == ingested
    assert found["dedup"]["read"] == found["clean"]["kept"]
    assert found["signals"]["read"] == found["quality"]["read"]
    rejected = list((sample_build / "steps/quality/rejected").glob("part-instruction-*.parquet"))
    assert rejected
    left_out = pl.read_parquet(rejected).height
    assert found["dedup-instructions"]["read"] == found["instruct"]["made"]["instruction"] - left_out


def test_graph_rows_are_less_than_half_of_the_instructions(sample_build: Path) -> None:
    rows = pl.concat(pl.read_parquet(path) for path in sample_build.glob("dataset/sft/*.parquet"))
    of_graphs = rows["builder"].struct.field("name").str.starts_with("graph-").sum()
    assert 0 < of_graphs < 0.5 * rows.height


def test_shards_are_what_their_manifest_says(sample_build: Path) -> None:
    for manifest in manifests(sample_build).values():
        for shard in manifest["shards"]:
            assert file_sha256(sample_build / shard["file"]) == shard["sha256"]


def planted(expect: str) -> list[dict[str, Any]]:
    rows = json.loads(PLANTED.read_text(encoding="utf-8"))["rows"]
    return [row for row in rows if row["expect"] == expect]


def test_no_planted_private_value_is_left_from_clean_on(sample_build: Path) -> None:
    private = [row["has"] for row in planted("masked")]
    assert len(private) >= 10
    later = [p for p in sample_build.glob("steps/**/*.parquet") if "steps/ingest-" not in p.as_posix()]
    later += sample_build.glob("dataset/*/*.parquet")
    words = "\n".join(pl.read_parquet(path).write_json() for path in later)
    words += (sample_build / "dataset" / "README.md").read_text(encoding="utf-8")
    assert [value for value in private if value in words] == []


def rejections(out: Path, step: str) -> dict[tuple[str, str], set[str]]:
    """File and place → reasons, of one step; a row that was made of a record has the place of that."""
    found: dict[tuple[str, str], set[str]] = {}
    places = origins(out)
    for path in out.glob(f"steps/{step}/rejected/part-*.parquet"):
        for reason, origin in pl.read_parquet(path).select("reason", "origin").iter_rows():
            place = places.get(origin["locator"], origin)
            found.setdefault((Path(place["file"]).name, place["locator"]), set()).add(reason)
    return found


def origins(out: Path) -> dict[str, dict[str, str]]:
    """Record → file and place."""
    records: dict[str, dict[str, str]] = {}
    for path in out.glob("steps/ingest-*/part-*.parquet"):
        records |= dict(pl.read_parquet(path, columns=["id", "origin"]).iter_rows())
    return records


def test_every_planted_row_is_rejected_at_its_step_for_its_reason(sample_build: Path) -> None:
    missed = []
    for row in planted("rejected"):
        places = [row, *([row["pair"]] if "pair" in row else [])]
        keys = [(Path(place["file"]).name, place["locator"]) for place in places]
        found = rejections(sample_build, row["step"])
        if not any(row["reason"] in found.get(key, set()) for key in keys):
            missed.append((row["file"], row["locator"], row["what"], [found.get(key) for key in keys]))
    assert missed == []


def test_clinically_different_twins_both_survive(sample_build: Path) -> None:
    gone = rejections(sample_build, "dedup")
    twins = [row for row in planted("kept") if "pair" in row]
    assert len(twins) >= 2
    for row in twins:
        for place in (row, row["pair"]):
            assert (Path(place["file"]).name, place["locator"]) not in gone, row["what"]


def test_parents_of_every_row_lead_to_a_file_and_a_place(sample_build: Path) -> None:
    records = origins(sample_build)
    for table in TABLES:
        for path in sample_build.glob(f"dataset/{table}/*.parquet"):
            for parents in pl.read_parquet(path)["parents"].to_list():
                assert parents
                assert all(records[parent]["file"] and records[parent]["locator"] for parent in parents)


def test_test_items_share_no_parent_and_no_id_with_training(sample_build: Path) -> None:
    def rows(tables: tuple[str, ...], split: str) -> pl.DataFrame:
        paths = [p for table in tables for p in sample_build.glob(f"dataset/{table}/{split}-*.parquet")]
        return pl.concat([pl.read_parquet(path, columns=["id", "parents"]) for path in paths])

    tests = rows(("medkqa", "evidiag", "trerecom"), "test")
    training = pl.concat([rows(("cpt", "sft", "dfpo", "lora"), split) for split in ("train", "validation")])
    assert tests.height > 0
    assert not set(tests["id"]) & set(training["id"])
    assert not set(tests["parents"].explode()) & set(training["parents"].explode())


def test_the_card_carries_the_figures_of_the_manifests(sample_build: Path) -> None:
    card = (sample_build / "dataset" / "README.md").read_text(encoding="utf-8")
    sizes = json.loads((sample_build / "dataset" / "manifest.json").read_text(encoding="utf-8"))["tables"]
    for table in TABLES:
        for split, values in sizes[table].items():
            assert f"| {table} | {split} | {values['rows']:,} |" in card
    clean = manifests(sample_build)["clean"]["figures"]
    assert f"| phone | {clean['privacy.phone']:,} |" in card
    assert str(sample_build) not in card


def test_a_second_run_does_nothing(sample_build: Path, pedcorpus: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample_build.rglob("*.parquet")}
    result = pedcorpus("build", "--out", sample_build)
    assert result.returncode == 0
    assert "Nothing to do" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in sample_build.rglob("*.parquet")} == before


def test_plan_names_a_changed_key_and_what_follows(sample_build: Path, pedcorpus: Run, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    shutil.copytree(ROOT / "pedcorpus" / "sample", sample)
    config = sample / "pedcorpus.toml"
    text = config.read_text(encoding="utf-8")
    assert "[dedup]" not in text
    config.write_text(text + "\n[dedup]\nthreshold = 0.7\n", encoding="utf-8")
    result = pedcorpus("plan", config, "--out", sample_build, "--json")
    states = {item["step"]: item for item in json.loads(result.stdout)}
    assert states["clean"]["state"] == "fresh"
    assert states["dedup"] == {"step": "dedup", "state": "stale", "changed": ["dedup.threshold"]}
    assert states["instruct"]["changed"] == ["dedup"]
    assert states["card"]["state"] == "stale"


def test_one_worker_gives_the_bytes_of_two(sample_build: Path, pedcorpus: Run, tmp_path: Path) -> None:
    assert pedcorpus("build", "--out", tmp_path, "--workers", 1).returncode == 0
    assert hashes(tmp_path) == hashes(sample_build)


def test_a_build_killed_at_several_moments_gives_the_same_bytes(sample_build: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pedcorpus", "build", "--out", str(tmp_path), "--workers", "2"]
    kills = 0
    for moment_s in (1.5, 2.5, 4.0, 6.0):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(moment_s)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills > 0
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert hashes(tmp_path) == hashes(sample_build)


def test_inspect_shows_the_corpus_table_and_a_row_back_to_its_page(sample_build: Path, pedcorpus: Run) -> None:
    shown = pedcorpus("inspect", sample_build).stdout
    assert "PedCorpus-CPT" in shown
    assert "PedCorpus-DFPO" in shown
    frame = pl.read_parquet(sample_build / "dataset" / "sft" / "train-00000-of-00001.parquet")
    row = frame.filter(pl.col("source") == "textbook").row(0, named=True)
    lineage = pedcorpus("inspect", sample_build, "--id", row["id"]).stdout
    assert row["parents"][0] in lineage
    assert re.search(r"from textbook: [\w./-]+\.pdf, p\.\d+", lineage)
    as_json = json.loads(pedcorpus("inspect", sample_build, "--id", row["id"], "--json").stdout)
    assert [parent["id"] for parent in as_json["parents"]] == row["parents"]
