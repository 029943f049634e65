"""How medical, and how pediatric, a text is: counts of known terms, inspectable, over columns.

The bundled lists in `terms/` are ours. A term counts at most `CAP` times in a text, a word of `common.txt` little; a
trap takes back what the term inside it gave; a word of `contrary.txt` takes a little away. The score is the sum of
weights per 300 characters, and each term's part of it can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

WEIGHT = {"pediatric": 1.0, "medical": 1.0, "entity": 0.5, "common": 0.25, "contrary": -0.4}
"""Class of a term → what one occurrence weighs. `entity`: terms of the knowledge graph, unread by us, so half."""
TRAP = "trap"
CAP, CAP_CHARS = 4, 500
"""Occurrences of one term that count: 4, and one more for every 500 characters. A ship named 麻疹 is not medical."""
BREADTH = 3
"""Different terms (common ones apart) that a text needs to count in full; a prison with a ward has one."""
UNIT_CHARS = 300
"""The score is weight per so many characters (a paragraph); as many are added to each length, for the sake of stubs."""
TITLE_GIVES = 1.0
"""Added where the title is a term, times its weight, or is formed as the names of diseases, drugs, treatments and parts
of the body are: articles on diseases run into history and law."""
_MEDICAL_TITLE = (
    r"(?:病|症|症候群|综合[征症]|炎|癌|瘤|疹|中毒|骨折|感染|贫血|出血|缺损|畸形|[切摘]除术|成形术|移植|造影|麻醉|手术|疗法|疫苗|接种|霉素|西林"
    r"|沙星|他汀|洛尔|地平|普利|沙坦|单抗|替尼|洛韦|[一-龥]医学|病理学|药理学|免疫学|[外内儿妇产眼牙骨]科|动脉|静脉|神经|韧带|[肌骨腺]|黏膜)$"
)
_LIFE = r"^.{0,80}[（(][^（）()]{0,60}\d{3,4}年\d{1,2}月\d{1,2}日[^（）()]{0,20}[－—–~～-]"
LIFE_GIVES = -1.5
"""Added where a text begins with somebody's dates of birth and death: doctors and patients have articles too."""
WHY_TERMS = 12
"""Terms that explain a score."""
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


def contributions(titles: pl.Series, texts: pl.Series, terms: Terms) -> pl.DataFrame:
    """Return what each term gives to the score of each text: row, term, class, times, gives. Their sum is the score.

    Texts are in simplified Chinese. What the title gives has the class `title`, what dates of life take `life`.
    """
    texts = texts.fill_null("")
    rows = pl.DataFrame(
        {"title": titles, "chars": texts.str.len_chars(), "is_life": texts.str.slice(0, 300).str.contains(_LIFE)}
    ).with_row_index("row")
    weights = _weights(terms)
    proves = ~pl.col("class").is_in(["common", "contrary"]) & (pl.col("counted") > 0)
    found = (
        _matches(texts, weights)
        .join(rows, on="row")
        .with_columns(counted=pl.col("times").clip(0, CAP + pl.col("chars") // CAP_CHARS))
        .with_columns(breadth=(proves.sum().over("row") / BREADTH).clip(0, 1))
    )
    factor = pl.col("breadth") * UNIT_CHARS / (pl.col("chars") + UNIT_CHARS)
    given = found.select("row", "term", "class", "times", gives=pl.col("counted") * pl.col("weight") * factor)
    return pl.concat([given, _of_subjects(rows, found, weights)]).filter(pl.col("gives") != 0)


def _of_subjects(rows: pl.DataFrame, found: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Return what titles and dates of life give; a title by the number of different terms in its text."""
    known = weights.filter((pl.col("match") == pl.col("term")) & (pl.col("weight") > 0)).select("weight", title="term")
    is_formed = pl.col("title").str.contains(_MEDICAL_TITLE).cast(pl.Float64)
    subjects = (
        rows.join(found.select("row", "breadth").unique("row"), on="row")
        .join(known, on="title", how="left", maintain_order="left")
        .with_columns(weight=pl.max_horizontal(is_formed, pl.col("weight").fill_null(0.0)) * pl.col("breadth"))
    )
    titles = subjects.select("row", gives=pl.col("weight") * TITLE_GIVES, term=pl.lit("title"))
    lives = subjects.filter("is_life").select("row", gives=pl.lit(LIFE_GIVES), term=pl.lit("life"))
    both = pl.concat([titles, lives]).with_columns(pl.col("term").alias("class"), times=pl.lit(1, pl.Int64))
    return both.select("row", "term", "class", "times", "gives")


def scores(titles: pl.Series, texts: pl.Series, terms: Terms) -> pl.DataFrame:
    """Return `score` and `pediatric` of each text in simplified Chinese, and in `why` the terms that gave most.

    `pediatric` is the part of the score that pediatric terms give, and all of it where the title holds one.
    """
    of_children = [term for term, kind in terms.items() if kind == "pediatric"]
    gives = pl.col("gives")
    summed = (
        contributions(titles, texts, terms)
        .sort("row", gives.abs(), "term", descending=[False, True, False])
        .group_by("row")
        .agg(
            score=gives.sum().clip(0),
            gain=gives.clip(0).sum(),
            pediatric=gives.filter(pl.col("class") == "pediatric").sum(),
            why=(pl.col("term") + pl.format(" {}", gives.round(2))).head(WHY_TERMS).str.join(", "),
        )
    )
    rows = pl.DataFrame({"is_pediatric": titles.str.contains_any(pl.Series([of_children]))}).with_row_index("row")
    share = pl.when("is_pediatric").then(1.0).otherwise((pl.col("pediatric") / pl.col("gain")).fill_nan(0))
    return (
        rows.join(summed, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("score", "gain", "pediatric").fill_null(0.0), pl.col("why").fill_null(""))
        .select(score=pl.col("score").round(3), pediatric=(pl.col("score") * share).round(3), why="why")
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
            if (kind := known.get(inside, "contrary")) != "contrary":
                lines.append({"match": trap, "term": inside, "class": kind, "weight": WEIGHT[kind], "sign": -1})
    return pl.DataFrame(lines)


def _inside(word: str, longest: int) -> Iterable[str]:
    return (word[i:j] for i in range(len(word)) for j in range(i + 1, min(len(word), i + longest) + 1))


@cache
def _bundled() -> dict[str, str]:
    folder = files("ingest.vocabulary") / "terms"
    terms: dict[str, str] = {}
    for kind in ("traps", "contrary", "common", "medical", "pediatric"):
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
