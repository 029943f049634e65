"""The classes of private data, a row each: the label that stands in its place, the maker of its invented values."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ingest.privacy import surrogates

PrivacyLevel = Literal["strict", "identifiers"]
Mode = Literal["mask", "surrogate"]


class PrivateClass(NamedTuple):
    """One class of private data."""

    name: str
    """What its detectors, figures and rejections call it."""
    label: str
    """What the mode `mask` writes in its place."""
    surrogate: surrogates.Maker
    """Makes what the mode `surrogate` writes in its place; `invent` calls it."""
    is_identifier: bool = False
    """No book needs it: the level `identifiers` covers these classes alone, `strict` covers all."""
    is_numeric: bool = False
    """Clinical numbers and product codes look like it, so it is not looked for where such a number begins."""
    is_grouped: bool = False
    """Its digits are written with or without signs between them, and are the same value all the same."""

    def invent(self, value: str, key: str) -> str:
        """Return the invented value for a folded private value: the same for the same value and key."""
        bare = re.sub(r"[ \-._()+]", "", value) if self.is_grouped else value
        return self.surrogate(value, surrogates.seed_of(self.name, bare, key))


_ROWS = (
    PrivateClass("name", "[姓名]", surrogates.invent_name),
    PrivateClass("phone", "[电话]", surrogates.invent_phone, is_identifier=True, is_numeric=True, is_grouped=True),
    PrivateClass("id_card", "[身份证号]", surrogates.invent_id_card, is_identifier=True, is_grouped=True),
    PrivateClass(
        "bank_card", "[银行卡号]", surrogates.invent_bank_card, is_identifier=True, is_numeric=True, is_grouped=True
    ),
    PrivateClass("passport", "[护照号]", surrogates.invent_passport, is_identifier=True, is_numeric=True),
    PrivateClass("email", "[邮箱]", surrogates.invent_email, is_identifier=True),
    PrivateClass("wechat", "[微信号]", surrogates.invent_account, is_identifier=True, is_numeric=True),
    PrivateClass("qq", "[QQ号]", surrogates.invent_qq, is_identifier=True, is_numeric=True),
    PrivateClass("account", "[账号]", surrogates.invent_account, is_identifier=True),  # of any other platform
    PrivateClass("record_number", "[病历号]", surrogates.invent_record_number, is_identifier=True, is_numeric=True),
    PrivateClass("plate", "[车牌]", surrogates.invent_plate, is_identifier=True),
    PrivateClass("address", "[地址]", surrogates.invent_address),
    PrivateClass("hospital", "[医院]", surrogates.invent_hospital),
    PrivateClass("ward", "[病区]", surrogates.invent_ward),
    PrivateClass("bed", "[床号]", surrogates.invent_bed),
    PrivateClass("url", "[网址]", surrogates.invent_url),
    PrivateClass("date", "[日期]", surrogates.invent_no_date, is_numeric=True),  # moved where its day can be computed
)
CLASSES: dict[str, PrivateClass] = {row.name: row for row in _ROWS}
"""Name → class."""
LABELS: dict[str, str] = {row.name: row.label for row in _ROWS}
"""Name of a class → its label."""
IDENTIFIERS = frozenset(row.name for row in _ROWS if row.is_identifier)
"""Names of the classes of the level `identifiers`."""
NUMERIC = frozenset(row.name for row in _ROWS if row.is_numeric)
"""Names of the classes that clinical numbers and product codes can be mistaken for."""


class Span(NamedTuple):
    """One private value: characters `start` to `end` (exclusive) of a text, and the name of its class."""

    start: int
    end: int
    kind: str


def classes_of(level: PrivacyLevel) -> frozenset[str]:
    """Return the names of the classes a level covers."""
    return frozenset(CLASSES) if level == "strict" else IDENTIFIERS


def drop_overlaps(spans: list[Span], length: int) -> list[Span]:
    """Return the spans of a text of `length` characters in order; of two that overlap the first listed stays."""
    taken = bytearray(length)
    kept = []
    for span in spans:
        if span.start < span.end and taken.find(1, span.start, span.end) < 0:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return sorted(kept)
