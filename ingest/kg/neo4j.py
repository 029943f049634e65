"""Statements of the CSV files of `neo4j-admin import`: nodes (`:ID`, `:LABEL`) and relationships (`:START_ID`, …).

The two kinds lie in different files, so the names of a relationship's ends are looked up in the other files of the
source. An end no file names is taken as a name itself if it looks like one, else the relationship dangles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from ingest.kg.statements import Statement, clean, statement, stub
from ingest.relations import known_relation
from ingest.source import SourceFile, SourceOptions
from ingest.tabular import Row, csv_rows
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

_COLUMN = re.compile(r"^(?P<name>[^:]*):(?P<kind>ID|LABEL|START_ID|END_ID|TYPE|IGNORE)(\((?P<space>[^)]*)\))?$", re.I)
_TYPED = re.compile(r":[A-Za-z]+(\[\])?(\{[^}]*\})?$")
_ID = re.compile(r"[\d\W]*|[A-Za-z]{0,12}[-_:]?\d+|[0-9a-fA-F-]{16,}")
_NAME_KEYS = ("name", "名称", "title", "label", "标签")
_BARE = frozenset({"normal", "relation", "rel", "edge", "related"})
_LABEL_BREAK = re.compile(r"[;|]")

Names = dict[tuple[str, str], tuple[str, str]]
"""(id space, id) → (name, label)."""


def is_node(keys: Iterable[str | int]) -> bool:
    """Tell a node file by its header."""
    return "ID" in _kinds(keys)


def is_relationship(keys: Iterable[str | int]) -> bool:
    """Tell a relationship file by its header."""
    return {"START_ID", "END_ID"} <= set(_kinds(keys))


def _kinds(keys: Iterable[str | int]) -> dict[str, tuple[str, str]]:
    """Return neo4j's kind of column → (column, id space)."""
    found = {}
    for key in keys:
        if match := _COLUMN.match(str(key).strip()):
            found[match["kind"].upper()] = (str(key), match["space"] or "")
    return found


def node(file: SourceFile, options: SourceOptions, row: Row, locator: str) -> Iterator[Statement]:
    """Yield a node's properties as statements about it."""
    name, label = _named(row)
    properties = [(_TYPED.sub("", str(key)), str(value)) for key, value in row.items() if not _COLUMN.match(str(key))]
    facts = [(key, value) for key, value in properties if clean(value) and key not in _NAME_KEYS]
    for key, value in facts:
        yield statement(file, options, locator, (name, key, value), (label, ""))
    if not facts:
        yield stub(file, options, locator, name)


def _named(row: Row) -> tuple[str, str]:
    kinds = _kinds(row)
    by_key = {_TYPED.sub("", str(key)): str(value) for key, value in row.items() if not _COLUMN.match(str(key))}
    identifier = str(row[kinds["ID"][0]])
    name = next(
        (by_key[key] for key in _NAME_KEYS if clean(by_key.get(key, ""))), "" if _is_id(identifier) else identifier
    )
    labels = _LABEL_BREAK.split(str(row[kinds["LABEL"][0]])) if "LABEL" in kinds else [""]
    return clean(name), labels[-1]


def relationship(file: SourceFile, options: SourceOptions, names: Names, row: Row, locator: str) -> Iterator[Statement]:
    """Yield a relationship with the names of its ends, or its rejection where an end has none."""
    kinds = _kinds(row)
    start, end = (_end(row, kinds[kind], names) for kind in ("START_ID", "END_ID"))
    properties = {_TYPED.sub("", str(k)): clean(str(v)) for k, v in row.items() if not _COLUMN.match(str(k))}
    relation = clean(str(row[kinds["TYPE"][0]])) if "TYPE" in kinds else ""
    name = properties.pop("name", "")
    if name and (not relation or relation.lower() in _BARE or known_relation(relation) is None):
        relation = name
    if start is None or end is None:
        raw = " | ".join(str(value) for value in row.values())
        yield file.reject(options, Reason.NO_COUNTERPART, locator, f"an end without a node: {raw}")
        return
    qualifiers = [f"{key}={value}" for key, value in properties.items() if value]
    (head, head_type), (tail, tail_type) = start, end
    yield statement(file, options, locator, (head, relation, tail), (head_type, tail_type), qualifiers)


def _is_id(value: str) -> bool:
    """Tell a key of a database from a name that serves as one."""
    return _ID.fullmatch(value) is not None


def _end(row: Row, column: tuple[str, str], names: Names) -> tuple[str, str] | None:
    key, space = column
    value = str(row[key]).strip()
    known = names.get((space, value)) or names.get(("", value))
    return known or (None if _is_id(value) else (value, ""))


@lru_cache(maxsize=1)
def names_of(siblings: Callable[[], Iterable[SourceFile]]) -> Names:
    """Return the names of all nodes in the files of a source. The last source's names are kept."""
    names: Names = {}
    options = SourceOptions("", "knowledge_graph")
    for file in siblings():
        if file.suffix in {".csv", ".tsv", ".txt", ""}:
            for key, named in _nodes(file, options):
                names.setdefault(key, named)
    return names


def _nodes(file: SourceFile, options: SourceOptions) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    try:
        for _, row in csv_rows(file, options):
            if isinstance(row, Rejection):
                continue
            if not is_node(row):
                return
            key, space = _kinds(row)["ID"]
            named, identifier = _named(row), str(row[key]).strip()
            if named[0]:
                yield (space, identifier), named
                yield ("", identifier), named
    except UnreadableFile:
        return  # read as a file of the source, it is counted there
