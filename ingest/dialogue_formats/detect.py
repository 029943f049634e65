"""Tell how a file of dialogues is laid out: by its first bytes, its name, its first lines."""

from __future__ import annotations

from ingest.conversation.utterances import prefix_of
from ingest.dialogue_formats.messenger_export import speakers_of
from ingest.dialogue_formats.plain_text import names_alone
from ingest.dialogue_formats.remedi_tags import TAG
from ingest.dialogue_formats.timestamps import CUE_TIMES, parse_line
from ingest.files.decode import first_lines
from ingest.records.json_records import is_json
from ingest.records.table_files import table_kind
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

FORMATS = ("json", "csv", "excel", "parquet", "tagged", "text", "stamped", "subtitles", "diarised")
"""What `format = "…"` may name. Recordings in JSON are told by their timed segments."""
_SAMPLE_LINES = 60
"""Lines looked at to tell what a text file is."""


def format_of(file: SourceFile, options: SourceOptions) -> str:
    """Return the name of a file's format. Raises `UnreadableFile` where it is none of `FORMATS`."""
    if options.format is not None:
        if options.format not in FORMATS:
            raise UnreadableFile(
                Reason.UNKNOWN_FORMAT, f"format {options.format!r}: expected one of {', '.join(FORMATS)}"
            )
        return options.format
    if known := table_kind(file):
        return known
    return "json" if is_json(file, options) else _of_text(file, options)


def _of_text(file: SourceFile, options: SourceOptions) -> str:
    """Tell what a text file is by its first lines."""
    lines = first_lines(file, options, _SAMPLE_LINES)
    if not any(line.strip() for line in lines):
        return "text"
    if any(TAG in line for line in lines):
        return "tagged"
    if any(CUE_TIMES.match(line) for line in lines) or lines[0].startswith("WEBVTT"):
        return "subtitles"
    if cue := next((found for line in lines if (found := parse_line(line))), None):
        return "diarised" if cue.is_recorded else "text"
    if len(speakers_of(lines)) > 1:
        return "stamped"
    if any(prefix_of(line) for line in lines) or names_alone(lines):
        return "text"
    if any(mark in lines[0] for mark in ",\t;|") and len(lines) > 1:
        return "csv"
    raise UnreadableFile(Reason.UNKNOWN_FORMAT, "expected JSON, a table, lines like 医生：…, or a transcript")
