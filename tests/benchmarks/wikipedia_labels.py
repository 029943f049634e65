"""Measure how well the score tells medical and pediatric articles from the rest.

    python tests/benchmarks/wikipedia_labels.py [DUMP.xml.bz2]

Two sets. *Real*: the titles of `tests/pedcorpus/steps/filter_wikipedia/wikipedia_labels.tsv` with their texts out of
DUMP (made of DRCD and CMRC; its text may not be committed). *Written*: `wikipedia_written.tsv`, short texts of our
own on what is hard.

An article is medical when one learns medicine from it: a disease or sign, a drug, a procedure or device of care, a part
or function of the human body, a field of medicine or a measure of public health. People (doctors too), institutions,
companies, works, diseases of animals and plants, food, chemistry, and biology outside the body are the rest. Borderline
titles (`?`: a teaching hospital, herbs described as plants, additives, genetic engineering, the mind) are not counted.
"""

from __future__ import annotations

import bz2
import csv
import sys
from pathlib import Path
from zlib import crc32

import polars as pl

from ingest import wikipedia
from ingest.source import SourceFile, SourceOptions
from ingest.vocabulary.medical_terms import bundled, scores
from pedcorpus.config.sections import Wikipedia
from schemas.document import Document

TESTS = Path(__file__).parents[1] / "pedcorpus/steps/filter_wikipedia"
DUMP = Path(__file__).parents[3] / "shared/data/wiki/zhwiki-wrapped-pages-articles.xml.bz2"


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a list with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def scored(articles: pl.DataFrame) -> pl.DataFrame:
    """Add score, why, whether the article is medical by its label, and one of two halves by its title."""
    found = scores(articles["title"], articles["text"], bundled())
    half = [crc32(title.encode()) % 2 for title in articles["title"]]
    return articles.with_columns(found, half=pl.Series(half), is_medical=pl.col("label") != "other")


def real(dump: Path) -> pl.DataFrame:
    """Return the labelled articles of a dump, borderline ones left out."""
    labels = {row["title"]: row["label"] for row in rows(TESTS / "wikipedia_labels.tsv")}
    file = SourceFile.from_bytes("dump.xml", bz2.decompress(dump.read_bytes()))
    found = [r for r in wikipedia.read(file, SourceOptions("zhwiki", "wikipedia")) if isinstance(r, Document)]
    articles = [(labels[d.title], d.title, d.text) for d in found if labels.get(d.title, "?") != "?"]
    return scored(pl.DataFrame(articles, schema=["label", "title", "text"], orient="row"))


def written() -> pl.DataFrame:
    """Return the articles written for this measurement."""
    return scored(pl.DataFrame(rows(TESTS / "wikipedia_written.tsv")))


def f1(articles: pl.DataFrame, least: float) -> tuple[float, float, float]:
    """Return precision, recall and F1 of "scores at least `least`"."""
    told = articles["score"] >= least
    right = int((told & articles["is_medical"]).sum())
    return (
        right / max(int(told.sum()), 1),
        right / max(int(articles["is_medical"].sum()), 1),
        2 * right / max(int(told.sum()) + int(articles["is_medical"].sum()), 1),
    )


def best(articles: pl.DataFrame) -> float:
    """Return the middle of the thresholds at which F1 is highest."""
    steps = [step / 10 for step in range(5, 80)]
    values = [f1(articles, step)[2] for step in steps]
    good = [step for step, value in zip(steps, values, strict=True) if value == max(values)]
    return good[len(good) // 2]


def report(name: str, articles: pl.DataFrame) -> None:
    """Print the figures of one set: by the default threshold, and by one chosen on the other half."""
    least = Wikipedia().min_score
    n, medical = articles.height, int(articles["is_medical"].sum())
    print(f"{name}: {n} articles, {medical} of them medical or pediatric")
    print("  {:34} precision {:.3f}, recall {:.3f}, F1 {:.3f}".format(f"min_score {least}", *f1(articles, least)))
    for half in (0, 1):
        mine, other = articles.filter(pl.col("half") == half), articles.filter(pl.col("half") != half)
        chosen = best(other)
        text = f"half {half}, min_score {chosen} of the other"
        print("  {:34} precision {:.3f}, recall {:.3f}, F1 {:.3f}".format(text, *f1(mine, chosen)))
    wrong = articles.filter((pl.col("score") >= least) != pl.col("is_medical"))
    for title, score, why in wrong.select("title", "score", "why").iter_rows():
        print(f"  wrong: {title} {score} ({why})")


def main() -> None:
    dump = Path(sys.argv[1]) if len(sys.argv) > 1 else DUMP
    if dump.exists():
        report("real", real(dump))
    report("written", written())


if __name__ == "__main__":
    main()
