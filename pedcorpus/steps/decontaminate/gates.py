"""Which samples may become test items: those that a pediatrician would set.

An item asks something, its last turn is answered, its reference is complete and says something of the case; EviDiag has
rounds and names a disease; no signal comes near its threshold. Kinds of source that may give tests, the best first, are
`[benchmark] sources`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.vocabulary.any_of import any_of
from ingest.vocabulary.medical_terms import bundled
from pedcorpus.quality.courtesy import is_exchange
from pedcorpus.quality.signals import SIGNALS
from pedcorpus.rows.row_texts import answer, last_asked
from schemas.sample import MEDICAL_TASKS

STRICTER = 0.5
"""Of what a signal may have in a training row, as much may it have in a test item."""
MIN_ROUNDS = 2
"""User messages of an EviDiag item: evidence comes in rounds."""
_ENDS = r"[。！？!?…)）”」』]\s*$"
_DISEASE = (
    "(?:"
    + any_of(
        "病 症 炎 癌 瘤 疹 痘 癣 疝 征 感冒 流感 感染 中毒 过敏 哮喘 癫痫 惊厥 贫血 积食 不良 缺乏 缺损 未闭 畸形 梗阻 "
        "套叠 反流 黄疸 紫癜 血症 出血 结石 囊肿 狭窄 闭锁 胀气 肠绞痛 便秘 腹泻 早熟 矮小 迟缓"
    )
    + ")$"
)
"""How the names of diseases end, and of complaints that are a diagnosis by themselves."""


def may_be_tested(rows: pl.DataFrame, signals: pl.DataFrame, config: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return which instruction rows may become test items; `signals` are theirs, in their order.

    `config` is that of the step: `benchmark`, `quality`, `sources`. Scope and size are others' business.
    """
    settings = config["benchmark"]
    told, question = answer(), last_asked()
    names = [name for name, source in config["sources"].items() if source["kind"] in settings["sources"]]
    gates = rows.select(
        is_source=pl.col("source").is_in(names),
        is_medical=pl.col("task").is_in(MEDICAL_TASKS),
        is_complete=(told.str.len_chars() >= settings["min_reference_chars"]) & told.str.contains(_ENDS),
        weighs=(pl.col("task") != "evidiag") | ((_rounds() >= MIN_ROUNDS) & told.str.contains_any(diseases())),
    )
    passed = gates.select(pl.all_horizontal(pl.all().fill_null(False))).to_series() & is_faultless(
        signals, config["quality"]
    )
    found: NDArray[np.bool_] = passed.to_numpy().copy()
    texts = rows.select(question.fill_null("").alias("question"), told.alias("told"))
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


def _rounds() -> pl.Expr:
    return pl.col("messages").list.eval(pl.element().struct.field("role") == "user").list.sum()


@cache
def diseases() -> list[str]:
    """Return the names of diseases among the bundled terms."""
    terms = pl.Series(sorted(term for term, kind in bundled().items() if kind in ("medical", "pediatric")))
    return list(terms.filter(terms.str.contains(_DISEASE)))
