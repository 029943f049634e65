"""Recover the Unicode value of unmapped glyphs from the font's character map or glyph names.

Digits matter most: a lost digit is a lost dose. What no rule here recovers stays unreadable; nothing is guessed from
the neighbours.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

import pypdfium2.raw as pdfium

from ingest.pdf.drawing.fonts import Font

OLD_STYLE = {62294 + digit: ord("0") + digit for digit in range(10)}
"""Codes of old-style digits in Founder fonts, as many Chinese medical books are set in them."""
MAX_FONT_BYTES = 32 * 2**20
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CORPORATE = {0xF730 + digit: 0x30 + digit for digit in range(10)}
"""Adobe's private values of old-style digits."""
_UNI = re.compile(r"^(?:uni([0-9A-F]{4})|u([0-9A-F]{4,6}))$")
"""`uni0033` → `0033`, `u1F600` → `1F600`"""
_DIGITS = {name: 0x30 + i for i, name in enumerate(_NAMES)}


def recover(code: int, font: Font, cache: dict[int, dict[int, int]]) -> int | None:
    """Return the Unicode value of a character code its font has none for; `cache` holds the values of other fonts."""
    if code in OLD_STYLE:
        return OLD_STYLE[code]
    if code in _CORPORATE:
        return _CORPORATE[code]
    if font.raw not in cache:
        cache[font.raw] = _values_in_font(font)
    return cache[font.raw].get(code)


def _values_in_font(font: Font) -> dict[int, int]:
    """Return glyph number → Unicode value, as far as the embedded font program has it."""
    data = _program(font)
    if data[:4] in (b"\x00\x01\x00\x00", b"true", b"OTTO"):
        return _from_sfnt(data)
    if data[:1] == b"\x01":
        return _from_cff(data)
    return {}


def _program(font: Font) -> bytes:
    if not font.raw:
        return b""
    handle = ctypes.cast(font.raw, pdfium.FPDF_FONT)
    size = ctypes.c_size_t()
    if pdfium.FPDFFont_GetIsEmbedded(handle) != 1 or not pdfium.FPDFFont_GetFontData(handle, None, 0, size):
        return b""
    if not 0 < size.value <= MAX_FONT_BYTES:
        return b""
    buffer = (ctypes.c_uint8 * size.value)()
    pdfium.FPDFFont_GetFontData(handle, buffer, size.value, size)
    return bytes(buffer)


def _from_sfnt(data: bytes) -> dict[int, int]:
    """Read the character map of a TrueType or OpenType font, else the names of its glyphs."""
    import io

    from pdfminer.pdffont import TrueTypeFont

    try:
        mapped = TrueTypeFont("", io.BytesIO(data)).create_unicode_map().cid2unichr
    except Exception:
        mapped = {}
    values = {int(glyph): ord(char) for glyph, char in mapped.items() if len(char) == 1}
    table = _sfnt_table(data, b"CFF ")
    return values or (_from_cff(table) if table else {})


def _sfnt_table(data: bytes, tag: bytes) -> bytes:
    count = int.from_bytes(data[4:6], "big")
    for i in range(min(count, 64)):
        entry = data[12 + 16 * i : 28 + 16 * i]
        if entry[:4] == tag:
            start, length = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:16], "big")
            return data[start : start + length]
    return b""


def _from_cff(data: bytes) -> dict[int, int]:
    import io

    from pdfminer.pdffont import CFFFont

    try:
        names: dict[int, Any] = CFFFont("", io.BytesIO(data)).gid2name
    except Exception:
        return {}
    return {glyph: value for glyph, name in names.items() if (value := value_of_name(_plain(name))) is not None}


def _plain(name: Any) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else str(name)


def value_of_name(name: str) -> int | None:
    """Return the Unicode value a glyph's name stands for: `one.oldstyle`, `sevenoldstyle`, `uni0033.onum`."""
    base = name.split(".", 1)[0].removesuffix("oldstyle").removesuffix("fitted")
    if base in _DIGITS:
        return _DIGITS[base]
    if match := _UNI.match(base):
        value = int(match.group(1) or match.group(2), 16)
        return value if 0x20 <= value < 0xE000 else None
    return None
