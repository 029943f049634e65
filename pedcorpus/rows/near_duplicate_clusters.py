"""Cluster near-duplicates across shards; only texts that share a band are held in memory.

Each shard is sketched by itself (band hashes, 8 bytes per band and row). Rows that share a band with another row may
have a near-duplicate; only their texts are read again and compared exactly, by `dedup.survivors.choose`. All other rows
are clusters of their own. The result is that of clustering all texts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dedup.settings import MinHash
from pedcorpus.rows.read_rows import frames_at

SMALL_FILE = 2**16
"""Bytes up to which a file is read rather than mapped (an empty array cannot be mapped)."""
NO_TEXT = np.uint64(2**64 - 1)


def sketch(texts: pl.Series, settings: MinHash) -> NDArray[np.uint64]:
    """Return uint64[bands, n]: rows with an equal value in a row of it may be near-duplicates.

    A text shorter than an n-gram has the hash of its content in every band, a blank one `NO_TEXT`.
    """
    from dedup.signatures.exact import hash_contents
    from dedup.signatures.minhash import hash_bands
    from dedup.signatures.texts import as_texts

    column = as_texts(texts.to_arrow())
    content = hash_contents(column, settings.ngram)
    found = np.full((settings.bands, len(texts)), NO_TEXT)
    long = np.flatnonzero(content.chars >= settings.ngram)
    short = np.flatnonzero((content.chars >= 0) & (content.chars < settings.ngram))
    found[:, short] = content.high[short]
    if len(long):
        found[:, long] = hash_bands(column, long, settings)
    return found


def cluster(
    paths: Sequence[Path],
    text: pl.Expr,
    sketches: Sequence[Path],
    settings: MinHash,
    prepare: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
) -> NDArray[np.int64]:
    """Return the cluster of each row of all shards, numbered through: the smallest row number in it.

    `sketches` are the `.npy` files of the shards' sketches of `text`; `prepare` is what their rows went through before.
    """
    from dedup.in_memory import label_components

    meets = _meeting(sketches)
    labels = np.arange(len(meets))
    numbers = np.flatnonzero(meets)
    if len(numbers):
        found = _texts_at(paths, lambda frame: prepare(frame).select(text.alias("text")), meets)
        texts = pa.chunked_array(list(found), pa.large_string())
        labels[numbers] = numbers[label_components(texts, settings)]
    return labels


def components(tokens: NDArray[np.uint64], rows: NDArray[np.int64], n_rows: int) -> NDArray[np.int64]:
    """Return the component of each row where rows with a token in common are tied: the smallest row number in it.

    `tokens[i]` belongs to `rows[i]`. Labels go down to the smallest neighbour, and to its label, until none changes.
    """
    labels = np.arange(n_rows)
    names, at = np.unique(tokens, return_inverse=True)
    while True:
        smallest = np.full(len(names), n_rows)
        np.minimum.at(smallest, at, labels[rows])
        lower = labels.copy()
        np.minimum.at(lower, rows, smallest[at])
        lower = lower[lower]
        if (lower == labels).all():
            return labels
        labels = lower


def _meeting(sketches: Sequence[Path]) -> NDArray[np.bool_]:
    """Return which rows share a band with another row, one band at a time."""
    maps = [np.load(path, mmap_mode="r" if path.stat().st_size > SMALL_FILE else None) for path in sketches]
    meets = np.zeros(sum(part.shape[1] for part in maps), np.bool_)
    for band in range(maps[0].shape[0] if maps else 0):
        values = np.concatenate([part[band] for part in maps])
        order = np.argsort(values, kind="stable")
        same = values[order][1:] == values[order][:-1]
        same &= values[order][1:] != NO_TEXT
        meets[order[1:][same]] = True
        meets[order[:-1][same]] = True
    return meets


def _texts_at(
    paths: Sequence[Path], select: Callable[[pl.DataFrame], pl.DataFrame], wanted: NDArray[np.bool_]
) -> Iterator[pa.Array]:
    for frame in frames_at(paths, wanted, select):
        yield frame["text"].to_arrow().cast(pa.large_string())
