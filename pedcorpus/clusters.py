"""datatrove's executors behind one call: local processes, Slurm, Ray. Imported only when a pool is needed."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.utils.logging import logger

from pedcorpus.settings import Run
from schemas.errors import ConfigError, PedCorpusError

PRELOAD = ["polars", "pyarrow.parquet", "datatrove.executor.local", "pedcorpus.executor"]
"""Modules the fork server loads once, so that each worker starts with them."""


def submit(call: Callable[..., None], tasks: int, workers: int, run: Run, log: Path, tick: Callable[[], None]) -> None:
    """Run `call(None, rank, tasks)` for every rank below `tasks` on the configured executor and wait for all.

    `tick` is called about twice a second meanwhile.
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
    while not ended.wait(0.5):
        tick()


class LocalProcesses(LocalPipelineExecutor):  # type: ignore[misc]
    """datatrove's local executor over a pool that notices a killed worker, where its own would wait for ever."""

    def run(self) -> None:
        """Run all ranks; raise WorkerKilled when a process dies."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOAD)
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            ranks = [pool.submit(self._run_for_rank, rank, _QUIET) for rank in range(self.tasks)]
            try:
                for rank in as_completed(ranks):
                    rank.result()
            except BrokenProcessPool:
                raise WorkerKilled(
                    "A worker process was killed, most often for want of memory. Free memory or lower --workers "
                    f"(now {self.workers}), then run the same command: finished tasks are kept."
                ) from None


_QUIET = 1
"""Local rank given to every task: datatrove prints the log of rank 0 to the terminal, ours is a progress line."""


class WorkerKilled(PedCorpusError):
    """A process that did a task died."""

    exit_status = 1


def _local(call: Callable[..., None], tasks: int, workers: int, run: Run, log: str) -> None:
    LocalProcesses([call], tasks=tasks, workers=workers, logging_dir=log, skip_completed=False).run()


def _slurm(call: Callable[..., None], tasks: int, workers: int, run: Run, log: str) -> None:
    import shlex
    import subprocess
    import time

    from datatrove.executor import SlurmPipelineExecutor

    if run.slurm is None:
        raise ConfigError(["run.slurm: missing. Add a table [run.slurm] with a partition."])
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
        raise ConfigError(['run.executor: "ray" needs the extra ray. Run: pip install "pedcorpus[ray]".']) from None
    from datatrove.executor import RayPipelineExecutor

    ray.init(address=run.ray.address, ignore_reinit_error=True, log_to_driver=False)
    RayPipelineExecutor([call], tasks=tasks, workers=workers, logging_dir=log, skip_completed=False).run()


_EXECUTORS: dict[str, Callable[[Callable[..., None], int, int, Run, str], None]] = {
    "local": _local,
    "slurm": _slurm,
    "ray": _ray,
}
