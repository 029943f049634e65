"""Map private-use codes of the fonts Symbol and Wingdings, often from U+F000 on, to Unicode."""

from __future__ import annotations

SYMBOL_MARKS = {
    **dict(zip((0x61, 0x62, 0x64, 0x65, 0x67, 0x6B, 0x6C, 0x6D, 0x44, 0x57), "αβδεγκλμΔΩ", strict=True)),
    **dict(zip((0xA3, 0xB3, 0xB0, 0xB1, 0xB4, 0xB8, 0xB9, 0xBB, 0xA5), "≤≥°±×÷≠≈∞", strict=True)),
    **dict(zip((0xAC, 0xAD, 0xAE, 0xAF, 0xB7, 0xD7, 0x2D, 0x7E), "←↑→↓•·−~", strict=True)),
    **{code: chr(code) for code in range(0x20, 0x40) if code not in (0x22, 0x24, 0x27, 0x2A, 0x2D)},
}
"""Adobe Symbol encoding, as far as medical text uses it."""
DINGBATS = {0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0xFB: "✗"}
"""Wingdings marks that carry meaning; all others are bullets."""


def decode_symbol(font: str, code: int) -> str | None:
    """Return the character of a code in a symbol font, None where it is not known."""
    if "dings" in font.lower():
        return DINGBATS.get(code & 0xFF, "•")
    return SYMBOL_MARKS.get(code & 0xFF)
