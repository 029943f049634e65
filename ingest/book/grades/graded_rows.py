"""Tables of recommendations: each row a recommendation with the grade its columns or its own words give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.grades.grade_marks import EVIDENCE_NAME, GRADE_NAME
from ingest.book.grades.grades import find_grades, grade_of
from ingest.book.table_sentences import Rows, column_names, count_header_rows

_GRADE = re.compile(
    rf"(?:GRADE)?\s*(?:{GRADE_NAME}|推荐|等级|级别|分级|评级|grade|strength)\s*(?:[（(].*[)）]|[/、和及].*)?",
    re.IGNORECASE,
)
"""`推荐强度（GRADE）` → `推荐强度（GRADE）`"""
_EVIDENCE = re.compile(
    rf"(?:GRADE)?\s*(?:{EVIDENCE_NAME}|证据|evidence)\s*(?:[（(].*[)）]|[/、和及].*)?", re.IGNORECASE
)
"""`证据质量` → `证据质量`"""
_STATEMENT = re.compile(
    r"推荐(?:意见|内容|条目|要点)?|建议|意见|措施|陈述|共识内容|条目|recommendation|statement", re.IGNORECASE
)
"""`推荐意见` → `推荐意见`, `证据质量` → –"""
_DEFINING = re.compile(r"定义|含义|描述|说明|解释|意义|标准|definition|meaning|description", re.IGNORECASE)
"""The header of a table that explains grades. `等级定义` → `定义`"""
_NUMBER = re.compile(r"(?:序号|编号|条目号?|no\.?|#)?", re.IGNORECASE)
"""`序号` → `序号`"""


def split_graded_rows(block: Block) -> Iterator[Block]:
    """Yield the rows of a table of recommendations as recommendations, any other table as it is."""
    names = column_names(block.rows)
    grade_columns = _find_grade_columns(names)
    statement = _find_statement_column(block.rows, names, set(grade_columns.values()))
    if statement is None or any(_DEFINING.search(name) for name in names):
        yield block
        return
    body = block.rows[count_header_rows(block.rows) :]
    graded = [_grades(row, grade_columns, statement) for row in body]
    if not grade_columns and sum(any(pair) for pair in graded) < max(1, len(body) / 2):
        yield block
        return
    group: tuple[str, ...] = ()
    for row, (grade, evidence) in zip(body, graded, strict=True):
        if len(set(filter(None, row))) == 1 or not row[statement]:  # a heading over the rows below
            group = (next(filter(None, row)),)
            continue
        text = _text(row, names, statement, group)
        yield replace(block, kind="recommendation", text=text, rows=(names, row), grade=grade, evidence=evidence)


def _find_grade_columns(names: Sequence[str]) -> dict[str, int]:
    """Return which column has the grade and which the evidence."""
    kinds = (("grade", _GRADE), ("evidence", _EVIDENCE))
    plain = [name.strip() for name in names]
    columns = {kind: next((i for i, name in enumerate(plain) if shape.fullmatch(name)), None) for kind, shape in kinds}
    return {kind: column for kind, column in columns.items() if column is not None}


def _find_statement_column(rows: Rows, names: Sequence[str], grade_columns: set[int]) -> int | None:
    """Return the column of recommendations: so named, and the longest of those."""
    body = rows[count_header_rows(rows) :]
    candidates = [i for i, name in enumerate(names) if i not in grade_columns and _STATEMENT.search(name)]
    return max(candidates, key=lambda i: sum(len(row[i]) for row in body), default=None) if body else None


def _grades(row: Sequence[str], grade_columns: dict[str, int], statement: int) -> tuple[str | None, str | None]:
    """Return grade and evidence of a row. A cell such as 1B under 推荐等级 states both."""
    if not grade_columns:
        grades = find_grades(row[statement])
        return (grades[0].grade, grades[0].evidence) if grades else (None, None)
    cells = {kind: row[column].strip() or None for kind, column in grade_columns.items()}
    grade, evidence = cells.get("grade"), cells.get("evidence")
    if len(grade_columns) == 1:  # one column may state both
        both = grade_of(grade or evidence or "")
        return both if all(both) else (grade, evidence)
    return grade, evidence


def _text(row: Sequence[str], names: Sequence[str], statement: int, group: Sequence[str]) -> str:
    """Return a recommendation as other guidelines print it: its words, and in brackets what the other cells say."""
    others = [
        f"{name}：{cell}" if name else cell
        for i, (name, cell) in enumerate(zip(names, row, strict=True))
        if cell and i != statement and not (_NUMBER.fullmatch(name.strip()) and len(cell) < 6)
    ]
    words = row[statement].rstrip()
    stop = words[-1:] if words[-1:] in ("。", ".") else ""
    return f"{words.removesuffix(stop)}（{'；'.join([*group, *others])}）{stop}" if others or group else words
