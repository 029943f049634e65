"""Recordings in JSON, as recognisers (Whisper, WhisperX, FunASR …) write them: segments with text and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.dialogue_messages import message_of
from ingest.fields import names_in
from ingest.utterances import Utterance

_SLOWEST_S_PER_CHAR = 20.0
"""Times that give more seconds a character are milliseconds: people speak 3 to 6 characters a second, with pauses 1."""
_MOST_NESTED = 3


def segments_of(record: object, depth: int = 0) -> list[Utterance] | None:
    """Return the segments of a transcript with times in seconds, None where a value is none.

    A transcript is a list of objects with text and time, or an object that has one, perhaps further inside.
    """
    if isinstance(record, Mapping):
        lists = [value for value in record.values() if isinstance(value, list | Mapping)]
        found = (segments_of(value, depth + 1) for value in lists) if depth < _MOST_NESTED else ()
        return next((segments for segments in found if segments), None)
    if not isinstance(record, list) or not record or not all(_is_segment(element) for element in record):
        return None
    return in_seconds([_segment(element) for element in record])


def _is_segment(element: object) -> bool:
    if not isinstance(element, Mapping) or len(element) < 2:
        return False
    said = any(isinstance(element[key], str) for key in names_in(element, "text"))
    return said and _segment(element).start is not None


def _segment(element: Mapping[str | int, object]) -> Utterance:
    spoken = message_of(element) or Utterance("")
    times = element.get("timestamp")
    if spoken.start is None and isinstance(times, list) and len(times) == 2:  # chunks of transformers' pipeline
        start, end = (float(time) if isinstance(time, int | float) else None for time in times)
        spoken = replace(spoken, start=start, end=end)
    return spoken


def in_seconds(segments: Sequence[Utterance]) -> list[Utterance]:
    """Return segments with their times in seconds, which recognisers also give in milliseconds."""
    last = max((time for s in segments for time in (s.start, s.end) if time is not None), default=0.0)
    first = min((s.start for s in segments if s.start is not None), default=0.0)
    if last - first <= _SLOWEST_S_PER_CHAR * max(sum(len(s.text) for s in segments), 1):
        return list(segments)
    scale = [[None if time is None else time / 1000 for time in (s.start, s.end)] for s in segments]
    return [replace(s, start=start, end=end) for s, (start, end) in zip(segments, scale, strict=True)]
