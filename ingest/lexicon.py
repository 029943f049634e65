"""How medical, and how pediatric, a text is: counts of known terms, inspectable, over columns.

The bundled lists in `terms/` are ours. A term counts at most `CAP` times in a text, a word of `common.txt` little; a
trap takes back what the term inside it gave. The score is the weight of the terms found per 1,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

WEIGHT = {"pediatric": 1.0, "medical": 1.0, "entity": 0.5, "common": 0.25}
"""Class of a term → what one occurrence weighs. `entity`: terms of the knowledge graph, unread by us, so half."""
TRAP = "trap"
CAP, CAP_CHARS = 4, 500
"""Occurrences of one term that count: 4, and one more for every 500 characters. A ship named 麻疹 is not medical."""
BREADTH = 3
"""Different terms (common ones apart) that a text needs to count in full; a prison with a ward has one."""
UNIT_CHARS = 300
"""The score is weight per so many characters (a paragraph); as many are added to each length, for the sake of stubs."""
TITLE_GIVES = 1.0
"""Added where the title is a term, times the term's weight: articles on diseases run into history and law."""
PEDIATRIC_SHARE = 0.2
"""Share of the weight that pediatric terms need for a medical text to be pediatric."""

QUICK_CHARS, GATE_CHARS = 500, 600
"""Characters of raw wikitext for each of which the two rounds of the gate want one term: a third of what the score of 3
needs, as markup and references are still in it."""

Terms = Mapping[str, str]
"""Term → class (a key of `WEIGHT`, or `TRAP`)."""


def bundled() -> dict[str, str]:
    """Return the bundled terms."""
    return dict(_bundled())


def parse(text: str) -> list[str]:
    """Return the terms of a list: separated by white space or line ends, `#` starts a comment line."""
    return [term for line in text.splitlines() if not line.lstrip().startswith("#") for term in line.split()]


def scores(titles: pl.Series, texts: pl.Series, terms: Terms) -> pl.DataFrame:
    """Return `score` and `pediatric` of each text in simplified Chinese.

    `pediatric` is the part of the score that pediatric terms give, and all of it where the title holds one.
    """
    of_children = [term for term, kind in terms.items() if kind == "pediatric"]
    rows = pl.DataFrame(
        {
            "title": titles,
            "chars": texts.str.len_chars(),
            "is_pediatric": titles.str.contains_any(pl.Series([of_children])),
        }
    ).with_row_index("row")
    weights = _weights(terms)
    counted = (
        _matches(texts, weights)
        .join(rows, on="row")
        .with_columns(gives=pl.col("weight") * pl.col("times").clip(0, CAP + pl.col("chars") // CAP_CHARS))
        .group_by("row")
        .agg(
            weight=pl.col("gives").sum(),
            pediatric=pl.col("gives").filter(pl.col("class") == "pediatric").sum(),
            breadth=((pl.col("class") != "common") & (pl.col("gives") > 0)).sum(),
        )
    )
    named = weights.filter(pl.col("match") == pl.col("term")).select("term", gives=pl.col("weight") * TITLE_GIVES)
    factor = (pl.col("breadth") / BREADTH).clip(0, 1) * UNIT_CHARS / (pl.col("chars") + UNIT_CHARS)
    return (
        rows.join(counted, on="row", how="left", maintain_order="left")
        .join(named, left_on="title", right_on="term", how="left", maintain_order="left")
        .fill_null(0)
        .select(
            "is_pediatric",
            score=(pl.col("weight") * factor + pl.col("gives")).round(3),
            pediatric=(pl.col("pediatric") * factor).round(3),
        )
        .select("score", pediatric=pl.when("is_pediatric").then("score").otherwise("pediatric"))
    )


def may_be_medical(wikitexts: pl.Series) -> pl.Series:
    """Tell which raw wikitexts, in either script, could reach a score of 3: a sieve before the slow parser.

    First words of two characters (440 MB/s; 15 % of a mixed dump pass), then, in those, the beginnings of all terms
    (150 MB/s; 6 % pass). All articles of the labelled list that score 1.5 or more pass both.
    """
    passed = _dense(wikitexts, _pattern(("medical", "pediatric", "common"), 2), 3, QUICK_CHARS)
    at = passed.arg_true()
    return passed.scatter(at, _dense(wikitexts.gather(at), _pattern(("medical", "pediatric"), 3), 2, GATE_CHARS))


def _dense(texts: pl.Series, pattern: str, least: int, chars: int) -> pl.Series:
    found = texts.str.count_matches(pattern)
    return (found >= least) & (found * chars >= texts.str.len_chars())


def classes(min_score: float) -> pl.Expr:
    """Return `pediatric`, `medical` or `general` from the columns of `scores`."""
    is_pediatric = pl.col("pediatric") >= PEDIATRIC_SHARE * pl.col("score")
    kind = pl.when(is_pediatric).then(pl.lit("pediatric")).otherwise(pl.lit("medical"))
    return pl.when(pl.col("score") >= min_score).then(kind).otherwise(pl.lit("general"))


def _matches(texts: pl.Series, weights: pl.DataFrame) -> pl.DataFrame:
    """Return how often each term stands in each text: row, term, class, weight, times (what traps take back is off)."""
    patterns = weights["match"].unique(maintain_order=True)
    found = pl.DataFrame({"match": texts.fill_null("").str.extract_many(patterns.implode(), overlapping=True)})
    return (
        found.with_row_index("row")
        .explode("match")
        .drop_nulls("match")
        .group_by("row", "match")
        .len("times")
        .join(weights, on="match")
        .group_by("row", "term", "class", "weight")
        .agg(times=(pl.col("times").cast(pl.Int64) * pl.col("sign")).sum())
    )


def _weights(terms: Terms) -> pl.DataFrame:
    """Return the table of what each match means; a trap means one less of every term inside it."""
    known = {term: kind for term, kind in terms.items() if kind != TRAP}
    lines: list[dict[str, Any]] = [
        {"match": term, "term": term, "class": kind, "weight": WEIGHT[kind], "sign": 1} for term, kind in known.items()
    ]
    longest = max(map(len, known), default=0)
    for trap in (term for term, kind in terms.items() if kind == TRAP):
        for inside in _inside(trap, longest):
            if inside in known:
                kind = known[inside]
                lines.append({"match": trap, "term": inside, "class": kind, "weight": WEIGHT[kind], "sign": -1})
    return pl.DataFrame(lines)


def _inside(word: str, longest: int) -> Iterable[str]:
    return (word[i:j] for i in range(len(word)) for j in range(i + 1, min(len(word), i + longest) + 1))


@cache
def _bundled() -> dict[str, str]:
    folder = files("ingest") / "terms"
    terms: dict[str, str] = {}
    for kind in ("traps", "common", "medical", "pediatric"):
        text = (folder / f"{kind}.txt").read_text(encoding="utf-8")
        terms.update(dict.fromkeys(parse(text), TRAP if kind == "traps" else kind))
    return terms


@cache
def _pattern(kinds: tuple[str, ...], stem: int) -> str:
    """Return a pattern of the first `stem` characters of the bundled terms of some classes, in either script.

    A stem of 2 takes only whole terms; a longer stem that holds a shorter one is left out, as that is found anyway.
    """
    from opencc import OpenCC

    terms = {term for term, kind in _bundled().items() if kind in kinds and (stem > 2 or len(term) == 2)}
    spellings = {term[:stem] for term in terms}
    for variant in ("s2t", "s2tw"):
        convert = OpenCC(variant).convert
        spellings.update(convert(term)[:stem] for term in terms)
    shortest = {s for s in spellings if not any(part in spellings for part in _inside(s, len(s)) if part != s)}
    return "|".join(map(re.escape, sorted(shortest)))
