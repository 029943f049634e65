"""Repair the characters of a page: radicals, symbol fonts, Chinese bytes read as Latin, glyphs without meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.notation.radicals import KANGXI, RADICALS
from ingest.notation.symbol_fonts import decode_symbol
from ingest.pdf.drawing import mojibake
from ingest.pdf.drawing.glyphs import Glyphs
from ingest.pdf.drawing.glyphs_without_unicode import recover

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]
UNREADABLE = 0x25A1
"""□, which stands for a glyph whose meaning the file does not give."""

_MIDDLE_DOT = 0x30FB


def _table() -> NDArray[np.uint32]:
    table = np.arange(0x3000, dtype=np.uint32)
    table[0x2780:0x278A] = range(0x2460, 0x246A)  # circled numbers: fonts have one glyph for both kinds
    table[0x2206], table[0x2126], table[0x212B] = 0x394, 0x3A9, 0xC5  # increment, ohm and angstrom: letters
    for radical, ideograph in zip(range(0x2F00, 0x2FD6), KANGXI, strict=True):
        table[radical] = ord(ideograph)
    for supplement, unified in RADICALS.items():
        table[ord(supplement)] = ord(unified)
    table[0x02] = table[0xAD] = 0x2D  # PDFium's mark for a hyphen at a line end; soft hyphen
    table[0xA0] = 0x20
    return table


_PLAIN = _table()


def repair(glyphs: Glyphs) -> tuple[Glyphs, Codes, Flags]:
    """Return the glyphs that stay, their repaired codes, and which stay unreadable (their code is then that of □)."""
    code = glyphs.code.copy()
    code, keep, lost = mojibake.repair(code, glyphs.font, glyphs.unmapped)
    bad = glyphs.unmapped & (code == glyphs.code) | lost
    low = (code < len(_PLAIN)) & ~bad
    code[low] = _PLAIN[code[low]]
    if not ((code >= 0x3041) & (code < _MIDDLE_DOT)).any():  # no Japanese: the dot is the Chinese one
        code[code == _MIDDLE_DOT] = 0xB7
    _symbols(code, glyphs)
    bad |= _meaningless(code)
    _recover(code, bad, glyphs)
    code[bad] = UNREADABLE
    if not keep.all():
        glyphs.box[:-1, 2] = np.where(keep[1:], glyphs.box[:-1, 2], glyphs.box[1:, 2])  # a pair is one wide glyph
    return glyphs.take(keep), code[keep], bad[keep]


def _recover(code: Codes, bad: Flags, glyphs: Glyphs) -> None:
    """Give unreadable glyphs the value their font gives by other means, in place."""
    cache: dict[int, dict[int, int]] = {}
    for place in np.flatnonzero(bad).tolist():
        value = recover(int(glyphs.code[place]), glyphs.fonts[int(glyphs.font[place])], cache)
        if value is not None:
            code[place], bad[place] = value, False


def _meaningless(code: Codes) -> Flags:
    """Return which codes say nothing: controls, private use, surrogates, replacement and non-characters."""
    bad = (code < 0x20) | ((code >= 0x7F) & (code < 0xA0)) | ((code >= 0xD800) & (code <= 0xF8FF))
    bad |= (code == 0xFFFD) | ((code & 0xFFFE) == 0xFFFE) | (code >= 0xF0000)
    return np.asarray(bad, np.bool_)


def _symbols(code: Codes, glyphs: Glyphs) -> None:
    """Give glyphs of Symbol and Wingdings fonts, shifted to U+F0xx, their meaning, in place."""
    for place in np.flatnonzero((code >= 0xF020) & (code <= 0xF0FF)).tolist():
        name = glyphs.fonts[int(glyphs.font[place])].name
        if (char := decode_symbol(name, int(code[place]))) is not None:
            code[place] = ord(char)
