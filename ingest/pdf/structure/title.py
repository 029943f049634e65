"""The title of a book or guideline, and its cover page."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.book.heading_numbers import read_number
from ingest.pdf.layout.reading_order import Element
from ingest.pdf.lines.lines import Line, join_lines

Pages = Sequence[Sequence[Sequence[Element]]]
LARGER = 1.25
"""A title is at least this much larger than the body; chapter headings are numbered or repeat."""
COVER_CHARS = 200
"""A page of the first three with fewer characters of running text, no numbered heading and no sentence is a cover."""


def lines_in(columns: Sequence[Sequence[Element]]) -> list[Line]:
    """Return the lines of a page in reading order."""
    return [e for column in columns for e in column if isinstance(e, Line)]


def without_spaces(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())


def find_title(in_metadata: str, columns_by_page: Pages, body_size: float, heads: str = "") -> str:
    """Return the title: that in the metadata, where the first pages or running heads show it, else the largest words.

    One that no page shows is left aside: it is mostly the name of a template or of a file.
    """
    first = [line for columns in columns_by_page[:3] for line in lines_in(columns)]
    if len(without_spaces(in_metadata)) >= 2 and without_spaces(in_metadata) in without_spaces(
        "".join(line.text for line in first) + heads
    ):
        largest = _largest_words(columns_by_page, body_size)
        return largest if without_spaces(in_metadata) in without_spaces(largest) else in_metadata.strip()
    return _largest_words(columns_by_page, body_size)


def _largest_words(columns_by_page: Pages, body_size: float) -> str:
    """Return the words of page one set larger than anything else in the document, unless they are numbered."""
    lines = lines_in(columns_by_page[0]) if columns_by_page else []
    if not lines:
        return ""
    size = max(line.size for line in lines)
    first = next(i for i, line in enumerate(lines) if line.size == size)
    last = first
    while last + 1 < len(lines) and abs(lines[last + 1].size - size) < 0.03 * size:
        last += 1
    elsewhere = list(lines[last + 1 :]) + [line for columns in columns_by_page[1:] for line in lines_in(columns)]
    unique = all(line.size < 0.97 * size for line in elsewhere)
    title = ""
    for line in lines[first : last + 1]:
        title = join_lines(title, line.text)
    fits = 2 <= len(title) <= 80 and last - first < 3 and read_number(title) is None
    return title if unique and fits and size >= LARGER * body_size else ""


def count_covers(columns_by_page: Pages, body_size: float) -> int:
    """Return how many pages at the front are covers: few words, no numbered heading, no sentence, no table."""
    for n, columns in enumerate(columns_by_page[:3]):
        lines = lines_in(columns)
        chars = sum(len(line.text) for line in lines if line.size < 1.1 * body_size)
        runs_on = any(read_number(line.text) or line.text.endswith("。") for line in lines)
        has_table = any(not isinstance(element, Line) for column in columns for element in column)
        if not lines or chars >= COVER_CHARS or runs_on or has_table:
            return n
    return min(3, len(columns_by_page)) if len(columns_by_page) > 3 else 0
