"""Statements of JSON records: disease and drug records, entities, relation groups, `spo_list`s, single triples.

Known by their keys, record by record: QASystemOnMedicalKG and its Mongo exports (`{"name": …, "symptom": [ … ]}`), its
entity and relation files (`{"label": …, "name": …}`, `{"rel_name": …, "rels": [ … ]}`), CMeIE and CMeKG
(`{"text": …, "spo_list": [ … ]}`), neo4j's `apoc.export.json`, and `{"head": …, "relation": …, "tail": …}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.json_records import json_records, unwrapped
from ingest.kg.statements import Statement, clean, statement, stub
from ingest.kg.tables import NAMES, SKIPPED, entity_statements
from ingest.kg.triples import ENDS, ends_of, from_list, name_in, triples
from ingest.relations import ALIASES, known_relation
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

_LISTS = ("spo_list", "spos", "triples", "triple_list", "relations", "edges", "links", "relationships")
_DRUG_DETAIL = "drug_detail"


def record_statements(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a JSON file."""
    for locator, record in unwrapped(json_records(file, options)):
        if isinstance(record, Rejection):
            yield record
        elif isinstance(record, list):
            yield from_list(file, options, locator, record)
        elif isinstance(record, dict):
            yield from _from_dict(file, options, locator, record)
        else:
            yield stub(file, options, locator, str(record))


def _from_dict(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object]
) -> Iterator[Statement]:
    if isinstance(group := record.get("rels"), list):
        yield from _relation_group(file, options, locator, record, group)
    elif found := next((record[key] for key in _LISTS if _is_statement_list(record.get(key), options)), None):
        yield from _spo_list(file, options, locator, record, found)
    elif record.get("type") in ("node", "relationship") and ("properties" in record or "start" in record):
        yield from _apoc(file, options, locator, record)
    elif (ends := ends_of(record, options)) is not None:
        yield from triples(file, options, locator, record, ends)
    elif inner := _inner(record, options):
        for name, element in inner:
            yield from _from_dict(file, options, f"{locator}.{name}", element)
    else:
        yield from _entity(file, options, locator, record)


def _inner(record: dict[str, object], options: SourceOptions) -> list[tuple[str, dict[str, object]]]:
    """Return the records inside one that is none itself: by the name of their entity, or in lists by their class."""
    if any(isinstance(record.get(key), str | int) for key in _name_keys(options)) or not record:
        return []
    found: list[tuple[str, dict[str, object]]] = []
    for key, value in record.items():
        if isinstance(value, dict) and any(known_relation(str(k), options.columns) for k in value):
            found.append((key, {"name": key, **value}))
        elif isinstance(value, list) and all(isinstance(v, dict) for v in value):
            found += [(f"{key}.{i}", {"label": key, **v}) for i, v in enumerate(value) if isinstance(v, dict)]
        else:
            return []
    return found


def _is_statement_list(value: object, options: SourceOptions) -> bool:
    if not isinstance(value, list) or not value:
        return False
    first = value[0]
    return (isinstance(first, dict) and ends_of(first, options) is not None) or (
        isinstance(first, list) and len(first) >= 3
    )


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
    facts = [(k, v) for k, v in _facts(record) if k not in (key, "label", "type") and k.lower() not in SKIPPED]
    head, head_type = clean(str(value)), str(label) if isinstance(label, str) else ""
    details = [v for k, v in facts if k == _DRUG_DETAIL]
    facts = [(k, v) for k, v in facts if k != _DRUG_DETAIL]
    found = list(entity_statements(file, options, locator, head, head_type, facts))
    products = list(_products(file, options, locator, details))
    yield from products if products and not facts else found + products


def _name_keys(options: SourceOptions) -> list[str]:
    given = [str(options.columns[field]) for field in ("head", "name") if field in options.columns]
    return given + sorted(NAMES, key=lambda key: (key != "name", key))


def _facts(record: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Yield keys and values; a value with keys of its own that are relations gives those."""
    for key, value in record.items():
        if isinstance(value, dict) and any(known_relation(str(inner)) for inner in value):
            yield from ((str(inner) if known_relation(str(inner)) else key, v) for inner, v in value.items())
        else:
            yield key, value


def _products(file: SourceFile, options: SourceOptions, locator: str, details: list[object]) -> Iterator[Statement]:
    """Yield `天元屏风生脉胶囊(屏风生脉胶囊)` as: the product 天元屏风生脉胶囊 is sold as the drug 屏风生脉胶囊."""
    for text in (text for value in details if isinstance(value, list) for text in dict.fromkeys(map(str, value))):
        product, _, drug = text.rpartition("(") if text.endswith(")") else ("", "", "")
        yield statement(
            file, options, locator, (product or text, "生产药品", drug.removesuffix(")")), ("product", "drug")
        )


def _relation_group(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], group: list[object]
) -> Iterator[Statement]:
    """Yield a list of pairs that share a relation; the Chinese name of the relation tells more than its code."""
    name, code = str(record.get("rel_name") or ""), str(record.get("rel_type") or "")
    relation = name if name and (known_relation(name) or not known_relation(code)) else code
    types = str(record.get("start_entity_type") or ""), str(record.get("end_entity_type") or "")
    for i, pair in enumerate(group):
        ends = _pair(pair)
        yield statement(file, options, f"{locator}.{i}", (ends[0], relation, ends[1]), types)


def _pair(pair: object) -> tuple[str, str]:
    if isinstance(pair, dict):
        return tuple(str(next((pair[k] for k in ENDS[end] if pair.get(k)), "")) for end in ("head", "tail"))  # type: ignore[return-value]
    return (str(pair[0]), str(pair[-1])) if isinstance(pair, list) and len(pair) >= 2 else ("", "")


def _spo_list(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], found: object
) -> Iterator[Statement]:
    """Yield the triples of a text, each once: annotators list a triple for each place it stands at."""
    names = _node_names(record)
    seen: set[tuple[object, ...]] = set()
    for i, element in enumerate(found if isinstance(found, list) else []):
        for made in _from_element(file, options, f"{locator}.{i}", element, names):
            key = (made.id, made.qualifiers) if not isinstance(made, Rejection) else (made.record_id,)
            if key not in seen:
                seen.add(key)
                yield made


def _from_element(
    file: SourceFile, options: SourceOptions, locator: str, element: object, names: dict[str, str]
) -> Iterator[Statement]:
    if isinstance(element, list):
        yield from_list(file, options, locator, element)
    elif isinstance(element, dict) and (ends := ends_of(element, options)) is not None:
        named = (names.get(ends[0], ends[0]), ends[1], names.get(ends[2], ends[2]))
        yield from triples(file, options, locator, element, named)
    else:
        yield file.reject(options, Reason.MALFORMED, locator, str(element))


def _node_names(record: dict[str, object]) -> dict[str, str]:
    """Return id → name where a record lists its entities beside its relations."""
    nodes = next((record[key] for key in ("nodes", "entities", "entity_list") if isinstance(record.get(key), list)), [])
    named = [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    pairs = [(node.get("id"), node.get("name") or node.get("label") or node.get("text")) for node in named]
    return {str(key): str(name) for key, name in pairs if key is not None and name}


def _apoc(file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object]) -> Iterator[Statement]:
    """Read a line of neo4j's JSON export: a node with its properties, or a relationship with both its nodes."""
    if record["type"] == "node":
        properties = record.get("properties")
        yield from _entity(
            file, options, locator, {"label": _label(record), **(properties if isinstance(properties, dict) else {})}
        )
        return
    start, end = (value if isinstance(value, dict) else {} for value in (record.get("start"), record.get("end")))
    names = [name_in(node.get("properties") or "") for node in (start, end)]
    label = str(record.get("label") or "")
    properties = record.get("properties")
    if isinstance(properties, dict) and label.lower() not in ALIASES and properties.get("name"):
        label = str(properties["name"])
    yield statement(file, options, locator, (names[0], label, names[1]), (_label(start), _label(end)))


def _label(node: dict[str, object]) -> str:
    labels = node.get("labels")
    return str(labels[-1]) if isinstance(labels, list) and labels else ""
