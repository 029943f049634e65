"""Which samples may become test items: those that a pediatrician would set.

What an item asks and is answered, and where a talk is cut for it, is decided in `exam`; here no signal comes near its
threshold, and the reference is long enough and ends. Kinds of source that may give tests, the best first, are
`[benchmark] sources`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pedcorpus.quality.courtesy import is_exchange
from pedcorpus.quality.signals import SIGNALS
from pedcorpus.rows.row_texts import answer, last_asked
from pedcorpus.steps.decontaminate.exam.cut_items import item_lengths, kinds_of, with_items
from schemas.sample import MEDICAL_TASKS

STRICTER = 0.5
"""Of what a signal may have in a training row, as much may it have in a test item."""
_ENDS = r"[。！？!?…)）”」』]\s*$"


def may_be_tested(rows: pl.DataFrame, signals: pl.DataFrame, config: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return which instruction rows may become test items; `signals` are theirs, in their order.

    `config` is that of the step: `benchmark`, `quality`, `sources`. Items are cut from the rows (`exam`). Scope and
    size are others' business.
    """
    settings = config["benchmark"]
    told, question = answer(), last_asked()
    lengths = item_lengths(rows, kinds_of(config))
    items = with_items(rows, lengths)
    names = [name for name, source in config["sources"].items() if source["kind"] in settings["sources"]]
    gates = items.select(
        is_source=pl.col("source").is_in(names),
        is_medical=pl.col("task").is_in(MEDICAL_TASKS),
        is_complete=(told.str.len_chars() >= settings["min_reference_chars"]) & told.str.contains(_ENDS),
        is_item=pl.Series(lengths > 0),
    )
    passed = gates.select(pl.all_horizontal(pl.all().fill_null(False))).to_series() & is_faultless(
        signals, config["quality"]
    )
    found: NDArray[np.bool_] = passed.to_numpy().copy()
    texts = items.select(question.fill_null("").alias("question"), told.alias("told"))
    for row in np.flatnonzero(found):
        found[row] = is_exchange(*texts.row(int(row)))
    return found


def is_faultless(signals: pl.DataFrame, thresholds: Mapping[str, Any]) -> pl.Series:
    """Return where no signal has more than `STRICTER` of what its threshold allows, or less than it asks for."""
    checks = [pl.lit(True)]
    for signal in SIGNALS:
        if (threshold := thresholds[signal.name]) == "off":
            continue
        value = pl.col(signal.name)
        good = value <= STRICTER * threshold if signal.bound == "most" else value >= threshold
        checks.append(good.fill_null(True))
    return signals.with_columns(is_good=pl.all_horizontal(checks))["is_good"]


def ranks(rows: pl.DataFrame, config: Mapping[str, Any]) -> NDArray[np.int8]:
    """Return the place of each row's kind of source in `[benchmark] sources`: 0 for the best."""
    order = {kind: rank for rank, kind in enumerate(config["benchmark"]["sources"])}
    places = {name: order.get(source["kind"], len(order)) for name, source in config["sources"].items()}
    return rows["source"].replace_strict(places, default=len(order), return_dtype=pl.Int8).to_numpy()
