"""Carry tasks to processes: datatrove's executors (local, Slurm, Ray) over a list of tasks in a JSON file.

A task's result is a JSON file written atomically when it ends, its failure another. That, not the executor's own
marker, decides whether it is done: a killed build redoes only tasks without a result.
"""

from __future__ import annotations

import errno
import functools
import importlib
import json
import os
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pedcorpus.config.run_section import Run
from pedcorpus.engine.step import Round, Shard, Task, TaskResult
from schemas.errors import PedCorpusError
from schemas.manifest import write_json

SMALL_BYTES = 4 * 2**20
"""Tasks whose inputs are together below this run in this process: a pool costs about 1.2 s to start (measured)."""


FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says when a disk or a quota is full."""


@dataclass(frozen=True, slots=True)
class Job:
    """A task with the function that does it (`module:function`) and an estimate of its input in bytes."""

    task: Task
    run: str
    size: int

    @property
    def result_path(self) -> Path:
        """Where the result goes."""
        return self.task.work / self.task.round / f"{self.task.label}.result.json"

    @property
    def error_path(self) -> Path:
        """Where a failure goes."""
        return self.task.work / self.task.round / f"{self.task.label}.error.json"


class TaskFailed(PedCorpusError):
    """A task ended with an error that is not the user's: its traceback."""

    exit_status = 1


def job_of(task: Task, round: Round) -> Job:
    """Return the job of a task of a round."""
    size = sum(path.stat().st_size for path in task.paths()) + int(task.payload.get("size", 0))
    return Job(task, f"{round.run.__module__}:{round.run.__qualname__}", size)


def execute(jobs: Sequence[Job], run: Run, scratch: Path, on_progress: Callable[[int], None]) -> list[TaskResult]:
    """Do the jobs that have no result yet and return all results, in the order of the jobs.

    `on_progress` is called with the number of finished jobs as they end. Raise the first user error of a task as it
    is, or TaskFailed.
    """
    waiting = [job for job in jobs if not job.result_path.is_file()]
    for job in waiting:
        job.error_path.unlink(missing_ok=True)
    if waiting:
        done = len(jobs) - len(waiting)
        _launch(waiting, run, scratch, lambda: on_progress(done + _finished(waiting)))
    on_progress(len(jobs))
    return [_result_of(job) for job in jobs]


def _finished(jobs: Sequence[Job]) -> int:
    return sum(job.result_path.is_file() or job.error_path.is_file() for job in jobs)


def _launch(jobs: Sequence[Job], run: Run, scratch: Path, tick: Callable[[], None]) -> None:
    """Hand the jobs to the configured executor and wait until each has a result or a failure."""
    tasks_file = scratch / "tasks.json"
    write_json(tasks_file, [_pack(job) for job in jobs])
    small = sum(job.size for job in jobs) < SMALL_BYTES
    workers = min(run.workers or os.cpu_count() or 1, len(jobs))
    if run.executor == "local" and (workers == 1 or small):
        for rank in range(len(jobs)):
            run_rank(None, rank, len(jobs), str(tasks_file))
            tick()
            if not jobs[rank].result_path.is_file():
                return
        return
    from pedcorpus.engine.worker_pools import submit

    submit(functools.partial(run_rank, tasks_file=str(tasks_file)), len(jobs), workers, run, scratch / "log", tick)


def run_rank(_data: object, rank: int, _world_size: int, tasks_file: str) -> None:
    """Do one task of the list in `tasks_file`: what an executor calls in a worker."""
    job = _unpack(json.loads(Path(tasks_file).read_text(encoding="utf-8"))[rank])
    if job.result_path.is_file():
        return
    module, name = job.run.split(":")
    start = time.perf_counter()
    try:
        result: TaskResult = getattr(importlib.import_module(module), name)(job.task)
    except PedCorpusError as error:
        write_json(job.error_path, {"user": True, "message": str(error), "status": error.exit_status})
        return
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise  # a note about it could not be written either
        write_json(job.error_path, {"user": False, "message": traceback.format_exc()})
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    rss = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    values = {
        "read": result.read,
        "kept": result.kept,
        "rejected": dict(result.rejected),
        "made": dict(result.made),
        "figures": dict(result.figures),
        "shards": [asdict(shard) for shard in result.shards],
        "files": result.files,
        "problems": result.problems,
    }
    write_json(job.result_path, {**values, "rss": rss, "seconds": time.perf_counter() - start})


def usage(jobs: Sequence[Job]) -> tuple[float, int]:
    """Return the seconds of the jobs, added up, and the largest resident size in bytes of a process that did one."""
    results = [json.loads(job.result_path.read_text(encoding="utf-8")) for job in jobs]
    return sum(float(found["seconds"]) for found in results), max((int(found["rss"]) for found in results), default=0)


def _result_of(job: Job) -> TaskResult:
    if not job.result_path.is_file():
        if not job.error_path.is_file():
            raise TaskFailed(f"{job.task.step}, task {job.task.label}: ended without a result (killed?). Run it again.")
        failure = json.loads(job.error_path.read_text(encoding="utf-8"))
        if not failure["user"]:
            raise TaskFailed(
                f"{job.task.step}, task {job.task.label}: a fault of ours. Please report the lines below.\n"
                f"{failure['message']}"
            )
        error = PedCorpusError(failure["message"])
        error.exit_status = failure["status"]
        raise error
    values = json.loads(job.result_path.read_text(encoding="utf-8"))
    shards = [Shard(**shard) for shard in values["shards"]]
    rejected, made, figures = (Counter(values[name]) for name in ("rejected", "made", "figures"))
    listed = values.get("problems", []), values["files"]
    return TaskResult(values["read"], values["kept"], rejected, made, shards, figures, *listed)


def _pack(job: Job) -> dict[str, Any]:
    task = {**asdict(job.task), "out": str(job.task.out), "work": str(job.task.work)}
    return {"task": task, "run": job.run, "size": job.size}


def _unpack(values: dict[str, Any]) -> Job:
    task = values["task"]
    task |= {"out": Path(task["out"]), "work": Path(task["work"]), "inputs": tuple(task["inputs"])}
    return Job(Task(**task), values["run"], values["size"])
