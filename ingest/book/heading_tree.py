"""The heading tree: which headings stand above a block, from their numbers and their sizes."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.book.block import Block
from ingest.book.heading_numbers import Rank, read_number

SIZE_STEP = 1.04
"""Sizes closer than 4 % are one size: producers round differently."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a heading is numbered and set, which decides its depth. `level` is set where the format knows it."""

    rank: Rank | None
    size: float
    bold: bool
    level: int

    @classmethod
    def of(cls, block: Block) -> Style:
        """Return the style of a heading."""
        number = read_number(block.text)
        return cls(number.rank if number else None, block.size, block.bold, block.level)

    def is_same_depth(self, other: Style) -> bool:
        """Return whether two headings stand at one depth."""
        if self.level and other.level:
            return self.level == other.level
        if self.rank is not None or other.rank is not None:
            return self.rank == other.rank
        return self._has_equal_size(other) and self.bold == other.bold

    def is_above(self, other: Style) -> bool:
        """Return whether a heading of this style may stand above one of the other."""
        if self.level and other.level:
            return self.level < other.level
        if self.rank is not None and other.rank is not None:
            is_mixed = self.rank.is_decimal != other.rank.is_decimal
            if is_mixed and not min(self.rank, other.rank).is_division:  # 一、 under 1.1, 1. under 一、: size or order
                return self.size * SIZE_STEP > other.size
            return self.rank < other.rank
        if self._has_equal_size(other):
            is_words_above_number = self.rank is None and other.rank is not None and not other.rank.is_division
            return is_words_above_number or (self.bold and not other.bold)
        return self.size > other.size

    def _has_equal_size(self, other: Style) -> bool:
        return max(self.size, other.size) < SIZE_STEP * min(self.size, other.size) or self.size == other.size


class Outline:
    """The headings above the current place, outermost first."""

    def __init__(self) -> None:
        self._stack: list[tuple[Style, Block]] = []

    def enter(self, heading: Block) -> None:
        """Go to the place below `heading`."""
        style = Style.of(heading)
        peers = [i for i, (other, _) in enumerate(self._stack) if other.is_same_depth(style)]
        if peers:
            del self._stack[peers[0] :]
        while self._stack and not self._stack[-1][0].is_above(style):
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

    def is_under(self, path: tuple[str, ...]) -> bool:
        """Return whether the current place lies under the headings of a path."""
        return self.path[: len(path)] == path
