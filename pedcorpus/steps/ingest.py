"""Step `ingest-<source>`: read a source's files into shards of records, everything else into rejections.

A task reads one large file or a group of small ones. The grouping depends on the files alone, so the shards are the
same for any number of workers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from typing import Any

from ingest import SOURCES
from ingest.archives import Siblings, open_members
from ingest.encoding import encoding_of
from ingest.files import FoundFile
from ingest.source import Source, SourceFile, SourceOptions
from pedcorpus.step import Phase, Shard, Step, StepContext, Task, TaskResult
from schemas.errors import SourceError, UnreadableFile
from schemas.rejection import BROKEN, Reason, Rejection
from schemas.shards import ShardWriter, file_sha256
from schemas.tables import Record

VERSION = 1
GROUP_BYTES = 16 * 2**20
"""Weight of a task in bytes of plain text."""
PDF_WEIGHT = 20
"""A byte of PDF costs about 20 times a byte of text (measured: 0.5 MB/s against 10 MB/s and more)."""
BINARY = frozenset({".pdf", ".docx", ".epub", ".xlsx", ".xlsm", ".parquet", ".png", ".jpg"})
"""Suffixes of streams that are no text."""
SHARD_ARROW_BYTES = 96 * 2**20
"""A shard ends at this many Arrow bytes: what one task of a later step holds in memory."""


def phases(found: Sequence[tuple[FoundFile, str]]) -> tuple[Phase, ...]:
    """Return the phases of one source; `found` are its files with their content hashes."""
    return (Phase("read", partial(_tasks, found), read),)


def check(max_rejected_share: float, step: Step, result: TaskResult) -> None:
    """Raise SourceError when a source gave nothing, or too much of it is broken."""
    broken = {reason: n for reason, n in result.rejected.items() if Reason(reason) in BROKEN}
    share = sum(broken.values()) / max(result.read, 1)
    reasons = ", ".join(f"{reason} {n:,}" for reason, n in sorted(result.rejected.items(), key=lambda i: -i[1]))
    if share > max_rejected_share:
        raise SourceError(
            f"{step.name}: {sum(broken.values()):,} of {result.read:,} rows are broken ({reasons}); at most "
            f"{max_rejected_share:.0%} may be. See steps/{step.name}/rejected/ for file, place and excerpt; mend or "
            "leave out the files, or raise max_rejected_share."
        )
    if result.kept == 0:
        raise SourceError(
            f"{step.name}: nothing usable: {result.read:,} rows read, none kept ({reasons or 'no rows'}). "
            "Check path, kind and format of the source."
        )


def _tasks(found: Sequence[tuple[FoundFile, str]], context: StepContext) -> list[Task]:
    name = context.step.removeprefix("ingest-")
    first: dict[str, str] = {}
    for file, sha256 in found:
        first.setdefault(sha256, file.url)
    joins = context.config["source"]["kind"] == "knowledge_graph"
    siblings = [asdict(file) for file, _ in found] if joins else []
    return [
        Task(
            context.step,
            "read",
            f"{name}-{index:05d}",
            context.out,
            context.work,
            context.config,
            payload={
                "size": sum(_weight(file) for file, _ in group),
                "files": [{**asdict(file), "sha256": sha256, "copy_of": first[sha256]} for file, sha256 in group],
                "siblings": siblings,
            },
        )
        for index, group in enumerate(_groups(found))
    ]


def _weight(file: FoundFile) -> int:
    return file.size * (PDF_WEIGHT if file.path.lower().endswith(".pdf") else 1)


def _groups(found: Sequence[tuple[FoundFile, str]]) -> Iterator[list[tuple[FoundFile, str]]]:
    """Yield files in runs of about GROUP_BYTES."""
    group: list[tuple[FoundFile, str]] = []
    size = 0
    for item in found:
        if group and size + _weight(item[0]) > GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(item)
        size += _weight(item[0])
    if group:
        yield group


def read(task: Task) -> TaskResult:
    """Read the files of one task."""
    name = task.step.removeprefix("ingest-")
    settings: dict[str, Any] = dict(task.config["source"])
    options = SourceOptions(name=name, **settings)
    source = SOURCES[options.kind]
    result = TaskResult()
    siblings = (
        Siblings(tuple(FoundFile(**file) for file in task.payload["siblings"])) if task.payload["siblings"] else None
    )
    with _Output(task, source.table, result) as output:
        for values in task.payload["files"]:
            found = FoundFile(values["url"], values["path"])
            if values["copy_of"] != found.url:
                output.write(_copy(found, values["sha256"], options))
                continue
            for record in read_found(found, values["sha256"], options, source, siblings, result.figures):
                output.write(record)
    return result


def _copy(found: FoundFile, sha256: str, options: SourceOptions) -> Rejection:
    """Count a file with the bytes of another file of the source: its records would have the other's ids."""
    whole = SourceFile(found.path, sha256, found.open)
    return whole.reject(options, Reason.DUPLICATE_EXACT, "", "the same bytes as another file of this source")


def read_found(
    found: FoundFile,
    sha256: str,
    options: SourceOptions,
    source: Source,
    siblings: Siblings | None = None,
    figures: Counter[str] | None = None,
) -> Iterator[Record | Rejection]:
    """Yield the records of one file and its archive members; what fails as a whole is one rejection.

    `siblings` are all files of the source, for readers that join files (graphs with nodes and relations apart).
    `figures` counts text streams by detected encoding, as `encoding.<name>`.
    """
    try:
        for member in open_members(found, options, sha256, siblings):
            if isinstance(member, Rejection):
                yield member
            else:
                if figures is not None and member.suffix not in BINARY:
                    figures[f"encoding.{encoding_name(member, options)}"] += 1
                yield from _member_records(member, options, source)
    except UnreadableFile as error:
        yield SourceFile(found.path, sha256, found.open).reject(options, error.reason, "", str(error))


def encoding_name(file: SourceFile, options: SourceOptions) -> str:
    """Return the encoding a text stream is read in, or `unknown`."""
    try:
        return encoding_of(file, options)
    except (UnreadableFile, OSError, EOFError, ValueError):
        return "unknown"


def _member_records(member: SourceFile, options: SourceOptions, source: Source) -> Iterator[Record | Rejection]:
    """Yield one stream's records. A reader's own failure on a hostile file must not end a build of hours."""
    try:
        yield from source.read(member, options)
    except UnreadableFile as error:
        yield member.reject(options, error.reason, "", str(error))
    except (
        OSError,
        EOFError,
        ValueError,
        LookupError,
        TypeError,
        RecursionError,
        MemoryError,
        ArithmeticError,
    ) as error:
        yield member.reject(options, Reason.UNREADABLE_FILE, "", f"{type(error).__name__}: {error}")


class _Output:
    """The shards and rejections of one task, counted as they are written."""

    def __init__(self, task: Task, table: str, result: TaskResult) -> None:
        self._task, self._table, self._result = task, table, result
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
            return
        if self._kept is None or self._kept.nbytes > SHARD_ARROW_BYTES:
            suffix = f"-{len(self._parts):03d}" if self._parts else ""
            path = self._task.folder / f"part-{self._task.label}{suffix}.parquet"
            self._kept = self._stack.enter_context(ShardWriter(path, self._table))
            self._parts.append(self._kept)
        self._kept.write(record)
        self._result.kept += 1

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)
        if error[0] is None:
            for part in self._parts:
                file = part.path.relative_to(self._task.out).as_posix()
                self._result.shards.append(Shard(file, part.rows, file_sha256(part.path), self._table))
