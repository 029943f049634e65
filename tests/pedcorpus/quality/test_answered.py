import pytest

from pedcorpus.quality.answered import MISSES, SAYS_ASPECT, SHARES, SHARES_TALK, answered
from tests.support.talk_parts import value_of


def test_an_answer_that_shares_a_word_takes_up_the_question() -> None:
    assert value_of(answered, "轮状病毒会引起脱水吗？", "轮状病毒腹泻容易脱水。") == pytest.approx(SHARES)


def test_an_answer_may_say_what_was_asked_in_other_words() -> None:
    assert value_of(answered, "鼻塞吃什么药？", "可口服氯雷他定。") == pytest.approx(SAYS_ASPECT)
    assert value_of(answered, "是什么原因呢？", "多由受凉引起。") == pytest.approx(SAYS_ASPECT)


@pytest.mark.parametrize(
    ("question", "evasion", "number"),
    [
        ("一次给他喝多少毫升？", "网站不允许推荐。", "每次5毫升。"),
        ("做这个手术要多少钱？", "手术是常用的方法。", "大约三千元。"),
        ("这个药要吃多久呢？", "这个药没有特殊要求。", "连服五天。"),
    ],
)
def test_a_number_that_alone_was_asked_for_is_missed(question: str, evasion: str, number: str) -> None:
    assert value_of(answered, question, evasion) == pytest.approx(MISSES)
    assert (value_of(answered, question, number) or 0) > MISSES


def test_a_question_for_more_than_a_number_is_not_missed() -> None:
    assert (value_of(answered, "要多少钱，怎么治？", "手术是常用的方法。") or 0) > MISSES


def test_what_was_said_before_counts_a_little() -> None:
    talk = ("孩子得了鹅口疮，能用制霉菌素吗？", "可以，每天三次。", "能推荐几种奶瓶吗", "鹅口疮")
    assert value_of(answered, *talk) == pytest.approx(SHARES_TALK)


def test_general_tasks_are_not_judged() -> None:
    assert value_of(answered, "门票多少钱？", "这里风景很美。", task="general") is None
