"""Statements of a table: one triple or entity per row, or a neo4j export; a list of terms states nothing.

The shape is told by the header, without one by the values: the column of known relation words, or of few distinct
values, is the relation.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from ingest.graph_formats import node_edge_tables
from ingest.graph_formats.column_names import FIELDS, fields_of
from ingest.graph_formats.node_names import named_ends, names_in, with_header_file
from ingest.graph_formats.relations import TYPES, known_relation
from ingest.graph_formats.statements import Statement, clean, entity_statements, statement, stub
from ingest.records.field_names import simplified_name
from ingest.records.table_files import Row, TableRow
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection

SAMPLE_ROWS = 1000
"""Rows looked at to tell the shape."""
FEW_DISTINCT = 0.1
"""A column without a known relation word is the relation if at most this share of its values are distinct …"""
FEW_DISTINCT_ROWS = 20
"""… in at least this many rows; a shorter table is head, relation, tail."""

_NAMES = """
name 名称 疾病名称 疾病 药品名称 药物名称 药品 药物 通用名 title disease 病名 实体 entity 中文名 中文名称 标题 疾病名
药名 disease_name drug_name entity_name 症状名称 概念 concept
"""
NAMES = frozenset(_NAMES.split())
"""Columns and keys that hold the entity a row or record is about."""
_SKIPPED = (
    "id _id index idx 序号 编号 no url link 链接 pinyin 拼音 sha source 来源 create_time update_time createtime "
    "updatetime created updated update __v"
)
SKIPPED = frozenset(_SKIPPED.split())
"""Columns and keys that state nothing about the entity."""
_IDENTIFYING = re.compile(r"(?:.*[_a-z])?(?:ids?|index|idx|source|cui|ur[il])|.*(?:编号|序号|编码|来源)", re.IGNORECASE)
"""Columns beside a triple that say nothing of it: `x_id`, `y_index`. `x_id` → `x_id`"""
_COUNTED = re.compile(r"(?<=[^\d\W])[_\s]?\d{1,2}$")
"""症状1, 症状2: one relation in several columns. `症状1` → `1`"""

Shape = Callable[[Row, str], Iterator[Statement]]
"""Make the statements of a row at a locator."""


def table_statements(rows: Iterator[TableRow], file: SourceFile, options: SourceOptions) -> Iterator[Statement]:
    """Yield the statements of a table's rows. Raises `UnreadableFile` where no shape fits."""
    rows = with_header_file(rows, file, file.siblings)
    sample = list(itertools.islice(rows, SAMPLE_ROWS))
    shapes: dict[tuple[str | int, ...], Shape] = {}
    for locator, row in itertools.chain(sample, rows):
        if isinstance(row, Rejection):
            yield row
            continue
        keys = tuple(row)
        if keys not in shapes:
            shapes[keys] = _shape(keys, [r for _, r in sample if not isinstance(r, Rejection)], file, options)
        yield from shapes[keys](row, locator)


def _shape(keys: tuple[str | int, ...], sample: list[Row], file: SourceFile, options: SourceOptions) -> Shape:
    if node_edge_tables.is_relationship(keys):
        return partial(node_edge_tables.from_row, file, options, names_in(file))
    if node_edge_tables.is_node(keys):
        return partial(node_edge_tables.node, file, options)
    if len(keys) == 1:
        return lambda row, locator: iter([stub(file, options, locator, str(row[keys[0]]))])
    if fields := _long_fields(keys, [row for row in sample if tuple(row) == keys], options):
        return partial(_long, file, options, fields)
    if (name := _name_column(keys, options)) is not None:
        return partial(_wide, file, options, name)
    if (plain := node_edge_tables.plain_node(keys)) is not None:
        return lambda row, locator: iter([stub(file, options, locator, str(row[plain[1]]))])
    raise UnreadableFile(
        Reason.UNKNOWN_FORMAT,
        f"columns {', '.join(map(str, keys))[:80]}: expected head, relation and tail, or a name and relations; "
        "name them with columns = { head = …, relation = …, tail = … }",
    )


def _long_fields(keys: tuple[str | int, ...], sample: list[Row], options: SourceOptions) -> dict[str, str | int] | None:
    """Return our field → column for a table with a triple per row, None for any other."""
    given = {field: column for field, column in options.columns.items() if field in FIELDS and column in keys}
    if {"head", "relation", "tail"} <= set(given):
        return given
    if isinstance(keys[0], int):
        return _positions(keys, sample, options.relations) if len(keys) >= 3 else None
    found: dict[str, str | int] = {**fields_of(map(str, keys)), **given}
    if "relation" in found and len(keys) == 3 and not {"head", "tail"} <= set(found):
        found = {"relation": found["relation"]}
        found["head"], found["tail"] = (key for key in keys if key != found["relation"])
    return found if {"head", "relation", "tail"} <= set(found) else None


def _positions(keys: tuple[str | int, ...], sample: list[Row], own: Mapping[str, str]) -> dict[str, str | int]:
    """Return field → column of a table without header: the relation, and what surrounds it in order."""
    columns = {key: [str(row[key]) for row in sample] for key in keys}
    known = {
        key: sum(known_relation(v, own) is not None for v in values) / len(values) for key, values in columns.items()
    }
    distinct = {key: len(set(values)) / len(values) for key, values in columns.items()}
    relation: str | int = 1
    best = max(keys, key=lambda key: known[key])
    fewest = min(keys, key=lambda key: distinct[key])
    if known[best] > 0.5:
        relation = best
    elif len(sample) >= FEW_DISTINCT_ROWS and distinct[fewest] <= FEW_DISTINCT and len(keys) == 3:
        relation = fewest
    others = [key for key in keys if key != relation]
    is_type = {key: sum(v.strip().lower() in TYPES for v in columns[key]) > 0.5 * len(sample) for key in others}
    ends = [key for key in others if not is_type[key]][:2] if len(keys) > 3 else others
    fields: dict[str, str | int] = {"head": ends[0], "relation": relation, "tail": ends[1]}
    return fields | dict(
        zip(("head_type", "tail_type"), (k for k in others if is_type[k] and k not in ends), strict=False)
    )


def _long(
    file: SourceFile, options: SourceOptions, fields: dict[str, str | int], row: Row, locator: str
) -> Iterator[Statement]:
    cell = {field: str(row[key]) if row.get(key) is not None else "" for field, key in fields.items()}
    rest = {key: value for key, value in row.items() if key not in fields.values() and not _is_skipped(str(key))}
    qualifiers = [f"{key}={clean(str(value))}" for key, value in rest.items() if value and clean(str(value))]
    ends, types = (cell["head"], cell["relation"], cell["tail"]), (cell.get("head_type", ""), cell.get("tail_type", ""))
    if node_edge_tables.is_number(cell["head"]) and node_edge_tables.is_number(cell["tail"]):
        named = named_ends(file, cell["head"], cell["tail"])
        if named is None:
            yield file.reject(options, Reason.NO_COUNTERPART, locator, " | ".join(ends))
            return
        ends, types = (named[0][0], cell["relation"], named[1][0]), (named[0][1], named[1][1])
    yield statement(file, options, locator, ends, types, qualifiers)


def _name_column(keys: tuple[str | int, ...], options: SourceOptions) -> str | int | None:
    """Return the column a wide table is about, None where no other column is a known relation."""
    for field in ("head", "name"):
        if options.columns.get(field) in keys:
            return options.columns[field]
    if isinstance(keys[0], int):
        return None
    name = next((key for key in keys if simplified_name(str(key).strip().lower()) in NAMES), keys[0])
    known = [
        key
        for key in keys
        if key != name and known_relation(relation_in(str(key), options.relations), options.relations)
    ]
    return name if known else None


def relation_in(column: str, own: Mapping[str, str]) -> str:
    """Return the relation a column of a wide table states: 症状 for 症状1 and 症状_2."""
    bare = _COUNTED.sub("", column.strip())
    return bare if known_relation(bare, own) else column


def _is_skipped(name: str) -> bool:
    return name.lower() in SKIPPED or _IDENTIFYING.fullmatch(name) is not None


def _wide(file: SourceFile, options: SourceOptions, name: str | int, row: Row, locator: str) -> Iterator[Statement]:
    head = clean(str(row[name] or ""))
    own = options.relations
    facts = [
        (relation_in(str(key), own), value) for key, value in row.items() if key != name and not _is_skipped(str(key))
    ]
    yield from entity_statements(file, options, locator, head, "", facts)
