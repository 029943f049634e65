"""Read consultations between a patient's side and a doctor, written online or transcribed from voice.

In: JSON in the schemas of public sets (CMDD, DialMed, Toyhom, Zhongjing, ShareGPT …), tables, tagged and plain text,
transcripts.
Out: `Dialogue`s of alternating turns. A row, as a user sees it:

    department,title,ask,answer
    儿科,宝宝咳嗽,宝宝咳嗽三天了怎么办,先看看有没有发热…
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from ingest.conversation.header_words import CONVERSATION_WORDS
from ingest.conversation.merge_snapshots import merge_snapshots
from ingest.conversation.utterances import Utterance, is_voice, join_turns
from ingest.dialogue_formats import transcript
from ingest.dialogue_formats.asr_json import in_seconds, segments_of
from ingest.dialogue_formats.assign_roles import assign_by_name_or_words
from ingest.dialogue_formats.detect import format_of
from ingest.dialogue_formats.messenger_export import speakers_of, timed_messages
from ingest.dialogue_formats.plain_text import prefixed_dialogues
from ingest.dialogue_formats.record import Consultation, about, consultation, spread
from ingest.dialogue_formats.remedi_tags import tagged_dialogues
from ingest.dialogue_formats.timestamps import LATEST_START_S
from ingest.dialogue_formats.turn_rows import TurnRows, as_turn, infer_turn, is_table_of_turns
from ingest.dialogue_formats.word_document import document_as_text, is_word
from ingest.files.decode import lines_or_none, text_lines
from ingest.records.json_records import json_records, unwrapped
from ingest.records.table_files import TableRow, csv_rows, excel_rows, parquet_rows, unnamed
from ingest.source import SourceFile, SourceOptions
from schemas.dialogue import Channel, Dialogue, dialogue_id
from schemas.errors import UnusableRecord
from schemas.rejection import Reason, Rejection

_EXCERPT_TURNS = 3
_MASKED = re.compile(r"\[MASK\]|<mask>|\[UNK\]|<unk>|\{\{\s*\w+\s*\}\}", re.IGNORECASE)
"""What a set puts for a word it hides. `以口服[MASK]` → `[MASK]`"""

Found = Iterator[Dialogue | Rejection]


def read(file: SourceFile, options: SourceOptions) -> Found:
    """Yield the dialogues of a file; what is none comes as a rejection. Raises `UnreadableFile`."""
    if options.format is None and is_word(file):
        file = document_as_text(file)
    found = _READERS[format_of(file, options)](file, options)
    yield from merge_snapshots(found, lambda one: [(turn.role, turn.text) for turn in one.turns])


def _json(file: SourceFile, options: SourceOptions) -> Found:
    gathered = TurnRows(options)
    for at, whole in unwrapped(json_records(file, options)):
        for locator, record in spread(at, whole, options):
            if isinstance(record, Rejection):
                yield record
            elif (turn := as_turn(record, options)) is not None:
                gathered.add(locator, turn)
            elif segments := segments_of(record):
                known = about(record, options) if isinstance(record, Mapping) else ("", None)
                place = "" if locator in ("line 1", "#0") else f"{locator}: "
                yield _recording(segments, file, options, place, *known)
            else:
                yield _record(record, locator, file, options)
    yield from _gathered(gathered, file, options)


def _gathered(turns_: TurnRows, file: SourceFile, options: SourceOptions) -> Found:
    """Yield the dialogues of gathered turns; where each has a time, recordings."""
    dialogues = list(turns_.dialogues())
    for found in dialogues:
        known = about(found.row, options)
        spoken = in_seconds(found.spoken)
        if all(utterance.start is not None for utterance in spoken) and (spoken[0].start or 0.0) < LATEST_START_S:
            place = f"{found.locator}: " if len(dialogues) > 1 else ""
            yield _recording(spoken, file, options, place, *known)
        else:
            yield dialogue(Consultation(tuple(found.spoken), *known), found.locator, file, options)


def _record(record: object, locator: str, file: SourceFile, options: SourceOptions) -> Dialogue | Rejection:
    try:
        found = consultation(record, options)
    except UnusableRecord as problem:
        excerpt = "" if options.columns else unnamed(record, "question and answer, or speaker and text")
        return file.reject(options, problem.reason, locator, excerpt or str(record))
    return dialogue(found, locator, file, options)


def dialogue(
    found: Consultation, locator: str, file: SourceFile, options: SourceOptions, channel: Channel = "online"
) -> Dialogue | Rejection:
    """Return the dialogue of a consultation, or its rejection: EMPTY, ONE_SPEAKER, UNCERTAIN_ROLES, PLACEHOLDER.

    It ends before the first utterance that hides a word behind [MASK]: what follows speaks of what nobody knows.
    """
    known = list(itertools.takewhile(lambda utterance: not _MASKED.search(utterance.text), found.utterances))
    try:
        spoken = join_turns(assign_by_name_or_words([utterance for utterance in known if utterance.text.strip()]))
    except UnusableRecord as problem:
        return file.reject(options, problem.reason, locator, _excerpt(found.utterances))
    if len(spoken) < 2:
        reason = Reason.ONE_SPEAKER if spoken else Reason.EMPTY
        if len(known) < len(found.utterances):
            reason = Reason.PLACEHOLDER
        return file.reject(options, reason, locator, _excerpt(found.utterances))
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


def _excerpt(utterances: Sequence[Utterance]) -> str:
    return " ".join(utterance.text for utterance in utterances[:_EXCERPT_TURNS])


def _recording(
    segments: list[Utterance],
    file: SourceFile,
    options: SourceOptions,
    place: str = "",
    department: str = "",
    diagnosis: str | None = None,
) -> Dialogue | Rejection:
    """Return the dialogue of a recording. `place` stands before the times where a file holds several."""
    locator = place + transcript.span(segments)
    try:
        spoken = transcript.assign_roles(segments)
    except UnusableRecord as problem:
        return file.reject(options, problem.reason, locator, _excerpt(segments))
    return dialogue(Consultation(tuple(spoken), department, diagnosis), locator, file, options, "voice")


def _subtitles(file: SourceFile, options: SourceOptions) -> Found:
    yield _recording(list(transcript.subtitle_segments(text_lines(file, options))), file, options)


def _diarised(file: SourceFile, options: SourceOptions) -> Found:
    yield _recording(list(transcript.diarised_segments(text_lines(file, options))), file, options)


def _stamped(file: SourceFile, options: SourceOptions) -> Found:
    lines = list(text_lines(file, options))
    spoken, is_dated = timed_messages(lines, speakers_of([line for _, line in lines]))
    if spoken and not is_dated:
        yield _recording(spoken, file, options)
    else:
        yield dialogue(Consultation(tuple(spoken)), "line 1", file, options)


def _text(file: SourceFile, options: SourceOptions) -> Found:
    too_long: list[int] = []
    for found in prefixed_dialogues(_short_lines(file, options, too_long)):
        place = f"line {found.line}"
        if found.spoken and all(len(u.label) > 1 and is_voice(u.label) for u in found.spoken):
            yield _recording(list(found.spoken), file, options, place, found.department, found.diagnosis)
        else:
            known = Consultation(found.spoken, found.department, found.diagnosis)
            yield dialogue(known, place, file, options)
    yield from (file.reject(options, Reason.TOO_LARGE, f"line {number}") for number in too_long)


def _short_lines(file: SourceFile, options: SourceOptions, too_long: list[int]) -> Iterator[tuple[int, str]]:
    """Yield the lines, and note the numbers of those that are too long."""
    for number, line in lines_or_none(file, options):
        if line is None:
            too_long.append(number)
        else:
            yield number, line


def _tagged(file: SourceFile, options: SourceOptions) -> Found:
    for found in tagged_dialogues(text_lines(file, options)):
        yield dialogue(Consultation(found.spoken), f"line {found.line}", file, options)


def _table(
    rows: Callable[[SourceFile, SourceOptions], Iterator[TableRow]],
) -> Callable[[SourceFile, SourceOptions], Found]:
    def read_table(file: SourceFile, options: SourceOptions) -> Found:
        gathered = TurnRows(options)
        for locator, row in rows(file, options):
            if isinstance(row, Rejection):
                yield row
                continue
            record = infer_turn(row, options)
            if isinstance(record, Mapping) and is_table_of_turns(record, options):
                gathered.add(locator, record)
            else:
                yield _record(record, locator, file, options)
        yield from _gathered(gathered, file, options)

    return read_table


_READERS: dict[str, Callable[[SourceFile, SourceOptions], Found]] = {
    "json": _json,
    "csv": _table(partial(csv_rows, words=CONVERSATION_WORDS)),
    "excel": _table(partial(excel_rows, words=CONVERSATION_WORDS)),
    "parquet": _table(parquet_rows),
    "tagged": _tagged,
    "text": _text,
    "stamped": _stamped,
    "subtitles": _subtitles,
    "diarised": _diarised,
}
