"""The section `[run]`: how a build runs; nothing in it changes bytes."""

from __future__ import annotations

from typing import Literal

from pydantic import PositiveFloat, PositiveInt

from pedcorpus.config.frozen import Frozen


class Slurm(Frozen):
    """`[run.slurm]`."""

    partition: str
    """Partition to submit to."""
    time: str = "04:00:00"
    """Time limit of a task, HH:MM:SS."""
    mem_per_cpu_gb: PositiveFloat = 4
    """Memory of a task in GiB."""
    sbatch_args: dict[str, str] = {}
    """Further arguments of sbatch."""


class Ray(Frozen):
    """`[run.ray]`."""

    address: str | None = None
    """Address of a running cluster; none starts a local one."""


class Run(Frozen):
    """How to run. Nothing here changes bytes."""

    executor: Literal["local", "slurm", "ray"] = "local"
    """Where tasks run."""
    workers: PositiveInt | None = None
    """Tasks at once; default: the cores of this machine."""
    slurm: Slurm | None = None
    """Needed by executor = "slurm"."""
    ray: Ray = Ray()
    """Used by executor = "ray"."""
