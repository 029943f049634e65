"""datatrove's executors behind one call: local processes, Slurm, Ray. Imported only when a pool is needed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.utils.logging import logger

from pedcorpus.config.run_section import Run
from schemas.errors import ConfigError, PedCorpusError

PRELOAD = ["polars", "pyarrow.parquet", "datatrove.executor.local", "pedcorpus.engine.executor"]
"""Modules the fork server loads once, so that each worker starts with them."""
POLL_S = 0.5
"""Seconds between two looks at how far the tasks are."""


def submit(call: Callable[..., None], tasks: int, workers: int, run: Run, log: Path, tick: Callable[[], None]) -> None:
    """Run `call(None, rank, tasks)` for every rank below `tasks` on the configured executor and wait for all.

    `tick` is called every POLL_S seconds meanwhile.
    """
    logger.remove()
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(ended, tick), daemon=True)
    watcher.start()
    try:
        _EXECUTORS[run.executor](call, tasks, workers, run, str(log))
    finally:
        ended.set()
        watcher.join()


def _watch(ended: threading.Event, tick: Callable[[], None]) -> None:
    while not ended.wait(POLL_S):
        tick()


class LocalProcesses(LocalPipelineExecutor):  # type: ignore[misc]
    """datatrove's local executor over a pool that notices a killed worker, where its own would wait for ever."""

    def run(self) -> None:
        """Run all ranks; raise WorkerKilled when a process dies. Interrupted, end the processes and not their tasks."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOAD)
        others = set(multiprocessing.active_children())
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_follow) as pool:
            try:
                ranks = {pool.submit(self._run_for_rank, rank, _QUIET) for rank in range(self.tasks)}
                while ranks:  # in short waits: Ctrl-C may reach another thread, and a waiting one would not see it
                    ended, ranks = wait(ranks, timeout=POLL_S, return_when=FIRST_COMPLETED)
                    for rank in ended:
                        rank.result()
            except BrokenProcessPool:
                raise WorkerKilled(
                    "A worker process was killed, most often for want of memory. Free memory or lower --workers "
                    f"(now {self.workers}), then run the same command: finished tasks are kept."
                ) from None
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in set(multiprocessing.active_children()) - others:
                    process.kill()
                raise


def _follow() -> None:
    """Leave Ctrl-C to the process that builds, and end this worker when that one ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


_QUIET = 1
"""Local rank given to every task: datatrove prints the log of rank 0 to the terminal, ours is a progress line."""


class WorkerKilled(PedCorpusError):
    """A process that did a task died."""

    exit_status = 1


def _local(call: Callable[..., None], tasks: int, workers: int, run: Run, log: str) -> None:
    LocalProcesses([call], tasks=tasks, workers=workers, logging_dir=log, skip_completed=False).run()


def _slurm(call: Callable[..., None], tasks: int, workers: int, run: Run, log: str) -> None:
    import shlex
    import shutil
    import subprocess
    import time

    from datatrove.executor import SlurmPipelineExecutor

    if run.slurm is None:
        raise ConfigError(["run.slurm: missing. Add a table [run.slurm] with a partition."])
    if shutil.which("sbatch") is None:
        raise ConfigError(
            ['run.executor: "slurm" needs sbatch, which is not here. Build on a login node of the cluster.']
        )
    executor = SlurmPipelineExecutor(
        [call],
        tasks=tasks,
        workers=workers,
        time=run.slurm.time,
        partition=run.slurm.partition,
        mem_per_cpu_gb=run.slurm.mem_per_cpu_gb,
        sbatch_args=dict(run.slurm.sbatch_args),
        logging_dir=log,
        skip_completed=False,
        job_name="pedcorpus",
        mail_type="NONE",
    )
    executor.run()
    while subprocess.run(
        shlex.split(f"squeue --noheader --jobs {executor.job_id}"), capture_output=True, text=True, check=False
    ).stdout.strip():
        time.sleep(2)


def _ray(call: Callable[..., None], tasks: int, workers: int, run: Run, log: str) -> None:
    try:
        import ray
    except ImportError:
        raise ConfigError(['run.executor: "ray" needs the extra ray. Run: pip install --editable ".[ray]".']) from None
    from datatrove.executor import RayPipelineExecutor

    ray.init(address=run.ray.address, ignore_reinit_error=True, log_to_driver=False)
    RayPipelineExecutor([call], tasks=tasks, workers=workers, logging_dir=log, skip_completed=False).run()


_EXECUTORS: dict[str, Callable[[Callable[..., None], int, int, Run, str], None]] = {
    "local": _local,
    "slurm": _slurm,
    "ray": _ray,
}
