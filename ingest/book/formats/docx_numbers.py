"""Automatic numbers of DOCX: 第一章, 一、, 1.1 and 推荐意见1： that Word draws and no paragraph holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ingest.book.formats.docx_text import W, value
from ingest.vocabulary import chinese_numerals

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
MAX_NUMBER = 9999
"""Largest number that is written in another form than in digits."""
_CHINESE = frozenset(
    {
        "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "chineseLegalSimplified",
        "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand",
    }
)  # fmt: skip
_NONE = frozenset({"bullet", "none"})


@dataclass(slots=True)
class ListLevel:
    """How the numbers of one level are written: the first, their form, the text around `%1`, `%2`, if all Arabic."""

    start: int
    form: str
    text: str
    arabic: bool = False


@dataclass(slots=True)
class Numbers:
    """The lists of a document: number id → its levels; style id → number id and level; and how far each has counted."""

    levels: dict[str, dict[int, ListLevel]]
    styles: dict[str, tuple[str, int]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def of(self, paragraph: Any) -> str:
        """Return the number Word draws before a paragraph, and count on; "" for none and for bullets."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        key, level = self.styles.get(value(paragraph, f"{W}pPr/{W}pStyle"), ("", 0))
        if own is not None:
            key, level = value(own, f"{W}numId") or key, _integer(value(own, f"{W}ilvl"), level)
        levels = self.levels.get(key)
        if not levels or level not in levels:
            return ""
        counts = self.counts.setdefault(key, {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _fill_level_text(levels, counts, level)


def numbers_of(numbering: Any, styles: Any) -> Numbers:
    """Return the lists of `word/numbering.xml` and the styles that use them; both may be None."""
    numbers = Numbers({}, {})
    if numbering is None:
        return numbers
    abstract = {node.get(f"{W}abstractNumId"): _levels(node) for node in numbering.iter(f"{W}abstractNum")}
    for node in numbering.iter(f"{W}num"):
        shared = abstract.get(value(node, f"{W}abstractNumId"), {})
        levels = {i: replace(level) for i, level in shared.items()}
        for override in node.iter(f"{W}lvlOverride"):
            at = _integer(override.get(f"{W}ilvl", ""), -1)
            if at in levels and (start := value(override, f"{W}startOverride")):
                levels[at].start = _integer(start, levels[at].start)
        numbers.levels[node.get(f"{W}numId", "")] = levels
    for style in styles.iter(f"{W}style") if styles is not None else ():
        if key := value(style, f"{W}pPr/{W}numPr/{W}numId"):
            numbers.styles[style.get(f"{W}styleId", "")] = (key, _integer(value(style, f"{W}pPr/{W}numPr/{W}ilvl"), 0))
    return numbers


def _levels(node: Any) -> dict[int, ListLevel]:
    return {
        _integer(level.get(f"{W}ilvl", ""), 0): ListLevel(
            _integer(value(level, f"{W}start"), 1),
            value(level, f"{W}numFmt"),
            value(level, f"{W}lvlText"),
            level.find(f"{W}isLgl") is not None,
        )
        for level in node.iter(f"{W}lvl")
    }


def _fill_level_text(levels: dict[int, ListLevel], counts: dict[int, int], level: int) -> str:
    if levels[level].form in _NONE:
        return ""
    text = levels[level].text
    for i in range(min(level + 1, 9)):
        if f"%{i + 1}" in text and i in levels:
            form = "decimal" if levels[level].arabic else levels[i].form
            text = text.replace(f"%{i + 1}", write_number(counts.get(i, levels[i].start), form))
    return text


def write_number(number: int, form: str) -> str:
    """Return a number in one of Word's forms; Arabic where the form is not known."""
    if not 0 < number <= MAX_NUMBER:
        return str(number)
    if form in _CHINESE:
        return chinese_numerals.write_number(number)
    if form.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(ord("①") + number - 1)
    if form in ("lowerLetter", "upperLetter") and number <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + number - 1)
    if form in ("lowerRoman", "upperRoman"):
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for amount, mark in _ROMAN:
        text += mark * (number // amount)
        number %= amount
    return text


def _integer(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else default
