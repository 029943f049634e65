"""Measure de-identification on planted data: recall and precision by class, and throughput.

    python tests/benchmarks/privacy.py [DIALOGUES.json…] [--author first|second] [--rows 4000] [--seed 0]

DIALOGUES are JSON files holding a list of dialogues, each a list of strings; without them the public dialogues of
../shared/data serve, or a few built-in turns. A value is found when it is gone, `whole` when none of its characters is
left; a replacement is right when it overlaps a planted value and has its class. What is found in the dialogues as
they are, without anything planted, is printed apart: it is read by a person, and no figure here counts it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

sys.path[:0] = [str(Path(__file__).parents[2])]

from ingest.cleaning.normalise import normalise_series  # noqa: E402
from ingest.dialogue import read  # noqa: E402
from ingest.privacy import LABELS, deidentify, deidentify_column  # noqa: E402
from ingest.privacy.detectors import find_spans_per_text  # noqa: E402
from ingest.privacy.folded_text import fold  # noqa: E402
from ingest.privacy.prefilter import passed_prefilters  # noqa: E402
from ingest.source import SourceFile, SourceOptions  # noqa: E402
from schemas.dialogue import Dialogue  # noqa: E402
from tests.benchmarks.planted_duplicates import SHARED  # noqa: E402
from tests.support.privacy.plant import TEMPLATES as FIRST  # noqa: E402
from tests.support.privacy.plant import Planted, plant  # noqa: E402
from tests.support.privacy.second_author import CLASSES, plant_second  # noqa: E402
from tests.support.privacy.second_author import TEMPLATES as SECOND  # noqa: E402

TURNS = [
    [
        "宝宝咳嗽三天了，有痰，晚上厉害。",
        "有没有发热？精神怎么样？",
        "体温37.5，精神还可以，吃奶少一点。",
        "考虑支气管炎，可以先雾化，多喝水。",
    ]
]
CLASS_OF = CLASSES | {"title": ("name",), "nickname": ("name",), "record_number": ("record_number",)}


def main() -> None:
    """Print a table by class, what the carriers hold themselves, and the throughput."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--author", choices=("first", "second"), default="second")
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print this many misses and false alarms of each class")
    options = parser.parse_args()
    carriers = [turns for file in options.files for turns in json.loads(file.read_text())] or list(dialogues()) or TURNS
    quiet = own_findings(carriers)
    by_class(quiet, options)
    throughput(carriers)


def dialogues() -> Iterator[list[str]]:
    """Yield the turns of the public dialogues, normalised as the step `clean` does before it looks for private data."""
    options = SourceOptions("benchmark", "dialogue")
    paths = sorted((SHARED / "dialogues").rglob("*")) if SHARED.is_dir() else []
    for path in paths:
        if path.suffix in {".txt", ".csv", ".json"}:
            for record in read(SourceFile.from_path(path), options):
                if isinstance(record, Dialogue):
                    yield normalise_series(pl.Series([turn.text for turn in record.turns])).to_list()


def own_findings(carriers: list[list[str]]) -> list[list[str]]:
    """Print what is found in dialogues as they are, and return those in which nothing is."""
    found = [deidentify(turns, level="strict", mode="mask", key="")[1] for turns in carriers]
    total = sum(found, Counter[str]())
    size = sum(len(text.encode()) for turns in carriers for text in turns) / 1e6
    print(f"{len(carriers)} dialogues, {size:.1f} MB; found in them as they are: {dict(sorted(total.items()))}")
    return [turns for turns, counts in zip(carriers, found, strict=True) if not counts]


@dataclass
class Tally:
    """What became of planted values, by place, and of replacements, by class."""

    planted: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    harmed: int = 0
    shown: dict[str, list[str]] = field(default_factory=dict)

    def add(self, item: Planted, texts: list[str], masked: list[str]) -> None:
        """Count one dialogue."""
        for place, found, complete in judged(item, texts, masked):
            self.planted[place] += 1
            self.gone[place] += found
            self.whole[place] += complete
            if not found:
                changed = [text for text in masked if text not in texts] or [str(item.values)]
                self.shown.setdefault(f"missed {place}", []).extend(changed)
        for label, good, text in replacements(item, texts):
            self.made[label] += 1
            self.right[label] += good
            if not good:
                self.shown.setdefault(f"wrong {label}", []).append(text)
        self.harmed += any("\n".join(texts).count(piece) > "\n".join(masked).count(piece) for piece in item.harmless)


def by_class(carriers: list[list[str]], options: argparse.Namespace) -> None:
    """Plant one phrasing into each of many dialogues and print what is found, missed and wrongly replaced."""
    rng, kinds, tally = random.Random(options.seed), list(SECOND if options.author == "second" else FIRST), Tally()
    for row in range(options.rows):
        kind, carrier = kinds[row % len(kinds)], rng.choice(carriers)
        item = plant_second(rng, carrier, kind) if options.author == "second" else plant(rng, carrier, [kind], 1)
        texts = normalise_series(pl.Series(item.texts)).to_list()
        tally.add(item, texts, deidentify(texts, level="strict", mode="mask", key=str(row))[0])
    print(f"{'planted':14}{'n':>6}{'recall':>8}{'whole':>8}")
    for place, n in tally.planted.items():
        print(f"{place:14}{n:6}{tally.gone[place] / n:8.4f}{tally.whole[place] / n:8.4f}")
    print(f"{'replaced as':14}{'n':>6}{'precision':>10}")
    for label, n in sorted(tally.made.items()):
        print(f"{label:14}{n:6}{tally.right[label] / n:10.4f}")
    print(f"harmless pieces harmed: {tally.harmed} of {options.rows}")
    for title, examples in tally.shown.items():
        for text in examples[: options.show]:
            print(f"{title}: {text}")


def judged(item: Planted, texts: list[str], masked: list[str]) -> Iterator[tuple[str, bool, bool]]:
    """Yield for each planted value its place, whether it is gone, and whether all its characters are."""
    before, after = fold("\n".join(texts)), fold("\n".join(masked))
    covered = bytearray(len(before))
    for start, end, _ in places_of(texts):
        covered[start:end] = b"\1" * (end - start)
    for place, value in item.values:
        written = fold(str(normalise_series(pl.Series([value]))[0]))
        found = after.count(written) < before.count(written)
        spots = [match.span() for match in re.finditer(re.escape(written), before)]
        complete = any(all(covered[i] for i in range(start, end) if before[i].isalnum()) for start, end in spots)
        yield place, found, complete


def replacements(item: Planted, texts: list[str]) -> Iterator[tuple[str, bool, str]]:
    """Yield for each replacement its class, whether it is one of a planted value of that class, and its text."""
    before = fold("\n".join(texts))
    spots = [
        (match.span(), CLASS_OF.get(place, (place,)))
        for place, value in item.values
        for match in re.finditer(re.escape(fold(str(normalise_series(pl.Series([value]))[0]))), before)
    ]
    for start, end, kind in places_of(texts):
        good = any(start < last and first < end and kind in kinds for (first, last), kinds in spots)
        yield kind, good, before[max(0, start - 10) : start] + f"⟦{before[start:end]}⟧" + before[end : end + 10]


def places_of(texts: list[str]) -> list[tuple[int, int, str]]:
    """Return start, end and class of all private values of a dialogue's first reading, counted over its joined text."""
    folded, starts = [fold(text) for text in texts], [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    found = find_spans_per_text(folded, "strict")
    return [(at + s.start, at + s.end, s.kind) for at, spans in zip(starts, found, strict=False) for s in spans]


def throughput(carriers: list[list[str]]) -> None:
    """Print MB per CPU-second of the column entry, beside a Python loop with one expression for mobile numbers.

    `cue-free`: only the dialogues in which the strict prefilters see nothing, as most of a book's paragraphs are.
    """
    all_texts = pl.Series("text", ["\n".join(turns) for turns in carriers])
    quiet = all_texts.filter(passed_prefilters(all_texts, "strict") == 0)
    mobile = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    for name, some in (("dialogues", all_texts), ("cue-free", quiet)):
        texts = pl.concat([some] * max(1, 6_000 // max(1, len(some))))
        size = texts.str.len_bytes().sum() / 1e6
        keys = pl.Series("key", [str(i) for i in range(len(texts))])
        start = time.process_time()
        [mobile.sub(LABELS["phone"], text) for text in texts]
        print(f"{name}: {size:.0f} MB; loop with one expression {size / (time.process_time() - start):.1f} MB/CPU-s")
        for level in ("identifiers", "strict"):
            start = time.process_time()
            deidentify_column(texts, level, "mask", keys)  # type: ignore[arg-type]
            print(f"  {level}: {size / (time.process_time() - start):.1f} MB/CPU-s")


if __name__ == "__main__":
    main()
