"""The heading tree: which headings stand above a block, from their numbers and their sizes."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.book.block import Block
from ingest.book.heading_numbers import DECIMAL, numbering

SIZE_STEP = 1.04
"""Sizes closer than 4 % are one size: producers round differently."""


@dataclass(frozen=True, slots=True)
class Style:
    """What tells two headings' depths apart. `level` is set where the format knows it."""

    rank: int | None
    size: float
    bold: bool
    level: int

    @classmethod
    def of(cls, block: Block) -> Style:
        """Return the style of a heading."""
        found = numbering(block.text)
        return cls(found.rank if found else None, block.size, block.bold, block.level)

    def same(self, other: Style) -> bool:
        """Return True for headings of one depth."""
        if self.level and other.level:
            return self.level == other.level
        if self.rank is not None or other.rank is not None:
            return self.rank == other.rank
        return self._equal_size(other) and self.bold == other.bold

    def above(self, other: Style) -> bool:
        """Return True where a heading of this style may stand above one of the other."""
        if self.level and other.level:
            return self.level < other.level
        if self.rank is not None and other.rank is not None:
            crossing = (self.rank in DECIMAL) != (other.rank in DECIMAL)
            if crossing and min(self.rank, other.rank) >= 40:  # 一、 under 1.1 or 1. under 一、: size tells, or order
                return self.size * SIZE_STEP > other.size
            return self.rank < other.rank
        if self._equal_size(other):
            return (self.rank is None and other.rank is not None and other.rank >= 40) or (self.bold and not other.bold)
        return self.size > other.size

    def _equal_size(self, other: Style) -> bool:
        return max(self.size, other.size) < SIZE_STEP * min(self.size, other.size) or self.size == other.size


class Outline:
    """The headings above the current place, outermost first."""

    def __init__(self) -> None:
        self._stack: list[tuple[Style, Block]] = []

    def enter(self, heading: Block) -> None:
        """Go to the place below `heading`."""
        style = Style.of(heading)
        same = [i for i, (other, _) in enumerate(self._stack) if other.same(style)]
        if same:
            del self._stack[same[0] :]
        while self._stack and not self._stack[-1][0].above(style):
            self._stack.pop()
        self._stack.append((style, heading))

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above the current place."""
        return tuple(heading.text for _, heading in self._stack)

    @property
    def unreadable(self) -> int:
        """How many glyphs of these headings could not be read."""
        return sum(heading.unreadable for _, heading in self._stack)

    def below(self, path: tuple[str, ...]) -> bool:
        """Return True where the current place lies below the headings of a path."""
        return self.path[: len(path)] == path
