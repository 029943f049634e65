"""Read consultations between a patient's side and a doctor, written online or transcribed from voice.

In: JSON in the schemas of public sets (CMDD, DialMed, Toyhom, Zhongjing, ShareGPT …), tables, tagged and plain text,
transcripts.
Out: `Dialogue`s of alternating turns. A row, as a user sees it:

    department,title,ask,answer
    儿科,宝宝咳嗽,宝宝咳嗽三天了怎么办,先看看有没有发热…
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from ingest import transcript
from ingest.dialogue_records import Consultation, NoDialogue, consultation, is_table_of_turns, message, row_of_turn
from ingest.dialogue_text import TAG, prefixed_dialogues, tagged_dialogues
from ingest.encoding import text_lines
from ingest.json_records import is_json, json_records, unwrapped
from ingest.sides import side_of
from ingest.source import SourceFile, SourceOptions
from ingest.tabular import Row, TableRow, csv_rows, excel_rows, parquet_rows
from ingest.utterances import PREFIX, Utterance, turns
from schemas.dialogue import Channel, Dialogue, dialogue_id
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

FORMATS = ("json", "csv", "excel", "parquet", "tagged", "text", "subtitles", "diarised")
"""What `format = "…"` may name. Whisper JSON is told by its `segments`."""
_BY_SUFFIX = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "excel",
    ".parquet": "parquet",
    ".srt": "subtitles",
    ".vtt": "subtitles",
}
_SAMPLE_LINES = 60
"""Lines looked at to tell what a text file is."""
_EXCERPT_TURNS = 3

Found = Iterator[Dialogue | Rejection]


def read(file: SourceFile, options: SourceOptions) -> Found:
    """Yield the dialogues of a file; what is none comes as a rejection. Raises `UnreadableFile`."""
    yield from _READERS[_format(file, options)](file, options)


def _format(file: SourceFile, options: SourceOptions) -> str:
    if options.format is not None:
        if options.format not in _READERS:
            raise UnreadableFile(
                Reason.UNKNOWN_FORMAT, f"format {options.format!r}: expected one of {', '.join(FORMATS)}"
            )
        return options.format
    if known := _BY_SUFFIX.get(file.suffix):
        return known
    return "json" if is_json(file, options) else _format_of_text(file, options)


def _format_of_text(file: SourceFile, options: SourceOptions) -> str:
    """Tell what a text file is by its first lines."""
    lines = [line for _, line in itertools.islice(text_lines(file, options), _SAMPLE_LINES)]
    if not any(line.strip() for line in lines):
        return "text"
    if any(TAG in line for line in lines):
        return "tagged"
    if any(transcript.CUE_TIMES.match(line) for line in lines):
        return "subtitles"
    if any(transcript.DIARISED.match(line) for line in lines):
        return "diarised"
    if any((found := PREFIX.match(line)) and side_of(found["who"]) for line in lines):
        return "text"
    if any(mark in lines[0] for mark in ",\t;|") and len(lines) > 1:
        return "csv"
    raise UnreadableFile(Reason.UNKNOWN_FORMAT, "expected JSON, a table, lines like 医生：…, or a transcript")


def _json(file: SourceFile, options: SourceOptions) -> Found:
    messages: dict[str, tuple[str, list[Utterance]]] = {}
    for locator, record in unwrapped(json_records(file, options)):
        if isinstance(record, Rejection):
            yield record
        elif single := message(record):
            messages.setdefault(single[0], (locator, []))[1].append(single[1])
        elif isinstance(record, Mapping) and transcript.is_whisper(record):
            yield _recording(list(transcript.whisper(record)), file, options)
        else:
            yield _record(record, locator, file, options)
    for locator, spoken in messages.values():
        yield dialogue(Consultation(tuple(spoken)), locator, file, options)


def _record(record: object, locator: str, file: SourceFile, options: SourceOptions) -> Dialogue | Rejection:
    try:
        found = consultation(record, options)
    except NoDialogue as problem:
        return file.reject(options, problem.reason, locator, str(record))
    return dialogue(found, locator, file, options)


def dialogue(
    found: Consultation, locator: str, file: SourceFile, options: SourceOptions, channel: Channel = "online"
) -> Dialogue | Rejection:
    """Return the dialogue of a consultation, or EMPTY, ONE_SPEAKER, or without any speaker MISSING_FIELD."""
    spoken = turns(found.utterances)
    if not spoken:
        unnamed = any(utterance.text.strip() and utterance.side is None for utterance in found.utterances)
        reason = Reason.MISSING_FIELD if unnamed else Reason.EMPTY
        return file.reject(options, reason, locator, " ".join(u.text for u in found.utterances[:_EXCERPT_TURNS]))
    if len(spoken) < 2:
        return file.reject(options, Reason.ONE_SPEAKER, locator, spoken[0].text)
    origin = file.origin(locator)
    return Dialogue(
        id=dialogue_id(options.name, origin, spoken),
        source=options.name,
        origin=origin,
        turns=spoken,
        department=found.department or options.department,
        license=options.license,
        channel=channel,
        diagnosis=found.diagnosis,
    )


def _recording(segments: list[Utterance], file: SourceFile, options: SourceOptions) -> Dialogue | Rejection:
    locator = transcript.span(segments)
    try:
        spoken = transcript.with_sides(segments)
    except transcript.UncertainRoles:
        excerpt = " ".join(segment.text for segment in segments[:_EXCERPT_TURNS])
        return file.reject(options, Reason.UNCERTAIN_ROLES, locator, excerpt)
    return dialogue(Consultation(tuple(spoken)), locator, file, options, "voice")


def _subtitles(file: SourceFile, options: SourceOptions) -> Found:
    yield _recording(list(transcript.subtitles(text_lines(file, options))), file, options)


def _diarised(file: SourceFile, options: SourceOptions) -> Found:
    yield _recording(list(transcript.diarised(text_lines(file, options))), file, options)


def _text(file: SourceFile, options: SourceOptions) -> Found:
    for line, spoken in prefixed_dialogues(text_lines(file, options)):
        yield dialogue(Consultation(spoken), f"line {line}", file, options)


def _tagged(file: SourceFile, options: SourceOptions) -> Found:
    for line, spoken in tagged_dialogues(text_lines(file, options)):
        yield dialogue(Consultation(spoken), f"line {line}", file, options)


def _table(
    rows: Callable[[SourceFile, SourceOptions], Iterator[TableRow]],
) -> Callable[[SourceFile, SourceOptions], Found]:
    def read_table(file: SourceFile, options: SourceOptions) -> Found:
        found = _with_header(rows(file, options))
        first = next(found, None)
        if first is None:
            return
        found = itertools.chain([first], found)
        if isinstance(first[1], dict) and is_table_of_turns(first[1], options):
            yield from _turn_rows(found, file, options)
            return
        for locator, row in found:
            yield row if isinstance(row, Rejection) else _record(row, locator, file, options)

    return read_table


def _with_header(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """Take the first row for the header where it names speaker, text or question and the table reader saw none."""
    first = next(rows, None)
    if first is None:
        return
    names = [str(cell).strip() for cell in first[1].values()] if isinstance(first[1], dict) and 0 in first[1] else []
    if not is_table_of_turns(dict.fromkeys(names, ""), SourceOptions("", "")):
        names = []
    if not names:
        yield first
    for locator, row in rows:
        if names and isinstance(row, dict):
            yield locator, dict(zip(names, row.values(), strict=False))
        else:
            yield locator, row


def _turn_rows(rows: Iterator[TableRow], file: SourceFile, options: SourceOptions) -> Found:
    """Gather rows that are turns by their dialogue's id; a dialogue stands where its first row stands."""
    gathered: dict[str, tuple[str, list[Utterance], Row]] = {}
    for locator, row in rows:
        if isinstance(row, Rejection):
            yield row
        elif turn := row_of_turn(row, options):
            gathered.setdefault(turn[0], (locator, [], row))[1].append(turn[1])
    for locator, spoken, row in gathered.values():
        about = consultation({**row, "dialogue-content": [{"speaker": "患者", "content": "-"}]}, options)
        yield dialogue(Consultation(tuple(spoken), about.department, about.diagnosis), locator, file, options)


_READERS: dict[str, Callable[[SourceFile, SourceOptions], Found]] = {
    "json": _json,
    "csv": _table(csv_rows),
    "excel": _table(excel_rows),
    "parquet": _table(parquet_rows),
    "tagged": _tagged,
    "text": _text,
    "subtitles": _subtitles,
    "diarised": _diarised,
}
