"""What tells the header of a graph's table: columns of both ends, relations, neo4j's marks."""

from __future__ import annotations

import re
from collections.abc import Collection

from ingest.graph_formats.column_names import FIELDS, field_of, id_field_of
from ingest.graph_formats.relations import known_relation
from ingest.records.field_names import simplified_name
from ingest.records.header import HeaderWords, is_listed, is_neo4j
from ingest.source import SourceOptions

_NUMBERED = re.compile(r"_?\d{1,2}$")
"""症状1, 症状2: one relation in several columns. `ode_1` → `_1`"""


def is_graph_column(name: str, options: SourceOptions) -> bool:
    """Return whether a name is one of an end, its id or class, or a relation, ours or the source's own."""
    word = simplified_name(name.lower())
    if is_listed(name) or field_of(word) or id_field_of(word):
        return True
    return any(known_relation(spelling, options.relations) for spelling in (word, _NUMBERED.sub("", word)))


def has_neo4j_mark(names: Collection[str]) -> bool:
    """Return whether one of the names is neo4j's."""
    return any(map(is_neo4j, names))


GRAPH_WORDS = HeaderWords(is_graph_column, has_neo4j_mark, columns=frozenset(FIELDS))
"""Other keys of `columns` than the fields of a triple are words for relations, which no table must have."""
