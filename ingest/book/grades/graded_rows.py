"""Tables of recommendations: each row a recommendation with the grade its columns or its own words give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.book.block import Block
from ingest.book.grades.grade_marks import EVIDENCE_NAME, GRADE_NAME
from ingest.book.grades.grades import find_grades, grade_of
from ingest.book.table_sentences import Rows, column_names, header_rows

_GRADE = re.compile(
    rf"(?:GRADE)?\s*(?:{GRADE_NAME}|推荐|等级|级别|分级|评级|grade|strength)\s*(?:[（(].*[)）]|[/、和及].*)?",
    re.IGNORECASE,
)
"""`推荐强度` → `推荐强度`"""
_EVIDENCE = re.compile(
    rf"(?:GRADE)?\s*(?:{EVIDENCE_NAME}|证据|evidence)\s*(?:[（(].*[)）]|[/、和及].*)?", re.IGNORECASE
)
"""`证据质量` → `证据质量`"""
_STATEMENT = re.compile(
    r"推荐(?:意见|内容|条目|要点)?|建议|意见|措施|陈述|共识内容|条目|recommendation|statement", re.IGNORECASE
)
"""`推荐意见` → `推荐意见`"""
_DEFINING = re.compile(r"定义|含义|描述|说明|解释|意义|标准|definition|meaning|description", re.IGNORECASE)
_NUMBER = re.compile(r"(?:序号|编号|条目号?|no\.?|#)?", re.IGNORECASE)
"""`序号` → `序号`"""


def graded_rows(block: Block) -> Iterator[Block]:
    """Yield the rows of a table of recommendations as recommendations, any other table as it is."""
    names = column_names(block.rows)
    told = _columns(names)
    statement = _statement_column(block.rows, names, set(told.values()))
    if statement is None or any(_DEFINING.search(name) for name in names):
        yield block
        return
    body = block.rows[header_rows(block.rows) :]
    graded = [_grades(row, told, statement) for row in body]
    if not told and sum(any(pair) for pair in graded) < max(1, len(body) / 2):
        yield block
        return
    group: tuple[str, ...] = ()
    for row, (grade, evidence) in zip(body, graded, strict=True):
        if len(set(filter(None, row))) == 1 or not row[statement]:  # a heading over the rows below
            group = (next(filter(None, row)),)
            continue
        text = _text(row, names, statement, group)
        yield replace(block, kind="recommendation", text=text, rows=(names, row), grade=grade, evidence=evidence)


def _columns(names: Sequence[str]) -> dict[str, int]:
    """Return which column tells the grade and which the evidence."""
    kinds = (("grade", _GRADE), ("evidence", _EVIDENCE))
    plain = [name.strip() for name in names]
    found = {kind: next((i for i, name in enumerate(plain) if shape.fullmatch(name)), None) for kind, shape in kinds}
    return {kind: column for kind, column in found.items() if column is not None}


def _statement_column(rows: Rows, names: Sequence[str], told: set[int]) -> int | None:
    """Return the column of recommendations: so named, and the longest of those."""
    body = rows[header_rows(rows) :]
    named = [i for i, name in enumerate(names) if i not in told and _STATEMENT.search(name)]
    return max(named, key=lambda i: sum(len(row[i]) for row in body), default=None) if body else None


def _grades(row: Sequence[str], told: dict[str, int], statement: int) -> tuple[str | None, str | None]:
    """Return grade and evidence of a row. A cell such as 1B under 推荐等级 tells both."""
    if not told:
        found = find_grades(row[statement])
        return (found[0].grade, found[0].evidence) if found else (None, None)
    cells = {kind: row[column].strip() or None for kind, column in told.items()}
    grade, evidence = cells.get("grade"), cells.get("evidence")
    if len(told) == 1:  # one column may tell both
        both = grade_of(grade or evidence or "")
        return both if all(both) else (grade, evidence)
    return grade, evidence


def _text(row: Sequence[str], names: Sequence[str], statement: int, group: Sequence[str]) -> str:
    """Return a recommendation as other guidelines print it: its words, and in brackets what the other cells tell."""
    others = [
        f"{name}：{cell}" if name else cell
        for i, (name, cell) in enumerate(zip(names, row, strict=True))
        if cell and i != statement and not (_NUMBER.fullmatch(name.strip()) and len(cell) < 6)
    ]
    words = row[statement].rstrip()
    stop = words[-1:] if words[-1:] in ("。", ".") else ""
    return f"{words.removesuffix(stop)}（{'；'.join([*group, *others])}）{stop}" if others or group else words
