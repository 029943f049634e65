"""Read knowledge graphs: statements head — relation → tail, in our vocabulary of relations and classes.

Reads TSV and CSV (a triple a row, an entity a row, nodes and edges), Excel, Parquet, neo4j-admin CSV, JSON and JSON
lines (disease records, entities, relation groups, `spo_list`s, triples, Mongo exports, exports of graph databases,
JSON-LD), Turtle and N-Triples. A list of terms states nothing: each term is a STUB, as is an entity without properties
(a list is often dirty; "X is a disease" may be false). What a graph says as a whole is
the matter of `pedcorpus/graph/merge_statements.py`.

One row, from a TSV file: `支气管肺炎	症状	发热`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.graph_formats.entity_records import record_statements
from ingest.graph_formats.header_words import GRAPH_WORDS
from ingest.graph_formats.relations import RELATIONS, own_words
from ingest.graph_formats.statement_lines import line_statements, pattern_of
from ingest.graph_formats.statements import Statement
from ingest.graph_formats.triple_tables import table_statements
from ingest.graph_formats.turtle import turtle_statements
from ingest.records.json_records import is_json
from ingest.records.table_files import csv_rows, excel_rows, parquet_rows, table_kind
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

__all__ = ["FORMATS", "RELATIONS", "read"]

FORMATS = ("csv", "excel", "parquet", "json", "turtle", "lines")
"""What `format = "…"` may be: csv (any delimited text), excel, parquet, json (any layout), turtle (and N-Triples),
lines (`head -[relation]-> tail`, `(head, relation, tail)`)."""
_TURTLE = frozenset({".nt", ".ttl", ".n3"})
_RDF = "Turtle or N-Triples"
_UNREAD = {
    **dict.fromkeys((".rdf", ".owl", ".nq", ".trig"), _RDF),
    **dict.fromkeys((".xml", ".graphml", ".gexf", ".gml"), "a table of head, relation and tail"),
}


def read(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a graph file. Raises `UnreadableFile`."""
    if options.format is None and file.suffix in _UNREAD:
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, f"{file.suffix} is not read: save it as {_UNREAD[file.suffix]}")
    options = replace(options, relations=own_words(options.relations, options.columns))
    match options.format or table_kind(file) or _kind(file, options):
        case "excel":
            yield from table_statements(excel_rows(file, options, GRAPH_WORDS), file, options)
        case "parquet":
            yield from table_statements(parquet_rows(file, options), file, options)
        case "json":
            yield from record_statements(file, options)
        case "turtle":
            yield from turtle_statements(file, options)
        case "lines" if pattern := pattern_of(file, options):
            yield from line_statements(pattern, file, options)
        case _:
            yield from table_statements(csv_rows(file, options, GRAPH_WORDS), file, options)


def _kind(file: SourceFile, options: SourceOptions) -> str:
    if file.suffix in _TURTLE:
        return "turtle"
    return "json" if is_json(file, options) else "lines"
