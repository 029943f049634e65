"""Read knowledge graphs: statements head — relation → tail, in our vocabulary of relations and classes.

Reads TSV and CSV (one triple or one entity per row, nodes and edges), Excel, Parquet, neo4j-admin CSV, JSON and JSON
lines (disease records, entities, relation groups, `spo_list`s, triples, Mongo exports, exports of graph databases,
JSON-LD), Turtle and N-Triples. A row, as a user sees it, from a TSV file:

    支气管肺炎	症状	发热

A list of terms states nothing: each term is a STUB, as is an entity without properties (a list is often dirty; "X is a
disease" may be false). What a graph says as a whole is the matter of `pedcorpus/graph/merge_statements.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.formats import Format, format_of
from ingest.graph_formats.entity_records import record_statements
from ingest.graph_formats.header_words import GRAPH_WORDS
from ingest.graph_formats.relations import RELATIONS, own_words
from ingest.graph_formats.statement_lines import line_statements, pattern_of
from ingest.graph_formats.statements import Statement
from ingest.graph_formats.triple_tables import table_statements
from ingest.graph_formats.turtle import turtle_statements
from ingest.records.json_records import is_json
from ingest.records.table_files import csv_rows, excel_rows, is_csv, is_excel, is_parquet, parquet_rows
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

__all__ = ["FORMATS", "RELATIONS", "read"]

_UNREAD = {
    **dict.fromkeys((".rdf", ".owl", ".nq", ".trig"), "Turtle or N-Triples"),
    **dict.fromkeys((".xml", ".graphml", ".gexf", ".gml"), "a table of head, relation and tail"),
}
"""Suffix → what to save such a file as."""


def read(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a graph file. Raises `UnreadableFile`."""
    if options.format is None and file.suffix in _UNREAD:
        raise UnreadableFile(Reason.UNKNOWN_FORMAT, f"{file.suffix} is not read: save it as {_UNREAD[file.suffix]}")
    options = replace(options, relations=own_words(options.relations, options.columns))
    yield from FORMATS[format_of(FORMATS, file, options) or "csv"].read(file, options)


def _read_excel(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    return table_statements(excel_rows(file, options, GRAPH_WORDS), file, options)


def _read_parquet(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    return table_statements(parquet_rows(file, options), file, options)


def _read_csv(file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    return table_statements(csv_rows(file, options, GRAPH_WORDS), file, options)


def _is_turtle(file: SourceFile, options: SourceOptions) -> bool:
    return file.suffix in (".nt", ".ttl", ".n3")


def _has_lines(file: SourceFile, options: SourceOptions) -> bool:
    return pattern_of(file, options) is not None


FORMATS = {
    "excel": Format(is_excel, _read_excel),
    "parquet": Format(is_parquet, _read_parquet),
    "csv": Format(is_csv, _read_csv),
    "turtle": Format(_is_turtle, turtle_statements),
    "json": Format(is_json, record_statements),
    "lines": Format(_has_lines, line_statements),
}
"""What `format = "…"` may be: excel, parquet, csv (any delimited text; what nothing recognises), turtle (and
N-Triples), json (any layout), lines (`head -[relation]-> tail`, `(head, relation, tail)`)."""
