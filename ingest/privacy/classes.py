"""Classes of private data, the labels that stand in their place, and which class each level covers."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["strict", "identifiers"]
Mode = Literal["mask", "surrogate"]

LABELS: dict[str, str] = {
    "name": "[姓名]",
    "phone": "[电话]",
    "id_card": "[身份证号]",
    "bank_card": "[银行卡号]",
    "passport": "[护照号]",
    "email": "[邮箱]",
    "wechat": "[微信号]",
    "qq": "[QQ号]",
    "account": "[账号]",
    "record_number": "[病历号]",
    "plate": "[车牌]",
    "address": "[地址]",
    "hospital": "[医院]",
    "ward": "[病区]",
    "bed": "[床号]",
    "url": "[网址]",
    "date": "[日期]",
}
"""Class → what `mask` writes. `account` is a handle of another platform, `date` one whose day cannot be computed."""

IDENTIFIERS = frozenset(
    {"phone", "id_card", "bank_card", "passport", "email", "wechat", "qq", "account", "record_number", "plate"}
)
"""Classes of the level `identifiers`: what no book needs. `strict` covers all of `LABELS`."""


class Span(NamedTuple):
    """One private value: characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int
    kind: str


def covered(level: Level) -> frozenset[str]:
    """Return the classes a level covers."""
    return frozenset(LABELS) if level == "strict" else IDENTIFIERS


def without_overlaps(spans: list[Span], length: int) -> list[Span]:
    """Return the spans of a text of `length` characters in order; of two that overlap the first listed stays."""
    taken = bytearray(length)
    kept = []
    for span in spans:
        if span.start < span.end and taken.find(1, span.start, span.end) < 0:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return sorted(kept)
