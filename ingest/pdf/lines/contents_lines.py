"""Pages and lines of a table of contents: words, leaders or a gap, and a page number at the right edge."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from ingest.pdf.lines.lines import Line

_LEADER = re.compile(r"[.．·…⋯‥。•_－—\-]\s*(?:[.．·…⋯‥。•_－—\-]\s*){2,}[（(]?(\d{1,4}|[ivxlcIVXLC]{1,7})[)）]?\s*$")
"""`第一章 绪论………………12` → `………………12`"""
_AT_END = re.compile(r"\S[\s　]+(\d{1,4})$")
"""`第一章 绪论  12` → `12`"""
_TITLE = re.compile(
    r"^((?:总|表格|插图|图表|详细)?\s*目\s*[录次]|(?:table of )?contents|list of (?:tables|figures))$", re.IGNORECASE
)
"""`目录` → `目录`, `本章目录` → –"""
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
MIN_LINES = 4
"""Fewer lines with leaders are a form or a price list."""


def is_title(text: str) -> bool:
    """Return whether a text is the heading of a table of contents."""
    return bool(_TITLE.match(text.strip()))


def has_leader(text: str) -> bool:
    """Return whether a line ends as one of contents, in leaders and a page number."""
    return bool(_LEADER.search(text.translate(_DIGITS)))


def contents_lines(lines: Sequence[Line]) -> set[int]:
    """Return which lines of a page (by position) belong to a table of contents.

    Lines between two entries belong to it (entries of two lines, dates under titles), and its heading.
    """
    entries = [i for i, line in enumerate(lines) if has_leader(line.text)]
    if len(entries) < MIN_LINES:
        entries = _without_leaders(lines)
    titles = [i for i, line in enumerate(lines) if is_title(line.text)]
    if len(entries) < (2 if titles else MIN_LINES):
        return set()
    first, last = entries[0], entries[-1]
    if len(entries) < 0.3 * (last - first + 1):
        return set(entries)
    positions = set(range(first, last + 1))
    positions.update(i for i in titles if i < first and first - i <= 3)
    for i in range(first - 1, -1, -1):  # the first line of a two-line entry
        if i in positions or lines[i].size > 1.1 * lines[first].size:
            break
        if first - i <= 1 and not re.search(r"[。；]$", lines[i].text) and len(entries) > 0.5 * len(lines):
            positions.add(i)
    if len(lines) - 1 - last <= 2 and len(entries) > 0.4 * len(lines):  # a date or a page number below the last entry
        positions.update(range(last + 1, len(lines)))
    return positions


def _without_leaders(lines: Sequence[Line]) -> list[int]:
    """Return entries without leaders: most lines of the page end, far right, in page numbers that do not fall."""
    numbered = [
        (i, int(m.group(1))) for i, line in enumerate(lines) if (m := _AT_END.search(line.text)) and line.room < 1
    ]
    if len(numbered) < max(MIN_LINES + 1, 0.6 * len(lines)):
        return []
    rising = sum(a[1] <= b[1] for a, b in itertools.pairwise(numbered))
    return [i for i, _ in numbered] if rising >= 0.9 * (len(numbered) - 1) else []
