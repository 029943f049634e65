"""What is not worth training on is named; medical notation is not mistaken for it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from ingest.cleaning.normalise import normalise_series
from ingest.cleaning.quality import reasons, repeated, term_reasons
from pedcorpus.config.sections import Clean

SETTINGS = Clean().model_dump(mode="json")
SENTENCE = "川崎病急性期应在发病十天内使用静脉注射免疫球蛋白，并口服阿司匹林。"


def reason(text: str | None) -> str | None:
    frame = pl.DataFrame({"text": pl.Series([text], dtype=pl.String)})
    value = frame.select(reasons(pl.col("text"), SETTINGS)).item()
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "empty"),
        (" \n", "empty"),
        ("发热。", "too_short"),
        (SENTENCE * 10_000, "too_long"),
        ("Kawasaki disease is an acute vasculitis of childhood.", "not_chinese"),
        ("川崎病は主に4歳以下の乳幼児に発症する原因不明の疾患である。", "not_chinese"),
        ("□□□□口服□□□□□□一次□□□□□□□", "symbols"),
        (SENTENCE * 3, "repetitive"),
        ("哈" * 40, "repetitive"),
        ("专家热线已开通，免费咨询，扫码加微信领取优惠，签约治疗无效退款。", "advertisement"),
        ("版权所有，未经许可不得转载。上一篇：肺炎 下一篇：哮喘", "boilerplate"),
        ("[MASK]每次五毫升，每日三次，饭后口服。", "placeholder"),
        ("暂无数据", "placeholder"),
        ("null", "placeholder"),
        ("治疗包括退热、补液、吸氧、", "unfinished"),
    ],
)
def test_a_bad_text_is_named_for_its_fault(text: str | None, expected: str) -> None:
    assert reason(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "阿莫西林克拉维酸钾(Amoxicillin and Clavulanate Potassium)25-45mg/(kg·d)，q12h，口服。",
        "WBC 12.5×10^9/L，N 85%，CRP 46mg/L，PCT 0.8ng/ml，SpO2 92%，pH 7.32。",
        "<3月龄：10～15mg/kg，q6～8h；≥3月龄：15mg/kg，q4～6h，≤60mg/(kg·d)。",
        "患儿[姓名]，男，3岁，家长电话[电话]，住址[地址]，因发热就诊。",
        "家长可以加微信公众号预约挂号，不要相信祖传秘方，孩子的病情需要到医院儿科检查后再决定治疗方案，不能自行停药。"
        * 1
        + SENTENCE,
        "可以口服布洛芬，多喝水，注意观察，",
        "没有发热，精神可，食欲可，大小便正常。",
    ],
)
def test_good_medical_text_passes(text: str) -> None:
    assert reason(text) is None


def test_repetition_is_the_share_that_was_said_before() -> None:
    texts = pl.DataFrame(
        {"text": ["甲乙丙丁戊己庚辛壬癸子丑", "甲乙丙丁戊己庚辛壬癸" * 2, "短", None, "甲乙丙丁戊己庚辛壬癸x" * 4]}
    )
    shares = texts.select(repeated(pl.col("text")))["text"].to_list()
    assert shares == pytest.approx([0, 0.5, 0, 0, 0.75])


def test_a_slice_is_measured_for_itself() -> None:
    texts = pl.Series("text", ["前文" * 30, "甲乙丙丁戊己庚辛壬癸" * 2, "后文"]).slice(1)
    assert pl.DataFrame({"text": texts}).select(repeated(pl.col("text")))["text"].to_list() == pytest.approx([0.5, 0])


def test_terms_are_not_measured_but_must_say_something() -> None:
    frame = pl.DataFrame({"term": ["热", "CT", "无", "", None, "NaN"]})
    found = frame.select(term_reasons(pl.col("term")))["reason"].to_list()
    assert found == [None, None, "placeholder", "empty", "empty", "placeholder"]


def test_hardly_any_real_medical_text_is_rejected(shared: Path) -> None:
    data = shared / "data"
    labels = json.loads((data / "distill/caregpt_drug_labels.json").read_text(encoding="utf-8"))
    rows = csv.reader(io.StringIO((data / "dialogues/toyhom_neike_gb18030.csv").read_bytes().decode("gb18030")))
    texts = normalise_series(pl.Series(labels + ["\n".join(row[1:]) for row in rows][1:]))
    found = pl.DataFrame({"text": texts}).select(reasons(pl.col("text"), SETTINGS))["reason"]
    assert len(found) > 5000
    assert found.is_not_null().mean() < 0.005  # type: ignore[operator]
