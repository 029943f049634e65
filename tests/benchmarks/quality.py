"""Measure how good the rows of a build are: labelled rows against it, figures of its tables, rows to read blind.

    python -m pedcorpus build tests/benchmarks/quality.toml --out build/quality
    python tests/benchmarks/quality.py build/quality [--labelled FILE] [--confusion]
    python tests/benchmarks/quality.py build/quality --draw 200 --table sft --seed 1 > rows.jsonl

Drawn rows come without id, source and builder, as a reader should see them; `n` leads back (`--key` prints them).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2])]

from tests.benchmarks.quality_figures import (  # noqa: E402
    courtesy_endings,
    graph_figures,
    prompt_overlap,
    rounds_share,
    table,
)
from tests.benchmarks.quality_labels import confusion, label_figures, match_rows, read_labelled  # noqa: E402

LABELLED = Path(__file__).parents[2] / "../shared/data/quality/labelled.jsonl"
SHOWN = ("task", "pediatric", "messages", "reference", "prompt", "chosen", "rejected", "text")


def main() -> None:
    """Print figures, or rows to read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="OUT of a build")
    parser.add_argument("--labelled", type=Path, default=LABELLED, help="rows labelled by two readers, JSON lines")
    parser.add_argument("--confusion", action="store_true", help="also print what became of the rows by source")
    parser.add_argument("--draw", type=int, metavar="N", help="print N rows of --table for reading, nothing else")
    parser.add_argument("--table", default="sft", help="table of the dataset, or several joined by commas")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--key", action="store_true", help="with --draw: id, source and builder instead of texts")
    given = parser.parse_args()
    if given.draw:
        draw(given.out, given.table.split(","), given.draw, given.seed, is_key=given.key)
        return
    print_labels(given.out, given.labelled, with_confusion=given.confusion)
    print_figures(given.out)


def print_labels(out: Path, labelled: Path, *, with_confusion: bool) -> None:
    """Print what became of labelled rows."""
    if not labelled.is_file():
        print(f"no labelled rows at {labelled}")
        return
    rows = match_rows(out, read_labelled(labelled))
    for name, (right, of) in label_figures(rows).items():
        print(f"{name:75} {right / max(of, 1):.3f}  ({right} of {of})")
    for source, counts in confusion(rows).items() if with_confusion else ():
        print(f"  {source}: {', '.join(f'{name} {number}' for name, number in sorted(counts.items()))}")


def print_figures(out: Path) -> None:
    """Print the figures of the tables."""
    sft = table(out, "sft")
    print(f"{'EviDiag rows with two and more rounds, SFT':75} {rounds_share(sft):.3f}")
    print(f"{'EviDiag rows with two and more rounds, tests':75} {rounds_share(table(out, 'evidiag')):.3f}")
    print(f"{'SFT talks of several turns that end in courtesy':75} {courtesy_endings(sft):.3f}")
    for name, value in graph_figures(out, sft).items():
        print(f"{'graph: ' + name:75} {value:.2f}")
    by_prompt, by_length = prompt_overlap(table(out, "dfpo"))
    print(f"{'DFPO: the answer with more 2-grams of the prompt is the chosen one':75} {by_prompt:.3f}")
    print(f"{'DFPO: the longer answer is the chosen one':75} {by_length:.3f}")


def draw(out: Path, tables: list[str], number: int, seed: int, *, is_key: bool) -> None:
    """Print rows drawn at random, the same for the same seed: what a reader judges, or where it came from."""
    rows: list[dict[str, Any]] = sorted((row for name in tables for row in table(out, name)), key=lambda row: row["id"])
    for n, row in enumerate(random.Random(seed).sample(rows, min(number, len(rows)))):
        if is_key:
            made_by = row.get("rejected_by") or row.get("builder") or {}
            told = {"n": n, "id": row["id"], "source": row["source"], "by": made_by.get("name")}
        else:
            told = {"n": n, **{name: row[name] for name in SHOWN if name in row}}
        print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
