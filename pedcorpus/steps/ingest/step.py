"""Step `ingest-<source>`: read a source's files into shards of records, everything else into rejections.

A task reads one large file or a group of small ones. The grouping depends on the files alone, so the shards are the
same for any number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any

from ingest import SOURCES
from ingest.files.archives import Siblings
from ingest.files.find import FoundFile
from ingest.source import Source, SourceFile, SourceOptions
from pedcorpus.engine.step import DANGLING, Round, Shard, Step, StepContext, Task, TaskResult
from pedcorpus.graph import merge_statements
from pedcorpus.steps.ingest.read_file import read_found, read_member
from schemas.errors import SourceError
from schemas.rejection import BROKEN, Reason, Rejection
from schemas.shards import ShardWriter, file_sha256
from schemas.tables import Record

VERSION = 15
"""Raise it when a reader reads files otherwise: fingerprints hold no code, so builds would keep what they have."""
GROUP_BYTES = 16 * 2**20
"""Weight of a task in bytes of plain text."""
PDF_WEIGHT = 20
"""A byte of PDF costs about 20 times a byte of text (measured: 0.5 MB/s against 10 MB/s and more)."""
SHARD_ARROW_BYTES = 96 * 2**20
"""A shard ends at this many Arrow bytes: what one task of a later step holds in memory."""

MOST_PROBLEMS = 3
"""Files whose problem an error tells in words."""


def rounds(found: Sequence[tuple[FoundFile, str]], kind: str) -> tuple[Round, ...]:
    """Return the rounds of one source; `found` are its files with their content hashes."""
    reading = Round("read", partial(_tasks, found), read)
    merging = Round("graph", merge_statements.tasks, merge_statements.merge_statements)
    return (reading, merging) if SOURCES[kind].is_merged else (reading,)


def check(max_rejected_share: float, step: Step, result: TaskResult) -> None:
    """Raise SourceError when a source gave nothing, or too much of it is broken.

    `max_rejected_share = 1` says that all may be: such a source stops nothing, not even where nothing of it is usable.
    """
    broken = {reason: n for reason, n in result.rejected.items() if Reason(reason) in BROKEN}
    share = sum(broken.values()) / max(result.read, 1)
    reasons = ", ".join(f"{reason} {n:,}" for reason, n in sorted(result.rejected.items(), key=lambda i: -i[1]))
    told = "".join(f"\n  {problem}" for problem in result.problems[:MOST_PROBLEMS])
    if result.kept == 0 and max_rejected_share < 1:
        raise SourceError(
            f"{step.name}: nothing usable: {result.read:,} rows read, none kept ({reasons or 'no rows'}). Check path, "
            f"kind and format of the source; steps/{step.name}/rejected/ has each place and excerpt.{told}"
        )
    if share > max_rejected_share:
        raise SourceError(
            f"{step.name}: {sum(broken.values()):,} of {result.read:,} rows are broken ({reasons}); at most "
            f"{max_rejected_share:.0%} may be. See steps/{step.name}/rejected/ for file, place and excerpt; mend or "
            f"leave out the files, or raise max_rejected_share.{told}"
        )


def _tasks(found: Sequence[tuple[FoundFile, str]], context: StepContext) -> list[Task]:
    name = context.step.removeprefix("ingest-")
    kind = context.config["source"]["kind"]
    siblings = [asdict(file) for file, _ in found] if SOURCES[kind].needs_siblings else []
    return [
        context.task(
            "read",
            f"{name}-{index:05d}",
            size=sum(piece["weight"] for piece in group),
            pieces=[{key: value for key, value in piece.items() if key != "weight"} for piece in group],
            siblings=siblings,
        )
        for index, group in enumerate(_groups(_pieces(found, kind)))
    ]


def _pieces(found: Sequence[tuple[FoundFile, str]], kind: str) -> Iterator[dict[str, Any]]:
    """Yield what is read by itself: a file, or a part of a large multistream dump; copies of a file are marked."""
    first: dict[str, str] = {}
    for file, sha256 in found:
        copy_of = first.setdefault(sha256, file.url)
        piece = {"url": file.url, "path": file.path, "sha256": sha256, "is_copy": copy_of != file.url, "range": None}
        parts = SOURCES[kind].parts
        is_large = file.is_local and file.size > 2 * GROUP_BYTES
        if parts and is_large and file.path.endswith(parts.suffix) and not piece["is_copy"]:
            for where in parts.ranges(Path(file.url), GROUP_BYTES):
                yield {**piece, "range": where, "weight": where[1]}
        else:
            weight = file.size * (PDF_WEIGHT if file.path.lower().endswith(".pdf") else 1)
            yield {**piece, "weight": weight}


def _groups(pieces: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield pieces in runs of about GROUP_BYTES."""
    group: list[dict[str, Any]] = []
    size = 0
    for piece in pieces:
        if group and size + piece["weight"] > GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(piece)
        size += piece["weight"]
    if group:
        yield group


def read(task: Task) -> TaskResult:
    """Read the pieces of one task."""
    name = task.step.removeprefix("ingest-")
    known = {item.name for item in fields(SourceOptions)}
    settings: dict[str, Any] = {key: value for key, value in task.config["source"].items() if key in known}
    options = SourceOptions(name=name, cache=task.out / "cache", **settings)
    source = SOURCES[options.kind]
    result = TaskResult()
    all_files = tuple(FoundFile(**file) for file in task.payload["siblings"])
    siblings = Siblings(all_files) if all_files else None
    with _Output(task, source, result) as output:
        for piece in task.payload["pieces"]:
            found, sha256 = FoundFile(piece["url"], piece["path"]), piece["sha256"]
            if piece["is_copy"]:
                output.write(_copy(found, sha256, options))
                continue
            if piece["range"] and source.parts:
                part = source.parts.part(Path(found.url), found.path, sha256, tuple(piece["range"]))
                records = read_member(part, options, source)
            else:
                records = read_found(found, sha256, options, source, siblings, result.figures)
            for record in records:
                output.write(record)
    if source.is_merged:  # what was kept is counted by the round that looks at the graph as a whole
        result.read, result.kept, result.shards = result.read - result.kept, 0, []
        result.figures[DANGLING] += result.rejected[Reason.NO_COUNTERPART.value]
    return result


def _copy(found: FoundFile, sha256: str, options: SourceOptions) -> Rejection:
    """Count a file with the bytes of another file of the source: its records would have the other's ids."""
    whole = SourceFile(found.path, sha256, found.open)
    return whole.reject(options, Reason.DUPLICATE_EXACT, "", "the same bytes as another file of this source")


class _Output:
    """The shards and rejections of one task, counted as they are written."""

    def __init__(self, task: Task, source: Source, result: TaskResult) -> None:
        self._task, self._source, self._result = task, source, result
        self._stack = ExitStack()
        self._kept: ShardWriter | None = None
        self._rejected: ShardWriter | None = None
        self._parts: list[ShardWriter] = []

    def __enter__(self) -> _Output:
        return self

    def write(self, record: Record | Rejection) -> None:
        """Write one record or rejection."""
        self._result.read += 1
        if isinstance(record, Rejection):
            if self._rejected is None:
                path = self._task.folder / "rejected" / f"part-{self._task.label}.parquet"
                self._rejected = self._stack.enter_context(ShardWriter(path, "rejected"))
            self._rejected.write(record)
            self._result.rejected[record.reason.value] += 1
            self._note(record)
            return
        if self._kept is None or self._kept.nbytes > SHARD_ARROW_BYTES:
            suffix = f"_{len(self._parts):03d}" if self._parts else ""  # not "-": a label ends in -<number>
            folder = self._task.work / merge_statements.RAW if self._source.is_merged else self._task.folder
            path = folder / f"part-{self._task.label}{suffix}.parquet"
            self._kept = self._stack.enter_context(ShardWriter(path, self._source.table))
            self._parts.append(self._kept)
        self._kept.write(record)
        self._result.kept += 1

    def _note(self, rejection: Rejection) -> None:
        """Remember what is wrong with a whole file: its excerpt is our own sentence, not the file's words."""
        told = self._result.problems
        if (
            not rejection.origin.locator
            and rejection.excerpt
            and rejection.reason in BROKEN
            and len(told) < MOST_PROBLEMS
        ):
            told.append(f"{rejection.origin.file}: {rejection.excerpt}")

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)
        if error[0] is None:
            for part in self._parts:
                file = part.path.relative_to(self._task.out).as_posix()
                self._result.shards.append(Shard(file, part.rows, file_sha256(part.path), self._source.table))
