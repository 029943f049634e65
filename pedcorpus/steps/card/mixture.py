"""The mixture of SFT and LoRA: what shares were wished of a source or builder, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pedcorpus.steps.card.markdown import table
from pedcorpus.steps.split.caps import FIGURE
from schemas.manifest import StepManifest

HEADS = ("table", "by", "name", "most wished", "rows there are", "rows the share allows", "rows taken")


def mixture_rows(split: StepManifest) -> list[dict[str, Any]]:
    """Return a row per cap that some sample was under: `table, by, name, share, available, most, taken`."""
    wished = split.config["split"]
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for figure, number in sorted(split.figures.items()):
        if not figure.startswith(f"{FIGURE}."):
            continue
        place, _, what = figure.removeprefix(f"{FIGURE}.").rpartition(".")
        name, by, of = (place.split(".", 2)[i] for i in (0, 1, 2))
        row = {"table": name, "by": by, "name": of, "share": wished[f"{by}_share"][of]}
        rows.setdefault((name, by, of), row | {"available": 0, "most": 0, "taken": 0})[what] = number
    return list(rows.values())


def mixture_cells(rows: Sequence[Mapping[str, Any]]) -> list[list[object]]:
    """Return the cells of `HEADS` for rows of `mixture_rows`."""
    names = ("table", "by", "name", "share", "available", "most", "taken")
    return [[f"{row[name]:.0%}" if name == "share" else row[name] for name in names] for row in rows]


def mixture_markdown(rows: Sequence[Mapping[str, Any]], weight: float) -> str:
    """Return the section of the card."""
    told = f"A sample about a child weighs {weight:g} times another medical one in SFT (`split.pediatric_weight`)."
    if not rows:
        return f"No source and no builder is capped (`split.source_share`, `split.builder_share`). {told}"
    return f"{table(list(HEADS), mixture_cells(rows))}\n\n{told}"
