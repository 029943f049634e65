import polars as pl
import pytest

from pedcorpus.steps.decontaminate.exam.weighing import (
    advises,
    diseases,
    explains,
    names_something_new,
    takes_seriously,
    weighs,
)

WEIGHED = "孩子咳嗽五天，夜间明显，双肺有中细湿啰音，呼吸增快，结合这些表现，考虑支气管肺炎，需要化验血常规和拍胸片。"
ADVICE = (
    "多给孩子喂水，注意观察精神和尿量，室内保持通风。"
    "如果持续高热不退、精神差或者呼吸急促，应尽快到医院就诊，由医生检查以后再决定用药。"
)


def said(told: str, check: object) -> bool:
    return bool(pl.DataFrame({"t": [told]}).select(check(pl.col("t"))).item())  # type: ignore[operator]


def test_a_disease_is_weighed() -> None:
    assert said(WEIGHED, weighs)
    assert not said(WEIGHED.replace("支气管肺炎", "皮疹"), weighs)
    assert not said("先口服蒙脱石散和益生菌。" + WEIGHED, weighs)


def test_a_weighed_disease_is_new() -> None:
    assert names_something_new(WEIGHED, "孩子咳嗽五天")
    assert not names_something_new("考虑湿疹。", "医生，孩子有湿疹")
    assert {"支气管肺炎", "上呼吸道感染"} <= set(diseases())
    assert not {"皮疹", "感染", "炎症"} & set(diseases())


def test_advice_says_what_to_do_or_when_to_come() -> None:
    assert said(ADVICE, advises)
    assert not said("可以的，这个药孩子能吃，退热的作用弱一些，过了高峰期以后症状会慢慢减轻。" * 2, advises)


def test_an_explanation_has_reasons_and_an_end() -> None:
    assert said("婴儿吐奶多由于胃呈水平位，常见于喂奶过多或姿势不当，喂后竖抱拍嗝即可。" + ADVICE, explains)
    assert not said("这种情况可以用一点药，孩子大了以后就会好的，平时多抱一抱，少让他哭。" * 2, explains)


@pytest.mark.parametrize(
    ("question", "is_taken"), [("孩子发热，一点精神都没有，怎么办？", False), ("孩子发热38度，精神好，怎么办？", True)]
)
def test_an_alarming_sign_is_sent_to_a_doctor_at_once(question: str, is_taken: bool) -> None:
    told = "可以在家观察，多喝水，监测体温。"
    frame = pl.DataFrame({"q": [question], "t": [told]})
    assert frame.select(takes_seriously(pl.col("q"), pl.col("t"))).item() is is_taken
    urgent = frame.with_columns(t=pl.lit("请立即带孩子就诊。"))
    assert urgent.select(takes_seriously(pl.col("q"), pl.col("t"))).item()
