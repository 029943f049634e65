"""Which articles of Wikipedia stay: decided over all of them, from score, class and size alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.rejection import Reason


def choose_articles(articles: pl.DataFrame, settings: Mapping[str, Any]) -> pl.DataFrame:
    """Return id, score, class and reason (null: keep) of the articles; `articles` has id, score, class, bytes.

    Medical and pediatric articles stay, best scores first, within `target_bytes` less the share of general ones.
    General ones stay up to `general_share` of all that stay and to the bytes left, chosen by id; a share of 1 sets no
    bound and reserves nothing.
    """
    share = settings["general_share"]
    target = settings["target_bytes"]
    total = int(articles["bytes"].sum()) if target is None else target
    reserved = 0 if target is None or share >= 1 else target * share
    size = pl.col("bytes").cast(pl.Int64)
    is_general = pl.col("class") == "general"
    on_topic = articles.filter(~is_general).sort("score", "id", descending=[True, False])
    on_topic = on_topic.with_columns(_reason(size.cum_sum() <= total - reserved, Reason.OVER_TARGET))
    kept = on_topic.filter(pl.col("reason").is_null())
    most = articles.height if share >= 1 else int(kept.height * share / (1 - share) + 1e-9)
    # ids are content hashes: their last digits are as good as dice, and the same on every machine
    general = articles.filter(is_general).sort(pl.col("id").str.slice(-8), "id")
    is_drawn = (pl.int_range(pl.len()) < most) & (size.cum_sum() <= total - int(kept["bytes"].sum()))
    general = general.with_columns(_reason(is_drawn, Reason.OVER_SHARE if share > 0 else Reason.OFF_TOPIC))
    return pl.concat([on_topic, general]).select("id", "score", "class", "reason")


def _reason(stays: pl.Expr, otherwise: Reason) -> pl.Expr:
    return pl.when(stays).then(pl.lit(None, pl.String)).otherwise(pl.lit(otherwise.value)).alias("reason")
