"""The names of a graph's nodes, gathered from all files of its source, and headers that are files of their own."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from ingest.files.decode import first_lines
from ingest.graph_formats.header_words import GRAPH_WORDS
from ingest.graph_formats.node_edge_tables import SPACE_IS_KNOWN, Names, is_id, is_node, is_relationship, node_of
from ingest.records.table_files import TableRow, csv_rows, excel_rows
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Rejection

Siblings = Callable[[], Iterable[SourceFile]]
_HEADER_NAME = re.compile(r"[-_ ]?headers?$")
"""`des-header` → `-header`"""
_TABLES = frozenset({".csv", ".tsv", ".txt", "", ".xlsx", ".xlsm"})
_OPTIONS = SourceOptions("", "knowledge_graph")


@lru_cache(maxsize=1)
def names_in(file: SourceFile) -> Names:
    """Return the names of the nodes of the source that holds this file: of all its files, else of this one alone."""
    return names_of(file.siblings) or _gathered([file], file.siblings)


@lru_cache(maxsize=1)
def names_of(siblings: Siblings) -> Names:
    """Return the names of all nodes in the files of a source. The last source's names are kept."""
    return _gathered(siblings(), siblings)


def named_ends(file: SourceFile, head: str, tail: str) -> list[tuple[str, str]] | None:
    """Return names and classes of the ends of a triple whose head is an id of a node; None where one has no node.

    A tail that is no id is a value.
    """
    names = names_in(file)
    ends = [names.get(("", value)) for value in (head, tail)]
    if ends[0] is None or (ends[1] is None and is_id(tail)):
        return None
    return [ends[0], ends[1] or (tail, "")]


def _gathered(files: Iterable[SourceFile], siblings: Siblings) -> Names:
    names: Names = {}
    for file in files:
        for (space, identifier), named in _nodes(file, siblings) if file.suffix in _TABLES else ():
            if names.setdefault((space, identifier), named) != named and not space:
                names["", identifier] = None
            if space:
                names[space, SPACE_IS_KNOWN] = ("", "")
                if names.setdefault(("", identifier), named) != named:
                    names["", identifier] = None
    return names


def _nodes(file: SourceFile, siblings: Siblings) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    is_excel = file.suffix.startswith(".xls")
    try:
        rows = excel_rows(file, _OPTIONS, GRAPH_WORDS) if is_excel else csv_rows(file, _OPTIONS, GRAPH_WORDS)
        for _, row in rows if is_excel else with_header_file(rows, file, siblings):
            if isinstance(row, Rejection):
                continue
            found = node_of(row)
            if found is None and not is_excel:
                return
            if found is not None and found[0][1] and found[1][0]:
                yield found
    except UnreadableFile:
        return  # read as a file of the source, it is counted there


def with_header_file(rows: Iterator[TableRow], file: SourceFile, siblings: Siblings) -> Iterator[TableRow]:
    """Yield the rows of a file; its header may be another file, as neo4j-admin takes them (`nodes-header.csv`)."""
    header: list[str] = []
    for number, (locator, row) in enumerate(rows):
        if isinstance(row, Rejection):
            yield locator, row
            continue
        if number == 0 and isinstance(next(iter(row)), int):
            header = _header_of(file, len(row), siblings)
        yield locator, dict(zip(header, row.values(), strict=True)) if len(row) == len(header) else row


def _header_of(file: SourceFile, width: int, siblings: Siblings) -> list[str]:
    """Return the columns named in the header file of a file, [] where there is none."""
    own = _stem(file)
    for other in siblings():
        bare = _HEADER_NAME.sub("", _stem(other))
        if bare in ("", _stem(other)) or not own.startswith(bare):
            continue
        line = next(iter(first_lines(other, _OPTIONS, 1)), "")
        names = next(csv.reader([line], delimiter="\t" if "\t" in line else ";" if ";" in line else ","), [])
        if len(names) == width and (is_node(names) or is_relationship(names)):
            return names
    return []


def _stem(file: SourceFile) -> str:
    return PurePosixPath(file.member or file.path).name.lower().partition(".")[0]
