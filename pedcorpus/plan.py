"""The plan: the steps of a build, in order, as a list one can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from pedcorpus.hashes import ContentHashes
from pedcorpus.settings import Config, SourceSettings
from pedcorpus.step import Phase, Step
from schemas.errors import ConfigError, PedCorpusError, SourceError

Paths = Mapping[str, str]
"""Name → place of files that a step reads besides shards; their hashes stand in its configuration."""


def make_plan(config: Config, base: Path, out: Path) -> list[Step]:
    """Return the steps of `config`; paths in it are relative to `base`. Reads and hashes the raw files.

    Raise ConfigError with every source or list whose path holds nothing.
    """
    hashes = ContentHashes(out / "cache" / "hashes.json")
    sections = _sections(config)
    ingest = _ingest_steps(config, base, hashes)
    sections["terms"], terms = _extra_files(config.wikipedia.lexicon, base, "wikipedia.lexicon", hashes)
    sections["external"], external = _extra_files(config.benchmark.external, base, "benchmark.external", hashes)
    hashes.save()
    return [*ingest, *_later_steps(partial(_step, sections), tuple(step.name for step in ingest), terms, external)]


def _later_steps(step: Callable[..., Step], ingest: tuple[str, ...], terms: Paths, external: Paths) -> list[Step]:
    """Return the steps after ingest; `step` makes one of its name, module, sections and inputs."""
    from pedcorpus.steps import card, split

    tested = ["dedup", "filter-wikipedia", "instruct", "dedup-instructions", "prefer"]
    tables = tuple(f"dataset/{name}" for name in split.TABLES)
    return [
        step("clean", ["clean", "sources"], ingest),
        step("dedup", ["dedup", "sources"], ["clean"]),
        step("filter-wikipedia", ["wikipedia", "sources", "terms"], ["dedup"], terms),
        step("instruct", ["instruct", "sources"], ["dedup"], is_maker=True),
        step("dedup-instructions", ["dedup", "sources"], ["instruct"]),
        step("prefer", ["prefer", "sources"], ["dedup-instructions"], is_maker=True),
        step("decontaminate", ["benchmark", "dedup", "external", "sources"], tested, external),
        step("split", ["split", "dedup", "sources"], ["decontaminate"], is_maker=True, outputs=tables),
        step("card", ["corpus", "sources", "publish"], card.inputs(ingest), outputs=card.OUTPUTS),
    ]


def _step(
    sections: Mapping[str, Any],
    name: str,
    keys: Sequence[str],
    inputs: Sequence[str],
    paths: Paths | None = None,
    **more: Any,
) -> Step:
    """Return the step of the module named after it, with the sections of the configuration it uses."""
    module = import_module(f"pedcorpus.steps.{name.replace('-', '_')}")
    phases = tuple(_with_paths(phase, paths) for phase in module.PHASES) if paths else module.PHASES
    return Step(name, module.VERSION, {key: sections[key] for key in keys}, tuple(inputs), phases, **more)


def needed(plan: Sequence[Step], only: str | None) -> list[Step]:
    """Return the steps that `only` needs, and itself; all of them where it is None."""
    if only is None:
        return list(plan)
    steps = {step.name: step for step in plan}
    if only not in steps:
        raise PedCorpusError(f"--only {only}: no such step. Known: {', '.join(steps)}.")
    wanted, todo = set(), [only]
    while todo:
        name = todo.pop()
        wanted.add(name)
        todo += [other for other in steps[name].inputs if other not in wanted]
    return [step for step in plan if step.name in wanted]


def _sections(config: Config) -> dict[str, Any]:
    """Return what steps may ask for: each section as plain values, and the sources without their paths."""
    values = config.model_dump(mode="json")
    values["sources"] = {
        source["name"]: {key: source[key] for key in ("kind", "license", "department", "privacy")}
        for source in values.pop("source")
    }
    return values


def _ingest_steps(config: Config, base: Path, hashes: ContentHashes) -> list[Step]:
    problems, steps = [], []
    for source in config.source:
        try:
            steps.append(_ingest_step(source, base, hashes))
        except SourceError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError(problems)
    return steps


def _ingest_step(source: SourceSettings, base: Path, hashes: ContentHashes) -> Step:
    from ingest.files import find_files
    from pedcorpus.steps import ingest

    try:
        found = find_files(source.path, base)
    except SourceError as error:
        raise SourceError(f"source ({source.name}).path: {error}") from None
    hashed = [(file, hashes.of(file.url, file.sha256)) for file in found]
    keys = ("kind", "department", "license", "format", "encoding", "columns", "ocr")
    config = {"source": {key: getattr(source, key) for key in keys}}
    content: dict[str, str] = {}
    for file, sha256 in hashed:  # two folders may hold the same relative name
        content[file.path if file.path not in content else f"{file.path} ({sha256[:12]})"] = sha256
    phases = ingest.phases(hashed)
    check = partial(ingest.check, source.max_rejected_share)
    return Step(f"ingest-{source.name}", ingest.VERSION, config, (), phases, content=content, check=check)


def _extra_files(
    patterns: list[str], base: Path, key: str, hashes: ContentHashes
) -> tuple[dict[str, str], dict[str, str]]:
    """Return name → hash (part of the fingerprint) and name → place (not part of it) of further input files."""
    from ingest.files import find_files

    if not patterns:
        return {}, {}
    try:
        found = find_files(patterns, base)
    except SourceError as error:
        raise ConfigError([f"{key}: {error}"]) from None
    return {f.path: hashes.of(f.url, f.sha256) for f in found}, {f.path: f.url for f in found}


def _with_paths(phase: Phase, paths: Mapping[str, str]) -> Phase:
    """Hand the places of further files to a phase's tasks, outside its configuration."""
    import dataclasses

    def tasks(context: Any) -> list[Any]:
        made = phase.tasks(context)
        return [dataclasses.replace(task, payload={**task.payload, "paths": dict(paths)}) for task in made]

    return dataclasses.replace(phase, tasks=tasks)


def out_folder(config: Config, out: Path | None) -> Path:
    """Return OUT: as given, or `build/<corpus.name>`."""
    return (out or Path("build") / config.corpus.name).absolute()
