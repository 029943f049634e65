"""The plan: the steps of a build, in order, as a list one can read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pedcorpus.config.sections import Config, SourceSettings
from pedcorpus.engine.content_hashes import ContentHashes
from pedcorpus.engine.step import Round, Step
from pedcorpus.steps.card import step as card
from pedcorpus.steps.clean import step as clean
from pedcorpus.steps.decontaminate import step as decontaminate
from pedcorpus.steps.dedup import instructions as dedup_instructions
from pedcorpus.steps.dedup import step as dedup
from pedcorpus.steps.filter_wikipedia import step as filter_wikipedia
from pedcorpus.steps.ingest import step as ingest_step
from pedcorpus.steps.instruct import step as instruct
from pedcorpus.steps.instruct.templates import content_sha256
from pedcorpus.steps.prefer import step as prefer
from pedcorpus.steps.quality import step as quality
from pedcorpus.steps.signals import step as signals
from pedcorpus.steps.split import step as split
from schemas.errors import ConfigError, NothingFound, PedCorpusError, SourceError

if TYPE_CHECKING:
    from ingest.files.find import FoundFile

INGEST, ALL = "the steps of ingest", "all steps before"
"""Inputs of a step that stand for several: `ingest-<source>` of each source, and every step before it."""


@dataclass(frozen=True, slots=True)
class LaterStep:
    """A step after ingest. `module` holds its VERSION and ROUNDS, `sections` name what it reads of the configuration.

    `inputs` are names of steps, INGEST or ALL. `files` names the section whose files are handed to its tasks;
    `is_maker` and `outputs` are those of `Step`.
    """

    name: str
    module: Any
    sections: tuple[str, ...]
    inputs: tuple[str, ...]
    files: str = ""
    is_maker: bool = False
    outputs: tuple[str, ...] = ()


_TRAINED = ("filter-wikipedia", "quality", "dedup-instructions", "prefer")
"""Steps whose rows may be trained on."""
_LEAKS = ("benchmark", "dedup", "external", "quality", "sources")

LATER_STEPS = (
    LaterStep("clean", clean, ("clean", "sources"), (INGEST,)),
    LaterStep("dedup", dedup, ("dedup", "sources"), ("clean",)),
    LaterStep("filter-wikipedia", filter_wikipedia, ("wikipedia", "sources", "terms"), ("dedup",), files="terms"),
    LaterStep("instruct", instruct, ("instruct", "templates", "sources"), ("dedup",), is_maker=True),
    LaterStep("signals", signals, ("sources",), ("dedup", "instruct")),
    LaterStep("quality", quality, ("quality", "sources"), ("dedup", "instruct", "signals")),
    LaterStep("dedup-instructions", dedup_instructions, ("dedup", "sources"), ("quality",)),
    LaterStep(
        "prefer", prefer, ("prefer", "sources", "predictions"), ("dedup-instructions",), "predictions", is_maker=True
    ),
    LaterStep("decontaminate", decontaminate, _LEAKS, (*_TRAINED, "signals"), files="external"),
    LaterStep("split", split, ("split", "dedup", "sources"), ("decontaminate",), is_maker=True, outputs=split.OUTPUTS),
    LaterStep("card", card, ("corpus", "sources", "publish"), (ALL,), outputs=card.OUTPUTS),
)
"""All steps after those of ingest, in the order of a build. A step is a folder in `pedcorpus/steps` and a line here."""
STEP_NAMES = tuple(step.name for step in LATER_STEPS)
MAKERS = tuple(step.name for step in LATER_STEPS if step.is_maker)
"""Steps whose rejections are rows that nothing was made of; the row itself stays."""

Paths = Mapping[str, str]
"""Name → hash or place of files that a step reads besides shards; the hashes stand in its configuration."""


def make_plan(config: Config, base: Path, out: Path) -> list[Step]:
    """Return the steps of `config`; paths in it are relative to `base`. Reads and hashes the raw files.

    Raise ConfigError with every source or list whose path holds nothing. An optional source without files has no step.
    """
    hashes = ContentHashes(out / "cache" / "hashes.json")
    problems: list[str] = []
    ingest = _ingest_steps(config, base, out, hashes, problems)
    terms, term_paths = _extra_files(config.wikipedia.lexicon, base, "wikipedia.lexicon", hashes, problems)
    external, external_paths = _extra_files(config.benchmark.external, base, "benchmark.external", hashes, problems)
    predicted, predicted_paths = _extra_files(config.prefer.predictions, base, "prefer.rejected", hashes, problems)
    problems += _unknown_sources(config)
    if problems:
        raise ConfigError(problems)
    hashes.save()
    steps = list(ingest)
    sections = _sections(config, [step.name for step in ingest])
    sections |= {"templates": content_sha256(), "terms": terms, "external": external, "predictions": predicted}
    paths = {"terms": term_paths, "external": external_paths, "predictions": predicted_paths}
    for later in LATER_STEPS:
        steps.append(_later_step(later, sections, paths.get(later.files, {}), steps))
    return steps


def _unknown_sources(config: Config) -> list[str]:
    names = [source.name for source in config.source]
    unknown = [name for name in config.split.source_share if name not in names]
    return [f"split.source_share: {name!r}: no such source. Known: {', '.join(names)}." for name in unknown]


def left_out(config: Config, plan: Sequence[Step]) -> list[str]:
    """Return the optional sources that have no step, for their paths hold nothing."""
    names = {step.name for step in plan}
    return [source.name for source in config.source if f"ingest-{source.name}" not in names]


def order_of(step: str) -> int:
    """Return a step's place in a build; all steps of ingest have the first. Raise PedCorpusError for an unknown one."""
    if step.startswith("ingest-"):
        return 0
    if step not in STEP_NAMES:
        known = ", ".join(STEP_NAMES)
        raise PedCorpusError(f"steps/{step}: no step of this program. Known: ingest-<source>, {known}. Move it away.")
    return STEP_NAMES.index(step) + 1


def _later_step(later: LaterStep, sections: Mapping[str, Any], paths: Paths, before: Sequence[Step]) -> Step:
    """Return a step of the list with its part of the configuration; `before` are the steps of the plan before it."""
    names = [step.name for step in before]
    several = {INGEST: [name for name in names if order_of(name) == 0], ALL: names}
    inputs = tuple(name for given in later.inputs for name in several.get(given, [given]))
    config = {key: sections[key] for key in later.sections}
    rounds = tuple(_with_paths(round, paths) for round in later.module.ROUNDS) if paths else later.module.ROUNDS
    version, outputs = later.module.VERSION, later.outputs
    return Step(later.name, version, config, inputs, rounds, is_maker=later.is_maker, outputs=outputs)


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


def _sections(config: Config, steps: Sequence[str]) -> dict[str, Any]:
    """Return what steps may ask for: each section as plain values, and the sources that are read, without paths."""
    values = config.model_dump(mode="json")
    if config.prefer.predictions:
        values["prefer"]["rejected"] = "file"  # its name and content stand in `predictions`
    values["sources"] = {
        source["name"]: {key: source[key] for key in ("kind", "license", "department", "privacy")}
        for source in values.pop("source")
        if f"ingest-{source['name']}" in steps
    }
    return values


def _ingest_steps(config: Config, base: Path, out: Path, hashes: ContentHashes, problems: list[str]) -> list[Step]:
    """Return the steps of the sources; add what is wrong with their paths and formats to `problems`."""
    from ingest import SOURCES
    from ingest.files.find import find_files

    steps: list[Step] = []
    before = len(problems)
    for index, source in enumerate(config.source):
        place = f"source[{index}] ({source.name})"
        known = SOURCES[source.kind].formats
        if source.format is not None and source.format not in known:
            problems.append(f"{place}.format: {source.format!r}: expected one of {', '.join(known)}.")
        try:
            found = find_files(source.path, base)
            problems += [f"{place}.path: {problem}" for problem in _written_here(found, out)]
            steps.append(_ingest_step(source, found, hashes))
        except NothingFound as error:
            if not source.optional:
                problems.append(f"{place}.path: {error}")
        except SourceError as error:
            problems.append(f"{place}.path: {error}")
    if not steps and len(problems) == before:
        problems.append("source: no source has files yet. Put files into the folders that `path` names.")
    return steps


def _written_here(found: Sequence[FoundFile], out: Path) -> list[str]:
    """Return the problem that a source holds what this build writes: each build would read the last one."""
    own = [f"{out / name}/" for name in ("steps", "dataset", "cache")]
    if any(file.url.startswith(tuple(own)) for file in found):
        return [f"holds files of this build ({out}). Choose an --out elsewhere, or a narrower path."]
    return []


def hash_content(file: FoundFile, hashes: ContentHashes) -> str:
    """Return the hash of a file's content; one that may not be read has one of its name, and is rejected when read."""
    try:
        return hashes.of(file.url, file.sha256)
    except OSError:
        return hashlib.sha256(f"unreadable: {file.path}".encode()).hexdigest()


def _ingest_step(source: SourceSettings, found: Sequence[FoundFile], hashes: ContentHashes) -> Step:
    hashed = [(file, hash_content(file, hashes)) for file in found]
    keys = ("kind", "department", "license", "format", "encoding", "columns", "ocr", "relations", "hops", "seeds")
    config = {"source": {key: getattr(source, key) for key in keys}}
    content: dict[str, str] = {}
    for file, sha256 in hashed:  # two folders may hold the same relative name
        content[file.path if file.path not in content else f"{file.path} ({sha256[:12]})"] = sha256
    rounds = ingest_step.rounds(hashed, source.kind)
    check = partial(ingest_step.check, source.max_rejected_share)
    return Step(f"ingest-{source.name}", ingest_step.VERSION, config, (), rounds, content=content, check=check)


def _extra_files(
    patterns: list[str], base: Path, key: str, hashes: ContentHashes, problems: list[str]
) -> tuple[Paths, Paths]:
    """Return name → hash (part of the fingerprint) and name → place (not part of it) of further input files."""
    from ingest.files.find import find_files

    try:
        found = find_files(patterns, base)
    except SourceError as error:
        problems.append(f"{key}: {error}")
        return {}, {}
    return {f.path: hashes.of(f.url, f.sha256) for f in found}, {f.path: f.url for f in found}


def _with_paths(round: Round, paths: Mapping[str, str]) -> Round:
    """Hand the places of further files to a round's tasks, outside its configuration."""
    import dataclasses

    def tasks_with_paths(context: Any) -> list[Any]:
        tasks = round.tasks(context)
        return [dataclasses.replace(task, payload={**task.payload, "paths": dict(paths)}) for task in tasks]

    return dataclasses.replace(round, tasks=tasks_with_paths)


def out_folder(config: Config, out: Path | None) -> Path:
    """Return OUT: as given, or `build/<corpus.name>`."""
    return (out or Path("build") / config.corpus.name).absolute()
