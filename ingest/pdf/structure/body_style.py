"""How the running text of a document is set: what differs from it may be a heading, a caption, a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.layout.page import PageText
from ingest.pdf.lines.lines import Line

FULL_ROOM = 1.5
"""A line that ends within this many em of its column's edge is full."""


SLIGHTLY_LARGER = 1.03
"""Ratio of sizes that cannot be chance; alone it makes no heading of a line without a number."""


@dataclass(frozen=True, slots=True)
class Body:
    """Size in points, name of the font, whether bold."""

    size: float
    font: str
    bold: bool

    def stands_out(self, line: Line) -> bool:
        """Return True for a line in bold type among others that are not."""
        return line.bold and not self.bold

    def differs(self, line: Line) -> bool:
        """Return True for a line that is set larger, in another font or in bold type."""
        larger = line.size > SLIGHTLY_LARGER * self.size
        return larger or self.stands_out(line) or bool(line.font and self.font and line.font != self.font)


def body_size(pages: Sequence[PageText]) -> float:
    """Return the font size most characters have."""
    weight: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            weight[round(segment.size * 2) / 2] += sum(len(span.text) for span in segment.spans)
    return weight.most_common(1)[0][0] if weight else 10.0


def body_of(lines: Sequence[Line], size: float) -> Body:
    """Return how most of the lines are set."""
    fonts: Counter[str] = Counter()
    for line in lines:
        fonts[line.font] += len(line.text)
    bold = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines)
    font = fonts.most_common(1)[0][0] if fonts else ""
    return Body(size, font, bold)
