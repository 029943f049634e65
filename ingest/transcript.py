"""Transcripts of recorded consultations: SRT, WebVTT, Whisper and WhisperX JSON, diarised text.

One file is one dialogue. In: timed segments with or without voices. Out: utterances whose sides are named or inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ingest.sides import Side, side_of
from ingest.speakers import MIN_CONFIDENCE, sides_of_lines, sides_of_voices
from ingest.speech import without_fillers
from ingest.utterances import Utterance

Lines = Iterable[tuple[int, str]]

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
CUE_TIMES = re.compile(rf"\s*(?P<start>{_CLOCK})\s*-->\s*(?P<end>{_CLOCK})")
"""The time line of a subtitle in SRT or WebVTT."""
DIARISED = re.compile(
    rf"^\s*[\[(【]?(?P<start>{_CLOCK})(?:\s*(?:-->|-|–|—|~|至|到)\s*(?P<end>{_CLOCK}))?[\])】]?\s*[|,\t ]*"
    r"[\[(【]?(?P<who>SPEAKER[_ ]?\d+|[Ss]peaker[_ ]?[\dA-Z]+|spk[_ ]?\d+|说话人\s?[\dA-Za-z一二三四]+|"
    r"发言人\s?[\dA-Za-z一二三四]+|[一-龥]{1,8}\d?|[A-Za-z]{1,12}\d?)[\])】]?\s*[:：]\s*(?P<text>.*)$"
)
"""A line of diarised text: `[00:01:05] SPEAKER_00: …`."""
_VOICE_TAG = re.compile(r"<v(?:\.[^ >]*)?\s+(?P<who>[^>]+)>")
_MARKUP = re.compile(r"<[^>]{0,80}>|\{\\[^}]{0,80}\}")
_PREFIX = re.compile(
    r"^\s*(?:-\s*)?[\[(【]?(?P<who>SPEAKER[_ ]?\d+|[Ss]peaker[_ ]?[\dA-Z]+|说话人\s?[\dA-Za-z一二三四]+|"
    r"发言人\s?[\dA-Za-z一二三四]+|[一-龥]{1,6}|[A-Za-z]{1,10})[\])】]?\s*[:：]\s*"
)
_GENERIC = re.compile(r"speaker|spk|说话人|发言人", re.IGNORECASE)
_SOUND = re.compile(
    (
        r"[\[(（【](?:音乐|掌声|笑声?|哭声?|噪音|咳嗽声|静音|music|laughter|noise|applause|silence|inaudible|"
        r"听不清)[\])）】]|^♪.*♪?$"
    ),
    re.IGNORECASE,
)
_QUESTION_END = re.compile(r"(?:[?？]|吗|呢|没有|不|几天|多久|多少|哪里|什么)[。.]?$")


class UncertainRoles(Exception):
    """The voices of a recording cannot be told apart with enough confidence."""


def seconds(clock: str) -> float:
    """Return a clock time (`01:05.2`, `00:01:05,200`) in seconds."""
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def clock(value: float) -> str:
    """Return seconds as `00:01:05.200`."""
    thousandths = round(value * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def subtitles(lines: Lines) -> Iterator[Utterance]:
    """Yield the segments of SRT or WebVTT text."""
    times: tuple[float, float] | None = None
    spoken: list[str] = []
    for _, line in lines:
        found = CUE_TIMES.match(line)
        if found or not line.strip():
            if times and spoken:
                yield from _subtitle(spoken, *times)
            spoken = []
            times = (seconds(found["start"]), seconds(found["end"])) if found else None
        elif times:
            spoken.append(line.strip())
    if times and spoken:
        yield from _subtitle(spoken, *times)


def _subtitle(spoken: list[str], start: float, end: float) -> Iterator[Utterance]:
    """Yield one subtitle, or one utterance for each of its lines that names a speaker."""
    current, label = "", ""
    for line in spoken:
        tag = _VOICE_TAG.search(line)
        text = _MARKUP.sub("", line)
        prefix = None if tag else _PREFIX.match(text)
        who = tag["who"].strip() if tag else prefix["who"] if prefix and _is_voice(prefix["who"]) else ""
        if who and current:
            yield Utterance(current, label=label, start=start, end=end)
            current = ""
        label = who or label
        current += text[prefix.end() :] if prefix and who else text
    if current:
        yield Utterance(current, label=label, start=start, end=end)


def _is_voice(who: str) -> bool:
    return bool(_GENERIC.match(who)) or side_of(who) is not None


def diarised(lines: Lines) -> Iterator[Utterance]:
    """Yield the segments of diarised text; a line without time and voice goes on with the one before."""
    held: Utterance | None = None
    for _, line in lines:
        if found := DIARISED.match(line):
            if held:
                yield held
            start = seconds(found["start"])
            end = seconds(found["end"]) if found["end"] else None
            held = Utterance(found["text"].strip(), label=found["who"].strip(), start=start, end=end)
        elif held and line.strip():
            held = Utterance(f"{held.text}{line.strip()}", label=held.label, start=held.start, end=held.end)
    if held:
        yield held


def is_whisper(record: object) -> bool:
    """Tell whether a JSON value is a transcript: an object with timed `segments`, or a list of them."""
    segments = record.get("segments") if isinstance(record, Mapping) else None
    return isinstance(segments, list) and all(isinstance(s, Mapping) and "text" in s and "start" in s for s in segments)


def whisper(record: Mapping[str, object]) -> Iterator[Utterance]:
    """Yield the segments of a Whisper or WhisperX transcript."""
    segments = record["segments"]
    for segment in segments if isinstance(segments, list) else []:
        text, start, end = segment["text"], segment["start"], segment.get("end")
        if isinstance(text, str):
            times = [float(time) if isinstance(time, int | float) else None for time in (start, end)]
            yield Utterance(text.strip(), label=str(segment.get("speaker") or ""), start=times[0], end=times[1])


def with_sides(segments: Iterable[Utterance]) -> list[Utterance]:
    """Return the segments cleaned of fillers and noises, each with its side.

    Voices named by role keep it; others are inferred. Raises `UncertainRoles`.
    """
    spoken = [_clean(segment) for segment in segments]
    spoken = [segment for segment in spoken if segment.text]
    labels = {segment.label for segment in spoken}
    named = {label: side for label in labels if (side := side_of(label)) and not _GENERIC.match(label)}
    if labels <= named.keys():
        return [_sided(segment, named[segment.label]) for segment in _answered(spoken)]
    if len(labels) > 1:
        voices = {label: [s.text for s in spoken if s.label == label] for label in sorted(labels)}
        found, confidence = sides_of_voices(voices)
        sides = [found.get(segment.label) for segment in spoken]
    else:
        listed, confidence = sides_of_lines(spoken)
        sides = list(listed)
    if confidence < MIN_CONFIDENCE or None in sides:
        raise UncertainRoles
    paired = [_sided(segment, side) for segment, side in zip(spoken, sides, strict=True) if side]
    return list(_answered(paired))


def _clean(segment: Utterance) -> Utterance:
    text = without_fillers(_SOUND.sub("", segment.text).strip())
    return Utterance(text, segment.side, segment.label, segment.start, segment.end)


def _sided(segment: Utterance, side: Side) -> Utterance:
    return Utterance(segment.text, side, segment.label, segment.start, segment.end)


def _answered(spoken: Iterable[Utterance]) -> Iterator[Utterance]:
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
