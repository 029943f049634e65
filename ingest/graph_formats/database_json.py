"""Statements of graph databases' JSON: neo4j's `apoc.export.json`, its browser's downloads, and JSON-LD.

Nodes and what joins them may be records of their own, so the names of a file's nodes are gathered in a first pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from ingest.graph_formats.json_triples import Named, name_in
from ingest.graph_formats.relations import ALIASES, TYPES
from ingest.graph_formats.statements import Statement, entity_statements, statement, stub
from ingest.records.json_records import json_records, unwrapped
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason
from schemas.triple import Triple

Facts = Mapping[str, Any]
MAX_DEPTH = 6
"""Deepest nesting in which nodes and relationships are looked for: a path of segments has 4."""
_LABELS = ("label", "name", "prefLabel", "title", "名称")
_BREAK = re.compile(r"[/#]|^[A-Za-z][\w.-]*:(?!//)")
"""`tp://x/` → `/`"""


def is_export(record: Facts) -> bool:
    """Return whether a record is one of these exports."""
    return "@id" in record or "@graph" in record or any(_parts([record]))


def export_statements(
    file: SourceFile, options: SourceOptions, locator: str, record: Facts, named: Callable[[], Named]
) -> Iterator[Statement]:
    """Yield the statements of a record; `named` are the nodes of the file (`named_nodes`)."""
    if "@id" in record or "@graph" in record:
        graph = record.get("@graph")
        for node in graph if isinstance(graph, list) else [record]:
            yield from _linked(file, options, locator, node, named)
        return
    nodes, edges = _parts([record])
    names = {**_names(nodes), **(named() if edges else {})}
    for node in {_id(node): node for node in nodes}.values():
        said = _node(file, options, locator, node)
        yield from said if not edges else (made for made in said if isinstance(made, Triple))
    for edge in edges:
        yield from _edge(file, options, locator, edge, names)


def _parts(value: object, depth: int = 0) -> tuple[list[Facts], list[Facts]]:
    """Return the nodes and relationships in a record: the browser saves `{"n": …, "r": …, "m": …}` and paths."""
    nodes: list[Facts] = []
    edges: list[Facts] = []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner if depth < MAX_DEPTH else ():
        if isinstance(part, dict) and ("labels" in part or part.get("type") == "node") and "properties" in part:
            nodes.append(part)
        elif isinstance(part, dict) and _is_edge(part):
            edges.append(part)
        elif isinstance(part, dict | list):
            more = _parts(part, depth + 1)
            nodes, edges = nodes + more[0], edges + more[1]
    return nodes, edges


def _is_edge(part: Facts) -> bool:
    if "end" not in part or not (part.get("type") or part.get("label")):
        return False
    is_named = part.get("type") == "relationship" or isinstance(part.get("properties"), dict)
    return is_named or isinstance(part.get("start"), dict)


def _node(file: SourceFile, options: SourceOptions, locator: str, node: Facts) -> Iterator[Statement]:
    name, label = _named(node)
    facts = [(key, value) for key, value in _properties(node).items() if key not in _LABELS]
    yield from entity_statements(file, options, locator, name, label, facts)


def _edge(file: SourceFile, options: SourceOptions, locator: str, edge: Facts, names: Named) -> Iterator[Statement]:
    """Yield a relationship; an end without a node anywhere dangles."""
    ends = [_end(edge.get(side), names) for side in ("start", "end")]
    properties = _properties(edge)
    relation = str(edge.get("label") or edge.get("type") or "")
    if relation.lower() not in ALIASES and properties.get("name"):
        relation = str(properties["name"])
    if not all(name for name, _ in ends):
        yield file.reject(options, Reason.NO_COUNTERPART, locator, f"an end without a node: {dict(edge)}")
        return
    qualifiers = [f"{key}={name_in(value)}" for key, value in properties.items() if key != "name" and value]
    (head, head_class), (tail, tail_class) = ends
    yield statement(file, options, locator, (head, relation, tail), (head_class, tail_class), qualifiers)


def _properties(part: Facts) -> dict[str, Any]:
    inner = part.get("properties")
    return inner if isinstance(inner, dict) else {}


def _end(end: object, names: Named) -> tuple[str, str]:
    if not isinstance(end, dict):
        return names.get(str(end), ("", ""))
    name, label = _named(end)
    known = names.get(_id(end), ("", ""))
    return name or known[0], label or known[1]


def _named(node: Facts) -> tuple[str, str]:
    """Return name and class of a node, of several labels one of our classes."""
    properties = _properties(node)
    given = node.get("labels")
    labels = [str(label) for label in given] if isinstance(given, list) and given else [str(given or "")]
    name = next((name_in(properties[key]) for key in _LABELS if properties.get(key)), "")
    return name, next((label for label in labels if label.lower() in TYPES), labels[-1])


def _id(node: Facts) -> str:
    return str(next((node[key] for key in ("id", "identity", "elementId") if key in node), ""))


def _names(nodes: list[Facts]) -> dict[str, tuple[str, str]]:
    return {_id(node): _named(node) for node in nodes}


def named_nodes(file: SourceFile, options: SourceOptions) -> Callable[[], Named]:
    """Return what gives id → name and class of all nodes of a file, read when first asked for."""
    return cache(lambda: _gathered(file, options))


def _gathered(file: SourceFile, options: SourceOptions) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for _, record in unwrapped(json_records(file, options)):
        if not isinstance(record, dict):
            continue
        if "@id" in record or "@graph" in record:
            graph = record.get("@graph")
            nodes = graph if isinstance(graph, list) else [record]
            found |= {
                str(node["@id"]): _linked_name(node) for node in nodes if isinstance(node, dict) and "@id" in node
            }
        else:
            found |= _names(_parts([record])[0])
    return {key: named for key, named in found.items() if named[0]}


def _linked(
    file: SourceFile, options: SourceOptions, locator: str, node: object, named: Callable[[], Named]
) -> Iterator[Statement]:
    """Yield the statements of a node of JSON-LD; terms are named by their last part, as its context is not fetched."""
    if not isinstance(node, dict):
        yield file.reject(options, Reason.MALFORMED, locator, str(node))
        return
    head, label = _linked_name(node)
    if not head:
        yield stub(file, options, locator, f"a node without a name: {', '.join(map(str, node))}")
        return
    names = named()
    facts = [
        (local(key), [_linked_tail(one, names) for one in (value if isinstance(value, list) else [value])])
        for key, value in node.items()
        if not key.startswith("@") and local(key) not in _LABELS
    ]
    yield from entity_statements(file, options, locator, head, label, facts)


def _linked_name(node: Facts) -> tuple[str, str]:
    named = next((value for key, value in node.items() if local(key) in _LABELS and value), None)
    kinds = node.get("@type") or ""
    kind = kinds[-1] if isinstance(kinds, list) and kinds else kinds
    identifier = str(node.get("@id", ""))
    return name_in(named) or ("" if identifier.startswith("_:") else local(identifier)), local(str(kind))


def _linked_tail(value: object, names: Named) -> object:
    if isinstance(value, dict) and "@id" in value:
        own = _linked_name(value) if len(value) > 1 else ("", "")
        return own[0] or names.get(str(value["@id"]), (local(str(value["@id"])), ""))[0]
    return value.get("@value", value) if isinstance(value, dict) else value


def local(iri: str) -> str:
    """Return the last part of an IRI or of a prefixed name, its percent signs and underscores resolved."""
    return unquote(_BREAK.split(iri.rstrip("/#"))[-1]).replace("_", " ").strip() if _BREAK.search(iri) else iri
