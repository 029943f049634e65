"""Signals of rows that none speaks against, for steps that read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pedcorpus.config.quality_section import Quality
from pedcorpus.engine.step import Shard
from pedcorpus.quality.signals import SIGNALS
from schemas.shards import file_sha256, write_shard

THRESHOLDS = Quality().model_dump(mode="json")


def put_signals(out: Path, label: str, rows: Sequence[dict[str, Any]], **values: dict[str, float]) -> Shard:
    """Write the signals of rows as the step `signals` does; `values` are those of some signals, by id."""
    best = {s.name: 0.0 if s.bound == "most" or THRESHOLDS[s.name] == "off" else THRESHOLDS[s.name] for s in SIGNALS}
    table = [
        {"id": row["id"], "source": row["source"]}
        | {name: values.get(name, {}).get(row["id"], value) for name, value in best.items()}
        for row in rows
    ]
    schema = pa.schema({"id": pa.string(), "source": pa.string(), **{name: pa.float32() for name in best}})
    file = f"steps/signals/part-{label}.parquet"
    write_shard(pa.Table.from_pylist(table, schema=schema), out / file, "signals")
    return Shard(file, len(table), file_sha256(out / file), "signals")
