import pytest

from pedcorpus.steps.instruct.of_graphs.tail_names import bare_subject, chosen, is_text, names_in, without_repeats


@pytest.mark.parametrize(
    ("tail", "names"),
    [
        ("1.肝性脑病", ["肝性脑病"]),
        ("（2）严重肾衰竭", ["严重肾衰竭"]),
        ("1.肝性脑病2.严重肾衰竭3.对本品过敏者", ["肝性脑病", "严重肾衰竭", "对本品过敏者"]),
        ("①发热", ["发热"]),
        ("25-羟维生素D", ["25-羟维生素D"]),
        ("主要表现为耳痛、耳道流脓、听力下降等", ["耳痛", "耳道流脓", "听力下降"]),
        ("由沙眼衣原体感染引起", ["沙眼衣原体感染"]),
        ("发热，咳嗽", ["发热", "咳嗽"]),
        ("二", []),
        ("右心室病变所致：", []),
        ("无", []),
    ],
)
def test_names_are_cleaned(tail: str, names: list[str]) -> None:
    assert names_in(tail) == names


def test_what_forbids_or_explains_is_no_list() -> None:
    for text in (
        "严重酸中毒、心力衰竭患者慎用",
        "尚不清楚，激素水平高可能是原因",
        "早产儿，出生后两周起每日补充维生素D",
    ):
        assert names_in(text) == [text]
    assert is_text("严重酸中毒、心力衰竭患者慎用")


def test_what_stands_inside_another_name_is_told_by_it() -> None:
    assert without_repeats(["糖尿", "糖尿病", "多饮", "糖尿"]) == ["糖尿病", "多饮"]
    assert without_repeats(["五岁以下儿童", "5岁以下儿童", "早产儿"]) == ["五岁以下儿童", "早产儿"]
    assert chosen(["咳嗽", "阵发性咳嗽", "咳黄痰", "咳白痰", "发热"], 3) == ["咳嗽", "咳黄痰", "发热"]


def test_the_brackets_of_an_encyclopaedia_go_and_those_of_a_name_stay() -> None:
    assert bare_subject("鼠疫[一种传染病]") == "鼠疫"
    assert bare_subject("强迫症【神经精神疾病】") == "强迫症"
    assert bare_subject("25-羟维生素D(骨化二醇)") == "25-羟维生素D(骨化二醇)"
