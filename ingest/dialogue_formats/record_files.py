"""Files of records, JSON and tables, as consultations: each record is one, holds several, or is a turn of one.

Rows that are single turns (`dialogue_id,speaker,text`) are collected by dialogue; timed segments make recordings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.conversation.header_words import CONVERSATION_WORDS
from ingest.dialogue_formats.asr_json import in_seconds, segments_of
from ingest.dialogue_formats.consultation import Consultation, Consultations
from ingest.dialogue_formats.record import consultation, department_and_diagnosis, split_dialogues
from ingest.dialogue_formats.timestamps import LATEST_START_S
from ingest.dialogue_formats.turn_rows import TurnRows, as_turn, infer_turn, is_table_of_turns
from ingest.records.json_records import json_records, unwrapped
from ingest.records.table_files import TableRow, csv_rows, excel_rows, parquet_rows, unnamed
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Rejection

_FIRST_RECORD = ("line 1", "#0")


def read_json(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the consultations of a JSON file in any layout. Raises `UnreadableFile`."""
    turns = TurnRows(options)
    for at, whole in unwrapped(json_records(file, options)):
        for locator, record in split_dialogues(at, whole, options):
            if isinstance(record, Rejection):
                yield record
            elif (turn := as_turn(record, options)) is not None:
                turns.add(locator, turn)
            elif segments := segments_of(record):
                about = department_and_diagnosis(record, options) if isinstance(record, Mapping) else ("", None)
                place = "" if locator in _FIRST_RECORD else f"{locator}: "
                yield Consultation(place, tuple(segments), *about, is_recording=True)
            else:
                yield _of_record(record, locator, file, options)
    yield from _of_turns(turns, options)


def read_csv(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the consultations of delimited text. Raises `UnreadableFile`."""
    return _of_rows(csv_rows(file, options, CONVERSATION_WORDS), file, options)


def read_excel(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the consultations of a workbook. Raises `UnreadableFile`."""
    return _of_rows(excel_rows(file, options, CONVERSATION_WORDS), file, options)


def read_parquet(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the consultations of a Parquet file. Raises `UnreadableFile`."""
    return _of_rows(parquet_rows(file, options), file, options)


def _of_rows(rows: Iterator[TableRow], file: SourceFile, options: SourceOptions) -> Consultations:
    turns = TurnRows(options)
    for locator, row in rows:
        if isinstance(row, Rejection):
            yield row
            continue
        record = infer_turn(row, options)
        if isinstance(record, Mapping) and is_table_of_turns(record, options):
            turns.add(locator, record)
        else:
            yield _of_record(record, locator, file, options)
    yield from _of_turns(turns, options)


def _of_record(record: object, locator: str, file: SourceFile, options: SourceOptions) -> Consultation | Rejection:
    try:
        return consultation(locator, record, options)
    except UnusableRecord as problem:
        excerpt = "" if options.columns else unnamed(record, "question and answer, or speaker and text")
        return file.reject(options, problem.reason, locator, excerpt or str(record))


def _of_turns(turns: TurnRows, options: SourceOptions) -> Iterator[Consultation]:
    """Yield the consultations of collected turns; where each has a time, recordings."""
    dialogues = list(turns.dialogues())
    for rows in dialogues:
        department, diagnosis = department_and_diagnosis(rows.row, options)
        segments = in_seconds(rows.spoken)
        is_timed = all(segment.start is not None for segment in segments)
        if is_timed and (segments[0].start or 0.0) < LATEST_START_S:
            place = f"{rows.locator}: " if len(dialogues) > 1 else ""
            yield Consultation(place, tuple(segments), department, diagnosis, is_recording=True)
        else:
            yield Consultation(rows.locator, tuple(rows.spoken), department, diagnosis)
