import polars as pl
import pytest

from pedcorpus.steps.decontaminate.exam.last_turns import asks_anything, asks_what_it_is, asks_what_to_do


def is_so(question: str, check: object) -> bool:
    return bool(pl.DataFrame({"q": [question]}).select(check(pl.col("q"))).item())  # type: ignore[operator]


@pytest.mark.parametrize(
    "question",
    [
        "这是怎么回事？",
        "会不会是肺炎？",
        "医生，孩子这样严重吗？",
        "化验白细胞高，C反应蛋白20。",
        "没有发烧，就是夜里咳嗽。",
        "好的，谢谢医生。那这是什么原因引起的？",
    ],
)
def test_a_turn_asks_what_it_is_or_brings_what_was_found(question: str) -> None:
    assert is_so(question, asks_what_it_is)


@pytest.mark.parametrize(
    "question",
    [
        "那吃什么药好？",
        "可以洗澡吗？",
        "好的，谢谢",
        "在哪个科看？",
        "嗯嗯",
        "还可以继续吃益生菌吗？",
        "要几天才能好？",
    ],
)
def test_other_turns_do_not(question: str) -> None:
    assert not is_so(question, asks_what_it_is)


@pytest.mark.parametrize(
    "question", ["孩子发热在家应该怎样护理？", "除了喝水，还有什么需要注意的？", "破锣样咳嗽是怎么回事，吃什么药好？"]
)
def test_a_turn_asks_what_to_do(question: str) -> None:
    assert is_so(question, asks_what_to_do)


@pytest.mark.parametrize(
    "question", ["怎么办呢？", "这样的治疗需要持续多长时间？", "婴儿发热是怎么回事？", "我会注意保暖的。"]
)
def test_a_turn_that_every_talk_has_or_that_asks_a_fact_asks_nothing_to_do(question: str) -> None:
    assert not is_so(question, asks_what_to_do)


def test_a_question_asks() -> None:
    assert is_so("婴儿什么时候长牙", asks_anything)
    assert not is_so("我们明天就去医院", asks_anything)
