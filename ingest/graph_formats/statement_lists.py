"""Lists of statements in one JSON record: `spo_list`s of a text, edges beside nodes, pairs that share a relation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.graph_formats.column_names import fields_of
from ingest.graph_formats.json_triples import Named, by_id, from_list, keys_of, name_in, triples
from ingest.graph_formats.relations import known_relation
from ingest.graph_formats.statement_lines import line_triple
from ingest.graph_formats.statements import Statement, statement
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

_LISTS = (
    "spo_list", "spos", "spo", "triples", "triple_list", "triplets", "relations", "relation_list", "edges", "links",
    "rels", "relationships", "relationMentions", "statements",
)  # fmt: skip
_ENTITIES = ("nodes", "entities", "entity_list", "data", "vertices", "entityMentions")
_OFFSETS = (("start_offset", "end_offset"), ("start", "end"), ("start_idx", "end_idx"), ("startOffset", "endOffset"))


def statement_list(record: Mapping[str, object], options: SourceOptions) -> list[object] | None:
    """Return the list of statements that a record holds, None where it holds none."""
    if isinstance(rels := record.get("rels"), list) and ("rel_type" in record or "rel_name" in record):
        return rels
    lists = [
        value for place in (record, _elements(record)) for key in _LISTS if isinstance(value := place.get(key), list)
    ]
    return next((value for value in lists if value and _is_statement(_bare(value[0]), options)), None)


def states_nothing(record: Mapping[str, object]) -> bool:
    """Return whether a record is a text without statements: its list is empty."""
    return any(record.get(key) == [] for key in _LISTS) and "name" not in record


def _elements(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return the inside of Cytoscape's `{"elements": {"nodes": …, "edges": …}}`."""
    inner = record.get("elements")
    return inner if isinstance(inner, dict) else {}


def _bare(element: object) -> object:
    """Return what Cytoscape wraps in `{"data": …}`."""
    inner = element.get("data") if isinstance(element, dict) else None
    return inner if isinstance(inner, dict) else element


def _is_statement(first: object, options: SourceOptions) -> bool:
    if isinstance(first, dict):
        is_apoc = isinstance(first.get("start"), dict) and first.get("type") == "relationship"
        return bool(keys_of(first, options) or keys_of(by_id(first), options)) and not is_apoc
    if isinstance(first, str):
        return line_triple(first) is not None
    return isinstance(first, list) and len(first) >= 3


def group_statements(
    file: SourceFile, options: SourceOptions, locator: str, record: Mapping[str, object], found: list[object]
) -> Iterator[Statement]:
    """Yield the statements of a list, each once: annotators list a triple for each place it stands at."""
    if found is record.get("rels"):
        yield from _pairs(file, options, locator, record, found)
        return
    named = _named({**record, **_elements(record)})
    seen: set[tuple[object, ...]] = set()
    for i, element in enumerate(found):
        for made in _from_element(file, options, f"{locator}.{i}", _bare(element), named):
            key = (made.id, made.qualifiers) if not isinstance(made, Rejection) else (made.record_id,)
            if key not in seen:
                seen.add(key)
                yield made


def _from_element(
    file: SourceFile, options: SourceOptions, locator: str, element: object, named: Named
) -> Iterator[Statement]:
    if isinstance(element, list):
        yield from_list(file, options, locator, element)
    elif isinstance(element, str) and (ends := line_triple(element)) is not None:
        yield statement(file, options, locator, ends)
    elif isinstance(element, dict) and (keys := keys_of(element, options)):
        yield from triples(file, options, locator, element, keys, named)
    elif isinstance(element, dict) and (keys := keys_of(by_id(element), options)):
        yield from triples(file, options, locator, by_id(element), keys, named)
    else:
        yield file.reject(options, Reason.MALFORMED, locator, str(element))


def _named(record: Mapping[str, object]) -> Named:
    """Return id → name and class where a record lists its entities beside its relations."""
    found: dict[str, tuple[str, str]] = {}
    text = str(record.get("text") or record.get("sentence") or "")
    nodes = next((value for key in _ENTITIES if isinstance(value := record.get(key), list)), [])
    for i, node in enumerate(map(_bare, nodes)):
        if isinstance(node, dict):
            name, kind = _entity(node, text)
            if name:
                found[str(node.get("id", i))] = (name, kind)
    return found


def _entity(node: Mapping[str, object], text: str) -> tuple[str, str]:
    """Return name and class of an entity: named, or the part of a text between two offsets."""
    for start, end in ((node.get(start), node.get(end)) for start, end in _OFFSETS):
        if isinstance(start, int) and isinstance(end, int) and "name" not in node:
            kind = node.get("label") or node.get("type") or ""
            return name_in(node.get("text") or node.get("entity") or text[start:end]), str(kind)
    kind = node.get("type") or node.get("category") or (node.get("label") if "name" in node else "")
    return name_in(node.get("name") or node.get("label") or node.get("text")), str(kind or "")


def _pairs(
    file: SourceFile, options: SourceOptions, locator: str, record: Mapping[str, object], group: list[object]
) -> Iterator[Statement]:
    """Yield a list of pairs that share a relation; the Chinese name of the relation tells more than its code."""
    name, code = str(record.get("rel_name") or ""), str(record.get("rel_type") or "")
    relation = (
        name
        if name and (known_relation(name, options.relations) or not known_relation(code, options.relations))
        else code
    )
    types = str(record.get("start_entity_type") or ""), str(record.get("end_entity_type") or "")
    for i, pair in enumerate(group):
        ends = _pair(pair)
        yield statement(file, options, f"{locator}.{i}", (ends[0], relation, ends[1]), types)


def _pair(pair: object) -> tuple[str, str]:
    if isinstance(pair, dict):
        keys = fields_of(map(str, pair))
        return name_in(pair.get(keys.get("head", ""))), name_in(pair.get(keys.get("tail", "")))
    return (str(pair[0]), str(pair[-1])) if isinstance(pair, list) and len(pair) >= 2 else ("", "")


def pairs_by_relation(record: Mapping[str, object], options: SourceOptions) -> list[tuple[str, tuple[str, str]]]:
    """Return relation and ends of `{"症状": [["肺炎", "发热"], …], …}`; [] for any other record."""
    found: list[tuple[str, tuple[str, str]]] = []
    for relation, pairs in record.items():
        if not isinstance(pairs, list) or known_relation(relation, options.relations) is None:
            return []
        ends = [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2]
        if len(ends) < len(pairs):
            return []
        found += [(relation, pair) for pair in ends]
    return found
