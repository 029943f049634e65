"""Single triples in JSON: objects with keys for head, relation and tail, and lists of three."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.kg.statements import Statement, statement
from ingest.kg.tables import LONG
from ingest.relations import known_relation
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason

ENDS = {field: names.split() for field, names in LONG.items()} | {
    "head": ["start_entity_name", *LONG["head"].split()],
    "tail": ["end_entity_name", *LONG["tail"].split()],
}
_EDGE_NAMES = ("label", "name", "type", "rel_name", "value")
"""Keys that name the relation of an edge with `source` and `target`; elsewhere they name other things."""


def from_list(file: SourceFile, options: SourceOptions, locator: str, values: list[object]) -> Statement:
    """Read `[head, relation, tail]`, or `[head, tail, relation]` where only the last is a known relation."""
    if len(values) < 3 or not all(isinstance(value, str | int | float) for value in values[:3]):
        return file.reject(options, Reason.MALFORMED, locator, f"expected head, relation, tail: {values}")
    head, relation, tail = (str(value) for value in values[:3])
    if not known_relation(relation) and known_relation(tail):
        relation, tail = tail, relation
    return statement(file, options, locator, (head, relation, tail))


def ends_of(record: dict[str, object], options: SourceOptions) -> tuple[str, str, str] | None:
    """Return head, relation and tail of a record with keys for them, None for any other."""
    found = [_value(record, end, options) for end in ("head", "relation", "tail")]
    if found[1] is None and {"source", "target"} <= record.keys():
        found[1] = next((record[key] for key in _EDGE_NAMES if key in record), None)
    if any(value is None for value in found):
        return None
    head, relation, tail = (name_in(value) for value in found)
    return head, relation, tail


def _value(record: dict[str, object], field: str, options: SourceOptions) -> object:
    """Return the value under the key the user named for a field, else under the first of its names."""
    own = options.columns.get(field)
    keys = ENDS[field] if own is None else [str(own)]
    return next((record[key] for key in keys if key in record), None)


def name_in(value: object) -> str:
    """Return the name in `"X"`, `{"@value": "X"}`, `{"name": "X"}` or `["X"]`."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("@value", "name", "text", "value") if key in value), "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value)


def triples(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], ends: tuple[str, str, str]
) -> Iterator[Statement]:
    """Yield the triple of a record, or one for each of its tails."""
    value = _value(record, "tail", options)
    tails = [name_in(element) for element in value] if isinstance(value, list) and len(value) > 1 else [ends[2]]
    for tail in tails:
        yield _triple(file, options, locator, record, (ends[0], ends[1], tail))


def _triple(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], ends: tuple[str, str, str]
) -> Statement:
    """Read a triple with keys. Further values of a CMeIE object (`inArea`, …) and `Combined` are qualifiers."""
    types = [next((record[key] for key in ENDS[end] if record.get(key)), "") for end in ("head_type", "tail_type")]
    qualifiers = []
    for end in ("tail", "tail_type"):
        value = next((record[key] for key in ENDS[end] if isinstance(record.get(key), dict)), {})
        inner = value.items() if isinstance(value, dict) and end == "tail" else ()
        qualifiers += [
            f"{key}={name_in(v)}" for key, v in inner if key not in ("@value", "name", "text", "value") and v
        ]
    return statement(file, options, locator, ends, (name_in(types[0]), name_in(types[1])), qualifiers)
