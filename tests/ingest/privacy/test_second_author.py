"""What a second author plants goes as well: other phrasings, rare surnames, other peoples' names, typing habits."""

from __future__ import annotations

import random

import polars as pl
import pytest

from ingest.cleaning.normalise import normalise_series
from ingest.privacy import deidentify, deidentify_column
from ingest.privacy.detectors import find_private_spans
from ingest.privacy.folded_text import fold
from ingest.privacy.prefilter import passed_prefilters
from tests.support.privacy.second_author import HARMLESS, TEMPLATES, plant_second

CARRIER = ["宝宝咳嗽三天了，有痰。", "有没有发热？精神怎么样？", "体温37.5，吃奶少一点。"]
PIECES = 120


def masked(*texts: str) -> list[str]:
    return deidentify(texts, level="strict", mode="mask", key="k")[0]


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_nearly_all_values_go_whatever_the_phrasing(kind: str) -> None:
    rng = random.Random(kind)
    missed, planted = [], 0
    for _ in range(PIECES):
        item = plant_second(rng, CARRIER, kind)
        texts = normalise_series(pl.Series(item.texts)).to_list()
        before, after = fold("\n".join(texts)), fold("\n".join(masked(*texts)))
        values = [fold(normalise_series(pl.Series([value]))[0]) for _, value in item.values]
        planted += len(values)
        missed += [value for value in values if after.count(value) >= before.count(value)]
    assert len(missed) <= 0.05 * planted, missed


@pytest.mark.parametrize("frame", ["{}", "{}。", "孩子两岁，{}，怎么办？"])
def test_medical_words_that_look_private_stay(frame: str) -> None:
    column = pl.Series([frame.format(piece) for piece in HARMLESS])
    keys = pl.Series([str(row) for row in range(len(column))])
    after, counts = deidentify_column(column, "strict", "mask", keys)
    assert after.to_list() == column.to_list()
    assert not counts


@pytest.mark.parametrize("level", ["strict", "identifiers"])
def test_prefilters_let_through_what_the_second_author_plants(level: str) -> None:
    rng = random.Random(level)
    texts = [text for kind in sorted(TEMPLATES) for _ in range(40) for text in plant_second(rng, ["嗯"], kind).texts]
    prefilters = passed_prefilters(pl.Series(texts), level)  # type: ignore[arg-type]
    for text, passed in zip(texts, prefilters, strict=True):
        assert find_private_spans(fold(text), level) == find_private_spans(fold(text), level, passed), text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上周带李沐阳去过一次，还是咳", "上周带[姓名]去过一次，还是咳"),
        ("患者李某某，男，6岁", "患者[姓名]，男，6岁"),
        ("昝医生说没事", "[姓名]医生说没事"),
        ("我家奥利奥昨晚又烧了", "我家[姓名]昨晚又烧了"),
        ("孩子叫陈李若曦，刚满月", "孩子叫[姓名]，刚满月"),
        ("【王小明】的家长请到诊室", "【[姓名]】的家长请到诊室"),
        ("➕我 niuniu_2019", "➕我 [微信号]"),
        ("在监利市中医医院住院", "在[医院]住院"),
        ("家住御景湾10幢1504室", "家住[地址]"),
        ("2022年3.17打的疫苗", "2231年4.21打的疫苗"),
    ],
)
def test_forms_found_by_the_second_author(text: str, expected: str) -> None:
    after = masked(text)[0]
    assert (after == expected) if "年" not in expected else "3.17" not in after


def test_a_name_said_once_goes_in_every_turn_even_without_its_surname() -> None:
    after = masked("患者姓名：苏知夏，女", "知夏昨晚退烧了", "苏知夏今天好多了")
    assert after == ["患者姓名：[姓名]，女", "[姓名]昨晚退烧了", "[姓名]今天好多了"]


def test_invented_names_stay_in_a_second_run_and_real_ones_like_them_go() -> None:
    once = deidentify(["患者李某某，男", "王建国医生看的"], level="strict", mode="surrogate", key="s")[0]
    assert "某" not in once[0]
    assert "建国" not in once[1]
    assert deidentify(once, level="strict", mode="surrogate", key="s")[0] == once
