import pytest

from pedcorpus.quality.marks.unpunctuated import unpunctuated, unpunctuated_evidence
from tests.support.talk_parts import talk_parts, value_of

LIMIT = 60
RUN = "孩子现在有一点咳嗽多喝水就好了如果晚上发烧再去医院看一看医生会开一些退烧的药给他吃"
RUN += "吃了药以后体温慢慢会降下来不用太担心"


@pytest.mark.parametrize(
    "answer",
    [
        RUN + "。",
        "宝宝咳嗽了、可以多喝水、如果晚上发烧了、就要去医院看看、这几天都要清淡饮食、自己在家也可以拍拍背、慢慢就会好了。",
    ],
)
def test_an_answer_without_signs(answer: str) -> None:
    assert (value_of(unpunctuated, "宝宝咳嗽怎么办？", answer) or 0) > 50
    assert (value_of(unpunctuated, "宝宝咳嗽怎么办？", answer) or 0) >= min(LIMIT, len(answer) - 2)


def test_the_beginning_of_the_run_is_shown() -> None:
    assert unpunctuated_evidence(talk_parts("宝宝咳嗽怎么办？", f"你好，{RUN}。")).to_list() == [RUN[:24]]


@pytest.mark.parametrize(
    "answer",
    [
        "多喝水，清淡饮食；发烧超过38.5度时口服退烧药，精神差要及时去医院。",
        "富含铁的食物有猪肝、瘦肉、鸭血、蛋黄、菠菜、黑木耳、红枣、豆腐、芝麻、海带、紫菜、樱桃、葡萄干、牛肉、羊肉、鸡肝。",
    ],
)
def test_signs_and_lists_of_names(answer: str) -> None:
    assert (value_of(unpunctuated, "宝宝贫血吃什么？", answer) or 0) < LIMIT
