"""Reach the strings inside nested Arrow columns, and put changed ones back; flat arrays in between, no Python rows.

Integers cross between Arrow and numpy through Polars: pyarrow's own way loads pandas first, a CPU-second a process.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Rows = npt.NDArray[np.int64]


def leaves(array: pa.Array, field: str = "") -> tuple[pa.Array, Rows]:
    """Return the strings inside an array of strings, of (nested) lists or of structs, and the row each stands in.

    `field` names the struct field to go into.
    """
    if pa.types.is_struct(array.type):
        return leaves(pc.struct_field(array, field))
    if not _is_list(array.type):
        return array, np.arange(len(array), dtype=np.int64)
    inner, rows = leaves(pc.list_flatten(array), field)
    return inner, _integers(pc.list_parent_indices(array))[rows]


def with_leaves(array: pa.Array, new: pa.Array, field: str = "") -> pa.Array:
    """Return the array with its strings, in the order of `leaves`, replaced by `new`."""
    kind = array.type
    if pa.types.is_struct(kind):
        changed = [
            with_leaves(pc.struct_field(array, f.name), new) if f.name == field else pc.struct_field(array, f.name)
            for f in kind
        ]
        return pa.StructArray.from_arrays(changed, fields=list(kind), mask=array.is_null())
    if not _is_list(kind):
        return new.cast(kind)
    inner = with_leaves(pc.list_flatten(array), new, field)
    offsets = np.concatenate(([0], np.cumsum(_integers(pc.list_value_length(array)))))
    large = pa.types.is_large_list(kind)
    make = pa.LargeListArray if large else pa.ListArray
    places = pl.Series(offsets).to_arrow().cast(pa.int64() if large else pa.int32())
    return make.from_arrays(places, inner, type=kind, mask=array.is_null() if array.null_count else None)


def _integers(array: pa.Array) -> Rows:
    """Return an Arrow array of integers for numpy, null as 0."""
    return pl.Series(pl.from_arrow(array)).fill_null(0).to_numpy().astype(np.int64)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))
