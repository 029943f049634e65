"""The rows of a shard in numbers: all that the decision where they go to needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pedcorpus.pediatric.scope import in_scope
from pedcorpus.rows.read_rows import hashes, parent_tokens
from pedcorpus.steps.split.placement import KINDS, UNUSED, Rows
from pedcorpus.steps.split.table_rows import trained_text
from schemas.sample import MEDICAL_TASKS


def describe_rows(frame: pl.DataFrame, table: str, payload: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Return the numbers of the rows of a frame, and the hashes of their parents with the rows these belong to."""
    n = frame.height
    is_instruction = table == "instruction"
    parents, parent_row = (
        (hashes(frame["id"]), np.arange(n)) if table == "document" else parent_tokens(frame["parents"])
    )
    tests = [MEDICAL_TASKS.index(name) for name in frame["task"]] if table == "benchmark" else [UNUSED] * n
    return {
        "kind": np.full(n, KINDS.index(table), np.int8),
        "ids": hashes(frame["id"]),
        "source": hashes(frame["source"]).view(np.int64),
        "builder": hashes(_builder_kind(frame)).view(np.int64) if is_instruction else np.zeros(n, np.int64),
        "bytes": frame.select(trained_text(table).str.len_bytes().alias("n"))["n"].to_numpy().astype(np.int64),
        "is_general": (frame["task"] == "general").to_numpy() if is_instruction else np.zeros(n, np.bool_),
        "is_pediatric": in_scope(frame, payload) if is_instruction else np.zeros(n, np.bool_),
        "test": np.array(tests, np.int8),
        "parent": parents,
        "parent_row": parent_row,
    }


def _builder_kind(frame: pl.DataFrame) -> pl.Series:
    """Return the kind of builder of samples: `graph` of `graph-treatment`."""
    return frame["builder"].struct.field("name").str.extract(r"^([^-]*)")


def rows_of(parts: list[Any]) -> Rows:
    """Return the numbers of all shards as one."""
    kinds: dict[str, Any] = {"kind": np.int8, "ids": np.uint64, "source": np.int64, "builder": np.int64}
    kinds |= {"bytes": np.int64, "is_general": np.bool_, "is_pediatric": np.bool_, "test": np.int8}
    return Rows(*(np.concatenate([np.zeros(0, kind), *(p[name] for p in parts)]) for name, kind in kinds.items()))
