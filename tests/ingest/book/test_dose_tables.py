"""Drug-dose tables: one row a dose, every number as printed and none lost."""

from __future__ import annotations

import re

import polars as pl
import pytest

from ingest import guideline
from ingest.book.doses.dose_tables import doses_of
from ingest.book.table_sentences import regular_rows
from ingest.source import SourceFile, SourceOptions
from pedcorpus.steps.clean.text_columns import text_columns, with_texts
from schemas.document import Document, Dose
from schemas.shards import table_of_records

OPTIONS = SourceOptions("guidelines", "guideline", department="儿科", license="cc-by-4.0")


def told(*rows: list[str]) -> list[tuple[str, ...]]:
    """Return drug, dose, unit, route, frequency, age, weight, limit of each dose of a table."""
    names = ("drug", "dose", "unit", "route", "frequency", "age", "weight", "limit")
    return [tuple(getattr(dose, name) for name in names) for dose in doses_of(regular_rows(rows))]


def test_columns_of_their_own_give_the_fields_of_a_dose() -> None:
    found = told(
        ["药物", "剂量", "单位", "途径", "年龄", "体重(kg)", "频次"],
        ["示例甲", "30～50", "mg/(kg·d)", "口服", ">3个月", "5~10", "分3次"],
    )
    assert found == [("示例甲", "30～50", "mg/(kg·d)", "口服", "分3次", ">3个月", "5~10 kg", "")]


@pytest.mark.parametrize("header", ["用法用量", "用法与用量", "推荐剂量", "给药方案", "剂量及用法", "Dosage"])
def test_a_cell_that_says_all_is_taken_apart(header: str) -> None:
    cell = "口服，每次5~10 mg/kg，每6~8小时1次，最大剂量40 mg/(kg·d)，疗程3 d"
    expected = ("示例混悬液", "5~10", "mg/kg", "口服", "每次，每6~8小时1次", "6月龄以上", "", "最大剂量40 mg/(kg·d)")
    assert told(["药品名称", header, "适用年龄"], ["示例混悬液", cell, "6月龄以上"]) == [expected]


def test_a_dose_for_each_age_or_weight_in_one_cell_is_one_row_each() -> None:
    ages = "6月龄以下10 mg/日；6月龄及以上20 mg/日"
    found = [(row[1], row[2], row[5]) for row in told(["药物", "剂量"], ["甲", ages])]
    assert found == [("10", "mg/日", "6月龄以下"), ("20", "mg/日", "6月龄及以上")]
    weights = "体重≤15 kg，30 mg/次；>15~23 kg，45 mg/次，均每日2次，口服"
    assert [(row[1], row[3], row[4], row[6]) for row in told(["药物", "剂量"], ["甲", weights])] == [
        ("30", "口服", "每日2次", "体重≤15 kg"),
        ("45", "口服", "每日2次", ">15~23 kg"),
    ]


def test_ages_as_columns_and_drugs_as_columns_are_read() -> None:
    assert told(["药物", "<6月龄", "6~12月龄"], ["甲", "10 mg", "20 mg"]) == [
        ("甲", "10", "mg", "", "", "<6月龄", "", ""),
        ("甲", "20", "mg", "", "", "6~12月龄", "", ""),
    ]
    turned = told(["项目", "甲", "乙"], ["剂量", "5 mg/kg", "10 mg/kg"], ["给药间隔", "6 h", "4 h"])
    assert turned == [("甲", "5", "mg/kg", "", "6 h", "", "", ""), ("乙", "10", "mg/kg", "", "4 h", "", "", "")]


def test_the_unit_of_a_header_holds_for_bare_numbers_and_two_header_rows_are_joined() -> None:
    found = told(["药物", "剂量", "剂量"], ["药物", "负荷量(mg/kg)", "维持量(mg/kg·d)"], ["甲", "20", "3~5"])
    assert [row[1:3] for row in found] == [("20", "mg/kg"), ("3~5", "mg/kg·d")]
    assert told(["体重(kg)", "剂量(ml)"], ["10~15", "5"]) == [("", "5", "ml", "", "", "", "10~15 kg", "")]


def test_first_and_later_doses_keep_their_own_limit() -> None:
    cell = "第1天10 mg/kg（最大500 mg），第2~5天5 mg/kg（最大250 mg），每日1次口服"
    assert [row[1:] for row in told(["药物", "剂量"], ["甲", cell])] == [
        ("10", "mg/kg", "口服", "第1天，每日1次", "", "", "最大500 mg"),
        ("5", "mg/kg", "口服", "第2~5天，每日1次", "", "", "最大250 mg"),
    ]


def test_what_a_dose_is_for_stands_in_its_header_or_before_it() -> None:
    found = told(["药物", "每日剂量[mg/(kg·d)]", "每日次数"], ["甲", "50~90", "3"])
    assert [row[1:5] for row in found] == [("50~90", "mg/(kg·d)", "", "每日，每日次数 3")]
    found = told(["药物", "剂量"], ["甲", "负荷量25 μg/kg，维持量0.25 μg/(kg·min)"])
    assert [(row[1], row[4]) for row in found] == [("25", "负荷量"), ("0.25", "维持量")]


def test_a_dose_in_another_unit_is_no_second_dose() -> None:
    found = told(["药物", "剂量"], ["甲", "每次1袋(3 g)，每日3次"], ["乙", "5 mg/kg（<6月龄2.5 mg/kg）"])
    assert [(row[1], row[2], row[5]) for row in found] == [
        ("1", "袋(3 g)", ""), ("5", "mg/kg", ""), ("2.5", "mg/kg", "<6月龄"),
    ]  # fmt: skip


def test_two_kinds_of_age_keep_their_names_and_the_route_may_stand_beside() -> None:
    header = ["药物", "胎龄(周)", "日龄(d)", "剂量", "备注"]
    assert [row[3:6:2] for row in told(header, ["甲", "≤29", "0~7", "5 mg/kg", "静脉滴注30 min"])] == [
        ("静脉滴注", "胎龄≤29 周，日龄0~7 d")
    ]


def test_merged_drug_cells_hold_for_the_rows_below() -> None:
    text = "| 药物 | 年龄 | 剂量 |\n|--|--|--|\n| 甲 | 2-6岁 | 2.5 mg |\n| | >6岁 | 5 mg |\n| 丙类 | | |\n"
    (found,) = guideline.read(SourceFile.from_bytes("g.md", text.encode()), OPTIONS)
    assert isinstance(found, Document)
    assert found.table is not None
    assert [row[0] for row in found.table] == ["药物", "甲", "甲", "丙类"]
    assert found.text.split("\n")[1] == "药物：甲；年龄：>6岁；剂量：5 mg。"
    assert [(dose.drug, dose.age, dose.dose) for dose in found.doses] == [("甲", "2-6岁", "2.5"), ("甲", ">6岁", "5")]


@pytest.mark.parametrize(
    "rows",
    [
        [["项目", "轻度", "重度"], ["体温", "<38", "≥39"]],
        [["指标", "参考值"], ["血红蛋白", "110~140 g/L"]],
        [["阶段", "剂量"], ["第一阶段", "10 mg"]],
        [["姓名", "年龄"], ["甲", "3岁"]],
    ],
)
def test_tables_of_other_things_have_no_doses(rows: list[list[str]]) -> None:
    assert told(*rows) == []


CELLS = [
    "首剂20 μg/kg，以后每8小时10 μg/kg",
    "5万~20万U/(kg·d)，分2~4次静脉滴注",
    "1~2 mg·kg-1·d-1，静脉滴注，q12h，最大60 mg/d",
    "0.01 mg/kg（1:10 000，0.1 ml/kg），静脉注射，3~5 min重复",
    "1~3岁0.5~1包；4~6岁1~1.5包，温水冲服，一日3次",
    "10%溶液 0.5 ml/kg，极量10 ml",
    "1/2片，每日2次；>40 kg 1片",
    "3 000 U，1 次/d",
    "遵医嘱",
]


@pytest.mark.parametrize("cell", CELLS)
def test_no_number_is_invented_or_lost(cell: str) -> None:
    found = doses_of(regular_rows([["药物", "用法用量"], ["甲", cell]]))
    assert found
    for dose in found:
        assert dose.text == f"用法用量：{cell}"
        parts = (dose.dose, dose.unit, dose.route, dose.age, dose.weight, *re.split("，", dose.frequency))
        assert all(part in cell for part in (*parts, *dose.limit.split("，")))


def test_cleaning_reaches_every_field_of_a_dose() -> None:
    text = "| 药物 | 剂量 |\n|--|--|\n| 甲 | 5 mg |\n| 乙 | 6 mg |\n"
    (found,) = guideline.read(SourceFile.from_bytes("g.md", text.encode()), OPTIONS)
    (batch,) = table_of_records([found], "document").to_batches()
    columns = text_columns(batch, "document")
    for column in columns:
        column.strings = column.strings.str.replace_all("m", "M", literal=True)
    changed = with_texts(batch, columns).to_pylist()[0]
    assert [dose["unit"] for dose in changed["doses"]] == ["Mg", "Mg"]
    assert [dose["text"] for dose in changed["doses"]] == ["剂量：5 Mg", "剂量：6 Mg"]


def test_doses_can_be_queried_as_a_table() -> None:
    text = "| 药物 | 剂量 | 途径 |\n|--|--|--|\n| 甲 | 5 mg/kg | 口服 |\n"
    (found,) = guideline.read(SourceFile.from_bytes("g.md", text.encode()), OPTIONS)
    frame = pl.DataFrame(pl.from_arrow(table_of_records([found], "document")))
    rows = frame.select(pl.col("doses").explode().struct.unnest())
    assert rows.columns == list(Dose.__dataclass_fields__)
    assert rows.select("drug", "dose", "unit", "route").row(0) == ("甲", "5", "mg/kg", "口服")
