"""Read a build's configuration: TOML, checked as a whole, every problem in one message.

A problem reads `file: table.key: what is, what was expected. What to do.`
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pedcorpus.settings import Config
from schemas.errors import ConfigError

SAMPLE = Path(__file__).parent / "sample" / "pedcorpus.toml"
"""Configuration of the bundled sample, the default of `build`."""


def load(path: Path) -> Config:
    """Return the configuration in `path`. Raise ConfigError with all problems at once."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(
            [f"{path}: no such file. Expected a TOML configuration; `python -m pedcorpus init DIR` writes one."]
        ) from None
    except IsADirectoryError:
        raise ConfigError([f"{path}: a folder. Expected a TOML file, e.g. {path / 'pedcorpus.toml'}."]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: not UTF-8 at byte {error.start}. Save the file as UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: not TOML: {error}."]) from None
    return parse(values, str(path))


def parse(values: Mapping[str, Any], where: str) -> Config:
    """Check the values of a configuration; `where` names it in messages."""
    problems: list[str] = []
    config: Config | None = None
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        problems = [f"{where}: {_describe(dict(item), values)}" for item in error.errors()]
    problems += [f"{where}: {problem}" for problem in _between_fields(values)]
    if problems or config is None:
        raise ConfigError(problems)
    return config


def _describe(error: dict[str, Any], values: Mapping[str, Any]) -> str:
    """Return one line for one pydantic error."""
    place = [part for part in error["loc"] if not (isinstance(part, str) and part.startswith(("list[", "str", "int")))]
    name = _place(place, values)
    if error["type"] == "extra_forbidden":
        key = str(place[-1])
        known = _known_keys(place[:-1])
        close = get_close_matches(key, known, n=1, cutoff=0.6)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}."
        return f"{name}: no such key. {hint}"
    if error["type"] == "missing":
        return f"{name}: missing. Add it{_meaning(place)}."
    got = error.get("input")
    shown = f" {got!r}" if isinstance(got, str | int | float | bool) else ""
    message = error["msg"][0].lower() + error["msg"][1:]
    if error["type"] == "literal_error" and isinstance(got, str):
        choices = [c.strip("' ") for c in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        close = get_close_matches(got, choices, n=1, cutoff=0.6)
        message = f"expected one of {', '.join(choices)}" + (f". Did you mean {close[0]!r}?" if close else "")
    return f"{name}:{shown}: {message.rstrip('.?')}{'?' if message.endswith('?') else '.'}"


def _place(place: Sequence[str | int], values: Mapping[str, Any]) -> str:
    """Return a readable place: `source[2] (dialogue).path` for the third source, called dialogue."""
    words: list[str] = []
    for index, part in enumerate(place):
        if isinstance(part, int):
            words[-1] += f"[{part}]"
            item = values.get(str(place[0])) if index == 1 else None
            named = item[part] if isinstance(item, list) and part < len(item) else None
            if isinstance(named, Mapping) and isinstance(named.get("name"), str):
                words[-1] += f" ({named['name']})"
        else:
            words.append(str(part))
    return ".".join(words)


def _model_at(place: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model that holds the keys at a place."""
    model: type[BaseModel] = Config
    for part in place:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        if field is None:
            return None
        found = _model_in(field.annotation)
        if found is None:
            return None
        model = found
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        if found := _model_in(argument):
            return found
    return None


def _known_keys(place: Sequence[str | int]) -> list[str]:
    model = _model_at(place)
    return sorted(model.model_fields) if model else []


def _meaning(place: Sequence[str | int]) -> str:
    """Return what a missing field means, from its docstring."""
    model = _model_at(place[:-1])
    field = model.model_fields.get(str(place[-1])) if model else None
    text = field.description if field else None
    return f": {text.strip().rstrip('.')}" if text else ""


def _between_fields(values: Mapping[str, Any]) -> list[str]:
    """Return problems that one field alone does not show."""
    problems = []
    sources = values.get("source")
    names = [s.get("name") for s in sources if isinstance(s, Mapping)] if isinstance(sources, list) else []
    for name in sorted({str(n) for n in names if n is not None and names.count(n) > 1}):
        problems.append(f"source ({name}).name: used {names.count(name)} times. Give each source a name of its own.")
    run = values.get("run")
    if isinstance(run, Mapping) and run.get("executor") == "slurm" and "slurm" not in run:
        problems.append('run.slurm: missing. executor = "slurm" needs a table [run.slurm] with a partition.')
    return problems
