"""The table of detectors with their preconditions, and the private values they find in a text."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ingest.privacy.classes import NUMERIC, PrivacyLevel, Span, classes_of, drop_overlaps
from ingest.privacy.dates import private_dates
from ingest.privacy.names import announced, nicknames, standalone, titled, unannounced, vocative
from ingest.privacy.not_private import find_clinical_spans
from ingest.privacy.numbers import hospital_numbers, identity_numbers, online_accounts
from ingest.privacy.places import addresses, hospitals
from ingest.privacy.prefilter import ALL_PREFILTERS, Prefilter
from ingest.privacy.surrogates import INVENTED_NAME
from ingest.privacy.word_lists import words

_LONG_NUMBER = re.compile(r"\d(?:[ \-._·/*(),~、\n]{0,3}\d){6}|[*xX]{4}")
"""`卡号:6222028340` → `6222028`, `138****8000` → `****`, `3-5天` → –"""


class Detector(NamedTuple):
    """How one or more classes are found: only in texts that passed one of `prefilters`, a sum of bits.

    Where `words` or `takes_long_numbers` are given, a text must hold one of the words, or a long number, as well.
    """

    find: Callable[[str], Iterator[Span]]
    classes: frozenset[str]
    prefilters: int
    words: tuple[str, ...] = ()
    takes_long_numbers: bool = False


def _detector(
    find: Callable[[str], Iterator[Span]], classes: str, prefilters: Prefilter, words: str = "", long: bool = False
) -> Detector:
    return Detector(find, frozenset(classes.split()), prefilters.value, tuple(words.split()), long)


_RECORD_SIGNS = "号 码 卡 : ID id No NO # MRN"
_WARD_WORDS = "病区 病房 病室 护理单元 诊室 住院 科楼"
_IN_PLAIN_SIGHT = Prefilter.ANNOUNCED | Prefilter.LISTED | Prefilter.DIGITS
DETECTORS = (
    _detector(online_accounts.emails, "email", Prefilter.EMAIL, "@ at 艾特 #"),
    _detector(online_accounts.urls, "url", Prefilter.NUMBER, ":// www ."),
    _detector(identity_numbers.id_cards, "id_card", Prefilter.DIGITS, "证", long=True),
    _detector(hospital_numbers.record_numbers, "record_number", Prefilter.RECORD, _RECORD_SIGNS),
    _detector(identity_numbers.bank_cards, "bank_card", Prefilter.DIGITS, long=True),
    _detector(online_accounts.handles, "wechat qq account", Prefilter.ACCOUNT),
    _detector(identity_numbers.phones, "phone", Prefilter.DIGITS, long=True),
    _detector(identity_numbers.passports, "passport", Prefilter.DIGITS, long=True),
    _detector(hospital_numbers.plates, "plate", Prefilter.RECORD),
    _detector(hospital_numbers.other_numbers, "record_number", Prefilter.RECORD, "号 码 流水 岁/ 月/ 天/"),
    _detector(private_dates.dates, "date", Prefilter.NUMBER | Prefilter.DIGITS),
    _detector(hospitals.hospitals, "hospital", Prefilter.HOSPITAL),
    _detector(addresses.addresses, "address", Prefilter.STREET | Prefilter.AREA),
    _detector(hospital_numbers.wards, "ward", Prefilter.NUMBER, _WARD_WORDS),
    _detector(hospital_numbers.beds, "bed", Prefilter.NUMBER, "床"),
    _detector(vocative.names_of_other_peoples, "name", Prefilter.OTHER_PEOPLES),
    _detector(
        titled.titled_names, "name", Prefilter.TITLED | Prefilter.FAMILY | Prefilter.VOCATIVE | Prefilter.OTHER_PEOPLES
    ),
    _detector(announced.announced_names, "name", _IN_PLAIN_SIGHT),
    _detector(standalone.standalone_names, "name", _IN_PLAIN_SIGHT),
    _detector(nicknames.pet_names, "name", Prefilter.ANNOUNCED | Prefilter.FAMILY),
    _detector(unannounced.unannounced_names, "name", Prefilter.UNANNOUNCED | Prefilter.OTHER_PEOPLES),
    _detector(vocative.vocative_names, "name", Prefilter.VOCATIVE | Prefilter.OTHER_PEOPLES),
)
"""Where two find the same place, the earlier one has it; of two names there, the longer."""
_CALLED = re.compile(r"(?:姓名|名字|签名|联系人|[我子儿宝娃]叫)[:是为 ]{0,2}$")
"""After these even a drug's name is a person's. `患儿姓名:` → `姓名:`"""
_CERTAIN = re.compile(r"1[3-9]\d([^\d])\d{4}\1\d{4}")
"""A mobile number as people write it, which no measured value is (138*1234*5678).
`话同号158*6390*2764。` → `158*6390*2764`"""


def find_private_spans(folded: str, level: PrivacyLevel, passed: int = ALL_PREFILTERS) -> list[Span]:
    """Return the private values of one folded text, in order, without overlaps.

    `passed` are the prefilters that the text passed: the sum of their bits.
    """
    classes = classes_of(level)
    spans: list[Span] = []
    for detector in DETECTORS:
        if detector.prefilters & passed and detector.classes & classes and _has_cue(detector, folded):
            spans += detector.find(folded)
    return drop_overlaps(_settle_names(folded, _drop_clinical(folded, spans)), len(folded))


def _has_cue(detector: Detector, folded: str) -> bool:
    """Return whether a text holds one of the words of a detector, or a long number where it takes those."""
    if not (detector.words or detector.takes_long_numbers):
        return True
    if any(word in folded for word in detector.words):
        return True
    return detector.takes_long_numbers and bool(_LONG_NUMBER.search(folded))


def _drop_clinical(folded: str, spans: list[Span]) -> list[Span]:
    """Drop numbers that begin within a clinical value, a code or a reference."""
    if not any(span.kind in NUMERIC for span in spans):
        return spans
    is_clinical = bytearray(len(folded))
    for start, end in find_clinical_spans(folded):
        is_clinical[start:end] = b"\1" * (end - start)
    return [
        span
        for span in spans
        if span.kind not in NUMERIC or not is_clinical[span.start] or _CERTAIN.fullmatch(folded, span.start, span.end)
    ]


def _settle_names(folded: str, spans: list[Span]) -> list[Span]:
    """Drop what is no name, and put the names behind all other values, the longest first."""
    names = [span for span in spans if span.kind == "name"]
    if not names:
        return spans
    invented = [match.span() for match in INVENTED_NAME.finditer(folded)]
    names = sorted((span for span in names if _is_name(folded, span, invented)), key=lambda s: s.start - s.end)
    return [span for span in spans if span.kind != "name"] + names


def _is_name(folded: str, span: Span, invented: Sequence[tuple[int, int]]) -> bool:
    """Return whether a name is neither one that we invented nor a drug or plant of that form."""
    if folded[span.start : span.end] in words("not_names") and not _CALLED.search(
        folded[max(0, span.start - 6) : span.start]
    ):
        return False
    return not any(span.start < end and start < span.end for start, end in invented)


def find_spans_per_text(folded: Sequence[str], level: PrivacyLevel, passed: int = ALL_PREFILTERS) -> list[list[Span]]:
    """Return the private values of each text, found in one go: the detectors cost more by call than by character."""
    each: list[list[Span]] = [[] for _ in folded]
    starts = [0, *itertools.accumulate(len(text) + 1 for text in folded)]
    for span in find_private_spans("\n".join(folded), level, passed):
        row = bisect_right(starts, span.start) - 1
        if span.end - starts[row] <= len(folded[row]):
            each[row].append(Span(span.start - starts[row], span.end - starts[row], span.kind))
    return each
