"""What two rows of a table are compared by: one text per row, made of whole columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import WORDS

_ROLES = ["user", "patient", "assistant", "doctor", "system"]
_MARKS = ["问：", "问：", "答：", "答：", "令：", ""]
"""Marks of roles, short so that they add little to what two texts share; the last stands for any other role. Lists, as
`pa.array` imports pandas where it is installed: a second at the start of every command."""
UNIT_SEPARATOR = "\x1f"
"""Stands between the terms of a triple: no term holds it."""


def text_of(rows: pa.Table, table: str) -> pa.Array:
    """Return one text per row: a document's text; turns and messages a line each after a mark; a triple's terms."""
    return _TEXT_OF[table](rows)


def _document(rows: pa.Table) -> pa.Array:
    return rows["text"]


def _triple(rows: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(*(pc.fill_null(rows[name], "") for name, _ in WORDS["triple"]), UNIT_SEPARATOR)


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


def question_of(rows: pa.Table) -> pa.Array:
    """Return what each conversation asks: all messages but the assistant's, so that context counts."""
    return joined(rows["messages"], "content", lambda roles: pc.not_equal(roles, "assistant"))


def answer_of(rows: pa.Table) -> pa.Array:
    """Return all answers of each conversation: a farewell two conversations share does not make them alike."""
    return joined(rows["messages"], "content", lambda roles: pc.equal(roles, "assistant"))


def joined(column: pa.ChunkedArray, field: str, keep: Callable[[pa.Array], pa.Array] | None = None) -> pa.Array:
    """Return for each row the strings of its list of structs, a line each after the mark of its role.

    `keep` says of the roles of all elements which elements count.
    """
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    items = lists.flatten()
    if keep is not None:
        wanted = pc.fill_null(keep(pc.struct_field(items, "role")), False)
        ends = np.concatenate([[0], np.cumsum(wanted.to_numpy(zero_copy_only=False))])[ends].astype(np.int64)
        items = items.filter(wanted)
    roles = pc.index_in(pc.struct_field(items, "role"), value_set=pa.array(_ROLES))
    marks = pa.array(_MARKS).take(pc.fill_null(roles, len(_ROLES)))
    lines = pc.binary_join_element_wise(marks, pc.fill_null(pc.struct_field(items, field), ""), "")
    return pc.binary_join(pa.LargeListArray.from_arrays(pa.array(ends), lines), "\n")
