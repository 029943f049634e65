import polars as pl
import pytest

from pedcorpus.steps.decontaminate.exam.spoken_answers import is_clean, rests_on, says_nothing_twice

GOOD = "从症状看，考虑病毒引起的上呼吸道感染，一般三到五天退热。注意观察精神，如果高热不退或呼吸急促，请及时就诊。"


def clean(told: str) -> bool:
    return bool(pl.DataFrame({"t": [told]}).select(is_clean(pl.col("t"))).item())


def test_a_whole_answer_of_one_piece_is_clean() -> None:
    assert clean(GOOD)
    assert clean(f"好的，谢谢您的回答。{GOOD}")
    assert clean(GOOD.replace("注意观察", "体温超过38.5度可以口服布洛芬混悬液，注意观察"))


@pytest.mark.parametrize(
    "told",
    [
        "考虑上呼吸道感染。",
        GOOD.removesuffix("。"),
        GOOD + "有问题请留言。",
        GOOD + "宝宝现在有没有咳嗽？",
        GOOD + "现在还咳嗽吗，",
        GOOD.replace("一般", "奥，一般"),
        GOOD + "可以喝冰糖雪梨水。",
        GOOD + "发热时可以用酒精擦浴。",
        GOOD + "可以吃小儿甲乙颗粒。",
        GOOD + "具体情况因人而异。",
        "另外，" + GOOD,
        "\n".join([GOOD, "注意休息。", "多喝水。", "不要捂汗。"]),
        "这个孩子的情况考虑是感冒引起的需要多喝水多休息观察体温变化如果不退烧就要到医院去检查" * 3 + "。",
    ],
)
def test_leftovers_folk_medicine_questions_and_pieces_are_not(told: str) -> None:
    assert not clean(told)


def test_nothing_is_said_twice() -> None:
    assert says_nothing_twice(GOOD)
    assert not says_nothing_twice(GOOD + "一般三到五天退热。")
    assert not says_nothing_twice("孩子就觉得觉得喉咙疼。")


def test_a_finding_was_told_before_and_the_question_is_not_copied() -> None:
    assert rests_on("白细胞升高，考虑细菌感染。", "化验说白细胞升高")
    assert not rests_on("白细胞升高，考虑细菌感染。", "孩子发热三天")
    assert not rests_on("孩子头部被足球打过以后流了鼻血，去检查。", "孩子头部被足球打过以后流了鼻血怎么办")
