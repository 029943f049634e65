"""The words of a DOCX paragraph: symbols, equations and powers in plain text, without what is deleted or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.book.line_text import raised
from ingest.notation.symbol_fonts import symbol

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = (f"{W}del", f"{W}moveFrom", f"{W}pPr", _FALLBACK)
_MAX_DEPTH = 40
"""Deepest nesting of mark-up that is followed; Word's own files stay below 10."""
UNREADABLE = "□"


def value(element: Any, path: str) -> str:
    """Return the `val` of the element at a path, "" where there is none."""
    found = element.find(path)
    return "" if found is None else str(found.get(f"{W}val", ""))


def text_of(paragraph: Any) -> str:
    """Return the words of a paragraph: references in superscript left out, breaks kept, text boxes apart."""
    parts: list[tuple[str, bool]] = []  # words, and whether they stand in superscript
    for piece in _pieces(paragraph, 0):
        if piece.tag != f"{W}r":
            parts.append((_equation(piece, 0), False))
        elif piece.find(f"{W}rPr/{W}vanish") is None and (words := _words(piece)):
            high = value(piece, f"{W}rPr/{W}vertAlign") == "superscript"
            if high and parts and parts[-1][1]:
                words = parts.pop()[0] + words  # [, 1 and ] may be three runs
            parts.append((words, high))
    text = ""
    for i, (words, high) in enumerate(parts):
        after = parts[i + 1][0] if i + 1 < len(parts) else ""
        text += raised(text, words, after) if high else words
    return text


def boxes_of(paragraph: Any) -> Iterator[Any]:
    """Yield the paragraphs of the text boxes anchored in a paragraph."""
    for box in paragraph.iter(f"{W}txbxContent"):
        yield from paragraphs_in(box)


def paragraphs_in(element: Any) -> Iterator[Any]:
    """Yield the paragraphs below an element, each once: copies for old programs are left out."""
    for paragraph in element.iter(f"{W}p"):
        if not any(outer.tag == _FALLBACK for outer in paragraph.iterancestors()):
            yield paragraph


def _pieces(element: Any, depth: int) -> Iterator[Any]:
    """Yield the runs and equations below an element, in order."""
    for child in element if depth < _MAX_DEPTH else ():
        if child.tag in (f"{W}r", f"{_M}oMath"):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _pieces(child, depth + 1)


def _words(run: Any) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    font = "" if fonts is None else str(fonts.get(f"{W}ascii", ""))
    words = ""
    for child in run:
        if child.tag == f"{W}t":
            words += "".join(_plain(font, char) for char in child.text or "")
        elif child.tag == f"{W}sym":
            code = child.get(f"{W}char", "")
            words += _mark(child.get(f"{W}font", ""), int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else ""
        elif child.tag == f"{W}tab":
            words += " "
        elif child.tag in (f"{W}br", f"{W}cr"):
            words += "\n"
        elif child.tag == f"{W}noBreakHyphen":
            words += "-"
    return words


def _plain(font: str, char: str) -> str:
    return _mark(font, ord(char)) if "\ue000" <= char <= "\uf8ff" else char


def _mark(font: str, code: int) -> str:
    """Return the character of a symbol font's code; □ for those of other fonts, whose meaning only the font knows."""
    known = "symbol" in font.lower() or "dings" in font.lower()
    return (symbol(font, code) if known else None) or UNREADABLE


def _equation(element: Any, depth: int) -> str:
    """Return an equation on one line: fractions with a stroke, powers with ^."""
    if depth > _MAX_DEPTH:
        return ""
    parts = {child.tag.removeprefix(_M): child for child in element if isinstance(child.tag, str)}
    whole = {name: _equation(child, depth + 1) for name, child in parts.items() if child.tag.startswith(_M)}
    name = element.tag.removeprefix(_M)
    if name == "t":
        return element.text or ""
    if name == "f":
        return f"{_grouped(whole.get('num', ''))}/{_grouped(whole.get('den', ''))}"
    if name == "sSup":
        return f"{whole.get('e', '')}^{_grouped(whole.get('sup', ''))}"
    if name == "rad":
        return f"√{_grouped(whole.get('e', ''))}"
    inner = "".join(_equation(child, depth + 1) for child in element if str(child.tag).startswith(_M))
    return f"({inner})" if name == "d" else inner


def _grouped(text: str) -> str:
    return text if len(text) < 2 or re.fullmatch(r"[\d.]+|\(.*\)", text) else f"({text})"
