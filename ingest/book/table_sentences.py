"""Tables as sentences: each row says its cells with the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

Rows = tuple[tuple[str, ...], ...]
_ENDS = "。；;，,、.：:"
_VALUE = re.compile(
    r"^[<>≤≥＜＞~～约±+\-−]?\s*\d[\d,.]*(?:\s*[~～\-–—]\s*\d[\d,.]*)?(?:\s*(?:%|％|[a-zμA-Z][a-zA-Zμ/·()]*))?(?![年月])"
)
"""`10~15 mg/kg` → `10~15 mg/kg`, `阿莫西林` → –"""


_NAMES_COLUMN = re.compile(r"(?:药物|药品)(?:名称)?|药名|项目|指标|年龄|体重|名称|类别|分组|drugs?", re.IGNORECASE)
"""What a first column holds above which the header may have values (药物, 10 kg, 20 kg). `药物名称` → `药物名称`"""


def regular_rows(rows: Sequence[Sequence[str]]) -> Rows:
    """Return rows of equal length, white space folded, without empty rows and columns."""
    width = max((len(row) for row in rows), default=0)
    full = [[" ".join(cell.split()) for cell in row] + [""] * (width - len(row)) for row in rows]
    full = [row for row in full if any(row)]
    columns = [i for i in range(width) if any(row[i] for row in full)]
    return tuple(tuple(row[i] for i in columns) for row in full)


def count_header_rows(rows: Rows) -> int:
    """Return how many rows at the top name the columns: 0, 1, or 2 where the first spans columns.

    A first row with values where the rows below have values is no header. A spanning name is repeated in each column
    it covers, so a second header row tells its parts apart.
    """
    if len(rows) < 2 or not (_is_header(rows, 0) or _NAMES_COLUMN.fullmatch(rows[0][0])):
        return 0
    first = rows[0]
    spans = any(a and a == b for a, b in pairwise(first)) and len(set(first)) > 1
    return 2 if spans and len(rows) > 2 and _is_header(rows, 1) else 1


def _is_header(rows: Rows, index: int) -> bool:
    """Return whether a row has no value in any column whose cells below are mostly values."""
    for column in range(len(rows[0])):
        below = [row[column] for row in rows[index + 1 :] if row[column]]
        valued = sum(bool(_VALUE.fullmatch(cell)) for cell in below) > 0.5 * len(below)
        if valued and _VALUE.fullmatch(rows[index][column]):
            return False
    return True


def column_names(rows: Rows) -> tuple[str, ...]:
    """Return the names of the columns, parts of two header rows joined; empty strings where there are none."""
    n = count_header_rows(rows)
    if not n:
        return ("",) * len(rows[0])
    if n == 1:
        return rows[0]
    return tuple(a if a == b or not b else f"{a}{b}" for a, b in zip(rows[0], rows[1], strict=True))


def write_sentences(rows: Rows) -> str:
    """Return one line per row: `药物：阿莫西林；剂量：50 mg/kg。` Cells without a column name stand alone."""
    if not rows:
        return ""
    names = column_names(rows)
    body = rows[count_header_rows(rows) :]
    lines = []
    for row in body:
        if len(set(row)) == 1 and len(row) > 1:  # a row that is one cell across the table: a group's name
            lines.append(f"{row[0].rstrip(_ENDS)}：")
            continue
        parts = [
            f"{name}：{cell}" if name and name != cell else cell for name, cell in zip(names, row, strict=True) if cell
        ]
        lines.append("；".join(part.rstrip(_ENDS) for part in parts) + "。")
    return "\n".join(lines)
