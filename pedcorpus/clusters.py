"""datatrove's executors behind one call: local processes, Slurm, Ray. Imported only when a pool is needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pedcorpus.settings import Run
from schemas.errors import ConfigError

PRELOAD = ["polars", "pyarrow.parquet", "datatrove.executor.local", "pedcorpus.executor"]
"""Modules the fork server loads once, so that each worker starts with them."""


def submit(call: Callable[..., None], tasks: int, workers: int, run: Run, log: Path, tick: Callable[[], None]) -> None:
    """Run `call(None, rank, tasks)` for every rank below `tasks` on the configured executor and wait for all.

    `tick` is called about twice a second meanwhile.
    """
    from datatrove.utils.logging import logger

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


def _local(call: Callable[..., None], tasks: int, workers: int, run: Run, log: str) -> None:
    import multiprocess
    from datatrove.executor import LocalPipelineExecutor

    class Quiet(LocalPipelineExecutor):  # type: ignore[misc]
        """Only tasks of local rank 0 print to the terminal; ours have a progress line instead."""

        def _run_for_rank(self, rank: int, local_rank: int = 0, node_rank: int = -1) -> Any:
            return super()._run_for_rank(rank, 1, node_rank)

    multiprocess.set_forkserver_preload(PRELOAD)
    Quiet([call], tasks=tasks, workers=workers, logging_dir=log, skip_completed=False).run()


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
