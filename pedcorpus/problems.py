"""One line for each problem that pydantic finds in a configuration: place, what is, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from pedcorpus.settings import Config

Place = tuple[str | int, ...]
Error = Mapping[str, Any]

EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "too_short": "at least one item",
}
LATER = {
    "teacher": "a teacher model is not built in yet",
    "judge": "a judge is not built in yet",
    "instruct.roleplay": "needs a teacher model, which is not built in yet",
    "instruct.regularise": "needs a teacher model, which is not built in yet",
    "instruct.reconstruct": "needs a teacher model, which is not built in yet",
}
"""Tables and keys that are planned; whoever read about them is told so."""


def describe(errors: Sequence[Error], values: Mapping[str, Any]) -> list[str]:
    """Return one line for each place with an error; the branches of a choice of types are one error."""
    places: dict[Place, list[Error]] = {}
    for error in errors:
        places.setdefault(_real(error, values), []).append(error)
    return [f"{_words(place, values)}{_what(place, found)}" for place, found in places.items()]


def _real(error: Error, values: Mapping[str, Any]) -> Place:
    """Return the place of an error without what pydantic puts between keys, such as `list[str]`."""
    place: list[str | int] = []
    here: Any = values
    for part in error["loc"]:
        keys = here if isinstance(here, Mapping) else range(len(here)) if isinstance(here, list) else ()
        if part in keys:
            here = here[part]
            place.append(part)
    return (*place, error["loc"][-1]) if error["type"] == "missing" else tuple(place)


def _words(place: Place, values: Mapping[str, Any]) -> str:
    """Return a readable place: `source[2] (dialogue).path` for the third source, called dialogue."""
    words: list[str] = []
    here: Any = values
    for part in place:
        here = here.get(part) if isinstance(here, Mapping) else here[part]
        if isinstance(part, str):
            words.append(part)
            continue
        words[-1] += f"[{part}]"
        if isinstance(here, Mapping) and isinstance(here.get("name"), str):
            words[-1] += f" ({here['name']})"
    return ".".join(words)


def _what(place: Place, errors: Sequence[Error]) -> str:
    """Return what is at a place, what was expected, and what to do."""
    first = errors[0]
    if first["type"] == "extra_forbidden":
        return f": {_unknown(place)}"
    if first["type"] == "missing":
        return f": missing. {_add(place)}"
    got = first.get("input")
    shown = f" {_shown(got)}:" if isinstance(got, str | int | float | bool) else ""
    expected = " or ".join(dict.fromkeys(_expected(error, place) for error in errors))
    return f":{shown} expected {expected}.{_close(got, first)}"


def _shown(got: str | int | float | bool) -> str:
    """Return a value as it stands in TOML, shortened."""
    text = str(got).lower() if isinstance(got, bool) else repr(got)
    return text if len(text) <= 60 else text[:60] + "…"


def _unknown(place: Place) -> str:
    """Say that a key is unknown, and which is meant."""
    path, key = ".".join(part for part in place if isinstance(part, str)), str(place[-1])
    if path in LATER:
        return f"{LATER[path]}. Leave it out."
    known = sorted(model.model_fields) if (model := _model_at(place[:-1])) else []
    if close := get_close_matches(key, known, n=1, cutoff=0.6):
        return f"no such key. Did you mean {close[0]!r}?"
    homes = [name for name, field in Config.model_fields.items() if key in _fields(field.annotation)]
    return f"no such key. {f'It belongs to [{homes[0]}]. ' if len(homes) == 1 else ''}Known: {', '.join(known)}."


def _add(place: Place) -> str:
    """Say what a missing key or table is."""
    if place == ("source",):
        return "Add a table [[source]] with name, kind and path."
    if _model_at(place) is not None and len(place) == 1:
        return f"Add a table [{place[0]}]."
    model = _model_at(place[:-1])
    field = model.model_fields.get(str(place[-1])) if model else None
    return f"Add it: {field.description.strip()}" if field and field.description else "Add it."


def _expected(error: Error, place: Place) -> str:
    """Return what pydantic expected, in the words of TOML."""
    kind = error["type"]
    if place == ("source",):
        return "tables [[source]], each with name, kind and path"
    if kind == "literal_error":
        return f"one of {', '.join(_choices(error))}"
    if kind == "string_pattern_mismatch":
        model = _model_at(place[:-1])
        field = model.model_fields.get(str(place[-1])) if model else None
        return _sentence(field.description if field and field.description else "another form")
    return EXPECTED.get(kind) or _sentence(str(error["msg"]).removeprefix("Input should be "))


def _sentence(text: str) -> str:
    """Return a sentence as the end of another one."""
    return text[0].lower() + text[1:].strip().rstrip(".")


def _choices(error: Error) -> list[str]:
    return [choice.strip("' ") for choice in error["ctx"]["expected"].replace(" or ", ", ").split(",")]


def _close(got: object, error: Error) -> str:
    if error["type"] != "literal_error" or not isinstance(got, str):
        return ""
    close = get_close_matches(got, _choices(error), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def _model_at(place: Place) -> type[BaseModel] | None:
    """Return the model that holds the keys at a place."""
    model: type[BaseModel] | None = Config
    for part in place:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in get_args(annotation) if (found := _model_in(argument))), None)


def _fields(annotation: object) -> Mapping[str, object]:
    model = _model_in(annotation)
    return model.model_fields if model else {}
