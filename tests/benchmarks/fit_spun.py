"""Fit the weights of `pedcorpus/quality/terms/spun.tsv` on public sets, and show what share of each they mark.

    python tests/benchmarks/fit_spun.py [--write] [--propose N] [SHARED_DATA]

A mark weighs ln(rate in the spun set / rate in clean sets), texts with it per character, where the rate in clean sets
is the geometric mean of all of them together and of the worst single one: 应当 is rare in talks and common in
manuals, so it proves little. No mark weighs above 4.5, so that one alone never reaches the threshold of 5; below 1.5
it is dropped.
`--propose` prints words and pairs of words of the spun set that are no marks yet, by weight and number, for reading:
diseases, family words and stock phrases of its platform are left out by hand. `--write` writes the weights.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import polars as pl

sys.path[:0] = [str(Path(__file__).parents[2])]

from ingest import SOURCES  # noqa: E402
from ingest.files.find import find_files  # noqa: E402
from ingest.source import SourceOptions  # noqa: E402
from ingest.vocabulary.jieba_words import words_of  # noqa: E402
from pedcorpus.config.sections import Quality  # noqa: E402
from pedcorpus.quality.marks import spun as measured  # noqa: E402
from pedcorpus.quality.marks.found import marks_in, read_weights  # noqa: E402
from pedcorpus.steps.ingest.read_file import read_found  # noqa: E402
from schemas.dialogue import Dialogue  # noqa: E402
from schemas.document import Document  # noqa: E402
from schemas.sample import IngestedSample  # noqa: E402

SPUN = "toyhom_neike"
MIXED = {"chatlm_train", "medicalgpt_medical"}
"""Hold spun rows among others: measured, not fitted on."""
FILES = {
    "dialogues": (
        "toyhom_neike_gb18030.csv",
        "cmdd_train.tar.gz",
        "dialmed_dev.txt",
        "remedi_dev_human_annotation.txt",
    ),
    "distill": (
        "bentsao_llama_data.json",
        "medchatglm_train.txt",
        "zhongjing_CMtMedQA_test.json",
        "zhongjing_huatuo26M_test.json",
        "medicalgpt_medical_sft_sharegpt.jsonl",
        "chatlm_train_3k.parquet",
        "disc_sft_examples.jsonl",
        "caregpt_drug_labels.json",
        "llamafactory_alpaca_zh_demo.json",
    ),
    "wiki": ("zhwiki-wrapped-pages-articles.xml.bz2",),
}
KINDS = {"dialogues": "dialogue", "distill": "distilled", "wiki": "wikipedia"}
MOST_WEIGHT, LEAST_WEIGHT, LEAST_TEXTS = 4.5, 1.5, 2
"""Of a mark; and texts of a single clean set from which its rate counts."""
MOST_OF_ORDINARY = 1.6
"""Most weight of a mark that good prose holds: three of them stay below the threshold, one and a plain mark pass it."""
ORDINARY = (
    "期望 致使 恰当 应当 具备 留意 拷贝 看重 增进 考量 发觉 救治 带给 方才 可怕 再次发生 理应 压制 诸多方面 "
    "断然 约莫 降生 修补 推测 叙述 隔绝 逃离 病魔 放慢 照料 专心 以此 阻拦 耽搁 剔除 直面 操劳 不必要 危害 拆分 "
    "超越 处在 知晓"
)
"""Chosen by reading what the weights marked in clean sets and prose."""
TARGET = Path(__file__).parents[2] / "pedcorpus" / "quality" / "terms" / "spun.tsv"


def main() -> None:
    """Fit, and print or write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", nargs="?", type=Path, default=Path(__file__).parents[2] / "../shared/data")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--propose", type=int, default=0)
    options = parser.parse_args()
    if not options.shared.is_dir():
        sys.exit(f"{options.shared}: no such folder; the sets are not in this repository.")
    texts = pl.DataFrame(list(read(options.shared)), schema=["set", "text"], orient="row").unique(maintain_order=True)
    weights = fitted(texts, list(read_weights("spun")))
    lines = [f"{mark}\t{weight}" for mark, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))]
    if options.write:
        TARGET.write_text("\n".join(["# mark, weight", *lines, ""]), encoding="utf-8")
    else:
        print("\n".join(lines))
    show_shares(texts, weights)
    if options.propose:
        print(*propose(texts, weights)[: options.propose], sep="\n")


def read(shared: Path) -> Iterator[tuple[str, str]]:
    """Yield set and text of each talk, sample and article."""
    for folder, names in FILES.items():
        kind = KINDS[folder]
        options = SourceOptions("fit", kind)
        for found in (found for name in names for found in find_files(name, shared / folder)):
            for item in read_found(found, "", options, SOURCES[kind]):
                if text := text_of(item):
                    yield "_".join(Path(found.path).name.replace(".", "_").split("_")[:2]), text


def text_of(item: object) -> str:
    """Return all words of a record; none of a rejection."""
    if isinstance(item, Dialogue):
        return "\n".join(turn.text for turn in item.turns)
    if isinstance(item, IngestedSample):
        return "\n".join(message.content for message in item.messages)
    return item.text if isinstance(item, Document) else ""


def fitted(texts: pl.DataFrame, marks: list[str]) -> dict[str, float]:
    """Return mark → weight."""
    found = marks_in(texts["text"], dict.fromkeys(marks, 1.0))
    sets = texts.select("set").with_row_index("row")
    counted = found.join(sets, on="row").group_by("mark", "set").len()
    counts = {(mark, name): n for mark, name, n in counted.iter_rows()}
    return {mark: weight for mark in marks if (weight := weight_of(mark, counts, characters(texts))) >= LEAST_WEIGHT}


def characters(texts: pl.DataFrame) -> dict[str, int]:
    """Return set → its characters."""
    return dict(texts.group_by("set").agg(pl.col("text").str.len_chars().sum()).iter_rows())


def weight_of(mark: str, counts: dict[tuple[str, str], int], chars: dict[str, int]) -> float:
    """Return the weight of a mark from its number of texts in each set."""
    clean = [name for name in chars if name != SPUN and name not in MIXED]
    rate = (counts.get((mark, SPUN), 0) + 0.5) / chars[SPUN]
    together = (sum(counts.get((mark, name), 0) for name in clean) + 0.5) / sum(chars[name] for name in clean)
    single = [counts.get((mark, name), 0) / chars[name] for name in clean if counts.get((mark, name), 0) >= LEAST_TEXTS]
    worst = max([together, *single])
    most = MOST_OF_ORDINARY if mark in ORDINARY.split() else MOST_WEIGHT
    return round(min(math.log(rate) - (math.log(together) + math.log(worst)) / 2, most), 1)


def show_shares(texts: pl.DataFrame, weights: dict[str, float]) -> None:
    """Print the share of each set above the threshold, by these weights."""
    measured._weights = lambda: weights
    parts = texts.select(
        question=pl.lit(""), asked=pl.lit(None, pl.String), answers="text", written_by_us=pl.lit(False)
    )
    is_marked = measured.spun(parts) > Quality().spun
    for row in texts.with_columns(marked=is_marked).group_by("set").agg(pl.len(), pl.mean("marked")).sort("set").rows():
        print(f"{row[0]:24} {row[1]:6} rows, marked {row[2]:7.2%}", file=sys.stderr)


def propose(texts: pl.DataFrame, weights: dict[str, float]) -> list[str]:
    """Return words of the spun set that are no marks, heaviest and most frequent first."""
    chars = characters(texts)
    counts: Counter[tuple[str, str]] = Counter()
    for name, text in texts.iter_rows():
        counts.update((word, name) for word in words_and_pairs(text))
    found = [(word, n) for (word, name), n in counts.items() if name == SPUN and n >= 25 and word not in weights]
    scored = [(weight_of(word, counts, chars) * math.log(n), word, n) for word, n in found]
    return [f"{word} {n}" for _, word, n in sorted(scored, reverse=True)]


def words_and_pairs(text: str) -> Iterable[str]:
    """Return the different words of two characters and more of a text, and its pairs of neighbouring words."""
    words = words_of(text[:2000])
    return {word for word in words if len(word) >= 2} | {a + b for a, b in pairwise(words) if len(a + b) >= 3}


if __name__ == "__main__":
    main()
