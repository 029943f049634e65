"""Plot expert shares as an SVG file written by hand: no package, the same bytes on every machine."""

from __future__ import annotations

from html import escape
from pathlib import Path

from training.experts.router_gates import Gates
from training.manifest import write_text

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999")
"""Okabe and Ito's palette, told apart by the colour-blind too."""
LEFT, WIDTH, BAR, STRIP, GAP = 130, 640, 26, 44, 14
"""Layout in pixels: margin for names, drawing, height of a task's bar, height of its strip over layers, space."""


def plot_shares(gates: Gates, path: Path) -> Path:
    """Draw the mean share of each specific expert by task, and beneath it layer by layer; return `path`."""
    experts = gates.shares.shape[-1]
    parts: list[str] = []
    y = 52
    for g, task in enumerate(gates.tasks):
        parts.append(_name(task, y + BAR - 8))
        parts += _stack(gates.shares[:, g].mean(0).tolist(), y, named=True)
        y += BAR + GAP
    y += 2 * GAP
    parts.append(f'<text x="{LEFT}" y="{y}">by layer, from the first to the last</text>')
    y += GAP
    for g, task in enumerate(gates.tasks):
        parts.append(_name(task, y + STRIP // 2))
        parts += _strip(gates.shares[:, g].tolist(), y)
        y += STRIP + GAP
    write_text(path, "\n".join([*_head(y, experts), *parts, "</svg>\n"]))
    return path


def _head(height: int, experts: int) -> list[str]:
    legend = "".join(
        f'<rect x="{LEFT + 110 * j}" y="26" width="12" height="12" fill="{_colour(j)}"/>'
        f'<text x="{LEFT + 110 * j + 17}" y="37">specific {j + 1}</text>'
        for j in range(experts)
    )
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 20}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="{LEFT}" y="18">expert shares by task '
        "(mean gate; the universal expert always counts 1)</text>",
        legend,
    ]


def _name(task: str, y: float) -> str:
    return f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{escape(task)}</text>'


def _stack(shares: list[float], y: int, *, named: bool) -> list[str]:
    parts, x = [], float(LEFT)
    for j, share in enumerate(shares):
        parts.append(f'<rect x="{x:.2f}" y="{y}" width="{WIDTH * share:.2f}" height="{BAR}" fill="{_colour(j)}"/>')
        if named and share > 0.06:
            parts.append(f'<text x="{x + 4:.2f}" y="{y + BAR - 8}" fill="#ffffff">{100 * share:.1f} %</text>')
        x += WIDTH * share
    return parts


def _strip(layers: list[list[float]], y: int) -> list[str]:
    width = WIDTH / len(layers)
    parts = []
    for number, shares in enumerate(layers):
        top = float(y)
        for j, share in enumerate(shares):
            x, height = LEFT + width * number, STRIP * share
            parts.append(
                f'<rect x="{x:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{_colour(j)}"/>'
            )
            top += height
    return parts


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
