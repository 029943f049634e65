"""Rows of shards as Polars frames, batch by batch, and their ids and parents as 64-bit hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from schemas.shards import iter_batches, read_shards


def frames(path: Path) -> Iterator[pl.DataFrame]:
    """Yield a shard's rows as frames of some thousand rows; one without rows where it has none."""
    has_rows = False
    for batch in iter_batches(path):
        has_rows = True
        yield _frame(pa.Table.from_batches([batch]))
    if not has_rows:
        yield _frame(read_shards([path]))


def frames_at(
    paths: Sequence[Path], wanted: NDArray[np.bool_], select: Callable[[pl.DataFrame], pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """Yield `select` of the wanted rows of all shards, rows numbered through; the column `number` is added."""
    start = 0
    for path in paths:
        for frame in frames(path):
            mine = np.flatnonzero(wanted[start : start + frame.height])
            if len(mine):
                yield select(frame[mine]).with_columns(number=pl.Series(mine + start))
            start += frame.height


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table.replace_schema_metadata())
    assert isinstance(frame, pl.DataFrame)
    return frame


def hashes(names: pl.Series) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each string: the same on every machine."""
    from dedup.signatures.exact import hash_contents
    from dedup.signatures.texts import as_texts

    content = hash_contents(as_texts(names.to_arrow()), 1)
    return content.high ^ content.low


def parent_tokens(parents: pl.Series) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the hashes of all parents and the rows they belong to."""
    rows = np.repeat(np.arange(len(parents)), parents.list.len().to_numpy())
    return hashes(parents.explode().drop_nulls()), rows
