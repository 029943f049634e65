"""Transcripts of recorded consultations: SRT, WebVTT, diarised text; `asr_json` has those in JSON.

One file is one dialogue. In: timed segments with or without voices. Out: utterances whose sides are named or inferred.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from ingest.conversation.roles import role_of
from ingest.conversation.utterances import Utterance, is_name, missing_name, prefix_of
from ingest.dialogue_formats.assign_roles import MIN_CONFIDENCE, assign_by_name_or_words
from ingest.dialogue_formats.consultation import Consultation, Consultations
from ingest.dialogue_formats.role_classifier import roles_of_lines
from ingest.dialogue_formats.spoken_fillers import without_fillers
from ingest.dialogue_formats.timestamps import CUE_TIMES, clock, parse_line, seconds
from ingest.files.decode import text_lines
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnusableRecord
from schemas.rejection import Reason

Lines = Iterable[tuple[int, str]]

_VOICE_TAG = re.compile(r"<v(?:\.[^ >]*)?\s+(?P<who>[^>]+)>")
"""`<v Mother>从昨天` → `<v Mother>`"""
_MARKUP = re.compile(r"<[^>]{0,80}>|\{\\[^}]{0,80}\}")
"""`<v Mother>从昨天` → `<v Mother>`"""
_DASH = re.compile(r"\s*[-–—]\s?(?=\S)")
"""What stands before each of two speakers of one subtitle. `- 医生您` → `- `"""
_SOUND = re.compile(
    (
        r"[\[(（【](?:音乐|掌声|笑声?|哭声?|噪音|咳嗽声|静音|music|laughter|noise|applause|silence|inaudible|"
        r"听不清)[\])）】]|^♪.*♪?$"
    ),
    re.IGNORECASE,
)
"""`[笑声]好的` → `[笑声]`"""
_MIN_NAMED_SHARE = 0.2
"""Share of segments with a voice from which those without one go on with the voice before."""
_QUESTION_END = re.compile(r"(?:[?？]|吗|呢|没有|不|几天|多久|多少|哪里|什么)[。.]?$")
"""`药了吗？` → `？`"""


def read_subtitles(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the recording of a file in SRT or WebVTT."""
    yield Consultation("", tuple(subtitle_segments(text_lines(file, options))), is_recording=True)


def read_diarised(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the recording of a file of diarised text."""
    yield Consultation("", tuple(diarised_segments(text_lines(file, options))), is_recording=True)


def subtitle_segments(lines: Lines) -> Iterator[Utterance]:
    """Yield the segments of SRT or WebVTT text."""
    lines = list(lines)
    names = missing_name(line for _, line in lines)
    times: tuple[float, float] | None = None
    spoken: list[str] = []
    for _, line in lines:
        found = CUE_TIMES.match(line)
        if found and spoken and spoken[-1].isdecimal():
            spoken.pop()  # the number of this cue, where no empty line stands before it
        if found or not line.strip():
            if times and spoken:
                yield from _one_subtitle(spoken, names, *times)
            spoken = []
            times = (seconds(found["start"]), seconds(found["end"])) if found else None
        elif times:
            spoken.append(line.strip())
    if times and spoken:
        yield from _one_subtitle(spoken, names, *times)


def _one_subtitle(spoken: list[str], names: Collection[str], start: float, end: float) -> Iterator[Utterance]:
    """Yield one subtitle, or one utterance for each of its lines that names a speaker or begins with a dash."""
    current, label = "", ""
    for i, line in enumerate(spoken):
        tag = _VOICE_TAG.search(line)
        text = html.unescape(_MARKUP.sub("", line))
        prefix = None if tag else prefix_of(text, names=names)
        alone = i + 1 < len(spoken) and not prefix and is_name(text)
        who = tag["who"].strip() if tag else prefix[0] if prefix else text.strip("[]【】()（） ") if alone else ""
        dash = None if who else _DASH.match(text)
        if (who or dash) and current:
            yield Utterance(current, label=label, start=start, end=end)
            current = ""
        label = who or ("" if dash else label)
        current += "" if alone else text[prefix[2] if prefix else dash.end() if dash else 0 :]
    if current:
        yield Utterance(current, label=label, start=start, end=end)


def diarised_segments(lines: Lines) -> Iterator[Utterance]:
    """Yield the segments of diarised text; a line without time and voice goes on with the one before."""
    held: Utterance | None = None
    for _, line in lines:
        if cue := parse_line(line):
            if held:
                yield held
            held = Utterance(cue.text, label=cue.who, start=cue.start, end=cue.end)
        elif held and line.strip():
            held = replace(held, text=f"{held.text}{line.strip()}")
    if held:
        yield held


def assign_roles(segments: Iterable[Utterance]) -> list[Utterance]:
    """Return the segments cleaned of fillers and noises, each with its role.

    Voices named by role keep it; others are inferred. Raises `UnusableRecord` (UNCERTAIN_ROLES).
    """
    spoken = _with_labels([speech for segment in segments if (speech := _without_noise(segment)).text])
    if {segment.label for segment in spoken} == {""}:
        roles, confidence = roles_of_lines([segment.text for segment in spoken])
        if confidence < MIN_CONFIDENCE:
            raise UnusableRecord(Reason.UNCERTAIN_ROLES)
        spoken = [replace(segment, role=role) for segment, role in zip(spoken, roles, strict=True)]
    return list(_without_backchannels(assign_by_name_or_words(spoken)))


def _with_labels(spoken: list[Utterance]) -> list[Utterance]:
    """Let segments without a voice go on with the one before, where the voice is written only when it changes."""
    named = sum(bool(segment.label) for segment in spoken)
    if not spoken or named < _MIN_NAMED_SHARE * len(spoken) or not spoken[0].label:
        return spoken
    found: list[Utterance] = []
    for segment in spoken:
        label = segment.label or found[-1].label
        found.append(replace(segment, label=label, role=role_of(label)))
    return found


def _without_noise(segment: Utterance) -> Utterance:
    text = without_fillers(_SOUND.sub("", segment.text).strip())
    return replace(segment, text=text, role=role_of(segment.label) if segment.label else None)


def _without_backchannels(spoken: Iterable[Utterance]) -> Iterator[Utterance]:
    """Drop 嗯 said while listening; 嗯 after a question is an answer and stays."""
    before = ""
    for segment in spoken:
        if re.fullmatch(r"[嗯呃额啊哦唔]+[，,。.…！!]*", segment.text) and not _QUESTION_END.search(before):
            continue
        before = segment.text
        yield segment


def span(segments: Iterable[Utterance]) -> str:
    """Return the locator of a recording: from its first to its last second, e.g. `00:00:01.000-00:12:30.500`."""
    times = [time for segment in segments for time in (segment.start, segment.end) if time is not None]
    return f"{clock(min(times))}-{clock(max(times))}" if times else ""
