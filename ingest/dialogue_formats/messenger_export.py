"""Conversations with speaker and time on a line of their own above what was said, as messengers and recognisers export.

说话人1 00:01                     张医生  2021-03-04 10:20:01
孩子怎么了？                      孩子怎么了？
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.conversation.roles import role_of
from ingest.conversation.utterances import Utterance, is_voice
from ingest.dialogue_formats.consultation import Consultation, Consultations
from ingest.dialogue_formats.timestamps import is_recording_time, seconds
from ingest.files.decode import text_lines
from ingest.source import SourceFile, SourceOptions

_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_DATE = (
    r"(?:\d{2,4}[-/年.]\d{1,2}(?:[-/月.]\d{1,2}日?)?[\sT]*|今天\s?|昨天\s?|前天\s?|(?:星期|周)[一二三四五六日天]\s?){0,2}"
    r"(?:(?:上午|下午|晚上|凌晨|早上|中午|[AP]M)\s?)?"
)
_TO = r"\s*(?:-->|->|-|–|—|~|至|到)\s*"


def _pattern(kind: str) -> tuple[str, str]:
    """Return the patterns of the name and of the time, with groups of their own for each order of the two."""
    who = rf"[\[(（【]?(?P<{kind}who>[^\s\d:：，。,.\[\]()（）【】][^:：，。,\[\]【】\n]{{0,19}}?)[\])）】]?"
    when = rf"[\[(（【]?(?P<{kind}date>{_DATE})?(?P<{kind}start>{_CLOCK})(?:{_TO}(?P<{kind}end>{_CLOCK}))?[\])）】]?"
    return who, when


_STAMP = re.compile(
    r"\s*(?:" + r"[\s\-]*".join(_pattern("a")) + "|" + r"[\s\-]*".join(reversed(_pattern("b"))) + r")\s*[:：]?\s*"
)
"""`小明妈妈 10:21` → `小明妈妈 10:21`"""
_ACCOUNT = re.compile(r"\s*[（(<].*$")
"""The account behind a messenger's name: 张医生(12345678). `张医生(12345678` → `(12345678`"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The line above an utterance: who, when in seconds, and whether the time is one of a calendar."""

    who: str
    start: str
    end: str
    is_dated: bool


def stamp_of(line: str) -> Stamp | None:
    """Return what a line of speaker and time says, None for any other line."""
    found = _STAMP.fullmatch(line) if len(line) <= 80 else None
    if found is None:
        return None
    kind = "a" if found["awho"] else "b"
    who = _ACCOUNT.sub("", found[f"{kind}who"].strip())
    return Stamp(who, found[f"{kind}start"], found[f"{kind}end"] or "", bool(found[f"{kind}date"]))


def read_stamped(file: SourceFile, options: SourceOptions) -> Consultations:
    """Yield the one consultation of a file; it is a recording where its times count from the beginning."""
    lines = list(text_lines(file, options))
    utterances, is_dated = timed_messages(lines, speakers_of([line for _, line in lines]))
    is_recording = bool(utterances) and not is_dated
    yield Consultation("" if is_recording else "line 1", tuple(utterances), is_recording=is_recording)


def speakers_of(lines: Sequence[str]) -> frozenset[str]:
    """Return who stands above utterances: names of sides and voices, and other names that stand there twice."""
    names = Counter(stamp.who for line in lines if (stamp := stamp_of(line)))
    return frozenset(who for who, times in names.items() if times > 1 or role_of(who) or is_voice(who))


def timed_messages(lines: Sequence[tuple[int, str]], speakers: Collection[str]) -> tuple[list[Utterance], bool]:
    """Return what was said under each stamp, and whether the times are of a calendar or a day: a messenger's."""
    found: list[Utterance] = []
    said: list[str] = []
    is_dated = False
    for _, line in lines:
        stamp = stamp_of(line)
        if stamp and stamp.who in speakers:
            is_dated = is_dated or stamp.is_dated or (not found and not is_recording_time(stamp.start))
            end = seconds(stamp.end) if stamp.end else None
            found.append(Utterance("", role_of(stamp.who), stamp.who, seconds(stamp.start), end))
            said = []
        elif found and line.strip():
            said.append(line.strip())
            found[-1] = Utterance("\n".join(said), found[-1].role, found[-1].label, found[-1].start, found[-1].end)
    return found, is_dated
