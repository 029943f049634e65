"""Parse timestamps, and transcript lines that begin with a timestamp and a speaker label.

[00:01:05.2 - 00:01:09] SPEAKER_00: 孩子怎么了？      说话人1（00:01:05）：孩子怎么了？
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.conversation.message import PLAIN, message_of
from ingest.conversation.utterances import Utterance
from ingest.records.field_names import Columns, Record, names_in, value_of

_CLOCK = (
    r"(?>(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?|\d{1,3}:\d\.\d{1,3}|\d{1,6}(?:\.\d{1,3})?s"
    r"|(?:\d{1,2}小?时)?\d{1,2}分钟?\d{1,2}(?:\.\d{1,3})?秒)"
)
_GAP = r"\s{0,8}"
_SPACE = r"\s{1,8}"
"""Bounded: lines may be long, and these stand beside each other."""
_ARROW = r"\s{0,8}(?:-->|->|-|–|—|~|至|到)\s{0,8}"
CLOCK = re.compile(_CLOCK)
"""A time of a recording, as segments have it. `00:00:00.000` → `00:00:00.000`"""
CUE_TIMES = re.compile(rf"{_GAP}(?P<start>{_CLOCK}){_GAP}-->{_GAP}(?P<end>{_CLOCK})")
"""The time line of a subtitle in SRT or WebVTT. `00:05.000 --> 00:08.000` → `00:05.000 --> 00:08.000`"""
_VOICE = (
    r"SPEAKER[_ ]?\d+|[Ss]peaker[_ ]?[\dA-Z]+|spk[_ ]?\d+|说话人\s?[\dA-Za-z一二三四]+|发言人\s?[\dA-Za-z一二三四]+"
)
_NAME = rf"{_VOICE}|[一-龥]{{1,8}}\d?|(?:Dr\. ?)?[A-Za-z]{{1,12}}\d?"


def _when(number: int) -> str:
    return rf"{_GAP}(?P<start{number}>{_CLOCK})(?:{_ARROW}(?P<end{number}>{_CLOCK}))?{_GAP}"


def _both(number: int, arrow: str = _ARROW) -> str:
    return rf"{_GAP}(?P<start{number}>{_CLOCK}){arrow}(?P<end{number}>{_CLOCK}){_GAP}"


_FORMS = (
    rf"[\[(（【]?{_when(1)}[\])）】]?{_GAP}[|,\t ]{{0,8}}"
    rf"[\[(（【]?(?P<who1>{_NAME})[\])）】]?{_GAP}[:：]{_GAP}(?P<text1>.*)",
    rf"[\[(（【]?{_when(2)}[\])）】]?{_GAP}(?:[A-Z]{_SPACE})?[\[(（【]?(?P<who2>{_VOICE})[\])）】]?{_SPACE}(?P<text2>.*)",
    rf"[\[(（【]{_when(3)}[\])）】]{_GAP}[\[(（【](?P<who3>{_NAME})[\])）】]{_GAP}(?P<text3>.+)",
    rf"[\[(（【]?(?P<who4>{_NAME})[\])）】]?{_GAP}[\[(（【]{_when(4)}[\])）】]{_GAP}[:：]?{_GAP}(?P<text4>\S.*)",
    rf"(?P<who5>{_NAME}){_SPACE}{_when(5)}[:：]{_GAP}(?P<text5>\S.*)",
    rf"\[{_both(6, ',')},{_GAP}(?P<who6>\d{{1,2}}){_GAP}\]{_GAP}(?P<text6>.*)",
    rf"[\[(（【]{_both(7)}[\])）】]{_GAP}(?P<text7>.*)",
    r"(?P<start8>\d{1,7}(?:\.\d{1,6})?)\t(?P<end8>\d{1,7}(?:\.\d{1,6})?)\t"
    rf"(?:[\[(（]?(?P<who8>{_VOICE}|[一-龥]{{1,8}}\d?)[\])）]?[\t:：]{_GAP})?(?P<text8>\D.*)",
)
_LINE = tuple(re.compile(rf"\s{{0,40}}{form}", re.DOTALL) for form in _FORMS)
LATEST_START_S = 3600.0
"""A recording begins within its first hour; lines that begin later bear the time of day: they were written."""
_LATEST_MINUTE_S = 300.0
"""The same where a time has two parts and no fraction: 10:20 is a time of day sooner than the eleventh minute."""


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One line of diarised text; `end` is None and `who` "" where it does not say."""

    start: float
    end: float | None
    who: str
    text: str
    is_recorded: bool
    """False where the time may be one of day."""


def parse_line(line: str) -> TranscriptLine | None:
    """Return what a line of diarised text says, None for any other line."""
    for number, form in enumerate(_LINE, 1):
        if found := form.fullmatch(line):
            start, end = found[f"start{number}"], found[f"end{number}"]
            who = (found.groupdict().get(f"who{number}") or "").strip()
            is_recorded = end is not None or is_recording_time(start)
            return TranscriptLine(
                seconds(start), seconds(end) if end else None, who, found[f"text{number}"].strip(), is_recorded
            )
    return None


def is_recording_time(clock_time: str) -> bool:
    """Return whether a recording may begin at this time, or it is one of day."""
    is_short = re.fullmatch(r"\d{1,2}:\d{2}", clock_time.strip()) is not None
    return seconds(clock_time) < (_LATEST_MINUTE_S if is_short else LATEST_START_S)


def seconds(clock_time: str) -> float:
    """Return a clock time (`01:05.2`, `00:01:05,200`, `65.2s`, `1分05秒`) in seconds."""
    total = 0.0
    plain = re.sub(r"小?时|分钟?", ":", clock_time.strip())
    for part in plain.removesuffix("s").removesuffix("秒").replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def clock(value: float) -> str:
    """Return seconds as `00:01:05.200`."""
    thousandths = round(value * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def timed_message_of(item: Record, columns: Columns = PLAIN) -> Utterance | None:
    """Return the utterance of a message object with the times it has, None where it has no text of its own."""
    message = message_of(item, columns)
    if message is None or ("start" not in columns and not names_in(item, "start")):
        return message
    start, end = times_of(item, columns)
    return replace(message, start=start, end=end)


def times_of(item: Record, columns: Columns = PLAIN) -> tuple[float | None, float | None]:
    """Return start and end of a segment in the unit it has; a time of day is none."""
    start, end = (_time(value_of(item, field, columns)) for field in ("start", "end"))
    return start, end


def _time(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return seconds(value) if isinstance(value, str) and CLOCK.fullmatch(value.strip()) else None
