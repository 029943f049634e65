"""Run a plan: every step that is not fresh, round by round, its manifest last.

Killing the program at any moment and running it again gives the same bytes: results of finished tasks of the same
fingerprint are kept in the step's scratch folder, everything else of an unfinished step is thrown away.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pedcorpus.config.run_section import Run
from pedcorpus.engine.executor import FULL, Job, execute, job_of, usage
from pedcorpus.engine.freshness import StepState, manifest_path, states
from pedcorpus.engine.progress import Progress
from pedcorpus.engine.step import Round, Shard, Step, StepContext, TaskResult
from schemas import SCHEMA_VERSION
from schemas.errors import PedCorpusError
from schemas.manifest import StepManifest, read_manifest, write_manifest

WORK = ".work"


def run_plan(plan: list[Step], out: Path, run: Run, progress: Progress, forget: Sequence[Path] = ()) -> list[str]:
    """Build every step that is not fresh, in order. Return the names of the steps that were built.

    Folders to `forget` are removed first.
    """
    built: list[str] = []
    with _locked(out), _watched(out):
        for folder in forget:
            shutil.rmtree(folder, ignore_errors=True)
        _tidy(plan, out)
        while pending := [state for state in states(plan, out) if state.state != "fresh"]:
            progress.total = len(built) + len(pending)
            wave = _wave(pending)
            _run_wave(wave, out, run, progress)
            built += [state.step.name for state in wave]
    return built


def _tidy(plan: Sequence[Step], out: Path) -> None:
    """Remove what a killed build left half written, and scratch folders of steps whose manifest is there.

    Nobody else writes here (the lock is ours), and no shard is called `.….partial`.
    """
    for step in plan:
        folder = out / "steps" / step.name
        if manifest_path(out, step.name).is_file():
            shutil.rmtree(folder / WORK, ignore_errors=True)
        for owned in [folder, *(out / name for name in step.outputs)]:
            left = owned.rglob(".*.partial") if owned.is_dir() else owned.parent.glob(f".{owned.name}.*.partial")
            for partial in left:
                partial.unlink(missing_ok=True)


def _wave(pending: Sequence[StepState]) -> list[StepState]:
    """Return the first pending step and those after it that need none of the pending: they share a pool."""
    names = {state.step.name for state in pending}
    first = pending[0]
    together = [s for s in pending if names.isdisjoint(s.step.inputs) and len(s.step.rounds) == 1]
    return together if first in together else [first]


def _run_wave(wave: Sequence[StepState], out: Path, run: Run, progress: Progress) -> None:
    contexts = [_begin(state, out) for state in wave]
    results: dict[str, list[TaskResult]] = {state.step.name: [] for state in wave}
    jobs: dict[str, list[Job]] = {state.step.name: [] for state in wave}
    for index in range(max(len(state.step.rounds) for state in wave)):
        todo = [(s, c) for s, c in zip(wave, contexts, strict=True) if index < len(s.step.rounds)]
        ready = [(state.step, _jobs(state.step.rounds[index], context)) for state, context in todo]
        together = [job for _, some in ready for job in some]
        title = ", ".join(step.name for step, _ in ready)
        with progress.round(title, len(together)) as tick:
            ended = iter(execute(together, run, contexts[0].work / "launch", tick))
        for step, some in ready:
            jobs[step.name] += some
            results[step.name] += [next(ended) for _ in some]
    problems: list[PedCorpusError] = []
    done: list[StepManifest] = []
    for state in wave:
        name = state.step.name
        try:
            done.append(_finish(state, out, results[name], *usage(jobs[name])))
        except PedCorpusError as error:
            problems.append(error)
    progress.done(done, {state.step.name: state.changed for state in wave})
    if problems:
        raise _together(problems)


def _together(problems: Sequence[PedCorpusError]) -> PedCorpusError:
    """Return one error for those of several steps, so that all can be mended at once."""
    if len(problems) == 1:
        return problems[0]
    error = PedCorpusError("\n".join(map(str, problems)))
    error.exit_status = min(problem.exit_status for problem in problems)
    return error


def _jobs(round: Round, context: StepContext) -> list[Job]:
    return [job_of(task, round) for task in round.tasks(context)]


def _begin(state: StepState, out: Path) -> StepContext:
    """Clear what an earlier run left, unless it is unfinished work of the same fingerprint."""
    step = state.step
    folder = out / "steps" / step.name
    work = folder / WORK / state.fingerprint[:16]
    manifest_path(out, step.name).unlink(missing_ok=True)
    if not work.is_dir():
        for old in [folder / WORK, folder, *(out / name for name in step.outputs)]:
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    shards = {name: tuple(_shards(out, name)) for name in step.inputs}
    return StepContext(step.name, out, work, step.config, shards)


def _shards(out: Path, step: str) -> Iterator[Shard]:
    manifest = read_manifest(manifest_path(out, step))
    if manifest is None:
        raise PedCorpusError(f"{step}: not built. Run `python -m pedcorpus build` first.")
    for values in manifest.shards:
        yield Shard(**values)


def _finish(state: StepState, out: Path, results: list[TaskResult], seconds: float, rss: int) -> StepManifest:
    """Sum the tasks' results, assert the ledger, write the manifest, clear the scratch folder."""
    step = state.step
    total = TaskResult()
    for result in results:
        total.add(result)
    if step.check is not None:
        step.check(step, total)
    manifest = StepManifest(
        step=step.name,
        version=step.version,
        schema_version=SCHEMA_VERSION,
        fingerprint=state.fingerprint,
        config=dict(step.config),
        inputs=[{"step": s.step.name, "fingerprint": s.fingerprint} for s in state.inputs],
        content=dict(step.content),
        read=total.read,
        kept=total.kept,
        rejected=dict(sorted(total.rejected.items())),
        made=dict(sorted(total.made.items())) if step.is_maker else None,
        shards=[asdict(shard) for shard in sorted(total.shards, key=lambda shard: shard.file)],
        figures=dict(sorted(total.figures.items())),
        files=sorted(total.files, key=lambda file: file["file"]),
        seconds=round(seconds, 3),
        peak_rss_bytes=rss,
    )
    write_manifest(manifest_path(out, step.name), manifest)
    shutil.rmtree(out / "steps" / step.name / WORK, ignore_errors=True)
    return manifest


class DiskFull(PedCorpusError):
    """There is no room for what a step writes."""

    exit_status = 1


@contextmanager
def _watched(out: Path) -> Iterator[None]:
    """Raise DiskFull where the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise DiskFull(
            f"{out}: no space left on the disk. Free some or choose another --out, then run the same command: finished "
            "tasks are kept."
        ) from None


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold OUT for one build at a time; the lock goes with the process, however it ends."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        file = (out / ".lock").open("w")
    except OSError as error:
        reason = (error.strerror or "unwritable").lower()
        raise PedCorpusError(f"--out {out}: {reason}. Choose a folder that can be written.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PedCorpusError(
                f"{out}: another build is writing here. Wait for it, or choose another --out."
            ) from None
        except OSError:
            pass  # a network disk without locks: the user sees to it
        yield
