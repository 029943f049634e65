"""Which column of a table of conversations is read as which field, and which say nothing: what a probe shows."""

from __future__ import annotations

from itertools import islice

from ingest.conversation.header_words import CONVERSATION_WORDS
from ingest.conversation.visit_rows import HISTORY, VERDICT, visit_of, without_names
from ingest.conversation.wide_rows import turn_column_of
from ingest.records.field_names import Record, best_key, names_in
from ingest.records.table_files import csv_rows, excel_rows, parquet_rows, table_kind
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Rejection

LOOKED_AT = 20
"""Rows of which the first that is read names the columns."""
_ABOUT = ("department", "diagnosis", "id")
_SAID = ("question", "answer", "title", "input", "history", "self_report", "role", "text")


def column_fields(file: SourceFile, options: SourceOptions) -> dict[str, str]:
    """Return column → field of a table, "" for a column that is left out; nothing for a file that is no table.

    Raises `UnreadableFile`.
    """
    kind = table_kind(file)
    if kind == "parquet":
        rows = parquet_rows(file, options)
    elif kind in ("csv", "excel"):
        rows = (csv_rows if kind == "csv" else excel_rows)(file, options, CONVERSATION_WORDS)
    else:
        return {}
    row = next((row for _, row in islice(rows, LOOKED_AT) if not isinstance(row, Rejection)), {})
    return fields_of(row, options) if all(isinstance(key, str) for key in row) else {}


def fields_of(record: Record, options: SourceOptions) -> dict[str, str]:
    """Return the field of each key of a record, "" for one that is left out."""
    used = without_names(record)
    fields: tuple[str, ...]
    if visit_of(used, options.columns):
        fields = (*HISTORY, *VERDICT, *_ABOUT)
    elif _has_exchange(used):
        fields = (*_SAID, *_ABOUT)
    else:
        fields = ("dialogue", *_SAID, *_ABOUT)
    named: dict[str | int | None, str] = {}
    for field in reversed(fields):
        own = options.columns.get(field)
        named[best_key(used, field) if own is None else own] = field
    turns = {key: "turn" for key in used if isinstance(key, str) and turn_column_of(key)}
    return {str(key): named.get(key) or turns.get(str(key), "") for key in record}


def _has_exchange(record: Record) -> bool:
    return all(names_in(record, field) for field in ("question", "answer")) or all(
        names_in(record, field) for field in ("role", "text")
    )
