"""`build`: configuration → plan → runner."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from pedcorpus.build_plan import needed, out_folder
from pedcorpus.commands.console import say, shown_command
from pedcorpus.commands.plan import plan_of_file
from pedcorpus.config.load import SAMPLE, load
from pedcorpus.config.run_section import Run
from pedcorpus.config.sections import Config
from pedcorpus.engine.freshness import manifest_path
from pedcorpus.engine.step import Step
from schemas.errors import ConfigError


def run_build(
    config_path: Path | None,
    out: Path | None,
    *,
    workers: int | None = None,
    executor: str | None = None,
    only: str | None = None,
    fresh: bool = False,
    detach: bool = False,
) -> Path:
    """Build the dataset of a configuration, say what was done, and return OUT."""
    start = time.perf_counter()
    path = config_path or SAMPLE
    config = load(path)
    run = _run_settings(config, workers, executor)
    out = out_folder(config, out)
    if detach:
        _detach(out)
        return out
    from pedcorpus.engine.progress import Progress
    from pedcorpus.engine.runner import run_plan

    plan = plan_of_file(config, path, out)
    steps = needed(plan, only)
    built = run_plan(steps, out, run, Progress(), forget=folders_to_remove(steps, out, fresh=fresh, whole=only is None))
    if built:
        say(f"{len(built)} of {len(steps)} steps built in {time.perf_counter() - start:.1f} s.")
    else:
        say(f"Nothing to do: all {len(steps)} steps are fresh.")
    if only is None:
        _say_dataset(out)
    return out


def _say_dataset(out: Path) -> None:
    """Say where the dataset is, and which tables nothing came into."""
    manifest = json.loads((out / "dataset" / "manifest.json").read_text(encoding="utf-8"))
    empty = [name for name, splits in manifest["tables"].items() if not any(s["rows"] for s in splits.values())]
    if empty:
        say(f"Tables without rows: {', '.join(empty)}. The card shows at which step rows were left out, and why.")
    say(f"Dataset: {out / 'dataset'}\nSee: {shown_command('inspect', out)}")


def folders_to_remove(steps: Sequence[Step], out: Path, *, fresh: bool, whole: bool) -> list[Path]:
    """Return the folders to remove first: with --fresh those to build anew, else unfinished ones no longer planned."""
    if fresh:
        return [out / "steps"] if whole else [out / "steps" / step.name for step in steps]
    names = {step.name for step in steps}
    folders = (out / "steps").glob("*") if whole else ()
    return [path for path in folders if path.name not in names and not manifest_path(out, path.name).is_file()]


def _run_settings(config: Config, workers: int | None, executor: str | None) -> Run:
    """Return `[run]` with the command line's words over it."""
    choices = get_args(Run.model_fields["executor"].annotation)
    if executor is not None and executor not in choices:
        raise ConfigError([f"--executor {executor}: expected one of {', '.join(choices)}."])
    if executor == "slurm" and config.run.slurm is None:
        raise ConfigError(["--executor slurm: needs a table [run.slurm] with a partition in the configuration."])
    given = {"workers": workers, "executor": executor}
    return config.run.model_copy(update={key: value for key, value in given.items() if value is not None})


def _detach(out: Path) -> None:
    """Run the same command without --detach in a session of its own, its output in OUT/build.log."""
    out.mkdir(parents=True, exist_ok=True)
    arguments = [word for word in sys.argv[1:] if word != "--detach"]
    log = out / "build.log"
    with log.open("ab") as file:
        command = [sys.executable, "-m", "pedcorpus", *arguments]
        process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True)
    print(f"Build started (process {process.pid}). Progress: {shlex.join(['tail', '-f', str(log)])}")
