"""One form for each character: punctuation, doses and powers survive."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cleaning.normalise import _UNTOUCHED, PUNCTUATION, normalise, normalise_series
from ingest.notation.radicals import RADICALS

TRICKY = (
    "，。；：？！（）“”《》、…～①⑴㈠⒈½⅓⁹⁻²₂℃°ºC㎎㎏µ≧⩾−﹣Ⅲⅲ１Ａ．＠ "
    "　\u00a0\t\r\n\u2028\u200b\ufeff\x00⻓⾼゛¨´˚﹐︵丈か가aé\u0301"
)


def one(text: str) -> str:
    return str(normalise_series(pl.Series([text]))[0])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("发热，咳嗽。（３天）；“高热”！？《儿科》：……", "发热，咳嗽。（3天）；“高热”！？《儿科》：……"),
        ('0.1,0.2;(a)"b"!?', '0.1,0.2;(a)"b"!?'),
        ("ＡＢＣ１２３．５％＠ｑｑ", "ABC123.5%@qq"),
        ("体温３８．５℃，39 °C，40ºC", "体温38.5℃，39 ℃，40℃"),
        ("50㎎/㎏，5µg，1㎖", "50mg/kg，5μg，1ml"),
        ("白细胞12×10⁹/L，10⁻³", "白细胞12×10^9/L，10^-3"),
        ("1.73m²，Ca²⁺，CD4⁺，¹³C呼气试验，H₂O", "1.73m2，Ca2+，CD4+，13C呼气试验，H2O"),
        ("治疗有效¹²", "治疗有效^12"),
        ("½片，2½片", "1/2片，2 1/2片"),
        ("≧5岁，⩽3天，≥1，≤2", "≥5岁，≤3天，≥1，≤2"),
        ("3～5天，①高热②惊厥", "3～5天，①高热②惊厥"),
        ("⾼热三天，⻓期⻝疗", "高热三天，长期食疗"),
        ("高 热 三 天 ，5 mg 口服", "高热三天，5 mg 口服"),
        ("\ufeff发\u200b热\x00\x07", "发热"),
        ("一\r\n\r\n\r\n　　二 \n三", "一\n\n二\n三"),
        ("﹙甲﹚︵乙︶﹐", "（甲）（乙），"),
    ],
)
def test_each_character_has_one_form(raw: str, expected: str) -> None:
    assert one(raw) == expected


@settings(deadline=None)  # the first call compiles expressions, and machines are shared
@given(st.text(alphabet=st.one_of(st.sampled_from(TRICKY), st.characters(exclude_categories=["Cs"])), max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = one(text)
    assert one(once) == once


@settings(deadline=None)  # the first call compiles expressions, and machines are shared
@given(st.text(alphabet=st.sampled_from(PUNCTUATION + "儿科热1aＡ "), max_size=40))
def test_chinese_punctuation_is_neither_lost_nor_made(text: str) -> None:
    after = one(text)
    assert [after.count(mark) for mark in PUNCTUATION] == [text.count(mark) for mark in PUNCTUATION]


def test_characters_that_skip_the_work_would_not_be_changed_by_it() -> None:
    characters = pl.Series([chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000])
    skipped = characters.filter(~characters.str.contains(_UNTOUCHED))
    kept = set("，：；！？（）～［］…℃①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
    assert [c for c in skipped if unicodedata.normalize("NFKC", c) != c and c not in kept] == []
    assert not set(skipped) & RADICALS.keys()


def test_radicals_become_unified_ideographs() -> None:
    assert all(0x2E80 <= ord(radical) < 0x2F00 for radical in RADICALS)
    assert all(unicodedata.name(c).startswith("CJK UNIFIED") for c in RADICALS.values())
    kangxi = "".join(chr(i) for i in range(0x2F00, 0x2FD6))
    assert not any(0x2E80 <= ord(c) < 0x2FE0 for c in one(kangxi))


def test_nulls_stay() -> None:
    assert pl.select(normalise(pl.lit(pl.Series(["１", None])))).to_series().to_list() == ["1", None]


def test_real_text_keeps_its_punctuation(shared: Path) -> None:
    articles = json.loads((shared / "data/wiki/DRCD_dev.json").read_text(encoding="utf-8"))["data"]
    texts = pl.Series([paragraph["context"] for article in articles for paragraph in article["paragraphs"]])
    marks = f"[{PUNCTUATION}]"
    assert normalise_series(texts).str.count_matches(marks).sum() == texts.str.count_matches(marks).sum() > 30_000
