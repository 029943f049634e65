"""Single triples in JSON: objects with keys for head, relation and tail, lists of three, and strings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.graph_formats.column_names import fields_of
from ingest.graph_formats.relations import known_relation
from ingest.graph_formats.statements import Statement, statement
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason

Ends = tuple[str, str, str]
Named = Mapping[str, tuple[str, str]]
"""Id → name and class of the entities listed beside relations."""
_NAME_KEYS = ("@value", "name", "text", "value", "名称", "entity", "mention")
_CLASS_KEYS = ("type", "label", "class", "category", "类型")


def from_list(file: SourceFile, options: SourceOptions, locator: str, values: list[object]) -> Statement:
    """Read `[head, relation, tail]`, or `[head, tail, relation]` where only the last is a known relation."""
    if len(values) < 3 or not all(isinstance(value, str | int | float) for value in values[:3]):
        return file.reject(options, Reason.MALFORMED, locator, f"expected head, relation, tail: {values}")
    head, relation, tail = (str(value) for value in values[:3])
    own = options.relations
    if not known_relation(relation, own) and known_relation(tail, own):
        relation, tail = tail, relation
    return statement(file, options, locator, (head, relation, tail))


def keys_of(record: Mapping[str, object], options: SourceOptions) -> dict[str, str]:
    """Return field → key of a record that has head, relation and tail; {} for any other."""
    given = {field: str(key) for field, key in options.columns.items() if field in ("head", "relation", "tail")}
    found = fields_of(map(str, record)) | given
    return found if all(found.get(end) in record for end in ("head", "relation", "tail")) else {}


def by_id(record: Mapping[str, object]) -> dict[str, object]:
    """Return a relation between ids with its keys as those of names are: `from_id` becomes `from`."""
    return {key.removesuffix("_id").removesuffix("Id") or key: value for key, value in record.items()}


def name_in(value: object) -> str:
    """Return the name in `"X"`, `{"@value": "X"}`, `{"name": "X"}` or `["X"]`."""
    if isinstance(value, dict):
        value = next((value[key] for key in _NAME_KEYS if key in value), "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else str(value)


def triples(
    file: SourceFile,
    options: SourceOptions,
    locator: str,
    record: Mapping[str, object],
    keys: Mapping[str, str],
    named: Named | None = None,
) -> Iterator[Statement]:
    """Yield the triple of a record, or one for each of its tails; `named` are the entities that its ends may point at.

    Further values of a CMeIE object (`inArea`, …) are qualifiers.
    """
    values = {field: record[key] for field, key in keys.items()}
    names = {end: name_in(values[end]) for end in ("head", "relation", "tail")}
    tail = values["tail"]
    tails = [name_in(element) for element in tail] if isinstance(tail, list) and len(tail) > 1 else [names["tail"]]
    classes = {end: _class_of(values, end) for end in ("head", "tail")}
    known = {} if named is None else named
    head, head_class = known.get(names["head"], (names["head"], ""))
    for one in tails:
        name, tail_class = known.get(one, (one, ""))
        types = (classes["head"] or head_class, classes["tail"] or tail_class)
        yield statement(file, options, locator, (head, names["relation"], name), types, _qualifiers(tail))


def _class_of(values: Mapping[str, object], end: str) -> str:
    """Return the class of an end: of its own key, or inside the object that is the end."""
    own, inner = values.get(f"{end}_type"), values[end]
    if own:
        return name_in(own)
    return next((str(inner[key]) for key in _CLASS_KEYS if inner.get(key)), "") if isinstance(inner, dict) else ""


def _qualifiers(tail: object) -> list[str]:
    inner = tail.items() if isinstance(tail, dict) else ()
    left_out = (*_NAME_KEYS, *_CLASS_KEYS, "id", "start", "end", "start_offset", "end_offset", "offset", "pos")
    return [f"{key}={name_in(value)}" for key, value in inner if key not in left_out and value]
