"""Measure de-identification on planted data: recall and precision by class, and throughput.

    python tests/benchmarks/privacy.py [DIALOGUES.json…] [--rows 4000] [--seed 0]

DIALOGUES are JSON files holding a list of dialogues, each a list of strings; without them a few built-in turns serve.
A value counts as found when nothing of it is left; a replacement is right when it is one of a planted value.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl

sys.path[:0] = [str(Path(__file__).parents[2])]

from ingest.privacy import LABELS, deidentify, deidentify_column  # noqa: E402
from ingest.privacy.gates import gates_of  # noqa: E402
from tests.ingest.planted import TEMPLATES, plant  # noqa: E402

TURNS = [
    [
        "宝宝咳嗽三天了，有痰，晚上厉害。",
        "有没有发热？精神怎么样？",
        "体温37.5，精神还可以，吃奶少一点。",
        "考虑支气管炎，可以先雾化，多喝水。",
    ]
]
CLASS_OF = {"title": "name", "nickname": "name", "landline": "phone"}


def main() -> None:
    """Print a table by class and the throughput on text without private data."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print this many misses and false alarms of each class")
    options = parser.parse_args()
    carriers = [turns for file in options.files for turns in json.loads(file.read_text())] or TURNS
    carriers = [turns for turns in carriers if not deidentify(turns, level="strict", mode="mask", key="")[1]]
    by_class(carriers, options.rows, options.seed, options.show)
    throughput(carriers)


def by_class(carriers: list[list[str]], rows: int, seed: int, show: int) -> None:
    """Plant one item into each of `rows` dialogues and count what is found, missed and invented."""
    rng = random.Random(seed)
    planted, found, made = Counter[str](), Counter[str](), Counter[str]()
    misses, alarms = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    harmed = 0
    for row in range(rows):
        kind = list(TEMPLATES)[row % len(TEMPLATES)]
        item = plant(rng, rng.choice(carriers), [kind], harmless=2)
        texts, counts = deidentify(item.texts, level="strict", mode="mask", key=str(row))
        value = item.values[0][1]
        before, after = "\n".join(item.texts), "\n".join(texts)
        gone = after.count(value) < before.count(value)
        planted[kind] += 1
        found[kind] += gone
        if not gone:
            misses[kind].append(next(text for text in item.texts if value in text))
        right = CLASS_OF.get(kind, kind)
        for label, number in counts.items():
            extra = number - (1 if label == right and gone else 0)
            made[label] += number
            if extra > 0 and not (label == right and before.count(value) > 1):
                alarms[label].append(f"{kind}: {_changed(item.texts, texts)}")
        harmed += any(piece in before and piece not in after for piece in item.harmless)
    print(f"{'planted':14}{'n':>6}{'recall':>8}   replaced as {'n':>6}{'precision':>10}")
    for kind in TEMPLATES:
        label = CLASS_OF.get(kind, kind)
        precision = 1 - len(alarms[label]) / max(1, made[label])
        print(
            f"{kind:14}{planted[kind]:6}{found[kind] / planted[kind]:8.4f}   {label:11}{made[label]:7}{precision:10.4f}"
        )
    print(f"harmless pieces harmed: {harmed} of {2 * rows}")
    for title, table in (("missed", misses), ("wrong", alarms)):
        for kind, texts in table.items():
            for text in texts[:show]:
                print(f"{title} {kind}: {text}")


def _changed(before: list[str], after: list[str]) -> str:
    return " / ".join(f"{a} -> {b}" for a, b in zip(before, after, strict=True) if a != b)


def throughput(carriers: list[list[str]]) -> None:
    """Print MB/s of the column entry on text without private data, beside one regular expression for mobile numbers.

    `cue-free`: only the dialogues in which the strict gate sees nothing, as most of a book's paragraphs are.
    """
    all_texts = pl.Series("text", ["\n".join(turns) for turns in carriers])
    quiet = all_texts.filter(gates_of(all_texts, "strict") == 0)
    mobile = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    for name, some in (("all", all_texts), ("cue-free", quiet)):
        texts = pl.concat([some] * max(1, 20_000 // max(1, len(some))))
        size = texts.str.len_bytes().sum() / 1e6
        keys = pl.Series("key", [str(i) for i in range(len(texts))])
        start = time.perf_counter()
        [mobile.sub(LABELS["phone"], text) for text in texts]
        peer = time.perf_counter() - start
        print(f"{name}: {size:.0f} MB; Python loop with one regular expression {size / peer:.1f} MB/s")
        for level in ("identifiers", "strict"):
            start = time.perf_counter()
            deidentify_column(texts, level, "mask", keys)
            spent = time.perf_counter() - start
            print(f"  {level}: {size / spent:.1f} MB/s, {peer / spent:.2f} times the peer")


if __name__ == "__main__":
    main()
