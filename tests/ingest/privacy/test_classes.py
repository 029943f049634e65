import random
import re
from collections import Counter

import polars as pl
import pytest

from ingest.privacy import deidentify, deidentify_column, residual
from ingest.privacy.detectors import find_private_spans
from ingest.privacy.folded_text import fold, fold_series
from ingest.privacy.numbers.checksums import id_card_check, passes_luhn
from ingest.privacy.prefilter import passed_prefilters
from tests.support.privacy.plant import HARMLESS, TEMPLATES, plant

TURNS = [
    "宝宝咳嗽三天了，有痰，晚上厉害。",
    "有没有发热？精神怎么样？",
    "体温37.5，精神还可以，吃奶少一点。",
    "可以先雾化，多喝水。",
]
CLASS_OF = {"title": "name", "nickname": "name", "landline": "phone"}
BELOW_STRICT = ("name", "title", "nickname", "address", "hospital", "bed", "url", "date")


def masked(text: str, level: str = "strict") -> str:
    return deidentify([text], level=level, mode="mask", key="k")[0][0]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_planted_values_are_found_and_only_they(kind: str) -> None:
    rng = random.Random(kind)
    missed, wrong = [], []
    for row in range(100):
        item = plant(rng, TURNS, [kind], harmless=0)
        texts, counts = deidentify(item.texts, level="strict", mode="mask", key=str(row))
        if item.values[0][1] in "\n".join(texts):
            missed.append(item.values[0][1])
        elif set(counts) != {CLASS_OF.get(kind, kind)}:
            wrong.append((item.values[0][1], dict(counts)))
    assert len(missed) <= 1, missed
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize("piece", HARMLESS)
def test_clinical_text_and_look_alikes_stay(piece: str) -> None:
    for text in (f"{piece}。", f"孩子两岁，{piece}，怎么办？", f"{piece}"):
        assert masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "去医院看看",
        "我是您的接诊医生 QQ糖",
        "将孩子包起来，",
        "去当地县医院",
        "我们市医院的医生",
        "建议去三甲医院儿科",
        "市妇幼",
        "省立医院",
        "谢谢医生",
        "感谢大夫",
        "同医生说",
        "听医生的",
        "转氨酶高医生说要住院",
        "B超时医生说",
        "向医生咨询",
        "应按照医生的指导",
        "宝贝医生",
        "接种疫苗医生说",
        "阿莫西林医生开的",
        "叫什么药",
        "叫金双歧",
        "我是高血压患者",
        "我是江苏的",
        "我是单亲妈妈",
        "我家宝宝",
        "我家狗狗",
        "患者高烧三天",
        "孩子白细胞高",
        "医生：何时开始的？",
        "患者：方便，",
        "3月龄",
        "孕38+2周",
        "5岁3月",
        "0.5g 一日3次",
        "10-15mg/kg",
        "病史10年2个月",
        "3-5天",
        "2-3次/日",
        "16号染色体",
        "8点打的针",
        "12床被子",
        "两张床",
        "尿路感染",
        "思路清楚",
        "乡村医生",
        "县城",
        "在北京",
        "山东人",
        "小区里玩",
        "镇咳药",
        "区别",
        "社区医院",
        "黎氏区出血",
    ],
)
def test_common_words_are_not_taken_for_private(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谢谢王医生", "谢谢[姓名]医生"),
        ("患者姓名：张小明，男，3岁", "患者姓名：[姓名]，男，3岁"),
        ("我叫李娜今年30岁", "我叫[姓名]今年30岁"),
        ("欧阳娜娜主任好", "[姓名]主任好"),
        ("小名豆豆，大名叫王浩然。浩然昨晚又烧了", "小名[姓名]，大名叫[姓名]。[姓名]昨晚又烧了"),
        ("电话：１３８－００１３－８０００。", "电话：[电话]。"),
        ("打一三八零零一三八零零零找我", "打[电话]找我"),
        ("身份证11010519491231002X", "身份证[身份证号]"),
        ("加V：abc_12345", "加V：[微信号]"),
        ("QQ12345678，邮箱a.b@qq.com", "QQ[QQ号]，邮箱[邮箱]"),
        ("住在浙江省杭州市西湖区文三路123号", "住在[地址]"),
        ("在重庆医科大学附属儿童医院看的", "在[医院]看的"),
        ("12床的家长", "[床号]的家长"),
        ("住院号：ZY2023001", "住院号：[病历号]"),
        ("车牌京A·12345", "车牌[车牌]"),
        ("见https://a.cn/b?c=1，谢谢", "见[网址]，谢谢"),
        ("护照E12345678", "护照[护照号]"),
        ("农历八月十五出生", "[日期]出生"),
        ("138****8000", "[电话]"),
    ],
)
def test_masks_are_written_in_place(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_books_keep_authors_hospitals_and_dates() -> None:
    text = "主编：王卫平，首都医科大学附属北京儿童医院，2018年3月第9版，唐氏综合征由J. Down描述。责编电话010-59787491"
    assert masked(text, "identifiers") == text.replace("010-59787491", "[电话]")


@pytest.mark.parametrize("mode", ["mask", "surrogate"])
def test_a_second_run_changes_nothing(mode: str) -> None:
    rng = random.Random(mode)
    for row in range(400):
        item = plant(rng, TURNS, rng.sample(sorted(TEMPLATES), 3), harmless=1)
        once, counts = deidentify(item.texts, level="strict", mode=mode, key=str(row))  # type: ignore[arg-type]
        again, none = deidentify(once, level="strict", mode=mode, key=str(row))  # type: ignore[arg-type]
        assert counts
        assert again == once
        assert not none
        assert residual(pl.Series(once), "strict").is_empty()


def test_invented_values_belong_to_nobody_and_are_the_same_for_one_value_and_key() -> None:
    texts = [
        "电话13800138000，身份证11010519491231002X",
        "再说一遍138 0013 8000，卡号6222021234567890128，微信abc12345",
    ]
    first, _ = deidentify(texts, level="strict", mode="surrogate", key="a")
    again, _ = deidentify(texts, level="strict", mode="surrogate", key="a")
    other, _ = deidentify(texts, level="strict", mode="surrogate", key="b")
    assert first == again != other
    phone, identity = re.findall(r"\d{11,}X?", first[0])
    assert not re.match(r"1[3-9]", phone)
    assert phone in first[1].replace(" ", "")
    assert len(identity) == 18
    assert identity[-1] != id_card_check(identity[:17]) or identity[:2] == "99"
    assert "example_" in first[1]


def test_the_column_does_what_the_function_does() -> None:
    rng = random.Random(7)
    items = [plant(rng, TURNS, [kind], harmless=1).texts for kind in sorted(TEMPLATES) for _ in range(8)]
    rows = [(str(i), text) for i, item in enumerate(items) for text in item]
    keys, texts = pl.Series([key for key, _ in rows]), pl.Series("text", [text for _, text in rows])
    for level in ("strict", "identifiers"):
        column, counts = deidentify_column(texts, level, "mask", keys)  # type: ignore[arg-type]
        expected, total = [], Counter[str]()
        for i, item in enumerate(items):
            one, found = deidentify(item, level=level, mode="mask", key=str(i))  # type: ignore[arg-type]
            expected += one
            total += found
        assert column.to_list() == expected
        assert counts == total
        assert column.name == "text"


def test_nulls_and_empty_columns_pass() -> None:
    column, counts = deidentify_column(
        pl.Series(["电话13800138000", None, ""]), "strict", "mask", pl.Series(["a", "b", "c"])
    )
    assert column.to_list() == ["电话[电话]", None, ""]
    assert counts == {"phone": 1}
    assert deidentify_column(pl.Series([], dtype=pl.String), "strict", "mask", pl.Series([], dtype=pl.String))[
        0
    ].is_empty()
    assert residual(pl.Series([None, ""], dtype=pl.String), "strict").is_empty()


def test_residual_names_row_and_class_and_never_the_value() -> None:
    texts = pl.Series(["没事", "电话13800138000", "姓名：张小明，住院号：12345678"])
    assert residual(texts, "identifiers").rows() == [(1, "phone"), (2, "record_number")]
    assert residual(texts, "strict").rows() == [(1, "phone"), (2, "name"), (2, "record_number")]


@pytest.mark.parametrize("kind", sorted(set(TEMPLATES) - set(BELOW_STRICT)))
def test_identifiers_are_found_at_both_levels(kind: str) -> None:
    rng = random.Random(3)
    for _ in range(60):
        item = plant(rng, TURNS, [kind], harmless=0)
        assert deidentify(item.texts, level="identifiers", mode="mask", key="")[1], item.texts


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "a@",
        "微信",
        "姓名：",
        "市区",
        "栋1",
        "王医生",
        "北京人民医院",
        "一",
        "3月",
        "叫",
        "1床",
        "家住",
        "加V",
        "x" * 63 + ".",
    ],
)
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    """Count what the regular expressions do, not seconds: 1 MB of hostile text must come back at all."""
    text = unit * (100_000 // len(unit))
    once, _ = deidentify([text], level="strict", mode="mask", key="")
    assert len(once) == 1


@pytest.mark.parametrize("text", ["１３８（电话）：—－", "一三八 零零一三八零零零", "①②③④⑤⑥⑦", "㎎𠮷😀全角　ＡＢ"])
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_column_is_folded_as_its_texts_are() -> None:
    texts = pl.Series(
        ["１３８（电话）：—－", "一三八 零零一三八零零零", "①②③④⑤⑥⑦", None, "", "一二三四五六七", "【姓名】"]
    )
    assert fold_series(texts).to_list() == [None if text is None else fold(text) for text in texts]


@pytest.mark.parametrize("level", ["strict", "identifiers"])
def test_prefilters_let_through_all_that_detectors_find(level: str) -> None:
    rng = random.Random(level)
    texts = [text for kind in sorted(TEMPLATES) for _ in range(60) for text in plant(rng, TURNS, [kind]).texts]
    prefilters = passed_prefilters(pl.Series(texts), level)  # type: ignore[arg-type]
    for text, passed in zip(texts, prefilters, strict=True):
        found = find_private_spans(fold(text), level)  # type: ignore[arg-type]
        assert found == find_private_spans(fold(text), level, passed), text  # type: ignore[arg-type]


def test_checksums_are_those_of_the_standards() -> None:
    assert id_card_check("11010519491231002") == "X"
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")


def test_names_found_once_are_replaced_in_every_turn() -> None:
    texts, counts = deidentify(
        ["患者姓名：司马子涵，女", "好的", "司马子涵今天好些了吗"], level="strict", mode="mask", key=""
    )
    assert texts[2] == "[姓名]今天好些了吗"
    assert counts == {"name": 2}
