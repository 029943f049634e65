"""The formats of distilled sets: a name → what recognises such a file, and what reads its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.conversation.header_words import CONVERSATION_WORDS
from ingest.conversation.utterances import prefix_of
from ingest.dialogue_formats.plain_text import prefixed_dialogues
from ingest.files.decode import first_lines, text_lines
from ingest.formats import Format, format_of
from ingest.records.field_names import Columns, has
from ingest.records.json_records import is_json, json_records, unwrapped
from ingest.records.table_files import csv_rows, excel_rows, is_csv, is_excel, is_parquet, parquet_rows
from ingest.source import SourceFile, SourceOptions

Records = Iterator[tuple[str, object]]
"""Locator and record; a record that cannot be read is a `Rejection`."""
_SAMPLE_LINES = 60
"""Lines looked at to tell a text from a table."""
_OWN_FIELDS = ("question", "answer", "dialogue")


def _is_text(file: SourceFile, options: SourceOptions) -> bool:
    """Return whether the lines of a file name at least two speakers, the first line one."""
    lines = [line for line in first_lines(file, options, _SAMPLE_LINES) if line.strip()]
    speakers = {prefix[0] for line in lines if (prefix := prefix_of(line))}
    return bool(lines) and prefix_of(lines[0]) is not None and len(speakers) > 1


def _read_json(file: SourceFile, options: SourceOptions) -> Records:
    for locator, record in unwrapped(json_records(file, options)):
        if isinstance(record, dict) and _holds_records(record, options.columns):
            yield from ((f"{locator}.{name}", value) for name, value in record.items())
        else:
            yield locator, record


def _holds_records(record: Mapping[str | int, object], columns: Columns) -> bool:
    """Return whether an object holds records by number and has no field of its own."""
    inner = list(record.values())
    return bool(inner) and not _has_own_field(record, columns) and all(_has_own_field(r, columns) for r in inner)


def _has_own_field(record: object, columns: Columns) -> bool:
    return isinstance(record, dict) and any(has(record, field, columns) for field in _OWN_FIELDS)


def _read_csv(file: SourceFile, options: SourceOptions) -> Records:
    return csv_rows(file, options, CONVERSATION_WORDS)


def _read_excel(file: SourceFile, options: SourceOptions) -> Records:
    return excel_rows(file, options, CONVERSATION_WORDS)


def _read_text(file: SourceFile, options: SourceOptions) -> Records:
    """Yield the conversations of text whose lines name who speaks."""
    for found in prefixed_dialogues(text_lines(file, options)):
        yield found.locator, [{"role": u.label or "user", "content": u.text} for u in found.utterances]


FORMATS: dict[str, Format[Records]] = {
    "excel": Format(is_excel, _read_excel),
    "parquet": Format(is_parquet, parquet_rows),
    "csv": Format(is_csv, _read_csv),
    "json": Format(is_json, _read_json),
    "text": Format(_is_text, _read_text),
}
"""What `format = "…"` may name, in the order in which they are tried; `text` are lines 问：…, 答：…"""


def find_format(file: SourceFile, options: SourceOptions) -> Format[Records]:
    """Return the format of a file, csv where nothing else is recognised. Raises `UnreadableFile` for unknown names."""
    return FORMATS[format_of(FORMATS, file, options) or "csv"]
