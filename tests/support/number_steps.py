"""Three small steps over numbers, to test the plan and the runner without medicine."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pedcorpus.engine.step import Round, Shard, Step, StepContext, Task, TaskResult
from schemas.errors import PedCorpusError
from schemas.shards import file_sha256, write_shard


def _tasks(context: StepContext) -> list[Task]:
    shards = context.all_shards()
    if not shards:
        count = context.config["numbers"]["files"]
        return [context.task("count", f"{index:05d}", index=index) for index in range(count)]
    return [context.task("count", f"{index:05d}", shard) for index, shard in enumerate(shards)]


def _log(task: Task) -> None:
    """Note that a task ran; and be killed, or wait for a minute, where the test says so."""
    with (task.out / "ran.log").open("a") as file:
        file.write(f"{task.step} {task.label}\n")
    killer = task.out / "kill-at"
    if killer.is_file() and killer.read_text() == f"{task.step} {task.label}":
        killer.unlink()
        os.kill(os.getpid(), 9)
    waiter = task.out / "wait-at"
    if waiter.is_file() and waiter.read_text() == f"{task.step} {task.label}":
        waiter.rename(task.out / "waiting")
        (task.out / "pid").write_text(str(os.getpid()))
        time.sleep(60)


def make(task: Task) -> TaskResult:
    """Write ten numbers."""
    start = task.payload["index"] * 10
    table = pa.table({"id": [str(n) for n in range(start, start + 10)], "n": list(range(start, start + 10))})
    _log(task)
    return _written(task, table, read=10)


def keep(task: Task) -> TaskResult:
    """Keep numbers that the divisor divides."""
    (path,) = task.paths()
    table = pq.read_table(path)
    divisor = task.config["filter"]["divisor"]
    if divisor == 0:
        raise PedCorpusError("filter.divisor: 0: expected a number above 0. Change it.")
    if divisor == -28:
        raise OSError(errno.ENOSPC, "no space left on device")
    if divisor < 0:
        raise ZeroDivisionError("a fault of ours")
    kept = table.filter(pa.array([n % divisor == 0 for n in table["n"].to_pylist()]))
    _log(task)
    return _written(task, kept, read=table.num_rows)


def lose(task: Task) -> TaskResult:
    """Lose a row."""
    return TaskResult(read=2, kept=1)


def _written(task: Task, table: pa.Table, read: int) -> TaskResult:
    path = task.folder / f"part-{task.label}.parquet"
    write_shard(table, path, "numbers")
    result = TaskResult(read=read, kept=table.num_rows)
    if read > table.num_rows:
        result.rejected["off_topic"] = read - table.num_rows
    result.shards.append(Shard(path.relative_to(task.out).as_posix(), table.num_rows, file_sha256(path), "numbers"))
    return result


def plan(files: int = 3, divisor: int = 2, content: str = "a") -> list[Step]:
    """Return ingest-numbers → evens → threes."""
    return [
        Step(
            "ingest-numbers",
            1,
            {"numbers": {"files": files}},
            (),
            (Round("count", _tasks, make),),
            content={"n.txt": content},
        ),
        Step("evens", 1, {"filter": {"divisor": divisor}}, ("ingest-numbers",), (Round("count", _tasks, keep),)),
        Step("threes", 1, {"filter": {"divisor": 3}}, ("evens",), (Round("count", _tasks, keep),)),
    ]


def losing_plan() -> list[Step]:
    """Return a plan whose only step loses a row."""
    return [Step("loser", 1, {"numbers": {"files": 1}}, (), (Round("count", _tasks, lose),))]


def hashes(out: Path) -> dict[str, str]:
    """Return file → hash of all shards."""
    return {path.relative_to(out).as_posix(): file_sha256(path) for path in sorted(out.glob("steps/*/part-*.parquet"))}


if __name__ == "__main__":
    import sys

    from pedcorpus.config.run_section import Run
    from pedcorpus.engine import executor
    from pedcorpus.engine.progress import Progress
    from pedcorpus.engine.runner import run_plan

    if sys.argv[2:]:
        executor.SMALL_BYTES = 0  # a pool also for these numbers
    run_plan(plan(), Path(sys.argv[1]), Run(workers=int(sys.argv[2]) if sys.argv[2:] else 1), Progress())
