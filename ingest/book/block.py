"""A block: one heading, paragraph, table, caption or footnote of a book, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.rejection import Rejection

BlockKind = Literal["heading", "text", "table", "caption", "footnote", "recommendation", "contents"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A page and a box on it (PDF), or a line, paragraph or member (`label`) of other formats."""

    page: int = 0
    box: Box = (0.0, 0.0, 0.0, 0.0)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block in reading order.

    `size` in points and `bold` show the outline how headings stand to each other; `level` (1 outermost) is set where
    the format itself knows it. `unreadable` counts □ in the text. `grade` and `evidence` are a recommendation's.
    """

    kind: BlockKind
    text: str
    places: tuple[Place, ...]
    level: int = 0
    size: float = 0.0
    bold: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    unreadable: int = 0
    grade: str | None = None
    evidence: str | None = None


Blocks = tuple[str, Iterator[Block | Rejection]]
"""A book's title ("" where unknown) and its blocks."""


def locator_of(places: Sequence[Place]) -> str:
    """Return where the places lie: `p.12 [x0,y0,x1,y1]`, `p.12-13 [...]`, or the first place's label.

    On several pages the box is the union of the boxes of each page.
    """
    if not places:
        return ""
    if not places[0].page:
        return places[0].label
    first, last = min(p.page for p in places), max(p.page for p in places)
    corners = [p.box for p in places]
    x0, y0 = min(c[0] for c in corners), min(c[1] for c in corners)
    x1, y1 = max(c[2] for c in corners), max(c[3] for c in corners)
    pages = f"p.{first}" if first == last else f"p.{first}-{last}"
    return f"{pages} [{_points(x0)},{_points(y0)},{_points(x1)},{_points(y1)}]"


def _points(value: float) -> str:
    """Write a coordinate with one decimal, without a minus before zero."""
    return f"{round(value, 1) + 0.0:g}" if abs(value) < 1e5 else f"{value:.0f}"
