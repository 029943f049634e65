"""Count and show what a pattern or a weighted list finds in a column of texts, where a signal applies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

import polars as pl

SHOWN = 6
"""Marks that evidence names."""
BODY_WORDS = 2
"""Different words of the body that make a conversation one of complaints."""

_BODY = re.compile(
    r"[疼痛痒]|肿|症状|药|医院|医生|怀孕|月经|产后|母乳|回奶|咳嗽|发烧|皮肤|[肝肾胃肠脑]|牙齿|便秘|阴[道茎]|宝宝"
    r"|拉肚子|腹泻|着凉|头晕|失眠|小便|肌|指导意见|病情分析|问题分析"
)
"""`宝宝咳嗽` → `宝宝`"""


def is_talk(parts: pl.DataFrame) -> pl.Series:
    """Return where rows are conversations that others wrote: running text and our own templates have no such flaws."""
    return parts.select(pl.col("question").is_not_null() & ~pl.col("written_by_us")).to_series()


def is_medical_talk(parts: pl.DataFrame) -> pl.Series:
    """Return where rows are conversations of others on medicine."""
    return is_talk(parts) & (parts["task"] != "general").fill_null(False)


def is_of_bodies(parts: pl.DataFrame) -> pl.Series:
    """Return where a conversation speaks of complaints, whatever its task says: doctors chat too."""
    words = parts.select(pl.concat_str("asked", "answers", ignore_nulls=True)).to_series()
    return words.str.extract_all(_BODY.pattern).list.n_unique() >= BODY_WORDS


def where(condition: pl.Series, values: pl.Series) -> pl.Series:
    """Return values, null where the signal does not apply."""
    return pl.select(pl.when(condition).then(values)).to_series()


def times(texts: pl.Series, pattern: re.Pattern[str]) -> pl.Series:
    """Return how often a pattern stands in each text. The pattern uses what Rust's regular expressions know too."""
    return texts.fill_null("").str.count_matches(pattern.pattern)


def shown(texts: pl.Series, pattern: re.Pattern[str]) -> pl.Series:
    """Return the first different places that a pattern finds in each text, joined; "" where none."""
    found = texts.fill_null("").str.extract_all(pattern.pattern)
    return found.list.unique(maintain_order=True).list.head(SHOWN).list.join("; ")


def read_weights(name: str) -> dict[str, float]:
    """Return mark → weight from `terms/<name>.tsv`."""
    text = (files("pedcorpus.quality") / "terms" / f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {mark: float(weight) for mark, weight in lines}


def marks_in(texts: pl.Series, weights: Mapping[str, float]) -> pl.DataFrame:
    """Return row, mark, weight of the different marks of each text, heaviest first; of two in one place the longer."""
    patterns = sorted(weights, key=lambda mark: (-len(mark), mark))
    found = pl.DataFrame({"mark": texts.fill_null("").str.extract_many(patterns, leftmost=True)})
    table = pl.DataFrame(
        {"mark": list(weights), "weight": list(weights.values())}, schema_overrides={"weight": pl.Float64}
    )
    return (
        found.with_row_index("row")
        .explode("mark")
        .drop_nulls("mark")
        .unique()
        .join(table, on="mark")
        .sort("row", "weight", "mark", descending=[False, True, False])
    )


def weight_of(texts: pl.Series, weights: Mapping[str, float]) -> pl.Series:
    """Return the sum of the weights of the different marks of each text."""
    summed = marks_in(texts, weights).group_by("row").agg(pl.col("weight").sum().round(3))
    rows = pl.DataFrame({"row": pl.int_range(len(texts), dtype=pl.UInt32, eager=True)})
    return rows.join(summed, on="row", how="left", maintain_order="left")["weight"].fill_null(0.0)


def weights_shown(texts: pl.Series, weights: Mapping[str, float]) -> pl.Series:
    """Return the heaviest marks of each text with their weights, joined; "" where none."""
    named = (
        marks_in(texts, weights)
        .group_by("row")
        .agg((pl.col("mark") + pl.format(" {}", "weight")).head(SHOWN).str.join("; ").alias("why"))
    )
    rows = pl.DataFrame({"row": pl.int_range(len(texts), dtype=pl.UInt32, eager=True)})
    return rows.join(named, on="row", how="left", maintain_order="left")["why"].fill_null("")
