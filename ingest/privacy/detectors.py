"""All detectors of private data, what each needs to find anything, and the private values of a text."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ingest.privacy.classes import Level, Span, covered, without_overlaps
from ingest.privacy.dates import private_dates
from ingest.privacy.names import announced, called, nicknames, standalone, titled, unannounced
from ingest.privacy.not_private import clinical_spans
from ingest.privacy.numbers import hospital_numbers, identity_numbers, online_accounts
from ingest.privacy.places import addresses, hospitals
from ingest.privacy.prefilter import ALL_GATES, BIT, Gate
from ingest.privacy.surrogates import INVENTED_NAME
from ingest.privacy.word_lists import words

_NUMBER = "long number"
_LONG_NUMBER = re.compile(r"\d(?:[ \-._·/*(),~、\n]{0,3}\d){6}|[*xX]{4}")
"""`卡号:6222028340` → `6222028`"""


class Detector(NamedTuple):
    """How one or more classes are found: only in texts that passed one of `gates` and hold one of `words`.

    `_NUMBER` among the words stands for a long number; without words the gates alone decide.
    """

    find: Callable[[str], Iterator[Span]]
    kinds: frozenset[str]
    gates: int
    words: tuple[str, ...] = ()


def _detector(find: Callable[[str], Iterator[Span]], kinds: str, gates: tuple[Gate, ...], *words: str) -> Detector:
    return Detector(find, frozenset(kinds.split()), sum(BIT[gate] for gate in gates), words)


_DETECTORS = (
    _detector(online_accounts.emails, "email", ("email",), "@", "at", "艾特", "#"),
    _detector(online_accounts.urls, "url", ("number",), "://", "www", "."),
    _detector(identity_numbers.id_cards, "id_card", ("digits",), "证", _NUMBER),
    _detector(
        hospital_numbers.record_numbers,
        "record_number",
        ("record",),
        "号",
        "码",
        "卡",
        ":",
        "ID",
        "id",
        "No",
        "NO",
        "#",
        "MRN",
    ),
    _detector(identity_numbers.bank_cards, "bank_card", ("digits",), _NUMBER),
    _detector(online_accounts.handles, "wechat qq account", ("account",)),
    _detector(identity_numbers.phones, "phone", ("digits",), _NUMBER),
    _detector(identity_numbers.passports, "passport", ("digits",), _NUMBER),
    _detector(hospital_numbers.plates, "plate", ("record",)),
    _detector(hospital_numbers.other_numbers, "record_number", ("record",), "号", "码", "流水", "岁/", "月/", "天/"),
    _detector(private_dates.dates, "date", ("number", "digits")),
    _detector(hospitals.hospitals, "hospital", ("hospital",)),
    _detector(addresses.addresses, "address", ("street", "area")),
    _detector(hospital_numbers.wards, "ward", ("number",), "病区", "病房", "病室", "护理单元", "诊室", "住院", "科楼"),
    _detector(hospital_numbers.beds, "bed", ("number",), "床"),
    _detector(called.other_peoples, "name", ("peoples",)),
    _detector(titled.titled, "name", ("titled", "family", "called", "peoples")),
    _detector(announced.announced, "name", ("announced", "listed", "digits")),
    _detector(standalone.lone_names, "name", ("announced", "listed", "digits")),
    _detector(nicknames.pet_names, "name", ("announced", "family")),
    _detector(unannounced.free_names, "name", ("free", "peoples")),
    _detector(called.called_out, "name", ("called", "peoples")),
)
"""Where two find the same place, the earlier one has it."""
_CALLED = re.compile(r"(?:姓名|名字|签名|联系人|[我子儿宝娃]叫)[:是为 ]{0,2}$")
_CERTAIN = re.compile(r"1[3-9]\d([^\d])\d{4}\1\d{4}")
"""A mobile number as people write it, which no measured value is (138*1234*5678).
`话同号158*6390*2764。` → `158*6390*2764`"""
_NUMERIC = frozenset({"record_number", "phone", "bank_card", "passport", "date", "wechat", "qq"})
"""Classes that clinical numbers and product codes can be mistaken for."""


def private_spans(folded: str, level: Level, gates: int = ALL_GATES) -> list[Span]:
    """Return the private values of one folded text, in order, without overlaps.

    `gates` are those the text passed: the sum of their bits. Of two names at one place the longer counts.
    """
    kinds = covered(level)
    found: list[Span] = []
    for detector in _DETECTORS:
        if detector.gates & gates and detector.kinds & kinds and _may_find(detector, folded):
            found += detector.find(folded)
    if any(span.kind in _NUMERIC for span in found):
        clinical = bytearray(len(folded))
        for start, end in clinical_spans(folded):
            clinical[start:end] = b"\1" * (end - start)
        found = [
            span
            for span in found
            if span.kind not in _NUMERIC or not clinical[span.start] or _CERTAIN.fullmatch(folded, span.start, span.end)
        ]
    names = [span for span in found if span.kind == "name"]
    if names:
        invented = [match.span() for match in INVENTED_NAME.finditer(folded)]
        names = sorted((span for span in names if _is_name(folded, span, invented)), key=lambda s: s.start - s.end)
        found = [span for span in found if span.kind != "name"] + names
    return without_overlaps(found, len(folded))


def _is_name(folded: str, span: Span, invented: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a name is neither one that we invented nor a drug or plant of that form."""
    if folded[span.start : span.end] in words("not_names") and not _CALLED.search(
        folded[max(0, span.start - 6) : span.start]
    ):
        return False
    return not any(span.start < end and start < span.end for start, end in invented)


def _may_find(detector: Detector, folded: str) -> bool:
    """Tell whether a text holds one of the words of a detector."""
    return not detector.words or any(
        bool(_LONG_NUMBER.search(folded)) if word == _NUMBER else word in folded for word in detector.words
    )


def spans_of_each(folded: Sequence[str], level: Level, gates: int = ALL_GATES) -> list[list[Span]]:
    """Return the private values of each text, found in one go: the detectors cost more by call than by character."""
    each: list[list[Span]] = [[] for _ in folded]
    starts = [0, *itertools.accumulate(len(text) + 1 for text in folded)]
    for span in private_spans("\n".join(folded), level, gates):
        row = bisect_right(starts, span.start) - 1
        if span.end - starts[row] <= len(folded[row]):
            each[row].append(Span(span.start - starts[row], span.end - starts[row], span.kind))
    return each
