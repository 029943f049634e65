"""Read a build's configuration: TOML, checked as a whole, every problem in one message.

A problem reads `file: table.key: what is, what was expected. What to do.`
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pedcorpus.config.preference import FROM_FILE
from pedcorpus.config.sections import Config
from schemas.errors import ConfigError
from schemas.problems import Wording
from schemas.toml_file import read_toml

SAMPLE = Path(__file__).parents[1] / "sample" / "pedcorpus.toml"
"""Configuration of the bundled sample, the default of `build`."""
FILES = (("wikipedia", "lexicon"), ("benchmark", "external"))
"""Keys besides the sources' paths that name files."""
WORDING = Wording(Config)


def load(path: Path) -> Config:
    """Return the configuration in `path`. Raise ConfigError with all problems at once."""
    values = read_toml(path, "pedcorpus.toml", "; `python -m pedcorpus init DIR` writes one")
    return parse(values, str(path), path.absolute().parent)


def parse(values: Mapping[str, Any], where: str, base: Path | None = None) -> Config:
    """Check the values of a configuration; `where` names it in messages, `base` is where relative paths start."""
    problems: list[str] = []
    config: Config | None = None
    try:
        config = Config.model_validate(values, strict=True)
    except ValidationError as error:
        problems = WORDING.describe(error.errors(), values)
    problems += [*_names(values), *_run(values), *_encodings(values)]
    if base is not None:
        problems += _missing_paths(values, base)
    if problems or config is None:
        raise ConfigError([f"{where}: {problem}" for problem in problems])
    return config


def _sources(values: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield place and values of each well-formed `[[source]]`."""
    sources = values.get("source")
    for index, source in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(source, Mapping):
            name = source.get("name")
            yield f"source[{index}] ({name})" if isinstance(name, str) else f"source[{index}]", source


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = values.get(name)
    return table if isinstance(table, Mapping) else {}


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield names that two sources share; they name folders, and not every disk tells capitals apart."""
    names = [source["name"] for _, source in _sources(values) if isinstance(source.get("name"), str)]
    for name, n in Counter(name.casefold() for name in names).items():
        if n > 1:
            shown = next(given for given in names if given.casefold() == name)
            yield f"source ({shown}).name: used {n} times. Give each source a name of its own."


def _run(values: Mapping[str, Any]) -> Iterator[str]:
    run = _table(values, "run")
    if run.get("executor") == "slurm" and "slurm" not in run:
        yield 'run.slurm: missing. executor = "slurm" needs a table [run.slurm] with a partition.'


def _encodings(values: Mapping[str, Any]) -> Iterator[str]:
    for place, source in _sources(values):
        name = source.get("encoding")
        try:
            codecs.lookup(name) if isinstance(name, str) else None
        except (LookupError, ValueError):
            yield f"{place}.encoding: {name!r}: no such encoding. Expected e.g. utf-8, gb18030 or big5."


def _missing_paths(values: Mapping[str, Any], base: Path) -> Iterator[str]:
    """Yield plain local paths where nothing is; globs, folders and addresses are looked into by the plan."""
    sources = [(place, source) for place, source in _sources(values) if source.get("optional") is not True]
    asked = [(f"{place}.path", source.get("path")) for place, source in sources]
    asked += [(f"{table}.{key}", _table(values, table).get(key)) for table, key in FILES]
    rejected = _table(values, "prefer").get("rejected")
    if isinstance(rejected, str) and rejected.startswith(FROM_FILE) and rejected != FROM_FILE:
        asked.append(("prefer.rejected", rejected.removeprefix(FROM_FILE)))
    for place, given in asked:
        for path in [given] if isinstance(given, str) else given if isinstance(given, list) else []:
            if isinstance(path, str) and not _exists(path, base):
                yield f"{place}: {path!r}: nothing there. Relative paths start at {base}."


def _exists(path: str, base: Path) -> bool:
    """Return whether something is at a path; True where only a search could tell."""
    if "://" in path or any(character in path for character in "*?["):
        return True
    try:
        return bool(path) and (base / Path(path).expanduser()).exists()
    except (OSError, ValueError, RuntimeError):
        return False
