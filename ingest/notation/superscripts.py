"""How superscripts are written in plain text: powers and charges stay, references to notes and literature go."""

from __future__ import annotations

import re

REFERENCE = re.compile(
    r"(?:[\[［(（〔]?[\d０-９]{1,3}(?:[,，、\-–—~～;；\s][\d０-９]{1,3})*[,，\-–—~～]?[\]］)）〕]?|[*†‡§①-⑳a-e]|\[[^\]]*\])"
    r"(?:\s*(?:[*†‡§①-⑳]|\[[^\]]*\]))*"
)
"""A reference: numbers, letters or signs, also several, in brackets or bare. `[2-4]` → `[2-4]`"""
_DIGIT = re.compile(r"[0-9０-９]$")
"""`5×10` → `0`"""
_UNIT_AFTER = re.compile(r"\s?[/A-Zμ]")
"""`/L，均` → `/`"""
_UNIT_BASE = re.compile(r"(?<![A-Za-z])(m|cm|mm|km|dm|μm|um|nm|r|R|x|kPa|s|σ|χ|ｍ)$")
_SUPERSCRIPT = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")


def written(before: str, piece: str, after: str) -> str:
    """Return how a superscript is written in plain text: powers and ions stay, references go.

    A power stands behind a digit, or at the beginning of a line (the 10 ended the one before) with a unit behind it.
    """
    plain = piece.strip()
    based = _DIGIT.search(before) or (not before and _UNIT_AFTER.match(after))
    if based and re.fullmatch(r"[+\-−–]?\d{1,2}", plain):
        return "^" + plain.replace("−", "-").replace("–", "-")
    if _UNIT_BASE.search(before) and re.fullmatch(r"[+\-−–]?[1-4]", plain):
        return plain.translate(_SUPERSCRIPT)
    if re.fullmatch(r"\d?[+\-−–]", plain) and re.search(r"[A-Za-z0-9]$", before):
        return plain.replace("−", "-").replace("–", "-")
    if REFERENCE.fullmatch(plain):
        return ""
    return piece
