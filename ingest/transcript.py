"""Transcripts of recorded consultations: SRT, WebVTT, diarised text; `recording` has those in JSON.

One file is one dialogue. In: timed segments with or without voices. Out: utterances whose sides are named or inferred.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from ingest import speakers
from ingest.sides import side_of
from ingest.speakers import MIN_CONFIDENCE, UncertainRoles, sides_of_lines
from ingest.speech import without_fillers
from ingest.utterances import Utterance, missing_name, prefix_of

Lines = Iterable[tuple[int, str]]

_CLOCK = r"(?:(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?|\d{1,6}(?:\.\d{1,3})?s)"
_ARROW = r"\s*(?:-->|->|-|–|—|~|至|到)\s*"
CUE_TIMES = re.compile(rf"\s*(?P<start>{_CLOCK})\s*-->\s*(?P<end>{_CLOCK})")
"""The time line of a subtitle in SRT or WebVTT."""
DIARISED = re.compile(
    rf"^\s*[\[(【]?(?P<start>{_CLOCK})(?:{_ARROW}(?P<end>{_CLOCK}))?[\])】]?\s*[|,\t ]*"
    r"[\[(【]?(?P<who>SPEAKER[_ ]?\d+|[Ss]peaker[_ ]?[\dA-Z]+|spk[_ ]?\d+|说话人\s?[\dA-Za-z一二三四]+|"
    r"发言人\s?[\dA-Za-z一二三四]+|[一-龥]{1,8}\d?|[A-Za-z]{1,12}\d?)[\])】]?\s*[:：]\s*(?P<text>.*)$"
    rf"|^\s*[\[(【](?P<begin>{_CLOCK}){_ARROW}(?P<until>{_CLOCK})[\])】]\s*(?P<said>.*)$"
)
"""A line of diarised text: `[00:01:05] SPEAKER_00: …`, or with both times and no voice `[00:01.0 --> 00:02.5] …`."""
_VOICE_TAG = re.compile(r"<v(?:\.[^ >]*)?\s+(?P<who>[^>]+)>")
_MARKUP = re.compile(r"<[^>]{0,80}>|\{\\[^}]{0,80}\}")
_SOUND = re.compile(
    (
        r"[\[(（【](?:音乐|掌声|笑声?|哭声?|噪音|咳嗽声|静音|music|laughter|noise|applause|silence|inaudible|"
        r"听不清)[\])）】]|^♪.*♪?$"
    ),
    re.IGNORECASE,
)
_MIN_NAMED_SHARE = 0.2
"""Share of segments with a voice from which those without one go on with the voice before."""
_QUESTION_END = re.compile(r"(?:[?？]|吗|呢|没有|不|几天|多久|多少|哪里|什么)[。.]?$")


def seconds(clock: str) -> float:
    """Return a clock time (`01:05.2`, `00:01:05,200`, `65.2s`) in seconds."""
    total = 0.0
    for part in clock.removesuffix("s").replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def clock(value: float) -> str:
    """Return seconds as `00:01:05.200`."""
    thousandths = round(value * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def subtitles(lines: Lines) -> Iterator[Utterance]:
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
                yield from _subtitle(spoken, names, *times)
            spoken = []
            times = (seconds(found["start"]), seconds(found["end"])) if found else None
        elif times:
            spoken.append(line.strip())
    if times and spoken:
        yield from _subtitle(spoken, names, *times)


def _subtitle(spoken: list[str], names: Collection[str], start: float, end: float) -> Iterator[Utterance]:
    """Yield one subtitle, or one utterance for each of its lines that names a speaker."""
    current, label = "", ""
    for line in spoken:
        tag = _VOICE_TAG.search(line)
        text = _MARKUP.sub("", line)
        prefix = None if tag else prefix_of(text, names=names)
        who = tag["who"].strip() if tag else prefix[0] if prefix else ""
        if who and current:
            yield Utterance(current, label=label, start=start, end=end)
            current = ""
        label = who or label
        current += text[prefix[2] :] if prefix else text
    if current:
        yield Utterance(current, label=label, start=start, end=end)


def diarised(lines: Lines) -> Iterator[Utterance]:
    """Yield the segments of diarised text; a line without time and voice goes on with the one before."""
    held: Utterance | None = None
    for _, line in lines:
        if found := DIARISED.match(line):
            if held:
                yield held
            start, end = seconds(found["start"] or found["begin"]), found["end"] or found["until"]
            text, who = (found["text"], found["who"]) if found["who"] else (found["said"], "")
            held = Utterance(text.strip(), label=who.strip(), start=start, end=seconds(end) if end else None)
        elif held and line.strip():
            held = replace(held, text=f"{held.text}{line.strip()}")
    if held:
        yield held


def with_sides(segments: Iterable[Utterance]) -> list[Utterance]:
    """Return the segments cleaned of fillers and noises, each with its side.

    Voices named by role keep it; others are inferred. Raises `UncertainRoles`.
    """
    spoken = _continued([cleaned for segment in segments if (cleaned := _clean(segment)).text])
    if {segment.label for segment in spoken} == {""}:
        sides, confidence = sides_of_lines(spoken)
        if confidence < MIN_CONFIDENCE:
            raise UncertainRoles
        spoken = [replace(segment, side=side) for segment, side in zip(spoken, sides, strict=True)]
    return list(_answered(speakers.with_sides(spoken)))


def _continued(spoken: list[Utterance]) -> list[Utterance]:
    """Let segments without a voice go on with the one before, where the voice is written only when it changes."""
    named = sum(bool(segment.label) for segment in spoken)
    if not spoken or named < _MIN_NAMED_SHARE * len(spoken) or not spoken[0].label:
        return spoken
    found: list[Utterance] = []
    for segment in spoken:
        label = segment.label or found[-1].label
        found.append(replace(segment, label=label, side=side_of(label)))
    return found


def _clean(segment: Utterance) -> Utterance:
    text = without_fillers(_SOUND.sub("", segment.text).strip())
    return replace(segment, text=text, side=side_of(segment.label) if segment.label else None)


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
