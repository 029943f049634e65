"""Passages: what stands in one section as whole sentences, with the ids of all units it was put together from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pedcorpus.steps.instruct.of_documents.references import without_references

_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”’」』）)】\]》]*")
"""`，并可引起脱水。应及时` → `，并可引起脱水。`"""
_ORPHAN_START = re.compile(r"[，、。；：,;）)】」”%％/]|是(?!否)|者|的(?!确)|也|及|或(?!许)")
"""`，并可引` → `，`"""
_POINTS_BACK = re.compile(
    r"此外|另外|但是?|然而|因此|所以|同时|而且|并且|其次|再次|最后|综上|反之|例如|如上|以上|上述|后者|前者|这[种些类]|它|他们|[②-⑳]"
)
"""`此外，应监测尿量` → `此外`"""
_ITEM = re.compile(r"\s*(?:[（(]?\d{1,2}[.．、)）]|[①-⑳]|[•·●■\-]|[（(][一二三四五六七八九十]+[)）])")
"""`（1）补液` → `（1）`"""
_INLINE_HEAD = re.compile(r"^【([^】\n]{2,15})】[ \t\n]*", re.MULTILINE)
"""`【病因】多由病` → `【病因】`"""


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one section, less what they say of tables and figures.

    `parents`: ids of the units whose text it holds, in order.
    `part` counts the passages of a section, from 0: only the first answers what the heading asks.
    """

    title: str
    section: tuple[str, ...]
    text: str
    parents: tuple[str, ...]
    part: int = 0


def runs(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield runs of neighbouring units of one section and file: together they say what its heading promises."""
    for _, run in groupby(rows, lambda row: (row["title"], row["section"], row["origin"]["file"])):
        yield list(run)


def passages(run: Sequence[dict[str, Any]], max_chars: int) -> Iterator[Passage]:
    """Put a section's units together to passages of at most `max_chars` characters, cut between units.

    Heads inside a unit (`【病因】…`) begin a new passage below them. A single unit longer than `max_chars` ends with
    its last whole sentence below that.
    """
    title, section = run[0]["title"], tuple(run[0]["section"] or ())
    below, units, part, size = section, list[tuple[str, str]](), 0, 0
    for row in run:
        for head, text in _inline(row["text"]):
            if head or (units and size + len(text) > max_chars):
                yield from _passage(title, below, units, part, max_chars)
                below, part = ((*section, head), 0) if head else (below, part + bool(units))
                units, size = [], 0
            units.append((row["id"], text))
            size += len(text) + 1
    yield from _passage(title, below, units, part, max_chars)


def whole_sentences(text: str, max_chars: int) -> tuple[int, int]:
    """Return start and end of the whole sentences in the first `max_chars` characters; start = end for none.

    What begins in the middle of a sentence, or points back (此外, 后者, ②), loses that sentence; what breaks off loses
    the broken one. A list whose items have no full stops stays as it is.
    """
    start = 0
    if _ORPHAN_START.match(text) or _POINTS_BACK.match(text):
        first = _SENTENCE.match(text)
        start = first.end() if first else len(text)
        if _ORPHAN_START.match(text[start:].lstrip()) or _POINTS_BACK.match(text[start:].lstrip()):
            return 0, 0
    start += len(text[start:]) - len(text[start:].lstrip())
    if len(text) - start <= max_chars and _is_list(text[start:]):
        return start, len(text)
    end = max((match.end() for match in _SENTENCE.finditer(text, start, start + max_chars)), default=start)
    return start, end


def _is_list(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) > 1
        and _ITEM.match(lines[-1]) is not None
        and not lines[-1].rstrip().endswith(("，", "、", "；", "："))
    )


def _inline(text: str) -> list[tuple[str, str]]:
    """Split a unit at heads inside it: (head or "", text below it)."""
    pieces = _INLINE_HEAD.split(text.strip())
    parts = [("", pieces[0].strip())] if pieces[0].strip() else []
    return parts + [(head, body.strip()) for head, body in zip(pieces[1::2], pieces[2::2], strict=True) if body.strip()]


def _passage(
    title: str, section: tuple[str, ...], units: Sequence[tuple[str, str]], part: int, max_chars: int
) -> Iterator[Passage]:
    text = "\n".join(text for _, text in units)
    start, end = whole_sentences(text, max_chars)
    if start == end:
        return
    parents, offset = [], 0
    for parent, piece in units:
        if offset < end and offset + len(piece) > start:
            parents.append(parent)
        offset += len(piece) + 1
    answer = without_references(text[start:end].strip())
    yield Passage(title, section, answer, tuple(dict.fromkeys(parents)), part)
