"""Find the header of a table: the row of names, perhaps below a title, or none.

A row is a header where most of its cells are names of the fields that the kind of source has, and do not recur below
it: `症状` at the head of a column is a name, in each row of a column it is a value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ingest.conversation.wide_rows import turn_column_of
from ingest.graph_formats.column_names import field_of, id_field_of
from ingest.graph_formats.relations import known_relation
from ingest.records.field_names import is_name, rank, simplified
from ingest.source import SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason

LOOKED_AT = 10
"""Rows among which the header is looked for: above it may stand a title, dates, who made the table."""
_GRAPH_WORDS = """
id _id name title text content head tail relation rel type label subject predicate object entity entity1 entity2 start
end desc source target head_type tail_type symptom disease drug department 序号 编号 来源 类型 名称 关系 关系类型
头实体 尾实体 头实体类型 尾实体类型 头节点 尾节点 起点 终点 主体 客体 主语 谓词 宾语 实体 实体1 实体2 属性 属性值 值
疾病 疾病名称 科室 症状 药物 药品 药品名称 诊断 检查 治疗 病因 并发症 预防 简介 描述 别名 部位
"""
_GRAPH_HEADERS = frozenset(_GRAPH_WORDS.split())
"""Words that tell the header of a graph's table, in lower case, besides the relations."""
_NEO4J = re.compile(r"^\w*:(ID|LABEL|START_ID|END_ID|TYPE|IGNORE)\b", re.IGNORECASE)
"""`:END_ID(S)` → `:END_ID`"""
_NUMBERED = re.compile(r"_?\d{1,2}$")
"""症状1, 症状2: one relation in several columns. `ode_1` → `_1`"""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_ .:-]*")
"""`predicate` → `predicate`"""
_PAIRS = (frozenset({"question", "answer"}), frozenset({"role", "text"}))
"""Fields that make a header among whatever other columns."""
_SPOKEN = frozenset({"dialogue", "distilled"})
"""Kinds whose tables come with titles of several cells, and with groups of columns above their names."""
_TRIPLE = 3
"""Width of a table without header where the first rows do not agree on one: a triple a row."""
_GRAPH_FIELDS = ("head", "relation", "tail", "head_type", "tail_type")
_SHOWN = 20
"""Columns an error names."""
_MOST_CHARS = 40
"""Longest name of a column."""


def find_header(rows: Sequence[list[str]], options: SourceOptions) -> tuple[int, list[str | int]]:
    """Return how many rows stand before the data, and the names of the columns; without a header, their numbers.

    `rows` are the first of the table that are not empty.
    """
    wanted = list(options.columns.values())
    if not wanted or not all(isinstance(value, int) for value in wanted):
        at = _header_row(rows, options)
        if at is not None:
            last = at + _goes_on(rows, at, options)
            header = _unique(_names(rows[at]) if last == at else _joined(rows[at], rows[last]))
            check_columns(header, options)
            return last + 1, header
    widths = Counter(len(row) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width == _TRIPLE), default=0)
    return 0, list(range(usual))


def _header_row(rows: Sequence[list[str]], options: SourceOptions) -> int | None:
    """Return the place of the header, None where there is none.

    Below a row of several cells that is none only a header with a pair of fields counts: that row may be data.
    """
    is_below = False
    for i, row in enumerate(rows[:LOOKED_AT]):
        several = len(_filled(row)) > 1
        if not several and any(len(_filled(other)) > 1 for other in rows[i + 1 :]):
            continue  # a title
        sure = not is_below or _has_pair(_names(row))
        if (i == 0 or several) and sure and _is_header(row, rows[i + 1 :], options):
            return i
        if several and options.kind not in _SPOKEN:
            return None
        is_below = is_below or several
    return None


def _goes_on(rows: Sequence[list[str]], at: int, options: SourceOptions) -> bool:
    """Tell whether the next row names the columns and this one only groups them (患者信息 above 年龄 and 性别)."""
    if options.kind not in _SPOKEN or at + 1 >= len(rows) or _has_pair(_names(rows[at])):
        return False
    below = rows[at + 1]
    return _has_pair(_joined(rows[at], below)) and _is_header(below, rows[at + 2 :], options)


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Return the names of a header of two rows: the lower, where it is empty the upper, which goes over both."""
    width = max(len(upper), len(lower))
    above, below = (_names(row + [""] * (width - len(row))) for row in (upper, lower))
    return [name or group for name, group in zip(below, above, strict=True)]


def check_columns(header: Sequence[str | int], options: SourceOptions) -> None:
    """Raise `UnreadableFile` where the source's `columns` name none that the table has."""
    for field, name in options.columns.items():
        is_a_word = options.kind == "knowledge_graph" and field not in _GRAPH_FIELDS  # for a relation
        if isinstance(name, str) and not is_a_word and name not in header:
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


def _is_header(row: list[str], below: Sequence[list[str]], options: SourceOptions) -> bool:
    names = _names(row)
    if set(names) & {str(value) for value in options.columns.values()}:
        return True
    known = {i: name for i, name in enumerate(names) if len(name) <= _MOST_CHARS and _is_known(name, options)}
    if any(other[i].strip() == name for other in below for i, name in known.items() if i < len(other)):
        return False
    if not known:
        return False
    filled = _filled(names)
    if options.kind == "knowledge_graph" and any(_NEO4J.match(name) for name in names):
        return True
    if options.kind != "knowledge_graph" and _has_pair(known.values()):
        return True
    identifiers = all(_IDENTIFIER.fullmatch(name) for name in filled)
    return len(known) * 2 > len(filled) or (len(known) >= 3 and len(known) * 3 > len(filled)) or identifiers


def _has_pair(names: Iterable[str]) -> bool:
    """Tell names of which one is a question's and one an answer's, or one a speaker's and one a text's."""
    names = list(names)
    fields = {field for name in names for field in (*_PAIRS[0], *_PAIRS[1]) if rank(field, name) is not None}
    return (
        any(pair <= fields for pair in _PAIRS)
        or len({place[1][0] for name in names if (place := turn_column_of(name))}) == 2
    )


def _is_known(name: str, options: SourceOptions) -> bool:
    if _NEO4J.match(name):
        return True
    word = simplified(name.lower())
    if options.kind == "knowledge_graph":
        is_relation = any(known_relation(w, options.relations) for w in (word, _NUMBERED.sub("", word)))
        return word in _GRAPH_HEADERS or bool(field_of(word) or id_field_of(word)) or is_relation
    return is_name(name) or word in _GRAPH_HEADERS or turn_column_of(name) is not None


def _unique(names: list[str]) -> list[str | int]:
    """Give empty and repeated names their column number as a suffix."""
    counts = Counter(names)
    return [name if name and counts[name] == 1 else f"{name}_{i}" for i, name in enumerate(names)]
