"""Superscripts in plain text: powers and charges stay, references to notes and literature go.

Formats with mark-up say what is superscript, and a short number there is a power behind digits, metres and variables:
`superscript_as_text`. In a PDF glyphs only stand higher, single letters are mostly marks of notes, and a power is
believed behind digits and the units of medicine: `raised_as_text`.
"""

from __future__ import annotations

import re

REFERENCE = re.compile(
    r"(?:[\[［(（〔]?[\d０-９]{1,3}(?:[,，、\-–—~～;；\s][\d０-９]{1,3})*[,，\-–—~～]?[\]］)）〕]?|[*†‡§①-⑳a-e]|\[[^\]]*\])"
    r"(?:\s*(?:[*†‡§①-⑳]|\[[^\]]*\]))*"
)
"""A raised reference: numbers, letters or signs, also several, in brackets or bare.
`[2-4]` → `[2-4]`, `a` → `a`, `mg` → –"""
_MARKED_REFERENCE = re.compile(r"[\[(（［]\s*[\d①-⑳,，\-–~\s]+[\])）］]|[①-⑳]+|[*†‡§]+")
"""What is a reference wherever it stands. `[1]` → `[1]`, `①` → `①`, `9` → –"""
_NUMBERS = re.compile(r"[+\-−–]?\d+(?:\s*[,，\-–~]\s*\d+)*")
"""`1,3-5` → `1,3-5`"""
_POWER = re.compile(r"[+\-−–]?\d{1,2}")
"""`-1` → `-1`, `+` → –"""
_BEFORE_POWER = re.compile(r"(?:\d|[×x]|(?:^|[^A-Za-z])(?:[cdkm]?m|[A-Za-zα-ω]))$")
"""Before a power: a number, a sign of multiplication, metres, a variable. `1.73 m` → ` m`, `×10` → `0`, `mg` → –"""
_DIGIT_BEFORE = re.compile(r"[0-9０-９]$")
"""`5×10` → `0`, `阿莫西林` → –"""
_UNIT_AFTER = re.compile(r"\s?[/A-Zμ]")
"""`/L，均正常` → `/`, `，均正常` → –"""
_UNIT_BEFORE = re.compile(r"(?<![A-Za-z])(m|cm|mm|km|dm|μm|um|nm|r|R|x|kPa|s|σ|χ|ｍ)$")
"""`1.73 m` → `m`, `mg/kg` → –"""
_MINUS = str.maketrans("−–", "--")
_SUPERSCRIPT = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")


def superscript_as_text(before: str, words: str, after: str = "") -> str:
    """Return words marked as superscript as plain text: a power with ^, "" for a reference, other words as they are.

    `before` and `after` are the text around them. A number before a capital letter is an isotope's (¹³C).
    """
    mark = words.strip()
    if _MARKED_REFERENCE.fullmatch(mark):
        return ""
    if not _NUMBERS.fullmatch(mark):
        return words
    if _POWER.fullmatch(mark) and (_BEFORE_POWER.search(before.rstrip()) or mark[0] in "+-−–"):
        return f"^{mark}"
    return words if re.match(r"[A-Z]", after) and mark.isdecimal() else ""


def raised_as_text(before: str, piece: str, after: str) -> str:
    """Return glyphs a PDF sets higher as plain text: powers and charges stay, "" for a reference.

    A power stands behind a digit, or at the beginning of a line (the 10 ended the one before) with a unit behind it.
    """
    mark = piece.strip()
    is_behind_number = _DIGIT_BEFORE.search(before) or (not before and _UNIT_AFTER.match(after))
    if is_behind_number and _POWER.fullmatch(mark):
        return f"^{mark.translate(_MINUS)}"
    if _UNIT_BEFORE.search(before) and re.fullmatch(r"[+\-−–]?[1-4]", mark):
        return mark.translate(_SUPERSCRIPT)
    if re.fullmatch(r"\d?[+\-−–]", mark) and re.search(r"[A-Za-z0-9]$", before):
        return mark.translate(_MINUS)
    return "" if REFERENCE.fullmatch(mark) else piece
