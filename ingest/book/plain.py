"""Read books in plain text: headings by their numbers, paragraphs by line ends, indents and empty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.book.block import Block, Place
from ingest.book.formats import Blocks
from ingest.book.html import whole_text
from ingest.book.numbering import STRONG, numbering
from ingest.book.wording import clean, heading_of, is_caption
from ingest.source import SourceFile, SourceOptions

MAX_HEADING = 40
"""Longest heading in characters."""
_LEADER = re.compile(r"[.．·…⋯‥]\s*(?:[.．·…⋯‥]\s*){2,}\d{1,4}\s*$")
_ENDS = re.compile(r"[。；，、：:;,.!?！？]$")
_FULL_SHARE = 0.8
"""A line at least this share of the usual width is a full one of a hard-wrapped text."""


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the blocks of a plain-text book; its title is a first line that stands alone, unnumbered."""
    lines = whole_text(file, options).split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    alone = first + 1 >= len(lines) or not lines[first + 1].strip()
    words = clean(lines[first]) if lines else ""
    is_title = alone and 2 <= len(words) <= MAX_HEADING and not numbering(words) and not _ENDS.search(words)
    title = words if is_title else ""
    return title, _blocks(lines, first + 1 if is_title else 0)


def _blocks(lines: list[str], start: int) -> Iterator[Block]:
    width = _wrapped_width(lines)
    held: list[str] = []
    begin = 0
    for number, line in enumerate(lines[start:], start + 1):
        words = clean(line)
        opens = (
            not words or line.startswith(("　　", "    ", "\t")) or _is_heading(words) or bool(_LEADER.search(words))
        )
        if held and (opens or not width or len(held[-1].strip()) < _FULL_SHARE * width):
            yield from _paragraph(held, begin)
            held = []
        if not words:
            continue
        if _is_heading(words):
            yield Block("heading", heading_of(words), (Place(label=f"line {number}"),))
            continue
        begin = begin if held else number
        held.append(line.strip())
    if held:
        yield from _paragraph(held, begin)


def _paragraph(lines: list[str], number: int) -> Iterator[Block]:
    text = ""
    for line in lines:
        latin = text[-1:] < "\u2e80" and line[:1] < "\u2e80"
        text += f" {line}" if text and latin else line
    text = clean(text)
    place = (Place(label=f"line {number}"),)
    if _LEADER.search(text):
        yield Block("contents", text, place)
    else:
        yield Block("caption" if is_caption(text) else "text", text, place, unreadable=text.count("\ufffd"))


def _is_heading(text: str) -> bool:
    found = numbering(text)
    if found is None or len(text) > MAX_HEADING or _ENDS.search(text) or _LEADER.search(text):
        return False
    return (found.rank <= STRONG or found.rank in (71, 72, 73)) and (bool(found.rest) or found.rank <= 50)


def _wrapped_width(lines: list[str]) -> int:
    """Return the width in characters at which a text is wrapped, 0 where each line is a paragraph."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    if len(lengths) < 5:
        return 0
    usual = lengths[len(lengths) * 9 // 10]
    near = sum(0.85 * usual <= length <= usual for length in lengths)
    ended = sum(bool(re.search(r"[。！？」”]$", line.strip())) for line in lines if line.strip())
    return usual if 20 <= usual <= 100 and near >= 0.4 * len(lengths) and ended < 0.6 * len(lengths) else 0
