import pytest

from pedcorpus.quality.other_language import other_language
from pedcorpus.quality.own_words import own_words
from tests.support.talk_parts import value_of

LEAST = 2


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("孩子患有急性阑尾炎，需要哪些治疗？", "需要根据具体情况进行综合治疗，可能需要手术或药物治疗。"),
        ("新生儿黄疸如何治疗？", "新生儿黄疸的治疗方案因人而异，建议咨询专业医生。"),
        ("肾囊肿需要进行哪些检查？", "肾囊肿需要进行相关检查，以明确诊断。"),
    ],
)
def test_an_answer_that_may_be_given_to_anybody_says_nothing(question: str, answer: str) -> None:
    assert (value_of(own_words, question, answer) or 0) < LEAST


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("孩子患有急性阑尾炎，需要哪些治疗？", "以阑尾切除术为主，术前补液。"),
        ("新生儿黄疸如何治疗？", "主要采用蓝光照射。"),
        ("肾囊肿需要进行哪些检查？", "可以做CT检查。"),
    ],
)
def test_one_name_is_enough(question: str, answer: str) -> None:
    assert (value_of(own_words, question, answer) or 0) >= LEAST


def test_a_plain_word_answers_a_plain_question() -> None:
    assert value_of(own_words, "阑尾炎可以手术吗？", "可以手术治疗。") is None
    assert value_of(own_words, "阑尾炎挂什么科？", "应前往外科就诊。") is None


@pytest.mark.parametrize("question", ["安排明天上午十点的会议。", "明天天气怎么样？"])
def test_an_answer_in_another_language(question: str) -> None:
    answer = "Certainly, I will schedule a meeting for tomorrow at ten in the morning."
    assert value_of(other_language, question, answer, task="general") == 1
    assert value_of(other_language, question, "好的，已经安排在明天上午十点。", task="general") == 0


@pytest.mark.parametrize("question", ["把这句话翻译成英文：会议在明天。", "写一段程序代码。", "Say it 用一句话。"])
def test_another_language_may_be_asked_for(question: str) -> None:
    answer = "Certainly, I will schedule a meeting for tomorrow at ten in the morning."
    assert value_of(other_language, question, answer, task="general") == 0
