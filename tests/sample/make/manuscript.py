"""Read the small Markdown dialect of the sample: headings, paragraphs, tables, a figure, footnotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "recommendation", "table", "figure"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `rows` are the cells of a table or the boxes of a figure; `note` is the footnote of a paragraph."""

    kind: BlockKind
    text: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Front matter and blocks."""

    meta: dict[str, str]
    blocks: tuple[Block, ...]


def read_manuscript(markdown: str) -> Manuscript:
    """Return the front matter (`key: value` between `---`) and the blocks."""
    _, front, body = markdown.split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in front.strip().splitlines())
    notes = dict(re.findall(r"^\[\^(\w+)\]: (.+)$", body, flags=re.M))
    chunks = [chunk.strip() for chunk in re.sub(r"^\[\^\w+\]: .+$", "", body, flags=re.M).split("\n\n")]
    return Manuscript(meta, tuple(read_block(chunk, notes) for chunk in chunks if chunk))


def read_block(chunk: str, notes: dict[str, str]) -> Block:
    """Return the block a chunk between blank lines is."""
    if heading := re.match(r"(#+) (.+)", chunk):
        return Block("heading", heading[2], level=len(heading[1]))
    title, *rest = chunk.splitlines()
    if rest and rest[0].startswith("|"):
        rows = tuple(tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rest if "---" not in row)
        return Block("table", title, rows=rows)
    if rest and rest[0].startswith("!["):
        return Block("figure", title, rows=(tuple(rest[0][2:-1].split("|")),))
    if re.match(r"推荐\d+：", chunk):
        return Block("recommendation", chunk)
    if mark := re.search(r"\[\^(\w+)\]", chunk):
        return Block("paragraph", chunk.replace(mark[0], "①"), note="① " + notes[mark[1]])
    return Block("paragraph", chunk)
