"""Books in reading order: what stands in one file joined to texts of some thousand characters, for CPT.

Comes in: the rows of a shard of books and guidelines, as they stand in their files; what earlier steps took out is
missing, no more. Goes out: texts with the ids of all rows in them, and the rows that say nothing by themselves.
Headings are written once, a table stands behind its caption and before its notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from typing import Any

from pedcorpus.rows.table_captions import captions_of_tables
from schemas.rejection import Reason

Row = dict[str, Any]

BREAK_FROM = 0.5
"""Share of the wished length from which a text ends where a chapter or section begins …"""
BREAK_ANYWHERE_FROM = 0.8
"""… and from which it ends at any heading."""
UPPER_LEVELS = 2
"""Levels of headings that are chapters and sections."""
TAIL_SHARE, MOST = 0.2, 1.25
"""A last text below the first share of the wished length joins the one before it, up to so many times that length."""
COVER_CHARS = 80
"""A longer text above all headings is a text, no line of a cover."""
DEEPEST = 6
"""Levels of headings that Markdown has."""

_SENTENCE = re.compile(r"[。！？!?；;：:]")
"""`肺炎是一种感染。` → `。`, `儿科学示例教材` → –"""
_APPARATUS = re.compile(r"^[\W\d]*(?:主要)?(?:参考文献|引用文献|目录|目次|(?:名词|中英文)?索引)[\W\d]*$")
"""Headings above lists of works or pages. `【参考文献】` → `【参考文献】`, `文献复习` → –"""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a table with its caption and notes."""

    path: tuple[str, ...]
    text: str
    parents: tuple[str, ...]


@dataclass(slots=True)
class Joined:
    """One text for CPT and the ids of the rows in it, in order."""

    source: str
    text: str
    parents: list[str]


@dataclass(slots=True)
class Reading:
    """The texts of a shard, and id → reason of the rows in none of them."""

    texts: list[Joined] = field(default_factory=list)
    left_out: dict[str, Reason] = field(default_factory=dict)


def read_in_order(rows: Iterable[Row], max_chars: int) -> Reading:
    """Join the rows of each file to texts of about `max_chars` characters; a longer paragraph is a text by itself."""
    reading = Reading()
    for (source, _, title), of_file in groupby(rows, lambda row: (row["source"], row["origin"]["file"], row["title"])):
        blocks = list(_blocks(of_file, reading.left_out))
        for group in _groups(blocks, max_chars):
            parents = [parent for block in group for parent in block.parents]
            reading.texts.append(Joined(source, _written((title or "").strip(), group), parents))
    return reading


def _blocks(rows: Iterable[Row], left_out: dict[str, Reason]) -> Iterator[Block]:
    for section, run in groupby(rows, lambda row: row["section"]):
        path = tuple(name for heading in section or () if (name := " ".join(heading.split())))
        yield from _of_section(path, list(run), left_out)


def _of_section(path: tuple[str, ...], run: Sequence[Row], left_out: dict[str, Reason]) -> Iterator[Block]:
    captions = captions_of_tables([(row["kind"], row["text"]) for row in run])
    notes = _notes(run, set(captions.values()))
    used = {*captions.values(), *(note for found in notes.values() for note in found)}
    for place, row in enumerate(run):
        if place in used:
            continue
        if row["kind"] in ("caption", "footnote") or _is_cover(path, row["text"]):
            left_out[row["id"]] = Reason.DETACHED
        elif path and _APPARATUS.match(path[-1]):
            left_out[row["id"]] = Reason.BOILERPLATE
        else:
            places = [*([captions[place]] if place in captions else []), place, *notes.get(place, ())]
            text = "\n".join(run[one]["text"].strip() for one in places)
            yield Block(path, text, tuple(run[one]["id"] for one in places))


def _notes(run: Sequence[Row], captions: set[int]) -> dict[int, list[int]]:
    """Return table → the footnotes right behind it (its caption may stand between)."""
    found: dict[int, list[int]] = {}
    table: int | None = None
    for place, row in enumerate(run):
        if row["kind"] == "table":
            table = place
        elif row["kind"] == "footnote" and table is not None:
            found.setdefault(table, []).append(place)
        elif place not in captions:
            table = None
    return found


def _is_cover(path: Sequence[str], text: str) -> bool:
    """Return whether a text is a line of a cover: above all headings, short, no sentence."""
    return not path and len(text) <= COVER_CHARS and _SENTENCE.search(text) is None


def _groups(blocks: Sequence[Block], max_chars: int) -> list[list[Block]]:
    """Divide a file's blocks into texts: at headings where there is one in time, else between paragraphs."""
    groups: list[list[Block]] = []
    size = 0
    for block in blocks:
        is_full = size + len(block.text) > max_chars or (
            groups and _ends_at(groups[-1][-1].path, block, size, max_chars)
        )
        if not groups or is_full:
            groups.append([])
            size = 0
        groups[-1].append(block)
        size += len(block.text)
    if len(groups) > 1 and size < TAIL_SHARE * max_chars:
        before = sum(len(block.text) for block in groups[-2])
        if before + size <= MOST * max_chars:
            tail = groups.pop()
            groups[-1] += tail
    return groups


def _ends_at(before: tuple[str, ...], block: Block, size: int, max_chars: int) -> bool:
    """Return whether a text of `size` characters is long enough to end where the heading of `block` begins."""
    if before == block.path:
        return False
    is_upper = before[:UPPER_LEVELS] != block.path[:UPPER_LEVELS]
    return size >= (BREAK_FROM if is_upper else BREAK_ANYWHERE_FROM) * max_chars


def _written(title: str, blocks: Sequence[Block]) -> str:
    """Write blocks below the title and the headings that are new to them, as Markdown."""
    parts = [f"# {title}"] if title else []
    before: tuple[str, ...] = ()
    for block in blocks:
        path = block.path[1:] if block.path and block.path[0] == title else block.path
        shared = _shared(before, path)
        parts += [f"{'#' * min(level + 2, DEEPEST)} {name}" for level, name in enumerate(path) if level >= shared]
        parts.append(block.text)
        before = path
    return "\n\n".join(parts)


def _shared(before: Sequence[str], path: Sequence[str]) -> int:
    """Return how many headings from the top two paths share."""
    return next((n for n, (a, b) in enumerate(zip_longest(before, path)) if a != b), len(path))
