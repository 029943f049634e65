"""A step of the build as data: name, version, configuration, inputs, rounds of tasks.

The plan knows what (this file and `build_plan.py`), the runner knows how (`runner.py`). A round's tasks are independent
of each other and run on any executor; the next round starts when all have ended. Most steps have one round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ALL_DEPARTMENTS = "scope.all_departments"
"""Figure of a step that took samples of all departments, for want of pediatric ones (`pedcorpus.pediatric.scope`)."""

MERGED, DANGLING, CONTRADICTIONS = "graph.merged", "graph.dangling", "graph.contradictions"
"""Figures of a graph's ingest: statements made again elsewhere, relationships with an end that is nowhere, and (with
the kind behind a full stop) what cannot all be true."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A finished Parquet file. `file` is relative to OUT; `table` names its Arrow schema."""

    file: str
    rows: int
    sha256: str
    table: str

    @property
    def label(self) -> str:
        """What the task that wrote it was called."""
        return label_of(self.file)

    @property
    def source(self) -> str:
        """The source of a shard of ingest, `clean` or `dedup`, where a label is `<source>-<number>`."""
        return self.label.rpartition("-")[0]


def label_of(file: str) -> str:
    """Return the label in a shard's file name, `part-<label>.parquet`."""
    return file.rsplit("/", 1)[-1].removeprefix("part-").removesuffix(".parquet")


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of work for one process: plain data, so that any executor can carry it.

    `out` is OUT; shards go to `OUT/steps/<step>/part-*.parquet`, rejections to `OUT/steps/<step>/rejected/`.
    `work` is this run's scratch folder, shared by the rounds of the step. `inputs` are shard paths relative to OUT.
    `label` makes the task's file names unique and stable: `part-<label>.parquet`.
    """

    step: str
    round: str
    label: str
    out: Path
    work: Path
    config: Mapping[str, Any]
    inputs: tuple[str, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The step's folder."""
        return self.out / "steps" / self.step

    @property
    def labels(self) -> list[str]:
        """The labels of the inputs."""
        return [label_of(name) for name in self.inputs]

    def paths(self) -> list[Path]:
        """Absolute paths of the inputs."""
        return [self.out / name for name in self.inputs]


@dataclass(slots=True)
class TaskResult:
    """What a task did, in rows of the step's input unit: read = kept + sum(rejected) over all tasks of a step."""

    read: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    shards: list[Shard] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    """Further counts for the card and the report, e.g. `privacy.phone`. Summed over tasks."""
    problems: list[str] = field(default_factory=list)
    """What is wrong with files as a whole, a few: told where the step fails."""
    files: list[dict[str, str]] = field(default_factory=list)
    """Files that are not shards (the card): `file` relative to OUT, `sha256`."""

    def add(self, other: TaskResult) -> None:
        """Add what another task of the step did."""
        self.read += other.read
        self.kept += other.kept
        self.rejected += other.rejected
        self.made += other.made
        self.figures += other.figures
        self.shards += other.shards
        self.files += other.files
        self.problems += other.problems


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a round sees when it lists its tasks: OUT, the step's configuration, the shards of each input step."""

    step: str
    out: Path
    work: Path
    config: Mapping[str, Any]
    shards: Mapping[str, tuple[Shard, ...]]

    def all_shards(self, table: str | None = None) -> list[Shard]:
        """Shards of all inputs, in the order of the inputs, of one table where given."""
        return [s for shards in self.shards.values() for s in shards if table is None or s.table == table]

    def task(self, round: str, label: str, /, *inputs: Shard | str, **payload: Any) -> Task:
        """Return a task of the step over `inputs`: shards, or their paths relative to OUT."""
        files = tuple(item.file if isinstance(item, Shard) else item for item in inputs)
        return Task(self.step, round, label, self.out, self.work, self.config, files, payload)


@dataclass(frozen=True, slots=True)
class Round:
    """Tasks that may run at the same time.

    `tasks` runs in the main process; `run` in workers and must be a module-level function.
    """

    name: str
    tasks: Callable[[StepContext], list[Task]]
    run: Callable[[Task], TaskResult]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `config` holds what changes bytes and nothing else; `version` rises when the code changes bytes.

    `content` maps raw files to their content hashes (ingest only). `is_maker` marks steps that make rows of another
    kind (`made` is then part of the manifest).
    """

    name: str
    version: int
    config: Mapping[str, Any]
    inputs: tuple[str, ...]
    rounds: tuple[Round, ...]
    content: Mapping[str, str] = field(default_factory=dict)
    is_maker: bool = False
    outputs: tuple[str, ...] = ()
    """Further files and folders below OUT that the step owns, e.g. `dataset/cpt`."""
    check: Callable[[Step, TaskResult], None] | None = None
    """Raise a PedCorpusError when the whole result may not stand (too much rejected, nothing kept)."""
