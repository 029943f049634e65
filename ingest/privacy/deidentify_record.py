"""Find the private data of one dialogue or record and replace it, the same value everywhere by the same thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.privacy.classes import CLASSES, Mode, PrivacyLevel, Span, drop_overlaps
from ingest.privacy.dates import private_dates
from ingest.privacy.dates.chinese_dates import Calendar
from ingest.privacy.detectors import find_spans_per_text
from ingest.privacy.folded_text import fold
from ingest.privacy.names.context import boundary_strength, is_han
from ingest.privacy.names.surnames import begins_word, ends_word
from ingest.privacy.prefilter import ALL_PREFILTERS
from ingest.privacy.word_lists import words

_MAX_PASSES = 4
"""A replaced value may lay bare the edge of another; two passes are enough for all text seen."""


@dataclass(slots=True)
class _Record:
    """The texts of one dialogue or record as they are rewritten, each beside its folded copy."""

    texts: list[str]
    folded: list[str]
    level: PrivacyLevel
    mode: Mode
    key: str
    calendar: Calendar
    counts: Counter[str] = field(default_factory=Counter)


def deidentify(texts: Sequence[str], *, level: PrivacyLevel, mode: Mode, key: str) -> tuple[list[str], Counter[str]]:
    """Return the texts of one dialogue without private data, and how many values of each class were replaced.

    `key` (an id, not a secret) decides invented values and by how much dates move. A second run changes nothing.
    """
    return deidentify_folded(texts, [fold(text) for text in texts], ALL_PREFILTERS, level=level, mode=mode, key=key)


def deidentify_folded(
    texts: Sequence[str], folded: Sequence[str], passed: int, *, level: PrivacyLevel, mode: Mode, key: str
) -> tuple[list[str], Counter[str]]:
    """Do what `deidentify` does where the texts are folded already, after the prefilters they passed."""
    record = _Record(list(texts), list(folded), level, mode, key, Calendar.of(key))
    spans = find_spans_per_text(record.folded, level, passed)
    for _ in range(_MAX_PASSES):
        if not any(spans):
            break
        changed = _rewrite(record, _add_all_occurrences(record.folded, spans) if level == "strict" else spans)
        spans = [[] for _ in record.texts]
        rewritten = find_spans_per_text([record.folded[row] for row in changed], level)
        for row, left in zip(changed, rewritten, strict=True):
            spans[row] = left
    return record.texts, record.counts


def _rewrite(record: _Record, spans: Sequence[list[Span]]) -> list[int]:
    """Replace the spans of each text, and where there are dates their loose parts; return which texts changed."""
    has_dates = any(span.kind == "date" for row in spans for span in row)
    if has_dates:
        private_dates.prepare_calendar(record.calendar, record.folded)
    changed = []
    for row, text in enumerate(record.texts):
        if has_dates or spans[row]:
            record.texts[row] = _replace_spans(record, row, spans[row], has_dates)
            if record.texts[row] != text:
                record.folded[row] = fold(record.texts[row])
                changed.append(row)
    return changed


def _add_all_occurrences(folded: Sequence[str], spans: list[list[Span]]) -> list[list[Span]]:
    """Add every further occurrence of a name found in one of the texts."""
    names = {text[s.start : s.end] for text, row in zip(folded, spans, strict=True) for s in row if s.kind == "name"}
    full = sorted((name for name in names if len(name) > 1 and is_han(name[0])), key=lambda name: (-len(name), name))
    if not full:
        return spans
    given = [name[1:] for name in full if len(name) == 3]
    pattern = re.compile("|".join(map(re.escape, [*full, *given])))
    return [
        drop_overlaps([*row, *_find_occurrences(pattern, text, frozenset(full))], len(text))
        for text, row in zip(folded, spans, strict=True)
    ]


def _find_occurrences(pattern: re.Pattern[str], text: str, full: frozenset[str]) -> Iterator[Span]:
    for match in pattern.finditer(text):
        name, before = match[0], text[max(0, match.start() - 1) : match.start()]
        if len(name) == 2 and (begins_word(name[0], name[1]) or ends_word(before, name[0]) or name in words("doubled")):
            continue
        alone = name not in full or name[0] == name[1:2]
        if alone and ((before and is_han(before)) or not boundary_strength(text, match.end())):
            continue
        yield Span(*match.span(), "name")


def _replace_spans(record: _Record, row: int, spans: list[Span], with_parts: bool) -> str:
    """Return one text with its spans replaced; `with_parts`: bare years and days move as well."""
    text, folded = record.texts[row], record.folded[row]
    loose = dict(private_dates.loose_parts(folded)) if with_parts else {}
    pieces, at = [], 0
    for span in drop_overlaps([*spans, *loose], len(folded)):
        if part := loose.get(span):
            new = private_dates.move_part(part, record.calendar)
        else:
            new = _replacement(record, folded, span)
        if new is not None:
            pieces += [text[at : span.start], new]
            at = span.end
            record.counts[span.kind] += 1
    return "".join([*pieces, text[at:]])


def _replacement(record: _Record, folded: str, span: Span) -> str:
    """Return what a value becomes: a date moves if it can; everything else, label or invented value, by its class."""
    if span.kind == "date" and (date := private_dates.move_date(folded, span, record.calendar)):
        return date
    private_class = CLASSES[span.kind]
    if record.mode == "mask":
        return private_class.label
    return private_class.invent(folded[span.start : span.end], record.key)
