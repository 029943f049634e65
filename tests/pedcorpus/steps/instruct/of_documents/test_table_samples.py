from typing import Any

import pytest

from pedcorpus.config.sections import Instruct
from pedcorpus.rows.table_captions import caption_words, captions_of_tables
from pedcorpus.steps.instruct.of_documents import documents
from pedcorpus.steps.instruct.sample_builder import SampleBuilder


def unit(number: int, section: list[str], text: str, kind: str, cells: list[list[str]] | None = None) -> dict[str, Any]:
    row = {"id": f"doc-{number}", "source": "book", "kind": kind, "title": "儿科学", "section": section, "text": text}
    row |= {"origin": {"file": "a.pdf", "locator": f"p.{number}", "sha256": ""}, "table": cells, "department": "儿科"}
    return row | {"license": "x", "grade": None, "evidence": None}


def table(number: int, section: list[str], cells: list[list[str]]) -> dict[str, Any]:
    names, *rows = cells
    lines = ["；".join(f"{n}：{c}" for n, c in zip(names, row, strict=True)) + "。" for row in rows]
    return unit(number, section, "\n".join(lines), "table", cells)


def made(*rows: dict[str, Any], **settings: int) -> SampleBuilder:
    return documents.samples(list(rows), Instruct(**settings))


def reasons(result: SampleBuilder) -> dict[str, str]:
    return {rejection.record_id: rejection.reason.value for rejection in result.rejections}


BREATHS = [["年龄", "呼吸增快"], ["小于2月龄", "每分钟60次及以上"], ["2月龄至12月龄", "每分钟50次及以上"]]
GRADES = [["项目", "轻度", "重度"], ["精神", "稍差", "昏睡"], ["尿量", "稍少", "无尿"]]


@pytest.mark.parametrize(
    ("cells", "caption", "words"),
    [
        (BREATHS, "表1-1 儿童呼吸增快的判断标准", "儿童呼吸增快的判断标准"),
        (GRADES, "表2 脱水程度的判断", "腹泻病脱水程度的判断"),
    ],
)
def test_a_table_is_asked_for_by_its_caption(cells: list[list[str]], caption: str, words: str) -> None:
    section = ["第一节 腹泻病", "二、临床表现"]
    for number in range(1, 7):
        rows = [unit(0, section, caption, "caption"), table(number, section, cells)]
        result = made(*rows)
        (sample,) = result.samples
        assert words in sample.messages[0].content
        assert sample.messages[1].content == rows[1]["text"]
        assert sample.parents == ("doc-0", f"doc-{number}")
        assert (sample.task, sample.builder.name) == ("medkqa", "document-table")
        assert not result.rejections


@pytest.mark.parametrize(
    ("cells", "words"), [(BREATHS, ("肺炎", "年龄", "呼吸增快")), (GRADES, ("肺炎", "轻度和重度"))]
)
def test_a_table_without_a_caption_is_asked_for_by_its_columns(cells: list[list[str]], words: tuple[str, ...]) -> None:
    (sample,) = made(table(1, ["肺炎", "临床表现"], cells)).samples
    assert all(word in sample.messages[0].content for word in words)


def test_doses_are_trerecom_and_counts_are_left_out() -> None:
    dose = table(1, ["川崎病", "治疗"], [["药物", "剂量"], ["阿司匹林", "30～50 mg/(kg·d)，分3次口服"]])
    counts = table(2, ["川崎病", "治疗"], [["年份", "例数"], ["2010", "120"], ["2011", "150"]])
    result = made(dose, counts)
    assert [(s.builder.name, s.task, s.parents) for s in result.samples] == [("document-dose", "trerecom", ("doc-1",))]
    assert reasons(result) == {"doc-2": "no_template"}


def test_doses_without_a_drug_are_not_grounded() -> None:
    section = ["川崎病", "治疗"]
    bare = table(1, section, [["年龄", "剂量"], ["1岁以下", "每次10 mg/kg"], ["1岁以上", "每次15 mg/kg"]])
    assert reasons(made(bare)) == {"doc-1": "not_grounded"}
    named = made(unit(0, section, "表3 川崎病患儿阿司匹林的剂量", "caption"), bare)
    assert "阿司匹林" in named.samples[0].messages[0].content


def test_a_long_table_is_asked_for_in_parts_where_its_rows_stand_alone() -> None:
    section = ["第一节 预防接种"]
    rows = [[f"第{n}种疫苗", f"出生后第{n}个月在上臂接种一剂，之后按程序加强"] for n in range(1, 13)]
    result = made(
        unit(0, section, "表4 儿童疫苗的接种程序", "caption"),
        table(1, section, [["疫苗", "时间"], *rows]),
        max_answer_chars=150,
    )
    assert len(result.samples) >= 3
    assert len({s.messages[0].content for s in result.samples}) == len(result.samples)
    assert all("儿童疫苗的接种程序" in s.messages[0].content for s in result.samples)
    assert all(len(s.messages[1].content) <= 150 for s in result.samples)
    same = [["疫苗", "时间"], *([["同一种", "出生后在上臂接种一剂，之后按程序加强"]] * 12)]
    again = made(unit(3, section, "表5 儿童疫苗的加强", "caption"), table(2, section, same), max_answer_chars=150)
    assert reasons(again) == {"doc-2": "too_long", "doc-3": "too_long"}


def test_captions_are_found_before_and_behind_their_tables() -> None:
    before = [("caption", "表1 甲"), ("recommendation", "推荐"), ("table", "x"), ("caption", "图1 乙")]
    assert captions_of_tables(before) == {2: 0}
    behind = [("table", "x"), ("caption", "表1 甲"), ("table", "y"), ("caption", "表2 乙")]
    assert captions_of_tables(behind) == {0: 1, 2: 3}
    assert caption_words("表2-1 脱水程度的判断（续）") == "脱水程度的判断"
