"""The runner: fresh steps are skipped, killed builds go on, ledgers add up, same bytes for any number of workers."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import stairs
from rich.console import Console

from pedcorpus import executor
from pedcorpus.executor import TaskFailed
from pedcorpus.fresh import states
from pedcorpus.progress import Progress
from pedcorpus.runner import run_plan
from pedcorpus.settings import Run
from pedcorpus.step import Step
from schemas.errors import LedgerError, PedCorpusError
from schemas.manifest import read_manifest

SUPPORT = Path(stairs.__file__).parent


def build(plan: list[Step], out: Path, workers: int = 1) -> list[str]:
    return run_plan(plan, out, Run(workers=workers), Progress(Console(file=io.StringIO())))


def test_every_step_leaves_a_manifest_whose_ledger_adds_up(tmp_path: Path) -> None:
    assert build(stairs.plan(), tmp_path) == ["ingest-numbers", "evens", "threes"]
    manifest = read_manifest(tmp_path / "steps" / "threes" / "manifest.json")
    assert manifest is not None
    assert (manifest.read, manifest.kept, manifest.rejected) == (15, 5, {"off_topic": 10})
    assert [shard["rows"] for shard in manifest.shards] == [2, 2, 1]
    assert manifest.peak_rss_bytes > 0
    assert not list(tmp_path.glob("steps/*/.work"))


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    build(stairs.plan(), tmp_path)
    log = (tmp_path / "ran.log").read_text()
    assert build(stairs.plan(), tmp_path) == []
    assert (tmp_path / "ran.log").read_text() == log


def test_a_changed_value_rebuilds_its_step_and_what_follows_and_is_named(tmp_path: Path) -> None:
    build(stairs.plan(), tmp_path)
    found = {s.step.name: (s.state, s.changed) for s in states(stairs.plan(divisor=5), tmp_path)}
    assert found["ingest-numbers"] == ("fresh", ())
    assert found["evens"] == ("stale", ("filter.divisor",))
    assert found["threes"] == ("stale", ("evens",))
    assert build(stairs.plan(divisor=5), tmp_path) == ["evens", "threes"]


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    build(stairs.plan(), tmp_path)
    assert states(stairs.plan(content="b"), tmp_path)[0].changed == ("n.txt",)


def test_a_deleted_shard_makes_its_step_stale(tmp_path: Path) -> None:
    build(stairs.plan(), tmp_path)
    lost = tmp_path / "steps" / "evens" / "part-00001.parquet"
    before = stairs.hashes(tmp_path)
    lost.unlink()
    assert states(stairs.plan(), tmp_path)[1].changed == ("steps/evens/part-00001.parquet",)
    build(stairs.plan(), tmp_path)
    assert stairs.hashes(tmp_path) == before


def test_shards_of_an_older_configuration_do_not_stay(tmp_path: Path) -> None:
    build(stairs.plan(files=3), tmp_path)
    build(stairs.plan(files=1), tmp_path)
    assert len(list(tmp_path.glob("steps/evens/part-*.parquet"))) == 1


def test_a_broken_manifest_means_unfinished(tmp_path: Path) -> None:
    build(stairs.plan(), tmp_path)
    (tmp_path / "steps" / "evens" / "manifest.json").write_text('{"step": "ev')
    assert [s.state for s in states(stairs.plan(), tmp_path)] == ["fresh", "missing", "stale"]


def test_two_workers_give_the_bytes_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "SMALL_BYTES", 0)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SUPPORT), *sys.path]))
    build(stairs.plan(), tmp_path / "one", workers=1)
    build(stairs.plan(), tmp_path / "two", workers=2)
    assert stairs.hashes(tmp_path / "one") == stairs.hashes(tmp_path / "two")


@pytest.mark.parametrize("moment", ["ingest-numbers 00001", "evens 00002", "threes 00000"])
def test_a_killed_build_goes_on_with_the_same_bytes(tmp_path: Path, moment: str) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    build(stairs.plan(), whole)
    killed.mkdir()
    (killed / "kill-at").write_text(moment)
    command = [sys.executable, str(SUPPORT / "stairs.py"), str(killed)]
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT.parents[1])}
    first = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert first.returncode == -9
    build(stairs.plan(), killed)
    assert stairs.hashes(killed) == stairs.hashes(whole)
    ran = (killed / "ran.log").read_text().splitlines()
    assert len(ran) == 10  # nine tasks, of which the killed one twice


def test_what_a_killed_build_left_half_written_is_removed(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    build(stairs.plan(), whole)
    build(stairs.plan(), killed)
    evens = states(stairs.plan(), killed)[1]
    folder = killed / "steps" / "evens"
    (folder / "manifest.json").unlink()
    (folder / ".work" / evens.fingerprint[:16]).mkdir(parents=True)  # unfinished work of the same fingerprint
    (folder / ".part-00001.parquet.4711.partial").write_bytes(b"PAR1")
    (killed / "steps" / "ingest-numbers" / ".work").mkdir()  # killed just after the manifest
    build(stairs.plan(), killed)
    assert stairs.hashes(killed) == stairs.hashes(whole)
    assert not [*killed.rglob("*.partial"), *killed.rglob(".work")]


def test_a_killed_worker_ends_the_build_with_advice_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor, "SMALL_BYTES", 0)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SUPPORT), *sys.path]))
    (tmp_path / "kill-at").write_text("ingest-numbers 00001")
    with pytest.raises(PedCorpusError, match="lower --workers"):
        build(stairs.plan(), tmp_path, workers=2)
    assert build(stairs.plan(), tmp_path, workers=2) == ["ingest-numbers", "evens", "threes"]


def test_a_lost_row_is_a_ledger_error_and_leaves_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="read 2 rows, but kept 1 and rejected 0"):
        build(stairs.losing_plan(), tmp_path)
    assert not (tmp_path / "steps" / "loser" / "manifest.json").exists()


def test_a_users_mistake_in_a_task_is_told_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(PedCorpusError, match="expected a number above 0") as caught:
        build(stairs.plan(divisor=0), tmp_path)
    assert "Traceback" not in str(caught.value)


def test_our_own_fault_in_a_task_is_told_with_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(TaskFailed, match="ZeroDivisionError: a fault of ours"):
        build(stairs.plan(divisor=-1), tmp_path)


def test_a_second_build_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    import fcntl

    tmp_path.joinpath("out").mkdir()
    with (tmp_path / "out" / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(PedCorpusError, match="another build is writing here"):
            build(stairs.plan(), tmp_path / "out")
