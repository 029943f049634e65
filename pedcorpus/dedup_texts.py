"""What two rows of a table are compared by: one text a row, made of whole columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

COLUMNS: dict[str, tuple[str, ...]] = {
    "document": ("text",),
    "dialogue": ("turns",),
    "sample": ("messages",),
    "triple": ("head", "relation", "tail"),
    "instruction": ("messages",),
}
"""Table → columns that `text_of` reads."""
_ROLES = pa.array(["user", "patient", "assistant", "doctor", "system"])
_MARKS = pa.array(["问：", "问：", "答：", "答：", "令：", ""])
"""Marks of roles, short so that they add little to what two texts share; the last stands for any other role."""
UNIT_SEPARATOR = "\x1f"
"""Stands between the terms of a triple: no term holds it."""


def text_of(rows: pa.Table, table: str) -> pa.Array:
    """Return one text a row: a document's text; turns and messages a line each after a mark; a triple's terms."""
    return _TEXT_OF[table](rows)


def _document(rows: pa.Table) -> pa.Array:
    return rows["text"]


def _triple(rows: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(*(pc.fill_null(rows[name], "") for name in COLUMNS["triple"]), UNIT_SEPARATOR)


def _dialogue(rows: pa.Table) -> pa.Array:
    return joined(rows["turns"], "text")


def _messages(rows: pa.Table) -> pa.Array:
    return joined(rows["messages"], "content")


_TEXT_OF: dict[str, Callable[[pa.Table], pa.Array]] = {
    "document": _document,
    "dialogue": _dialogue,
    "sample": _messages,
    "triple": _triple,
    "instruction": _messages,
}


def joined(column: pa.ChunkedArray, field: str) -> pa.Array:
    """Return for each row the strings of its list of structs, a line each after the mark of its role."""
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    items = lists.flatten()
    marks = _MARKS.take(pc.fill_null(pc.index_in(pc.struct_field(items, "role"), value_set=_ROLES), len(_ROLES)))
    lines = pc.binary_join_element_wise(marks, pc.fill_null(pc.struct_field(items, field), ""), "")
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return pc.binary_join(pa.LargeListArray.from_arrays(pa.array(ends), lines), "\n")
