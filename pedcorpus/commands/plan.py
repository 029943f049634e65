"""`plan`: every step of a configuration with its state."""

from __future__ import annotations

import json
from pathlib import Path

from pedcorpus.build_plan import left_out, make_plan, out_folder
from pedcorpus.commands.console import say
from pedcorpus.config.load import SAMPLE, load
from pedcorpus.config.sections import Config
from pedcorpus.engine.freshness import StepState, states
from pedcorpus.engine.step import Step
from schemas.errors import ConfigError


def show_plan(config_path: Path | None, out: Path | None, *, as_json: bool = False) -> None:
    """Print every step with its state."""
    rows = plan_states(config_path, out)
    if as_json:
        print(json.dumps([{"step": s.step.name, "state": s.state, "changed": s.changed} for s in rows], indent=1))
        return
    width = max(len(row.step.name) for row in rows)
    for row in rows:
        why = f"  changed: {', '.join(row.changed)}" if row.changed else ""
        print(f"{row.step.name:<{width}}  {row.state}{why}")


def plan_states(config_path: Path | None, out: Path | None) -> list[StepState]:
    """Return every step of a configuration with its state."""
    path = config_path or SAMPLE
    config = load(path)
    out = out_folder(config, out)
    return states(plan_of_file(config, path, out), out)


def plan_of_file(config: Config, path: Path, out: Path) -> list[Step]:
    """Return the plan of the configuration in `path`; say which optional sources it leaves out.

    Raise ConfigError with all problems, each with the name of the file.
    """
    try:
        plan = make_plan(config, path.absolute().parent, out)
    except ConfigError as error:
        raise ConfigError([f"{path}: {problem}" for problem in error.problems]) from None
    if absent := left_out(config, plan):
        say(f"Left out, no files yet: {', '.join(absent)}.")
    return plan
