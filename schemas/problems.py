"""One line for each fault that pydantic finds in a configuration: place, what is, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel

Place = tuple[str | int, ...]
Error = Mapping[str, Any]
_NEAR = 0.6
"""Similarity (difflib ratio) from which a known word is offered for an unknown one: one typo in four letters."""

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


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for the faults of one kind of file. `config` is its model."""

    config: type[BaseModel]

    def describe(self, errors: Sequence[Error], values: Mapping[str, Any]) -> list[str]:
        """Return one line for each place with an error; the branches of a choice of types are one error."""
        places: dict[Place, list[Error]] = {}
        for error in errors:
            places.setdefault(_real(error, values), []).append(error)
        return [f"{_words(place, values)}{self._what(place, found)}" for place, found in places.items()]

    def _what(self, place: Place, errors: Sequence[Error]) -> str:
        """Return what is at a place, what was expected, and what to do."""
        first = errors[0]
        if first["type"] == "extra_forbidden":
            return f": {self._unknown(place)}"
        if first["type"] == "missing":
            return f": missing. {self._add(place)}"
        got = first.get("input")
        shown = f" {_shown(got)}:" if isinstance(got, str | int | float | bool) else ""
        expected = " or ".join(dict.fromkeys(self._expected(error, place) for error in errors))
        return f":{shown} expected {expected}.{_close(got, first)}{self._table(place, first)}"

    def _unknown(self, place: Place) -> str:
        """Say that a key is unknown, and which is meant."""
        key = str(place[-1])
        known = sorted(model.model_fields) if (model := self._model_at(place[:-1])) else []
        if close := get_close_matches(key, known, n=1, cutoff=_NEAR):
            return f"no such key. Did you mean {close[0]!r}?"
        homes = [name for name, field in self.config.model_fields.items() if key in _fields(field.annotation)]
        home = f"It belongs to [{homes[0]}]. " if len(homes) == 1 else ""
        return f"no such key. {home}Known: {', '.join(known)}."

    def _add(self, place: Place) -> str:
        """Say what a missing key or table is."""
        model = self._model_at(place)
        if model is not None and len(place) == 1:
            tables = f"[[{place[0]}]] with {_needed(model)}" if self._is_list(place) else f"[{place[0]}]"
            return f"Add a table {tables}."
        meaning = self._meaning(place)
        return f"Add it: {meaning}" if meaning else "Add it."

    def _expected(self, error: Error, place: Place) -> str:
        """Return what pydantic expected, in the words of TOML."""
        kind, model = error["type"], self._model_at(place)
        if kind == "list_type" and model is not None and len(place) == 1:
            return f"tables [[{place[0]}]], each with {_needed(model)}"
        if kind == "literal_error":
            return f"one of {', '.join(_choices(error))}"
        if kind == "string_pattern_mismatch":
            return _sentence(self._meaning(place) or "another form")
        said = _sentence(str(error["msg"]).removeprefix("Input should be "))
        return EXPECTED.get(kind) or (f"a number {said}" if kind.startswith(("greater", "less")) else said)

    def _table(self, place: Place, error: Error) -> str:
        """Say how a table is written, where a value stands in its place."""
        names = ".".join(part for part in place if isinstance(part, str))
        return f" Write [{names}] and its keys below." if error["type"] == "model_type" and "." not in names else ""

    def _meaning(self, place: Place) -> str:
        """Return what a key means, from its docstring."""
        model = self._model_at(place[:-1])
        field = model.model_fields.get(str(place[-1])) if model and place else None
        return (field.description or "").strip() if field else ""

    def _is_list(self, place: Place) -> bool:
        field = self.config.model_fields.get(str(place[0]))
        return field is not None and get_origin(field.annotation) is list

    def _model_at(self, place: Place) -> type[BaseModel] | None:
        """Return the model that holds the keys at a place."""
        model: type[BaseModel] | None = self.config
        for part in place:
            if isinstance(part, str) and model is not None:
                field = model.model_fields.get(part)
                model = _model_in(field.annotation) if field else None
        return model


def _needed(model: type[BaseModel]) -> str:
    """Return the keys a table must have: `name, kind and path`."""
    *names, last = [name for name, field in model.model_fields.items() if field.is_required()]
    return f"{', '.join(names)} and {last}" if names else last


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


def _shown(got: str | int | float | bool) -> str:
    """Return a value as it stands in TOML, shortened."""
    text = str(got).lower() if isinstance(got, bool) else repr(got)
    return text if len(text) <= 60 else text[:60] + "…"


def _sentence(text: str) -> str:
    """Return a sentence as the end of another one."""
    return text[0].lower() + text[1:].strip().rstrip(".")


def _choices(error: Error) -> list[str]:
    return [choice.strip("' ") for choice in error["ctx"]["expected"].replace(" or ", ", ").split(",")]


def _close(got: object, error: Error) -> str:
    if error["type"] != "literal_error" or not isinstance(got, str):
        return ""
    close = get_close_matches(got, _choices(error), n=1, cutoff=_NEAR)
    return f" Did you mean {close[0]!r}?" if close else ""


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in get_args(annotation) if (found := _model_in(argument))), None)


def _fields(annotation: object) -> Mapping[str, object]:
    model = _model_in(annotation)
    return model.model_fields if model else {}
