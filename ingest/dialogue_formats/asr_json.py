"""Transcripts in JSON, as speech recognition writes them (Whisper, FunASR, Paraformer, iFLYTEK): timed segments.

Where the words have speakers of their own, a segment is cut between them; where only words are given, they make the
segments. `iFLYTEK` writes its words in a lattice of JSON texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from ingest.conversation.json_cells import holds_json, parse_cell
from ingest.conversation.message import text_of
from ingest.conversation.utterances import Utterance
from ingest.dialogue_formats.timestamps import timed_message_of, times_of
from ingest.records.field_names import Record, names_in

_SLOWEST_S_PER_CHAR = 20.0
"""Times that give more seconds a character are milliseconds: people speak 3 to 6 characters a second, with pauses 1."""
_MOST_NESTED = 5
_WORD_CHARS = 4
"""Mean length up to which timed texts are words and no sentences."""
_LONGEST_S = 86_400.0
"""A recording of a day; later beginnings are times of a calendar, in seconds or milliseconds since 1970."""
_PAUSE_S = 1.0
"""Silence that ends a segment where only words are given."""
_WORDS = ("words", "Words", "tokens", "ws")
_WORD = ("word", "w", "text", "Text", "punctuated_word")
_MIN_TOLD = 0.5
"""Share of a segment's characters that its words must give to stand for it."""
_CHANNELS = ("channel_id", "channel", "ChannelId")


def segments_of(record: object) -> list[Utterance] | None:
    """Return the segments of a transcript with times in seconds, None where a value is none.

    A transcript is a list of objects with text and time, or an object that has one, perhaps further inside; of several
    lists the one with the longest texts counts.
    """
    found = in_seconds(_find_segments(record, 0) or [])
    return _join_into_sentences(found) if found and (found[0].start or 0.0) < _LONGEST_S else None


def _find_segments(value: object, depth: int) -> list[Utterance] | None:
    value = parse_cell(value)
    if depth > _MOST_NESTED:
        return None
    if isinstance(value, Mapping):
        inner = (
            _find_segments(part, depth + 1)
            for part in value.values()
            if isinstance(part, list | Mapping) or holds_json(part)
        )
        return max((segments for segments in inner if segments), key=_mean_chars, default=None)
    if not isinstance(value, list) or not value:
        return None
    segments: list[Utterance] = []
    for element in value:
        if not (found := _segments(element)):
            break
        segments += found
    else:
        return segments
    return _join_parts(value, depth) if all(isinstance(element, Mapping) for element in value) else None


def _mean_chars(segments: Sequence[Utterance]) -> float:
    return sum(len(segment.text) for segment in segments) / len(segments)


def _join_parts(parts: Sequence[Mapping[str | int, object]], depth: int) -> list[Utterance] | None:
    """Join the parts of one recording: parts that follow each other, or channels, of which each is a voice."""
    found: list[list[Utterance]] = []
    for part in parts:
        segments = _find_segments(part, depth + 1)
        if segments is None:
            return None
        channel = next((text_of(part[key]) for key in _CHANNELS if key in part), "")
        found.append([replace(s, label=s.label or channel) for s in segments])
    joined = [segment for segments in found for segment in segments]
    starts = [segments[0].start or 0.0 for segments in found]
    ends = [segments[-1].end or segments[-1].start or 0.0 for segments in found]
    if all(end <= start for end, start in zip(ends, starts[1:], strict=False)):
        return joined
    are_channels = all(any(key in part for key in _CHANNELS) for part in parts)
    return sorted(joined, key=lambda segment: segment.start or 0.0) if are_channels else None


def _segments(element: object) -> list[Utterance] | None:
    """Return what an element of a list says: one segment, or one for each voice of its words; None for no segment."""
    if isinstance(element, list):
        return _segment_of_list(element)
    if not isinstance(element, Mapping):
        return None
    if isinstance(lattice := parse_cell(element.get("json_1best")), Mapping):
        return _lattice(lattice.get("st"))
    spoken, words = _segment(element), list(_words(element))
    voices = {word.label for word in words if word.label} - {spoken.label}
    is_told = sum(len(word.text) for word in words) >= _MIN_TOLD * len(spoken.text)
    if voices and is_told and (spoken.label or len(voices) > 1):
        return _join_runs(words)
    if words and not spoken.text:
        spoken = replace(_join_words(words), label=spoken.label)
    if len(voices) == 1:
        spoken = replace(spoken, label=spoken.label or voices.pop())
    return [spoken] if spoken.text and spoken.start is not None and len(element) > 1 else None


def _segment_of_list(element: list[object]) -> list[Utterance] | None:
    """Return the segment of `[start, end, text]`, perhaps with a speaker behind it."""
    match element:
        case [int() | float() as start, int() | float() as end, str() as text, *rest]:
            return [Utterance(text.strip(), label=text_of(rest[0]) if rest else "", start=start, end=end)]
    return None


def _segment(element: Record) -> Utterance:
    said = any(isinstance(element[key], str) for key in names_in(element, "text"))
    spoken = (timed_message_of(element) if said else None) or Utterance("", label=_label(element))
    times = element.get("timestamp")
    if spoken.start is None and isinstance(times, list) and len(times) == 2:  # chunks of transformers' pipeline
        start, end = (float(time) if isinstance(time, int | float) else None for time in times)
        spoken = replace(spoken, start=start, end=end)
    return spoken


def _label(element: Record) -> str:
    keys = (key for key in names_in(element, "role") if not isinstance(element[key], Mapping | list))
    return next((label for key in keys if (label := text_of(element[key]))), "")


def _words(element: Record) -> Iterator[Utterance]:
    """Yield the words of a segment that have text; one without a speaker goes on with the word before it.

    WhisperX gives neither time nor speaker to numbers.
    """
    label = ""
    words = next((element[key] for key in _WORDS if isinstance(element.get(key), list)), None)
    for word in words if isinstance(words, list) else ():
        said = next((text for key in _WORD if (text := word.get(key))), "") if isinstance(word, Mapping) else ""
        if said:
            label = _label(word) or label
            start, end = times_of(word)
            yield Utterance(str(said).strip(), None, label, start, end)


def _lattice(sentence: object) -> list[Utterance] | None:
    """Return the sentence of a lattice: `{"bg": ms, "ed": ms, "rl": voice, "rt": [{"ws": [{"cw": …}]}]}`."""
    if not isinstance(sentence, Mapping):
        return None
    text = "".join(_best_words(sentence.get("rt")))
    start, end = (str(sentence.get(key, "")) for key in ("bg", "ed"))
    if not text or not start.isdecimal() or not end.isdecimal():
        return None
    return [Utterance(text, label=text_of(sentence.get("rl")), start=float(start) / 1000, end=float(end) / 1000)]


def _best_words(value: object) -> Iterator[str]:
    for part in value if isinstance(value, list) else ():
        if isinstance(part, Mapping):
            yield from _best_words(part.get("ws"))
            choices = part.get("cw")
            if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
                yield text_of(choices[0].get("w"))


def _join_runs(words: Sequence[Utterance]) -> list[Utterance]:
    """Join words of one voice that follow each other."""
    return [_join_words(list(run)) for _, run in groupby(words, key=lambda word: word.label)]


def _join_words(words: Sequence[Utterance]) -> Utterance:
    text = ""
    for word in words:
        needs_space = text[-1:].isascii() and text[-1:].isalnum() and word.text[:1].isascii()
        text += f" {word.text}" if needs_space else word.text
    starts = [word.start for word in words if word.start is not None]
    ends = [time for word in words if (time := word.end or word.start) is not None]
    return Utterance(text, None, words[0].label, min(starts, default=None), max(ends, default=None))


def _join_into_sentences(segments: list[Utterance]) -> list[Utterance]:
    """Return segments; where they are words, those of a voice up to a pause or the end of a sentence are joined."""
    if len(segments) < 2 or _mean_chars(segments) > _WORD_CHARS or any(segment.end is None for segment in segments):
        return segments
    gaps = [(after.start or 0.0) - (before.end or 0.0) for before, after in pairwise(segments)]
    groups: list[list[Utterance]] = [[segments[0]]]
    for segment, gap in zip(segments[1:], gaps, strict=True):
        ends = (
            gap > _PAUSE_S or segment.label != groups[-1][-1].label or groups[-1][-1].text.endswith(tuple("。？！?!"))
        )
        if ends:
            groups.append([])
        groups[-1].append(segment)
    return [_join_words(group) for group in groups]


def in_seconds(segments: Sequence[Utterance]) -> list[Utterance]:
    """Return segments with their times in seconds, which recognisers also give in milliseconds."""
    last = max((time for s in segments for time in (s.start, s.end) if time is not None), default=0.0)
    first = min((s.start for s in segments if s.start is not None), default=0.0)
    if last - first <= _SLOWEST_S_PER_CHAR * max(sum(len(s.text) for s in segments), 1):
        return list(segments)
    scale = [[None if time is None else time / 1000 for time in (s.start, s.end)] for s in segments]
    return [replace(s, start=start, end=end) for s, (start, end) in zip(segments, scale, strict=True)]
