"""Read books in plain text: headings by their numbers, paragraphs by line ends, indents and empty lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ingest.book.block import Block, Blocks, Place
from ingest.book.formats.html import whole_text
from ingest.book.heading_numbers import Rank, read_number
from ingest.book.line_text import clean, heading_of, is_caption
from ingest.book.table_sentences import regular_rows
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Reason, Rejection

MAX_HEADING = 40
"""Longest heading in characters."""
_LEADER = re.compile(r"[.．·…⋯‥]\s*(?:[.．·…⋯‥]\s*){2,}\d{1,4}\s*$")
"""`第一章 绪论………12` → `………12`, `第一章 绪论` → –"""
_PAGE = re.compile(r"[-—–·]\s*\d{1,4}\s*[-—–·]|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|Page \d+(?: of \d+)?")
"""`- 12 -` → `- 12 -`, `第 3 页 共 12 页` → `第 3 页 共 12 页`"""
_RULE = re.compile(r"[\s|:+\-]+")
"""A line of a table that is only drawn. `|:---|---:|` → `|:---|---:|`"""
_ENDS = re.compile(r"[。；，、：:;,.!?！？]$")
"""`病因如下：` → `：`, `第一节 病因` → –"""
_FULL_SHARE = 0.8
"""A line at least this share of the usual width is a full one of a hard-wrapped text."""


def read(file: SourceFile, options: SourceOptions) -> Blocks:
    """Return the blocks of a plain-text book; its title is a first line that stands alone, unnumbered."""
    lines = whole_text(file, options).split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    alone = first + 1 >= len(lines) or not lines[first + 1].strip()
    words = clean(lines[first]) if lines else ""
    is_title = alone and 2 <= len(words) <= MAX_HEADING and not read_number(words) and not _ENDS.search(words)
    title = words if is_title else ""

    def reject(locator: str, excerpt: str) -> Rejection:
        return file.reject(options, Reason.RUNNING_HEAD, locator, excerpt)

    return title, _blocks(lines, first + 1 if is_title else 0, reject)


def _blocks(lines: list[str], start: int, reject: Callable[[str, str], Rejection]) -> Iterator[Block | Rejection]:
    width, chapters = _wrapped_width(lines), _chapters(lines)
    pending: list[str] = []
    begin, after = 0, 0
    for number, line in enumerate(lines[start:], start + 1):
        if number <= after:
            continue  # in a table
        words = clean(line)
        if _PAGE.fullmatch(words):
            yield reject(f"line {number}", words)
            continue
        table = _table_at(lines, number)
        is_heading = _is_heading(words) or (number in chapters)
        if pending and (
            table or is_heading or _opens(line, words) or not width or len(pending[-1].strip()) < _FULL_SHARE * width
        ):
            yield from _paragraph(pending, begin)
            pending = []
        if table:
            rows, after = table
            yield Block("table", "", (Place(label=f"line {number}"),), rows=regular_rows(rows))
        elif words and is_heading:
            yield Block("heading", heading_of(words), (Place(label=f"line {number}"),))
        elif words:
            begin = begin if pending else number
            pending.append(line.strip())
    if pending:
        yield from _paragraph(pending, begin)


def _opens(line: str, words: str) -> bool:
    """Return whether a line begins something new."""
    return not words or line.startswith(("　　", "    ", "\t")) or _is_heading(words) or bool(_LEADER.search(words))


def _table_at(lines: list[str], number: int) -> tuple[list[list[str]], int] | None:
    """Return the rows of a table that begins at a line (from 1), cells apart by tabs or strokes, and its last line."""
    first = _cells(lines[number - 1])
    if len(first) < 2:
        return None
    rows, last = [first], number
    while last < len(lines) and len(cells := _cells(lines[last])) == len(first):
        rows.append(cells)
        last += 1
    rows = [row for row in rows if not all(_RULE.fullmatch(cell) for cell in row)]
    return (rows, last) if len(rows) > 1 else None


def _cells(line: str) -> list[str]:
    line = line.strip()
    if "\t" in line:
        return [clean(cell) for cell in line.split("\t")]
    is_row = line.startswith("|") and line.endswith("|") and len(line) > 2
    return [clean(cell) for cell in line[1:-1].split("|")] if is_row else []


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
    number = read_number(text)
    if number is None or len(text) > MAX_HEADING or _ENDS.search(text) or _LEADER.search(text):
        return False
    return number.rank.makes_heading and (bool(number.rest) or number.rank.may_stand_alone)


def _chapters(lines: list[str]) -> set[int]:
    """Return the lines (from 1) with headings such as `2 治疗`: alone, in a text with 1.1 too, unlike lists."""
    ranks = [(n, number.rank) for n, line in enumerate(lines, 1) if (number := read_number(line)) and number.rest]
    if not any(rank is Rank.DECIMAL_2 and _is_heading(clean(lines[n - 1])) for n, rank in ranks):
        return set()
    alone = {n for n, rank in ranks if rank is Rank.DECIMAL_1 and not _near(lines, n - 2) and not _near(lines, n)}
    return {n for n in alone if len(lines[n - 1].strip()) <= MAX_HEADING and not _ENDS.search(lines[n - 1].strip())}


def _near(lines: list[str], index: int) -> str:
    return lines[index].strip() if 0 <= index < len(lines) else ""


def _wrapped_width(lines: list[str]) -> int:
    """Return the width in characters at which a text is wrapped, 0 where each line is a paragraph."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    if len(lengths) < 5:
        return 0
    usual = lengths[len(lengths) * 9 // 10]
    near = sum(0.85 * usual <= length <= usual for length in lengths)
    ended = sum(bool(re.search(r"[。！？」”]$", line.strip())) for line in lines if line.strip())
    return usual if 20 <= usual <= 100 and near >= 0.4 * len(lengths) and ended < 0.6 * len(lengths) else 0
