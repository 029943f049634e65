"""Find the header of a table: the row of names, perhaps below a title, or none.

A row is a header where most of its cells are names of columns and do not recur below it: `症状` at the head of a column
is a name, in each row of a column it is a value. Which names there are, the reader says (`HeaderWords`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ingest.records.field_names import is_name, simplified_name
from ingest.source import SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

LOOKED_AT = 10
"""Rows among which the header is looked for: above it may stand a title, dates, who made the table."""
_LISTED_WORDS = """
id _id name title text content head tail relation rel type label subject predicate object entity entity1 entity2 start
end desc source target head_type tail_type symptom disease drug department 序号 编号 来源 类型 名称 关系 关系类型
头实体 尾实体 头实体类型 尾实体类型 头节点 尾节点 起点 终点 主体 客体 主语 谓词 宾语 实体 实体1 实体2 属性 属性值 值
疾病 疾病名称 科室 症状 药物 药品 药品名称 诊断 检查 治疗 病因 并发症 预防 简介 描述 别名 部位
"""
_LISTED = frozenset(_LISTED_WORDS.split())
"""Words that name columns of any table, in lower case."""
_NEO4J = re.compile(r"^\w*:(ID|LABEL|START_ID|END_ID|TYPE|IGNORE)\b", re.IGNORECASE)
"""`:END_ID(S)` → `:END_ID`"""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_ .:-]*")
"""`predicate` → `predicate`"""
_TRIPLE = 3
"""Width of a table without header where the first rows do not agree on one: a triple per row."""
_SHOWN = 20
"""Columns an error names."""
_MOST_CHARS = 40
"""Longest name of a column."""


def is_neo4j(name: str) -> bool:
    """Return whether a name carries a mark of neo4j's CSV files: `:ID`, `name:LABEL`, `:START_ID(Disease)`."""
    return _NEO4J.match(name) is not None


def is_listed(name: str) -> bool:
    """Return whether a name is one that columns of any table have."""
    return is_neo4j(name) or simplified_name(name.lower()) in _LISTED


def is_field_name(name: str, options: SourceOptions) -> bool:
    """Return whether a name is one of a field, or of a column of any table."""
    return is_name(name) or is_listed(name)


def _has_no_pair(names: Collection[str]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """What tells the header of a reader's tables. A reader hands its own to `csv_rows` and `excel_rows`.

    `is_column` says whether a name is one of a column; `has_pair`, whether names make a header among whatever other
    columns. `may_have_title`: titles of several cells may stand above, and groups of columns above their names.
    `columns` are the keys of the source's `columns` that must name one of the header; None: all of them.
    `is_first_row`: the first row below a title is the header, whatever it says.
    """

    is_column: Callable[[str, SourceOptions], bool]
    has_pair: Callable[[Collection[str]], bool] = _has_no_pair
    may_have_title: bool = False
    columns: frozenset[str] | None = None
    is_first_row: bool = False


FIELD_WORDS = HeaderWords(is_field_name)
"""Of tables of no special kind: the vocabulary of fields."""
FIRST_ROW = HeaderWords(is_field_name, is_first_row=True)
"""Of tables that always have a header."""


def find_header(
    rows: Sequence[list[str]], options: SourceOptions, words: HeaderWords = FIELD_WORDS
) -> tuple[int, list[str | int]]:
    """Return how many rows stand before the data, and the names of the columns; without a header, their numbers.

    `rows` are the first of the table that are not empty.
    """
    wanted = list(options.columns.values())
    if not wanted or not all(isinstance(value, int) for value in wanted):
        at = _header_row(rows, options, words)
        if at is not None:
            last = at + _is_group_row(rows, at, options, words)
            header = _unique(_names(rows[at]) if last == at else _joined(rows[at], rows[last]))
            _check_columns(header, options, words)
            return last + 1, header
    widths = Counter(len(row) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width == _TRIPLE), default=0)
    return 0, list(range(usual))


def _header_row(rows: Sequence[list[str]], options: SourceOptions, words: HeaderWords) -> int | None:
    """Return the place of the header, None where there is none.

    Below a row of several cells that is none only a header with a pair of fields counts: that row may be data.
    """
    is_below = False
    for i, row in enumerate(rows[:LOOKED_AT]):
        several = len(_filled(row)) > 1
        if not several and any(len(_filled(other)) > 1 for other in rows[i + 1 :]):
            continue  # a title
        sure = not is_below or words.has_pair(_names(row))
        if (i == 0 or several) and sure and _is_header(row, rows[i + 1 :], options, words):
            return i
        if several and not words.may_have_title:
            return None
        is_below = is_below or several
    return None


def _is_group_row(rows: Sequence[list[str]], at: int, options: SourceOptions, words: HeaderWords) -> bool:
    """Return whether the next row names the columns and this one only groups them (患者信息 above 年龄 and 性别)."""
    if not words.may_have_title or at + 1 >= len(rows) or words.has_pair(_names(rows[at])):
        return False
    below = rows[at + 1]
    return words.has_pair(_joined(rows[at], below)) and _is_header(below, rows[at + 2 :], options, words)


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Return the names of a header of two rows: the lower, where it is empty the upper, which goes over both."""
    width = max(len(upper), len(lower))
    above, below = (_names(row + [""] * (width - len(row))) for row in (upper, lower))
    return [name or group for name, group in zip(below, above, strict=True)]


def _check_columns(header: Sequence[str | int], options: SourceOptions, words: HeaderWords) -> None:
    """Raise `UnreadableFile` where the source's `columns` name none that the table has."""
    for field, name in options.columns.items():
        must_exist = words.columns is None or field in words.columns
        if isinstance(name, str) and must_exist and name not in header:
            close = get_close_matches(name, [str(known) for known in header], n=1, cutoff=0.5)
            hint = f" Did you mean {close[0]}?" if close else ""
            known = ", ".join(str(known) for known in header[:_SHOWN])
            raise UnreadableFile(
                Reason.MISSING_FIELD, f"columns.{field}: no column {name!r}. The header has {known}.{hint}"
            )


def _filled(row: list[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _names(row: list[str]) -> list[str]:
    return [" ".join(cell.strip().removeprefix("\ufeff").split()) for cell in row]


def _is_header(row: list[str], below: Sequence[list[str]], options: SourceOptions, words: HeaderWords) -> bool:
    names = _names(row)
    if words.is_first_row or set(names) & {str(value) for value in options.columns.values()}:
        return True
    known = {i: name for i, name in enumerate(names) if len(name) <= _MOST_CHARS and words.is_column(name, options)}
    if any(other[i].strip() == name for other in below for i, name in known.items() if i < len(other)):
        return False
    if not known:
        return False
    if words.has_pair(list(known.values())):
        return True
    filled = _filled(names)
    identifiers = all(_IDENTIFIER.fullmatch(name) for name in filled)
    return len(known) * 2 > len(filled) or (len(known) >= 3 and len(known) * 3 > len(filled)) or identifiers


def _unique(names: list[str]) -> list[str | int]:
    """Give empty and repeated names their column number as a suffix."""
    counts = Counter(names)
    return [name if name and counts[name] == 1 else f"{name}_{i}" for i, name in enumerate(names)]
