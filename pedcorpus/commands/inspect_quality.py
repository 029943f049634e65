"""`inspect --quality`: what the signals found in each source, and rows at the threshold to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pedcorpus.commands.console import wide_console
from pedcorpus.engine.freshness import manifest_path
from pedcorpus.quality.conversation import conversation_parts, text_parts
from pedcorpus.quality.shares import SignalShare, describe_flaw, flawed, signal_shares
from pedcorpus.quality.signals import SIGNALS, Signal, evidence_of, speaks_against
from schemas.errors import PedCorpusError
from schemas.manifest import StepManifest, read_manifest
from schemas.shards import read_shards

EXAMPLES = 2
"""Rows shown of a signal on either side of its threshold."""
EXCERPT_CHARS = 120


@dataclass(frozen=True, slots=True)
class Example:
    """A row near the threshold of a signal."""

    signal: str
    id: str
    source: str
    value: float
    is_beyond: bool
    evidence: str
    excerpt: str


def show_quality(folder: Path, *, as_json: bool = False) -> None:
    """Print source × signal shares of the build in `folder`, and examples on both sides of each threshold."""
    manifests = {name: read_manifest(manifest_path(folder, name)) for name in ("signals", "quality")}
    signals, quality = manifests["signals"], manifests["quality"]
    if signals is None or quality is None:
        raise PedCorpusError(
            f"{folder}: no finished step `quality` here. Name the OUT of a build, or finish it with "
            "`python -m pedcorpus build`."
        )
    thresholds = quality.config["quality"]
    shares = signal_shares(quality.figures)
    examples = examples_at(folder, signals, thresholds)
    if as_json:
        print(json.dumps(_as_json(thresholds, shares, examples), ensure_ascii=False, indent=1))
        return
    console = wide_console()
    _print_shares(console, shares, thresholds)
    _print_examples(console, examples)
    for flaw in flawed(shares):
        console.print(f"[bold]{escape(describe_flaw(flaw))}[/bold]: read some rows before you train on this source.")


def examples_at(folder: Path, signals: StepManifest, thresholds: Mapping[str, Any]) -> list[Example]:
    """Return for each signal the rows nearest to its threshold, `EXAMPLES` on either side."""
    measured = pl.concat(
        pl.DataFrame(pl.from_arrow(read_shards([folder / shard["file"]]))).with_columns(shard=pl.lit(shard["file"]))
        for shard in signals.shards
    )
    found: list[Example] = []
    for signal in SIGNALS:
        if (threshold := thresholds[signal.name]) == "off":
            continue
        value, beyond = pl.col(signal.name), speaks_against(signal, threshold)
        near = measured.filter(value.is_not_null()).sort((value - threshold).abs(), "id")
        shows = value > 0 if signal.bound == "most" else pl.lit(True)  # nothing is to be seen where nothing was found
        for is_beyond, side in ((True, beyond), (False, ~beyond & shows)):
            rows = near.filter(side).head(EXAMPLES).iter_rows(named=True)
            found += [_example(folder, signal, row, is_beyond) for row in rows]
    return found


def _example(folder: Path, signal: Signal, row: Mapping[str, Any], is_beyond: bool) -> Example:
    table, _, label = Path(row["shard"]).name.removeprefix("part-").partition("-")
    step = "dedup" if table == "document" else "instruct"
    frame = pl.read_parquet(folder / "steps" / step / f"part-{label}").filter(pl.col("id") == row["id"])
    parts = conversation_parts(frame) if table == "instruction" else text_parts(frame)
    asked, answers = parts["asked"][0] or "", parts["answers"][0]
    excerpt = f"{asked[:EXCERPT_CHARS]} → {answers}" if asked else answers
    evidence = evidence_of(signal.name, parts)[0]
    return Example(
        signal.name, row["id"], row["source"], round(row[signal.name], 3), is_beyond, evidence, _short(excerpt)
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 2 * EXCERPT_CHARS else f"{text[: 2 * EXCERPT_CHARS]}…"


def _as_json(
    thresholds: Mapping[str, Any], shares: Sequence[SignalShare], examples: Sequence[Example]
) -> dict[str, Any]:
    return {
        "thresholds": dict(thresholds),
        "shares": [{**one._asdict(), "share": round(one.share, 4)} for one in shares],
        "examples": [{name: getattr(one, name) for name in Example.__slots__} for one in examples],
        "flawed": [describe_flaw(flaw) for flaw in flawed(shares)],
    }


def _print_shares(console: Console, shares: Sequence[SignalShare], thresholds: Mapping[str, Any]) -> None:
    """Print each source with the signals that speak against rows of it, the largest share first, and the thresholds."""
    table = Table("source", "rows", "beyond a threshold", box=SIMPLE)
    for source in dict.fromkeys(one.source for one in shares):
        mine = [one for one in shares if one.source == source]
        found = sorted((one for one in mine if one.beyond), key=lambda one: -one.share)
        told = ", ".join(f"{one.signal.replace('_', ' ')} {one.share:.1%}" for one in found)
        table.add_row(escape(source), f"{max(one.rows for one in mine):,}", told or "–")
    console.print(table)
    known = (f"{signal.name.replace('_', ' ')} {_threshold(signal, thresholds)}" for signal in SIGNALS)
    console.print(f"Thresholds of [quality]: {', '.join(known)}.\n", markup=False)


def _threshold(signal: Signal, thresholds: Mapping[str, Any]) -> str:
    value = thresholds[signal.name]
    return value if value == "off" else f"{'≤' if signal.bound == 'most' else '≥'} {value:g}"


def _print_examples(console: Console, examples: Sequence[Example]) -> None:
    for one in examples:
        side = "beyond" if one.is_beyond else "within"
        evidence = f" [{one.evidence}]" if one.evidence else ""
        name = one.signal.replace("_", " ")
        text = f"{name} {one.value:g}, {side}{evidence}: {one.source} {one.id}\n  {one.excerpt}"
        console.print(text, markup=False, highlight=False)
