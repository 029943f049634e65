"""Doses of drug-dose tables: one row per dose, with drug, dose, unit, route, frequency, age and weight as printed.

A table is one of doses by its header: a column of doses (剂量, 用量, 用法用量, …) or columns of ages or weights beside
one of drugs. Cells merged downwards hold for the rows below; a table with one column per drug is turned first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.book.doses.dose_cell import AGE, ROUTE, UNIT, WEIGHT, Statement, read_doses
from ingest.book.table_sentences import Rows, column_names, count_header_rows
from schemas.document import Dose

_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(shape, re.IGNORECASE))
    for name, shape in (
        ("limit", r"最大|极量|max"),
        ("route", r"途径|给药方[式法]|用药方[式法]|route"),
        ("frequency", r"频[次率]|间隔|次数|给药时间|frequency|interval"),
        ("other", r"剂型|规格|疗程|注意|备注|不良反应|禁忌|适应[证症]|浓度|duration|note|comment|course|strength"),
        (
            "drug",
            r"^(?:.{0,6}(?:药物|药品|药|制剂|抗生素|疫苗|成分)(?:名称|种类|类别)?|药名|通用名|drugs?|medic(?:in|ation)e?s?)$",
        ),
        (
            "dose",
            r"剂量|用量|用法|负荷量|维持量|首剂|单次量|每次量|每[次日天]\s*[(（]|给药[方量]|补[充液]量|服用量|dos(?:e|age|ing)",
        ),
        ("unit", r"^(?:剂量)?单位$|^units?$"),
        ("band", r"年龄.{0,3}体重|体重.{0,3}年龄"),
        ("weight", r"体重|weight|^BW"),
        ("age", r"年龄|月龄|日龄|胎龄|人群|对象|\bage\b"),
    )
)
_BESIDE = ("route", "frequency", "limit", "unit", "band", "weight", "age")
"""Columns that hold for the doses of their row."""
_METHOD = re.compile(r"^(?:用法|使用方法|服法|给药)$")
"""`用法` → `用法`, `用法用量` → –"""
_HEADER_UNIT = re.compile(rf"[(（\[［/，, ]\s*({UNIT})\s*[)）\]］]?\s*$")
"""`负荷量(mg/kg)` → `mg/kg`"""
_HEADER_EACH = re.compile(r"每[次日天]|单次|(?:负荷|维持|初始|起始)(?:剂)?量|首剂")
"""`负荷量(mg/kg)` → `负荷量`"""
_BAND_UNIT = re.compile(r"[(（/]\s*(kg|公斤|岁|月|个月|周|天|d|月龄|日龄)\s*[)）]?\s*$")
"""`体重(kg)` → `kg`"""
_KINDS_OF_DRUGS = re.compile(r"^$|名称|种类|类别|品种|[药剂素类]$")
"""Headers of a first column that is one of drugs where no other is. `抗生素` → `素`, `指标` → –"""
_NUMBERS = re.compile(r"[\s\d.．~～\-–—<>≤≥＜＞至]+")
"""`10~15` → `10~15`"""
MAX_DOSES = 2000
"""Most doses of one table; beyond it something is no dose table."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of a dose table hold, by number."""

    names: tuple[str, ...]
    drug: int | None
    doses: tuple[int, ...]
    bands: tuple[int, ...]
    of: dict[str, int] = field(default_factory=dict)


def doses_of(rows: Rows) -> tuple[Dose, ...]:
    """Return the doses of a table, in order; () for a table of other things."""
    rows = _turn_upright(fill_down(rows))
    columns = _read_columns(rows)
    if columns is None:
        return ()
    doses: list[Dose] = []
    for row in rows[max(1, count_header_rows(rows)) :]:
        if len(set(row)) == 1:
            continue  # the name of a group of drugs
        doses += _doses_of_row(row, row[columns.drug] if columns.drug is not None else "", columns)
        if len(doses) > MAX_DOSES:
            return ()
    return tuple(doses)


def fill_down(rows: Rows) -> Rows:
    """Return a table of doses with the name of each drug in every row it holds for; any other table as it is."""
    columns = _read_columns(rows)
    if columns is None or columns.drug is None:
        return rows
    top, name = max(1, count_header_rows(rows)), ""
    filled = []
    for row in rows[top:]:
        name = row[columns.drug] or name
        is_dose = any(row[i] for i in columns.doses)
        filled.append((*row[: columns.drug], name, *row[columns.drug + 1 :]) if is_dose else row)
    return (*rows[:top], *filled)


def _turn_upright(rows: Rows) -> Rows:
    """Turn a table whose first column names the fields, with one column per drug."""
    if len(rows) < 3 or len(rows[0]) < 2:
        return rows
    left = [_field(row[0]) for row in rows[1:]]
    above = [_field(name) for name in rows[0][1:]]
    fields = [name for name in left if name in ("dose", "route", "frequency", "age", "weight", "limit")]
    if "dose" in left and len(fields) >= 2 and not any(above):
        return tuple(zip(*((("药物", *rows[0][1:])), *rows[1:]), strict=True))
    return rows


def _field(name: str) -> str | None:
    name = name.strip()
    return next((kind for kind, shape in _FIELDS if name and shape.search(name)), None)


def _read_columns(rows: Rows) -> _Columns | None:
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    names = column_names(rows) if count_header_rows(rows) else rows[0]
    kinds = [_field(name) for name in names]
    of = {kind: kinds.index(kind) for kind in _BESIDE if kind in kinds}
    given = [i for i, kind in enumerate(kinds) if kind == "dose"]
    methods = [i for i in given if _METHOD.match(names[i])]
    if "route" not in of and methods and len(methods) < len(given):
        of["route"] = methods[0]
        given.remove(methods[0])
    drug = kinds.index("drug") if "drug" in kinds else None
    if drug is None and given and kinds[0] is None and _KINDS_OF_DRUGS.search(names[0].strip()):
        drug = 0
    if drug is not None and not given:
        given = [i for i, name in enumerate(names) if kinds[i] in (None, "age") and i != drug and _is_band(name)]
    if not given or (drug is None and not {"age", "weight", "band"} & of.keys()):
        return None
    bands = tuple(i for i, kind in enumerate(kinds) if kind in ("age", "weight") and i not in given)
    beside = {kind: i for kind, i in of.items() if i not in given}
    return _Columns(tuple(names), drug, tuple(given), bands, beside)


def _is_band(name: str) -> bool:
    """Return whether a header is that of doses for one age or weight, `1～3岁`."""
    return bool(re.search(r"\d", name) and (AGE.search(name) or WEIGHT.search(name))) or AGE.fullmatch(name) is not None


def _doses_of_row(row: Sequence[str], drug: str, columns: _Columns) -> Iterator[Dose]:
    cells = {kind: row[i].strip() for kind, i in columns.of.items()}
    row_age, row_weight = (_band(kind, row, columns) for kind in ("age", "weight"))
    often = cells.get("frequency", "")
    often = f"{columns.names[columns.of['frequency']]} {often}" if often and _NUMBERS.fullmatch(often) else often
    beside = " ".join(cell for i, cell in enumerate(row) if i != columns.drug)
    for i in columns.doses:
        header, cell = columns.names[i], row[i].strip()
        unit = cells.get("unit") or (match[1] if (match := _HEADER_UNIT.search(header)) else "")
        for said in read_doses(cell, unit) or ([Statement()] if cell else []):
            words = (_first_match(_HEADER_EACH, header), said.frequency, often)
            yield Dose(
                drug=drug,
                dose=said.dose,
                unit=said.unit or (unit if said.dose else ""),
                route=said.route or cells.get("route") or _first_match(ROUTE, f"{header} {beside}"),
                frequency="，".join(dict.fromkeys(word for word in words if word)),
                age=said.age or row_age or _first_match(AGE, header),
                weight=said.weight or row_weight or _first_match(WEIGHT, header),
                limit=said.limit or cells.get("limit", ""),
                text=f"{header}：{cell}" if header else cell,
            )


def _band(kind: str, row: Sequence[str], columns: _Columns) -> str:
    """Return for what age or weight a row is; of several columns (胎龄, 日龄) each with its name."""
    numbers = [i for i in columns.bands if _field(columns.names[i]) == kind and row[i].strip()]
    bands = []
    for i in numbers:
        header, cell = columns.names[i], row[i].strip()
        unit = _BAND_UNIT.search(header)
        cell = f"{cell} {unit[1]}" if unit and _NUMBERS.fullmatch(cell) else cell
        bands.append(f"{_BAND_UNIT.sub('', header).strip()}{cell}" if len(numbers) > 1 else cell)
    both = row[columns.of["band"]] if "band" in columns.of else ""
    return "，".join(bands) or (both if (AGE if kind == "age" else WEIGHT).search(both) else "")


def _first_match(shape: re.Pattern[str], text: str) -> str:
    match = shape.search(text)
    return match[0].strip() if match else ""
