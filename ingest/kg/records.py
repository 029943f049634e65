"""Statements of JSON records: disease and drug records, entities, relation groups, `spo_list`s, single triples.

Known by their keys, record by record: QASystemOnMedicalKG and its Mongo exports (`{"name": …, "symptom": [ … ]}`), its
entity and relation files (`{"label": …, "name": …}`, `{"rel_name": …, "rels": [ … ]}`), CMeIE and CMeKG
(`{"text": …, "spo_list": [ … ]}`), neo4j's `apoc.export.json`, and `{"head": …, "relation": …, "tail": …}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.json_records import json_records, unwrapped
from ingest.kg.statements import Statement, clean, statement, stub
from ingest.kg.tables import LONG, NAMES, SKIPPED, entity_statements
from ingest.relations import ALIASES, known_relation
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

_ENDS = {field: names.split() for field, names in LONG.items()} | {
    "head": ["start_entity_name", *LONG["head"].split()],
    "tail": ["end_entity_name", *LONG["tail"].split()],
}
_LISTS = ("spo_list", "spos", "triples", "triple_list", "relations", "edges", "links", "relationships")
_DRUG_DETAIL = "drug_detail"


def record_statements(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a JSON file."""
    for locator, record in unwrapped(json_records(file, options)):
        if isinstance(record, Rejection):
            yield record
        elif isinstance(record, list):
            yield _from_list(file, options, locator, record)
        elif isinstance(record, dict):
            yield from _from_dict(file, options, locator, record)
        else:
            yield stub(file, options, locator, str(record))


def _from_dict(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object]
) -> Iterator[Statement]:
    if isinstance(group := record.get("rels"), list):
        yield from _relation_group(file, options, locator, record, group)
    elif found := next((record[key] for key in _LISTS if _is_statement_list(record.get(key))), None):
        yield from _spo_list(file, options, locator, record, found)
    elif record.get("type") in ("node", "relationship") and ("properties" in record or "start" in record):
        yield from _apoc(file, options, locator, record)
    elif (ends := _ends(record)) is not None:
        yield _triple(file, options, locator, record, ends)
    else:
        yield from _entity(file, options, locator, record)


def _is_statement_list(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    first = value[0]
    return (isinstance(first, dict) and _ends(first) is not None) or (isinstance(first, list) and len(first) >= 3)


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
        return tuple(str(next((pair[k] for k in _ENDS[end] if pair.get(k)), "")) for end in ("head", "tail"))  # type: ignore[return-value]
    return (str(pair[0]), str(pair[-1])) if isinstance(pair, list) and len(pair) >= 2 else ("", "")


def _spo_list(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], found: object
) -> Iterator[Statement]:
    """Yield the triples of a text, each once: annotators list a triple for each place it stands at."""
    names = _node_names(record)
    seen: set[tuple[object, ...]] = set()
    for i, element in enumerate(found if isinstance(found, list) else []):
        here = f"{locator}.{i}"
        if isinstance(element, list):
            made: Statement = _from_list(file, options, here, element)
        elif isinstance(element, dict) and (ends := _ends(element)) is not None:
            made = _triple(
                file, options, here, element, (names.get(ends[0], ends[0]), ends[1], names.get(ends[2], ends[2]))
            )
        else:
            made = file.reject(options, Reason.MALFORMED, here, str(element))
        key = (made.id, made.qualifiers) if not isinstance(made, Rejection) else (made.record_id,)
        if key not in seen:
            seen.add(key)
            yield made


def _node_names(record: dict[str, object]) -> dict[str, str]:
    """Return id → name where a record lists its entities beside its relations."""
    nodes = next((record[key] for key in ("nodes", "entities", "entity_list") if isinstance(record.get(key), list)), [])
    named = [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    pairs = [(node.get("id"), node.get("name") or node.get("label") or node.get("text")) for node in named]
    return {str(key): str(name) for key, name in pairs if key is not None and name}


def _from_list(file: SourceFile, options: SourceOptions, locator: str, values: list[object]) -> Statement:
    """Read `[head, relation, tail]`, or `[head, tail, relation]` where only the last is a known relation."""
    if len(values) < 3 or not all(isinstance(value, str | int | float) for value in values[:3]):
        return file.reject(options, Reason.MALFORMED, locator, f"expected head, relation, tail: {values}")
    head, relation, tail = (str(value) for value in values[:3])
    if not known_relation(relation) and known_relation(tail):
        relation, tail = tail, relation
    return statement(file, options, locator, (head, relation, tail))


def _ends(record: dict[str, object]) -> tuple[str, str, str] | None:
    """Return head, relation and tail of a record with keys for them, None for any other."""
    found = [next((record[key] for key in _ENDS[end] if key in record), None) for end in ("head", "relation", "tail")]
    if any(value is None for value in found):
        return None
    head, relation, tail = (_text(value) for value in found)
    return head, relation, tail


def _text(value: object) -> str:
    """Return the name in `"X"`, `{"@value": "X"}`, `{"name": "X"}` or `["X"]`."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("@value", "name", "text", "value") if key in value), "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value)


def _triple(
    file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object], ends: tuple[str, str, str]
) -> Statement:
    """Read a triple with keys. Further values of a CMeIE object (`inArea`, …) and `Combined` are qualifiers."""
    types = [next((record[key] for key in _ENDS[end] if record.get(key)), "") for end in ("head_type", "tail_type")]
    qualifiers = []
    for end in ("tail", "tail_type"):
        value = next((record[key] for key in _ENDS[end] if isinstance(record.get(key), dict)), {})
        inner = value.items() if isinstance(value, dict) and end == "tail" else ()
        qualifiers += [f"{key}={_text(v)}" for key, v in inner if key not in ("@value", "name", "text", "value") and v]
    return statement(file, options, locator, ends, (_text(types[0]), _text(types[1])), qualifiers)


def _apoc(file: SourceFile, options: SourceOptions, locator: str, record: dict[str, object]) -> Iterator[Statement]:
    """Read a line of neo4j's JSON export: a node with its properties, or a relationship with both its nodes."""
    if record["type"] == "node":
        properties = record.get("properties")
        yield from _entity(
            file, options, locator, {"label": _label(record), **(properties if isinstance(properties, dict) else {})}
        )
        return
    start, end = (value if isinstance(value, dict) else {} for value in (record.get("start"), record.get("end")))
    names = [_text(node.get("properties") or "") for node in (start, end)]
    label = str(record.get("label") or "")
    properties = record.get("properties")
    if isinstance(properties, dict) and label.lower() not in ALIASES and properties.get("name"):
        label = str(properties["name"])
    yield statement(file, options, locator, (names[0], label, names[1]), (_label(start), _label(end)))


def _label(node: dict[str, object]) -> str:
    labels = node.get("labels")
    return str(labels[-1]) if isinstance(labels, list) and labels else ""
