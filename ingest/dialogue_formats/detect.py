"""The formats of dialogues: a name → what recognises such a file, and what reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ingest.conversation.utterances import prefix_of
from ingest.dialogue_formats.consultation import Consultations
from ingest.dialogue_formats.messenger_export import read_stamped, speakers_of
from ingest.dialogue_formats.plain_text import names_alone, read_text
from ingest.dialogue_formats.record_files import read_csv, read_excel, read_json, read_parquet
from ingest.dialogue_formats.remedi_tags import TAG, read_tagged
from ingest.dialogue_formats.timestamps import CUE_TIMES, TranscriptLine, parse_line
from ingest.dialogue_formats.transcript import read_diarised, read_subtitles
from ingest.dialogue_formats.word_document import document_as_text, is_word
from ingest.files.decode import first_lines
from ingest.formats import Format, format_of
from ingest.records.json_records import is_json
from ingest.records.table_files import is_csv, is_excel, is_parquet
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

_SAMPLE_LINES = 60
"""Lines looked at to tell what a text file is."""


def _by_lines(has_format: Callable[[list[str]], bool]) -> Callable[[SourceFile, SourceOptions], bool]:
    return lambda file, options: has_format(first_lines(file, options, _SAMPLE_LINES))


def _is_tagged(lines: list[str]) -> bool:
    return any(TAG in line for line in lines)


def _has_cues(lines: list[str]) -> bool:
    return any(map(CUE_TIMES.match, lines)) or (lines[:1] != [] and lines[0].startswith("WEBVTT"))


def _first_segment(lines: list[str]) -> TranscriptLine | None:
    return next((segment for line in lines if (segment := parse_line(line))), None)


def _is_diarised(lines: list[str]) -> bool:
    segment = _first_segment(lines)
    return segment is not None and segment.is_recorded


def _is_stamped(lines: list[str]) -> bool:
    return _first_segment(lines) is None and len(speakers_of(lines)) > 1


def _names_speakers(lines: list[str]) -> bool:
    """Return whether lines name who speaks; so do those with times of day. An empty file is text."""
    if not any(line.strip() for line in lines) or _first_segment(lines):
        return True
    return any(map(prefix_of, lines)) or bool(names_alone(lines))


def _read_word(file: SourceFile, options: SourceOptions) -> Consultations:
    """Read a document's paragraphs as the text they are: a transcript, or lines with speakers."""
    text = document_as_text(file)
    return find_format(text, replace(options, format=None)).read(text, options)


FORMATS: dict[str, Format[Consultations]] = {
    "word": Format(is_word, _read_word),
    "excel": Format(is_excel, read_excel),
    "parquet": Format(is_parquet, read_parquet),
    "csv": Format(is_csv, read_csv),
    "json": Format(is_json, read_json),
    "tagged": Format(_by_lines(_is_tagged), read_tagged),
    "subtitles": Format(_by_lines(_has_cues), read_subtitles),
    "diarised": Format(_by_lines(_is_diarised), read_diarised),
    "stamped": Format(_by_lines(_is_stamped), read_stamped),
    "text": Format(_by_lines(_names_speakers), read_text),
}
"""What `format = "…"` may name, in the order in which they are tried. Recordings in JSON have timed segments."""


def find_format(file: SourceFile, options: SourceOptions) -> Format[Consultations]:
    """Return the format of a file. Raises `UnreadableFile` where it has none of `FORMATS`."""
    if (name := format_of(FORMATS, file, options)) is not None:
        return FORMATS[name]
    lines = first_lines(file, options, _SAMPLE_LINES)
    if len(lines) > 1 and any(mark in lines[0] for mark in ",\t;|"):
        return FORMATS["csv"]
    raise UnreadableFile(Reason.UNKNOWN_FORMAT, "expected JSON, a table, lines like 医生：…, or a transcript")
