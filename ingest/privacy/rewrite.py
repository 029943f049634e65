"""Find the private data of one dialogue or record and replace it, the same value everywhere by the same thing."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest.privacy import addresses, dates, handles, hospitals, names, nicknames, numbers, records, titles
from ingest.privacy.calendar import Calendar
from ingest.privacy.clinical import clinical_spans
from ingest.privacy.fold import fold
from ingest.privacy.follow import is_han, strength
from ingest.privacy.kinds import LABELS, Level, Mode, Span, covered, without_overlaps
from ingest.privacy.surnames import begins_word, ends_word
from ingest.privacy.surrogates import surrogate
from ingest.privacy.wordlists import words

_ROUNDS = 4
"""A replaced value may lay bare the edge of another; two rounds are enough for all text seen."""

Detector = Callable[[str], Iterator[Span]]

_NUMBER = "long number"
_LONG_NUMBER = re.compile(r"\d(?:[ \-._·/*()]{0,3}\d){6}|\*{4}")
_DETECTORS: tuple[tuple[Detector, frozenset[str], tuple[str, ...]], ...] = (
    (handles.emails, frozenset({"email"}), ("@", "at", "艾特", "#")),
    (handles.urls, frozenset({"url"}), ("://", "www", ".")),
    (numbers.id_cards, frozenset({"id_card"}), (_NUMBER,)),
    (records.record_numbers, frozenset({"record_number"}), ("号", ":", "ID", "id", "No", "NO", "#", "MRN")),
    (numbers.bank_cards, frozenset({"bank_card"}), (_NUMBER,)),
    (handles.handles, frozenset({"wechat", "qq", "account"}), handles.WORDS),
    (numbers.phones, frozenset({"phone"}), (_NUMBER,)),
    (numbers.passports, frozenset({"passport"}), (_NUMBER,)),
    (records.plates, frozenset({"plate"}), ()),
    (dates.dates, frozenset({"date"}), ()),
    (hospitals.hospitals, frozenset({"hospital"}), ()),
    (addresses.addresses, frozenset({"address"}), ()),
    (records.wards, frozenset({"ward"}), ("病区", "病房", "护理单元", "诊室", "住院部")),
    (records.beds, frozenset({"bed"}), ("床",)),
    (titles.titled, frozenset({"name"}), ()),
    (names.announced, frozenset({"name"}), ()),
    (nicknames.pet_names, frozenset({"name"}), ()),
)
"""Detectors, their classes, and words of which one must be there (`_NUMBER`: a long number; none: always run).

Where two find the same place, the earlier one has it.
"""
_NUMERIC = frozenset({"record_number", "phone", "bank_card", "passport", "date", "wechat", "qq"})
"""Classes that clinical numbers and product codes can be mistaken for."""


def private_spans(folded: str, level: Level) -> list[Span]:
    """Return the private values of one folded text, in order, without overlaps."""
    kinds, has_number = covered(level), bool(_LONG_NUMBER.search(folded))
    found: list[Span] = []
    for detect, of, needed in _DETECTORS:
        if of & kinds and (not needed or any(has_number if word == _NUMBER else word in folded for word in needed)):
            found += detect(folded)
    if any(span.kind in _NUMERIC for span in found):
        clinical = bytearray(len(folded))
        for start, end in clinical_spans(folded):
            clinical[start:end] = b"\1" * (end - start)
        found = [s for s in found if s.kind not in _NUMERIC or clinical.find(1, s.start, s.end) < 0]
    return without_overlaps(found, len(folded))


def _spans_of_each(folded: list[str], level: Level) -> list[list[Span]]:
    """Return the private values of each text, found in one go: the detectors cost more by call than by character."""
    each: list[list[Span]] = [[] for _ in folded]
    starts = [0, *itertools.accumulate(len(text) + 1 for text in folded)]
    for span in private_spans("\n".join(folded), level):
        row = bisect_right(starts, span.start) - 1
        if span.end - starts[row] <= len(folded[row]):
            each[row].append(Span(span.start - starts[row], span.end - starts[row], span.kind))
    return each


def deidentify(texts: Sequence[str], *, level: Level, mode: Mode, key: str) -> tuple[list[str], Counter[str]]:
    """Return the texts of one dialogue without private data, and how many values of each class were replaced.

    `key` (an id, not a secret) decides invented values and by how much dates move. A second run changes nothing.
    """
    result, counts = list(texts), Counter[str]()
    calendar = Calendar.of(key)
    for _ in range(_ROUNDS):
        folded = [fold(text) for text in result]
        spans = _spans_of_each(folded, level)
        if not any(spans):
            break
        if level == "strict":
            spans = _everywhere(folded, spans)
        has_dates = any(span.kind == "date" for row in spans for span in row)
        if has_dates:
            dates.prepare(calendar, folded)
        result = [
            _replaced(text, plain, row, mode, key, calendar if has_dates else None, counts)
            for text, plain, row in zip(result, folded, spans, strict=True)
        ]
    return result, counts


def _everywhere(folded: list[str], spans: list[list[Span]]) -> list[list[Span]]:
    """Add every further occurrence of a name found in one of the texts."""
    known = {text[s.start : s.end] for text, row in zip(folded, spans, strict=True) for s in row if s.kind == "name"}
    full = sorted((name for name in known if len(name) > 1 and is_han(name[0])), key=lambda name: (-len(name), name))
    if not full:
        return spans
    given = [name[1:] for name in full if len(name) == 3]
    pattern = re.compile("|".join(map(re.escape, [*full, *given])))
    return [
        without_overlaps([*row, *_occurrences(pattern, text, frozenset(full))], len(text))
        for text, row in zip(folded, spans, strict=True)
    ]


def _occurrences(pattern: re.Pattern[str], text: str, full: frozenset[str]) -> Iterator[Span]:
    for found in pattern.finditer(text):
        name, before = found[0], text[max(0, found.start() - 1) : found.start()]
        if len(name) == 2 and (begins_word(name[0], name[1]) or ends_word(before, name[0]) or name in words("doubled")):
            continue
        alone = name not in full or name[0] == name[1:2]
        if alone and ((before and is_han(before)) or not strength(text, found.end())):
            continue
        yield Span(*found.span(), "name")


def _replaced(
    text: str, folded: str, spans: list[Span], mode: Mode, key: str, calendar: Calendar | None, counts: Counter[str]
) -> str:
    loose = {}
    if calendar is not None:
        parts = list(dates.loose_parts(folded))
        loose = dict(parts)
        spans = without_overlaps([*spans, *loose], len(folded))
    pieces, at = [], 0
    for span in spans:
        new: str | None
        if span.kind != "date":
            new = LABELS[span.kind] if mode == "mask" else surrogate(span.kind, folded[span.start : span.end], key)
        elif span in loose:
            new = dates.moved_part(loose[span], calendar) if calendar else None
        else:
            new = dates.moved(folded, span, calendar) if calendar else None
        if new is not None:
            pieces += [text[at : span.start], new]
            at = span.end
            counts[span.kind] += 1
    return "".join([*pieces, text[at:]])
