"""How much of each source the signals speak against, as figures of the step `quality`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from pedcorpus.quality.signals import SIGNALS, speaks_against

FIGURE = "quality"
"""Figures: `quality.<source>.<signal>.rows` that it applies to, and `….beyond` its threshold."""
FLAWED = 0.2
"""Share of a source with one flaw above which the source is warned of by name."""


class SignalShare(NamedTuple):
    """Rows of a source that a signal applies to, and those of them beyond its threshold."""

    source: str
    signal: str
    rows: int
    beyond: int

    @property
    def share(self) -> float:
        """The part beyond the threshold."""
        return self.beyond / max(self.rows, 1)


def count_beyond(signals: pl.DataFrame, thresholds: Mapping[str, Any]) -> Counter[str]:
    """Return the figures of rows of signals."""
    counted = signals.group_by("source").agg(
        *(pl.col(signal.name).count().alias(f"{signal.name}.rows") for signal in SIGNALS),
        *(speaks_against(signal, thresholds[signal.name]).sum().alias(f"{signal.name}.beyond") for signal in SIGNALS),
    )
    figures = Counter[str]()
    for row in counted.iter_rows(named=True):
        source = row.pop("source")
        figures.update({f"{FIGURE}.{source}.{name}": int(number) for name, number in row.items() if number})
    return figures


def signal_shares(figures: Mapping[str, int]) -> list[SignalShare]:
    """Return the shares of all sources and signals, by source, in the order of the signals."""
    prefix = f"{FIGURE}."
    sources = sorted({name.split(".")[1] for name in figures if name.startswith(prefix)})
    return [
        SignalShare(
            source,
            signal.name,
            figures.get(f"{prefix}{source}.{signal.name}.rows", 0),
            figures.get(f"{prefix}{source}.{signal.name}.beyond", 0),
        )
        for source in sources
        for signal in SIGNALS
    ]


def flawed(shares: Sequence[SignalShare]) -> list[SignalShare]:
    """Return the shares above `FLAWED`, the largest first."""
    return sorted((one for one in shares if one.share > FLAWED), key=lambda one: (-one.share, one.source, one.signal))


def describe_flaw(flaw: SignalShare) -> str:
    """Return a flaw of a source in words."""
    return f"{flaw.source}: {flaw.share:.0%} {flaw.signal.replace('_', ' ')}"
