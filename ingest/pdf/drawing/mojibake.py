"""Chinese bytes shown as Latin letters: fonts whose codes are GBK but whose encoding says Latin.

Such text looks like `·ÎÑ×` for 肺炎. Its glyphs are half as wide as characters and come in pairs.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

MIN_GLYPHS = 6
"""Fewer high glyphs of a font prove nothing: a name with accents has up to five."""
HIGH_SHARE = 0.4
"""Share of glyphs beyond ASCII from which a font's text cannot be a European language (French stays below 0.1)."""
MIN_STRANGE, STRANGE_SHARE = 4, 0.3
"""Least number and share of different high glyphs that are no usual marks; four GBK characters have six to eight."""
_USUAL = "•…–—‘’“”‚„†‡‰‹›«»·°±×÷©®™€£¥§"
MIN_DECODED = 0.95
"""Share of high glyphs that must pair to common Chinese characters or marks."""

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]


def repair(code: Codes, font: NDArray[np.int64], unmapped: Flags) -> tuple[Codes, Flags, Flags]:
    """Return repaired codes, which glyphs to keep (the second of each pair goes), and which are beyond repair."""
    keep, lost = np.ones(len(code), bool), np.zeros(len(code), bool)
    high = np.isin(code, _latin()) | (unmapped & (code < 0x100))
    for one in np.unique(font[high]).tolist():
        own = np.flatnonzero((font == one) & (code != 0x20))
        suspects = high[own]
        if suspects.sum() < MIN_GLYPHS or suspects.mean() < HIGH_SHARE or not _is_noise(code[own][suspects]):
            continue
        decoded = _decode(code[own], suspects, unmapped[own])
        if decoded is None:
            lost[own[suspects]] = True
        else:
            code[own], keep[own] = decoded
    return code, keep, lost


def _is_noise(code: Codes) -> bool:
    """Return whether codes are a mix of accented letters and rare signs, unlike a font of bullets and dashes."""
    strange = ~np.isin(code, np.array([ord(mark) for mark in _USUAL], np.uint32))
    return len(np.unique(code[strange])) >= MIN_STRANGE and bool(strange.mean() > STRANGE_SHARE)


@cache
def _latin() -> Codes:
    """Return the codes beyond ASCII that Latin encodings of PDF hold."""
    return np.array(sorted(code for code in set().union(*_tables()) if code >= 0x80), np.uint32)


def _decode(code: Codes, high: Flags, unmapped: Flags) -> tuple[Codes, Flags] | None:
    """Return the glyphs decoded from pairs of GBK bytes and which of them stay, None where they are none.

    A glyph without a Unicode value has its byte as code already.
    """
    for table in _tables():
        values = [c if raw else table.get(c, -1) for c, raw in zip(code.tolist(), unmapped.tolist(), strict=True)]
        new, keep, paired = _pairs(values)
        if paired[high].mean() >= MIN_DECODED:
            return np.where(new > 0, new, code).astype(np.uint32), keep
    return None


def _pairs(values: list[int]) -> tuple[NDArray[np.int64], Flags, Flags]:
    """Decode bytes two by two: new codes (0 where unchanged), what stays, what became part of a common character."""
    n = len(values)
    new, keep, paired = np.zeros(n, np.int64), np.ones(n, bool), np.zeros(n, bool)
    i = 0
    while i < n - 1:
        first, second = values[i], values[i + 1]
        if 0x81 <= first <= 0xFE and 0x40 <= second <= 0xFE and second != 0x7F:
            char = bytes((first, second)).decode("gbk", "replace")
            if len(char) == 1 and char != "\ufffd":
                new[i], keep[i + 1] = ord(char), False
                paired[i] = paired[i + 1] = _is_common(first, second)
                i += 2
                continue
        i += 1
    return new, keep, paired


def _is_common(first: int, second: int) -> bool:
    """Return whether two bytes are a mark or character of GB 2312, which hold 99.9 % of running text."""
    return (0xA1 <= first <= 0xA9 or 0xB0 <= first <= 0xF7) and second >= 0xA1


@cache
def _tables() -> tuple[dict[int, int], ...]:
    """Return, for each Latin encoding of PDF, the byte of each Unicode value."""
    from pdfminer.encodingdb import EncodingDB

    tables = [{ord(char): byte for byte, char in EncodingDB.std2unicode.items() if len(char) == 1}]
    for name in ("cp1252", "mac_roman", "latin-1"):
        pairs = ((bytes((byte,)).decode(name, "ignore"), byte) for byte in range(0x100))
        tables.append({ord(char): byte for char, byte in pairs if char})
    return tuple(tables)
