"""The runner: fresh steps are skipped, killed builds go on, ledgers add up, same bytes for any number of workers."""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from rich.console import Console

from pedcorpus.config.run_section import Run
from pedcorpus.engine import executor, worker_pools
from pedcorpus.engine.executor import TaskFailed
from pedcorpus.engine.freshness import states
from pedcorpus.engine.progress import Progress
from pedcorpus.engine.runner import run_plan
from pedcorpus.engine.step import Shard, Step, StepContext
from schemas.errors import LedgerError, PedCorpusError
from schemas.manifest import StepManifest, read_manifest
from tests.support import number_steps

ROOT = Path(__file__).parents[3]


def build(plan: list[Step], out: Path, workers: int = 1) -> list[str]:
    return run_plan(plan, out, Run(workers=workers), Progress(Console(file=io.StringIO())))


def test_every_step_leaves_a_manifest_whose_ledger_adds_up(tmp_path: Path) -> None:
    assert build(number_steps.plan(), tmp_path) == ["ingest-numbers", "evens", "threes"]
    manifest = read_manifest(tmp_path / "steps" / "threes" / "manifest.json")
    assert manifest is not None
    assert (manifest.read, manifest.kept, manifest.rejected) == (15, 5, {"off_topic": 10})
    assert [shard["rows"] for shard in manifest.shards] == [2, 2, 1]
    assert manifest.peak_rss_bytes > 0
    assert not list(tmp_path.glob("steps/*/.work"))


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    build(number_steps.plan(), tmp_path)
    log = (tmp_path / "ran.log").read_text()
    assert build(number_steps.plan(), tmp_path) == []
    assert (tmp_path / "ran.log").read_text() == log


def test_a_changed_value_rebuilds_its_step_and_what_follows_and_is_named(tmp_path: Path) -> None:
    build(number_steps.plan(), tmp_path)
    found = {s.step.name: (s.state, s.changed) for s in states(number_steps.plan(divisor=5), tmp_path)}
    assert found["ingest-numbers"] == ("fresh", ())
    assert found["evens"] == ("stale", ("filter.divisor",))
    assert found["threes"] == ("stale", ("evens",))
    assert build(number_steps.plan(divisor=5), tmp_path) == ["evens", "threes"]


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    build(number_steps.plan(), tmp_path)
    assert states(number_steps.plan(content="b"), tmp_path)[0].changed == ("n.txt",)


def test_a_deleted_shard_makes_its_step_stale(tmp_path: Path) -> None:
    build(number_steps.plan(), tmp_path)
    lost = tmp_path / "steps" / "evens" / "part-00001.parquet"
    before = number_steps.hashes(tmp_path)
    lost.unlink()
    assert states(number_steps.plan(), tmp_path)[1].changed == ("steps/evens/part-00001.parquet",)
    build(number_steps.plan(), tmp_path)
    assert number_steps.hashes(tmp_path) == before


def test_shards_of_an_older_configuration_do_not_stay(tmp_path: Path) -> None:
    build(number_steps.plan(files=3), tmp_path)
    build(number_steps.plan(files=1), tmp_path)
    assert len(list(tmp_path.glob("steps/evens/part-*.parquet"))) == 1


def test_a_broken_manifest_means_unfinished(tmp_path: Path) -> None:
    build(number_steps.plan(), tmp_path)
    (tmp_path / "steps" / "evens" / "manifest.json").write_text('{"step": "ev')
    assert [s.state for s in states(number_steps.plan(), tmp_path)] == ["fresh", "missing", "stale"]


def test_two_workers_give_the_bytes_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "SMALL_BYTES", 0)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    build(number_steps.plan(), tmp_path / "one", workers=1)
    build(number_steps.plan(), tmp_path / "two", workers=2)
    assert number_steps.hashes(tmp_path / "one") == number_steps.hashes(tmp_path / "two")


@pytest.mark.parametrize("moment", ["ingest-numbers 00001", "evens 00002", "threes 00000"])
def test_a_killed_build_goes_on_with_the_same_bytes(tmp_path: Path, moment: str) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    build(number_steps.plan(), whole)
    killed.mkdir()
    (killed / "kill-at").write_text(moment)
    command = [sys.executable, "-m", "tests.support.number_steps", str(killed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert first.returncode == -9
    build(number_steps.plan(), killed)
    assert number_steps.hashes(killed) == number_steps.hashes(whole)
    ran = (killed / "ran.log").read_text().splitlines()
    assert len(ran) == 10  # nine tasks, of which the killed one twice


def test_what_a_killed_build_left_half_written_is_removed(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    build(number_steps.plan(), whole)
    build(number_steps.plan(), killed)
    evens = states(number_steps.plan(), killed)[1]
    folder = killed / "steps" / "evens"
    (folder / "manifest.json").unlink()
    (folder / ".work" / evens.fingerprint[:16]).mkdir(parents=True)  # unfinished work of the same fingerprint
    (folder / ".part-00001.parquet.4711.partial").write_bytes(b"PAR1")
    (killed / "steps" / "ingest-numbers" / ".work").mkdir()  # killed just after the manifest
    build(number_steps.plan(), killed)
    assert number_steps.hashes(killed) == number_steps.hashes(whole)
    assert not [*killed.rglob("*.partial"), *killed.rglob(".work")]


def test_a_killed_worker_ends_the_build_with_advice_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor, "SMALL_BYTES", 0)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    (tmp_path / "kill-at").write_text("ingest-numbers 00001")
    with pytest.raises(PedCorpusError, match="lower --workers"):
        build(number_steps.plan(), tmp_path, workers=2)
    assert build(number_steps.plan(), tmp_path, workers=2) == ["ingest-numbers", "evens", "threes"]


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_ended_build_ends_its_workers_at_once(tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "wait-at").write_text("ingest-numbers 00001")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.number_steps", str(tmp_path), "2"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        until((tmp_path / "pid").exists)
        process.send_signal(how)
        assert process.wait(timeout=20) != 0
    until(lambda: not running(int((tmp_path / "pid").read_text())), seconds=20)


def test_a_rebuilt_step_says_what_changed(tmp_path: Path) -> None:
    build(number_steps.plan(), tmp_path)
    console = Console(file=io.StringIO(), width=120)
    run_plan(number_steps.plan(divisor=5), tmp_path, Run(workers=1), Progress(console))
    first, second = console.file.getvalue().splitlines()
    assert first.startswith("[1/2] evens: read 30  kept 6")
    assert first.endswith("(changed: filter.divisor)")
    assert second.endswith("(changed: evens)")


def test_a_log_of_many_sources_stays_short() -> None:
    console = Console(file=io.StringIO(), width=120)
    progress = Progress(console)
    progress.total = 34
    manifest = StepManifest("ingest-0", 1, 1, "f", {}, [], {}, 10, 7, {"empty": 3}, None, [], seconds=0.5)
    progress.done([replace(manifest, step=f"ingest-{n}") for n in range(25)])
    progress.done([replace(manifest, step="clean")])
    first, second = console.file.getvalue().splitlines()
    assert first == "[25/34] 25 steps ingest-0 … ingest-24: read 250  kept 175  rejected 75  12.5 s"
    assert second.startswith("[26/34] clean: read 10")


def test_the_problems_of_all_sources_are_told_together(tmp_path: Path) -> None:
    def refuse(step: Step, _result: object) -> None:
        raise PedCorpusError(f"{step.name}: nothing usable")

    good = number_steps.plan()[0]
    bad = [replace(good, name=f"ingest-{name}", check=refuse) for name in ("a", "b")]
    with pytest.raises(PedCorpusError, match="ingest-a: nothing usable\ningest-b: nothing usable"):
        build([good, *bad], tmp_path)
    assert (tmp_path / "steps" / "ingest-numbers" / "manifest.json").exists()


def test_an_out_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(PedCorpusError, match="Choose a folder that can be written"):
        build(number_steps.plan(), tmp_path / "out")


def test_a_build_from_scratch_waits_for_the_lock_before_it_forgets(tmp_path: Path) -> None:
    import fcntl

    build(number_steps.plan(), tmp_path)
    before = number_steps.hashes(tmp_path)
    with (tmp_path / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(PedCorpusError, match="another build"):
            run_plan(
                number_steps.plan(), tmp_path, Run(), Progress(Console(file=io.StringIO())), forget=[tmp_path / "steps"]
            )
    assert number_steps.hashes(tmp_path) == before


def test_a_lost_row_is_a_ledger_error_and_leaves_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="read 2 rows, but kept 1 and rejected 0"):
        build(number_steps.losing_plan(), tmp_path)
    assert not (tmp_path / "steps" / "loser" / "manifest.json").exists()


def test_a_users_mistake_in_a_task_is_told_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(PedCorpusError, match="expected a number above 0") as caught:
        build(number_steps.plan(divisor=0), tmp_path)
    assert "Traceback" not in str(caught.value)


def test_our_own_fault_in_a_task_is_told_with_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(TaskFailed, match="ZeroDivisionError: a fault of ours"):
        build(number_steps.plan(divisor=-1), tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(executor, "SMALL_BYTES", 0)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    with pytest.raises(PedCorpusError, match="no space left on the disk") as caught:
        build(number_steps.plan(divisor=-28), tmp_path, workers)
    assert caught.value.exit_status == 1


def test_a_second_build_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    import fcntl

    tmp_path.joinpath("out").mkdir()
    with (tmp_path / "out" / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(PedCorpusError, match="another build is writing here"):
            build(number_steps.plan(), tmp_path / "out")


def test_a_task_is_plain_data_named_by_its_shard(tmp_path: Path) -> None:
    shard = Shard("steps/clean/part-my-talks-00003.parquet", 1, "", "dialogue")
    context = StepContext("dedup", tmp_path, tmp_path / "work", {}, {"clean": (shard,)})
    task = context.task("sign", shard.label, shard, table=shard.table)
    assert (shard.label, shard.source) == ("my-talks-00003", "my-talks")
    assert (task.inputs, task.labels, task.payload) == ((shard.file,), [shard.label], {"table": "dialogue"})
    assert json.loads(json.dumps({**asdict(task), "out": "", "work": ""}))["round"] == "sign"


def test_the_modules_loaded_before_a_worker_starts_exist() -> None:
    assert worker_pools.PRELOAD
    for name in worker_pools.PRELOAD:
        assert importlib.import_module(name).__name__ == name
