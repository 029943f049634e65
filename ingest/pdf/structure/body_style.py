"""How the running text of a document is set: a line that differs from it may be a heading, a caption or a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.layout.page import PageText
from ingest.pdf.lines.lines import Line

FULL_ROOM = 1.5
"""A line that ends within this many em of its column's edge is full."""
SMALLER = 0.93
"""Up to this ratio to the body size a line may be a footnote or a caption."""
SLIGHTLY_LARGER = 1.03
"""Ratio of sizes that cannot be chance; alone it makes no heading of a line without a number."""


@dataclass(frozen=True, slots=True)
class BodyStyle:
    """How most of the text is set: size in points, name of the font, whether bold."""

    size: float
    font: str
    bold: bool

    def is_lighter_than(self, line: Line) -> bool:
        """Return whether a line is bold and the text is not."""
        return line.bold and not self.bold

    def differs_from(self, line: Line) -> bool:
        """Return whether a line is set larger, in another font or in bold type."""
        larger = line.size > SLIGHTLY_LARGER * self.size
        return larger or self.is_lighter_than(line) or bool(line.font and self.font and line.font != self.font)


def measure_body_size(pages: Sequence[PageText]) -> float:
    """Return the font size most characters have."""
    weight: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            weight[round(segment.size * 2) / 2] += sum(len(span.text) for span in segment.spans)
    return weight.most_common(1)[0][0] if weight else 10.0


def measure_body(lines: Sequence[Line], size: float) -> BodyStyle:
    """Return how most of the lines, whose text is of `size` points, are set."""
    fonts: Counter[str] = Counter()
    for line in lines:
        fonts[line.font] += len(line.text)
    bold = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines)
    font = fonts.most_common(1)[0][0] if fonts else ""
    return BodyStyle(size, font, bold)
