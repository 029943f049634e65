"""Ids of the rows of any table, and who of two rows wins by id."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pedcorpus.commands.dedup_inputs import Inputs, column_of


def ids_of(inputs: Inputs, column: str | None) -> pa.ChunkedArray:
    """Return the id of each row: as the column says, else, or where it is null, `file:line`."""
    if column is not None:
        found = [column_of(part, column, inputs.schema.field(column).type) for part in inputs.parts]
        ids = pa.chunked_array(found, inputs.schema.field(column).type)
        if pa.types.is_integer(ids.type) and not ids.null_count:
            return ids
    places = [pc.binary_join_element_wise(part.file, part.lines.cast(pa.string()), ":") for part in inputs.parts]
    if column is not None:
        places = [pc.coalesce(a.cast(pa.string()), b) for a, b in zip(found, places, strict=True)]
    return pa.chunked_array(places, pa.string())


def ranks_of(inputs: Inputs, ids: pa.ChunkedArray, column: str | None) -> NDArray[np.int64]:
    """Return the order in which ids win: by id where the user gave them, else by file name, then line."""
    if column is not None:
        return np.asarray(pc.rank(ids, tiebreaker="min"), np.int64)
    names = sorted({part.file for part in inputs.parts})
    files = np.concatenate([np.full(len(part.lines), names.index(part.file)) for part in inputs.parts])
    order = np.lexsort((np.arange(len(files)), files))
    ranks = np.empty(len(files), np.int64)
    ranks[order] = np.arange(len(files))
    return ranks
