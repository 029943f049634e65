"""Statements of JSON records: disease and drug records, entities, relation groups, `spo_list`s, single triples.

Known by their keys, record by record: QASystemOnMedicalKG and its Mongo exports (`{"name": …, "symptom": [ … ]}`), its
entity and relation files (`{"label": …, "name": …}`, `{"rel_name": …, "rels": [ … ]}`), CMeIE and CMeKG
(`{"text": …, "spo_list": [ … ]}`), graph databases' exports, JSON-LD, and `{"head": …, "relation": …, "tail": …}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ingest.graph_formats.database_json import export_statements, is_export, named_nodes
from ingest.graph_formats.json_triples import Named, from_list, keys_of, triples
from ingest.graph_formats.relations import known_relation
from ingest.graph_formats.statement_lists import group_statements, pairs_by_relation, statement_list, states_nothing
from ingest.graph_formats.statements import Statement, clean, entity_statements, statement, stub
from ingest.graph_formats.triple_tables import NAMES, SKIPPED
from ingest.records.json_records import json_records, unwrapped
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

_DRUG_DETAIL = "drug_detail"


def record_statements(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a JSON file."""
    named = named_nodes(file, options)
    for locator, record in unwrapped(json_records(file, options)):
        if isinstance(record, Rejection):
            yield record
        elif isinstance(record, list):
            yield from_list(file, options, locator, record)
        elif isinstance(record, dict):
            yield from _from_dict(file, options, locator, record, named)
        else:
            yield stub(file, options, locator, str(record))


def _from_dict(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], named: Callable[[], Named]
) -> Iterator[Statement]:
    if (found := statement_list(record, options)) is not None:
        yield from group_statements(file, options, locator, record, found)
    elif states_nothing(record):
        yield stub(file, options, locator, f"no statements: {record}")
    elif is_export(record):
        yield from export_statements(file, options, locator, record, named)
    elif keys := keys_of(record, options):
        yield from triples(file, options, locator, record, keys)
    elif pairs := pairs_by_relation(record, options):
        for relation, ends in pairs:
            yield statement(file, options, locator, (ends[0], relation, ends[1]))
    elif inner := _inner(record, options):
        for name, element in inner:
            yield from _from_dict(file, options, f"{locator}.{name}", element, named)
    else:
        yield from _entity(file, options, locator, record)


def _inner(record: dict[str, object], options: SourceOptions) -> list[tuple[str, dict[str, object]]]:
    """Return the records inside one that is none itself: by the name of their entity, or in lists by their class."""
    if any(isinstance(record.get(key), str | int) for key in _name_keys(options)) or not record:
        return []
    found: list[tuple[str, dict[str, object]]] = []
    for key, value in record.items():
        if isinstance(value, dict) and any(known_relation(str(k), options.relations) for k in value):
            found.append((key, {"name": key, **value}))
        elif isinstance(value, list) and all(isinstance(v, dict) for v in value):
            found += [(f"{key}.{i}", {"label": key, **v}) for i, v in enumerate(value) if isinstance(v, dict)]
        else:
            return []
    return found


def _entity(file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object]) -> Iterator[Statement]:
    """Yield what a record states of the entity it names; `name` may hold the entity's properties."""
    key = next((key for key in _name_keys(options) if record.get(key)), None)
    if key is None:
        yield file.reject(options, Reason.MISSING_FIELD, locator, f"no name: {record}")
        return
    label, value = record.get("label") or record.get("type") or "", record[key]
    if isinstance(value, dict):
        inner = {k: v for k, v in value.items() if k not in SKIPPED}
        yield from _entity(file, options, locator, {"label": label, **inner})
        return
    if isinstance(value, list):
        value = value[0] if value else ""
    facts = [
        (k, v)
        for k, v in _facts(record, options.relations)
        if k not in (key, "label", "type") and k.lower() not in SKIPPED
    ]
    head, head_type = clean(str(value)), str(label) if isinstance(label, str) else ""
    details = [v for k, v in facts if k == _DRUG_DETAIL]
    facts = [(k, v) for k, v in facts if k != _DRUG_DETAIL]
    found = list(entity_statements(file, options, locator, head, head_type, facts))
    products = list(_products(file, options, locator, details))
    yield from products if products and not facts else found + products


def _name_keys(options: SourceOptions) -> list[str]:
    given = [str(options.columns[field]) for field in ("head", "name") if field in options.columns]
    return given + sorted(NAMES, key=lambda key: (key != "name", key))


def _facts(record: dict[str, object], own: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    """Yield keys and values; a value with keys of its own that are relations gives those."""
    for key, value in record.items():
        if isinstance(value, dict) and any(known_relation(str(inner), own) for inner in value):
            yield from ((str(inner) if known_relation(str(inner), own) else key, v) for inner, v in value.items())
        else:
            yield key, value


def _products(file: SourceFile, options: SourceOptions, locator: str, details: list[object]) -> Iterator[Statement]:
    """Yield `天元屏风生脉胶囊(屏风生脉胶囊)` as: the product 天元屏风生脉胶囊 is sold as the drug 屏风生脉胶囊."""
    for text in (text for value in details if isinstance(value, list) for text in dict.fromkeys(map(str, value))):
        product, _, drug = text.rpartition("(") if text.endswith(")") else ("", "", "")
        yield statement(
            file, options, locator, (product or text, "生产药品", drug.removesuffix(")")), ("product", "drug")
        )
