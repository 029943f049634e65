"""Statements of nodes and relationships in tables.

Of neo4j's CSV files (`neo4j-admin import` with `:ID`, `:LABEL`, `:START_ID`, …, and `apoc.export.csv`) and of plain
ones (`id, name, type` and `start_id, end_id, relation`).

Nodes and relationships lie in different files or rows, so the names of a relationship's ends are looked up in all files
of the source. An end no file names is taken as a name itself if it looks like one, else the relationship dangles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.graph_formats.column_names import fields_of, id_ends
from ingest.graph_formats.relations import TYPES, known_relation
from ingest.graph_formats.statements import Statement, clean, entity_statements, statement
from ingest.records.table_files import Row
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason

_COLUMN = re.compile(r"^(?P<name>[^:]*):(?P<kind>ID|LABEL|START_ID|END_ID|TYPE|IGNORE)(\((?P<space>[^)]*)\))?$", re.I)
"""`:END_ID(S)` → `:END_ID(S)`"""
_TYPED = re.compile(r":[A-Za-z]+(\[\])?(\{[^}]*\})?$")
"""`ame:string` → `:string`"""
_ID = re.compile(r"[\d\W]*|[A-Za-z]{0,12}[-_:]?\d+|[0-9a-fA-F-]{16,}")
"""`99` → `99`"""
_NAME_KEYS = ("name", "名称", "title", "label", "标签")
_ID_KEYS = ("id", "_id", "node_id", "entity_id", "nodeid", "entityid", "编号", "序号", "节点编号", "实体编号", "实体id")
_NODE_NAMES = ("name", "名称", "实体名称", "节点名称", "entity_name", "entity", "实体", "节点", "title", "label")
_LABEL_KEYS = (
    "type",
    "label",
    "labels",
    "category",
    "class",
    "entity_type",
    "类型",
    "类别",
    "标签",
    "实体类型",
    "节点类型",
)
_RELATION_KEYS = ("type", "label", "name", "rel", "relation", "关系", "类型", "名称")
_NUMBER = re.compile(r"[A-Za-z]?\d+")
"""`1` → `1`"""
_BARE = frozenset({"normal", "relation", "rel", "edge", "related"})
_LIST_BREAK = re.compile(r"[;|\x01]")
"""Between labels, and between the elements of an array (`aliases:string[]`). `部感染;肺部炎` → `;`"""
_APOC = {"_id": "ID", "_labels": "LABEL", "_start": "START_ID", "_end": "END_ID", "_type": "TYPE"}

Names = dict[tuple[str, str], tuple[str, str] | None]
"""(id space, id) → (name, label); of the space "" also those of all others, None where two of them differ."""


def is_node(keys: Iterable[str | int]) -> bool:
    """Return whether a header is that of a file of nodes."""
    return "ID" in _kinds(keys)


def is_relationship(keys: Iterable[str | int]) -> bool:
    """Return whether a header is that of a file of relationships."""
    return {"START_ID", "END_ID"} <= set(_kinds(keys))


def _kinds(keys: Iterable[str | int]) -> dict[str, tuple[str, str]]:
    """Return neo4j's kind of column → (column, id space)."""
    found = {}
    for key in keys:
        if match := _COLUMN.match(str(key).strip()):
            found[match["kind"].upper()] = (str(key), match["space"] or "")
        elif str(key) in _APOC:
            found[_APOC[str(key)]] = (str(key), "")
    return found or _plain_kinds([str(key) for key in keys])


def _plain_kinds(keys: list[str]) -> dict[str, tuple[str, str]]:
    """Return the same for a relationship between ids of plain columns."""
    ends = id_ends(keys)
    if not ends or {"head", "tail"} <= (named := fields_of(keys)).keys():
        return {}
    relation = named.get("relation") or next((key for key in keys if key.lower() in _RELATION_KEYS), None)
    kinds = {"START_ID": (ends["head"], ""), "END_ID": (ends["tail"], "")}
    return kinds | ({"TYPE": (relation, "")} if relation else {})


def plain_node(keys: Iterable[str | int]) -> tuple[str, str, str] | None:
    """Return the columns of id, name and class ("" for none) of a table of nodes, None for any other table."""
    names = [str(key) for key in keys]
    lower = {name.strip().lower(): name for name in reversed(names)}
    identifier, name, label = (
        next((lower[key] for key in known if key in lower), "") for known in (_ID_KEYS, _NODE_NAMES, _LABEL_KEYS)
    )
    return (
        (identifier, name, label) if identifier and name and not fields_of(names).keys() >= {"head", "tail"} else None
    )


def from_row(file: SourceFile, options: SourceOptions, names: Names, row: Row, locator: str) -> Iterator[Statement]:
    """Yield the statements of a row: a relationship where both its ends are given, else a node."""
    kinds = _kinds(row)
    is_relation = {"START_ID", "END_ID"} <= kinds.keys()
    if is_relation and ("ID" not in kinds or str(row[kinds["START_ID"][0]]).strip()):
        yield from relationship(file, options, names, row, locator)
    else:
        yield from node(file, options, row, locator)


def node(file: SourceFile, options: SourceOptions, row: Row, locator: str) -> Iterator[Statement]:
    """Yield a node's properties as statements about it."""
    name, label = _named(row)
    facts = [(key, value) for key, value in _properties(row).items() if key not in _NAME_KEYS]
    yield from entity_statements(file, options, locator, name, label, facts)


def _properties(row: Row) -> dict[str, str | list[str]]:
    """Return property → value, arrays as lists, without what is empty."""
    found: dict[str, str | list[str]] = {}
    used = {column for column, _ in _kinds(row).values()}
    for key, value in row.items():
        if str(key) not in used and not _COLUMN.match(str(key)) and str(key) not in _APOC and clean(str(value)):
            is_array = str(key).lower().rstrip("}").endswith("[]")
            found[_TYPED.sub("", str(key))] = _LIST_BREAK.split(str(value)) if is_array else str(value)
    return found


def _named(row: Row) -> tuple[str, str]:
    """Return name and label of a node, of several labels one of our classes."""
    kinds = _kinds(row)
    by_key = _properties(row)
    identifier = str(row[kinds["ID"][0]])
    name = next((str(by_key[key]) for key in _NAME_KEYS if key in by_key), "" if is_id(identifier) else identifier)
    text = str(row[kinds["LABEL"][0]]) if "LABEL" in kinds else ""
    labels = [label for label in re.split(r"[;|:]", text) if label] or [""]
    return clean(name), next((label for label in labels if label.lower() in TYPES), labels[-1])


def relationship(file: SourceFile, options: SourceOptions, names: Names, row: Row, locator: str) -> Iterator[Statement]:
    """Yield a relationship with the names of its ends, or its rejection where an end has none."""
    kinds = _kinds(row)
    start, end = (_end(row, kinds[kind], names) for kind in ("START_ID", "END_ID"))
    properties = {key: clean(v if isinstance(v, str) else "、".join(v)) for key, v in _properties(row).items()}
    relation = clean(str(row[kinds["TYPE"][0]])) if "TYPE" in kinds else ""
    name = properties.pop("name", "")
    if name and (not relation or relation.lower() in _BARE or known_relation(relation, options.relations) is None):
        relation = name
    if start is None or end is None:
        raw = " | ".join(str(value) for value in row.values())
        yield file.reject(options, Reason.NO_COUNTERPART, locator, f"an end without a node: {raw}")
        return
    qualifiers = [f"{key}={value}" for key, value in properties.items() if value]
    (head, head_type), (tail, tail_type) = start, end
    yield statement(file, options, locator, (head, relation, tail), (head_type, tail_type), qualifiers)


def is_number(value: str) -> bool:
    """Return whether an id can be no name: digits, perhaps behind a letter."""
    return _NUMBER.fullmatch(value.strip()) is not None


def is_id(value: str) -> bool:
    """Return whether a value is a key of a database, not a name that serves as one."""
    return _ID.fullmatch(value) is not None


def _end(row: Row, column: tuple[str, str], names: Names) -> tuple[str, str] | None:
    key, space = column
    value = str(row[key]).strip()
    known = names.get((space, value)) or (names.get(("", value)) if (space, SPACE_IS_KNOWN) not in names else None)
    return known or (None if is_id(value) else (value, ""))


SPACE_IS_KNOWN = "\0"
"""An id no file can hold: it marks the id spaces that have nodes."""


def node_of(row: Row) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Return (id space, id) and (name, label) of a row of nodes, None for any other row."""
    if is_node(row):
        key, space = _kinds(row)["ID"]
        return (space, str(row[key]).strip()), _named(row)
    if (plain := plain_node(row)) is not None:
        key, name, label = plain
        return ("", str(row[key]).strip()), (clean(str(row[name])), str(row.get(label) or ""))
    return None
