"""The text of a DOCX paragraph: symbols, equations and powers in plain text, without what is deleted or hidden.

What else reads Word documents (`ingest.dialogue_formats.word_document`) takes `read_part` and `text_of` from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from ingest.book.formats.office_zip import member, xml
from ingest.notation.superscripts import superscript_as_text
from ingest.notation.symbol_fonts import decode_symbol

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = (f"{W}del", f"{W}moveFrom", f"{W}pPr", _FALLBACK)
_MAX_DEPTH = 40
"""Deepest nesting of mark-up that is followed; Word's own files stay below 10."""
UNREADABLE = "□"


def read_part(archive: ZipFile, name: str) -> Any:
    """Return the root of a part, None where there is none; the namespace of strict files becomes the usual one, `W`."""
    data = member(archive, name)
    return None if data is None else xml(data.replace(_STRICT, W[1:-1].encode()), name)


def value(element: Any, path: str) -> str:
    """Return the `val` of the element at a path, "" where there is none."""
    child = element.find(path)
    return "" if child is None else str(child.get(f"{W}val", ""))


def text_of(paragraph: Any) -> str:
    """Return the text of a paragraph: tabs and line breaks kept, references in superscript and text boxes left out."""
    parts: list[tuple[str, bool]] = []  # words, and whether they stand in superscript
    for piece in _runs_and_equations(paragraph, 0):
        if piece.tag != f"{W}r":
            parts.append((_equation(piece, 0), False))
        elif piece.find(f"{W}rPr/{W}vanish") is None and (words := _text_of_run(piece)):
            is_raised = value(piece, f"{W}rPr/{W}vertAlign") == "superscript"
            if is_raised and parts and parts[-1][1]:
                words = parts.pop()[0] + words  # [, 1 and ] may be three runs
            parts.append((words, is_raised))
    text = ""
    for i, (words, is_raised) in enumerate(parts):
        after = parts[i + 1][0] if i + 1 < len(parts) else ""
        text += superscript_as_text(text, words, after) if is_raised else words
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


def _runs_and_equations(element: Any, depth: int) -> Iterator[Any]:
    """Yield the runs and equations below an element, in order."""
    for child in element if depth < _MAX_DEPTH else ():
        if child.tag in (f"{W}r", f"{_M}oMath"):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _runs_and_equations(child, depth + 1)


def _text_of_run(run: Any) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    font = "" if fonts is None else str(fonts.get(f"{W}ascii", ""))
    words = ""
    for child in run:
        if child.tag == f"{W}t":
            words += "".join(_decode_private_use(font, char) for char in child.text or "")
        elif child.tag == f"{W}sym":
            code = child.get(f"{W}char", "")
            words += _decode(child.get(f"{W}font", ""), int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else ""
        elif child.tag == f"{W}tab":
            words += "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            words += "\n"
        elif child.tag == f"{W}noBreakHyphen":
            words += "-"
    return words


def _decode_private_use(font: str, char: str) -> str:
    return _decode(font, ord(char)) if "\ue000" <= char <= "\uf8ff" else char


def _decode(font: str, code: int) -> str:
    """Return the character of a symbol font's code; □ for those of other fonts, whose meaning only the font knows."""
    is_symbol_font = "symbol" in font.lower() or "dings" in font.lower()
    return (decode_symbol(font, code) if is_symbol_font else None) or UNREADABLE


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
