import pytest

from pedcorpus.config.quality_section import Quality
from pedcorpus.quality.marks.forum_talk import forum_talk, forum_talk_evidence
from pedcorpus.quality.marks.profanity import profanity
from tests.support.talk_parts import talk_parts, value_of

LIMIT = float(Quality().forum_talk)


@pytest.mark.parametrize("answer", ["谢邀，这个要看情况。", "题主可以先查血常规。", "未完待续，评论区见。"])
def test_words_of_forums_are_enough_anywhere(answer: str) -> None:
    assert (value_of(forum_talk, "发烧怎么办？", answer) or 0) > LIMIT


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("如何看待这支球队？", "我觉得他们其实挺好的，就是运气差了一点。"),
        ("在海边生活是怎样的体验？", "当时真的很开心，后来就没什么感觉了。"),
        ("新手求助，这个副本怎么打，", "多练练吧，我也打不过。"),
        ("手机摔了以后屏幕碎了换一个要多少，手机摔了以后屏幕碎了换一个要多少钱", "看型号，便宜的几百。"),
    ],
)
def test_small_talk_under_an_opinion_poll_is_forum_talk(question: str, answer: str) -> None:
    assert (value_of(forum_talk, question, answer, task="general") or 0) > LIMIT


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("写一段两个朋友谈论天气的对话。", "甲：今天真的好热啊。乙：是啊，就是有点闷，我们回去吧。"),
        ("光合作用是什么？", "光合作用是植物利用光能把二氧化碳和水转化为有机物的过程。"),
        ("什么是真正的友谊？", "友谊是建立在信任和尊重基础上的关系。"),
    ],
)
def test_tasks_and_knowledge_are_not(question: str, answer: str) -> None:
    assert (value_of(forum_talk, question, answer, task="general") or 0) <= LIMIT


def test_a_doctor_may_chat() -> None:
    answer = "其实没什么，就是积食了吧，你可以给宝宝揉揉肚子，少吃一点，别怕咳嗽。"
    assert (value_of(forum_talk, "宝宝咳嗽，肚子疼，怎么办啊，", answer, task="general") or 0) <= LIMIT


@pytest.mark.parametrize("word", ["问题主要在饮食", "泻药", "百度百科"])
def test_words_that_hold_a_word_of_forums_are_none(word: str) -> None:
    assert (value_of(forum_talk, "便秘怎么办？", f"{word}，注意休息。") or 0) <= LIMIT


def test_evidence_names_the_words() -> None:
    assert forum_talk_evidence(talk_parts("怎么办？", "谢邀，题主别急。")).to_list() == ["谢邀; ，题主"]


@pytest.mark.parametrize("text", ["你是傻逼吗", "真他妈的烦", "滚蛋吧"])
def test_profanity_is_found_in_question_and_answer(text: str) -> None:
    assert (value_of(profanity, text, "好的。", task="general") or 0) > 0
    assert (value_of(profanity, "在吗", text, task="general") or 0) > 0


@pytest.mark.parametrize("text", ["宝宝放屁不多", "孩子他妈妈在吃药", "SBP升高", "跟他妈咪爱同服"])
def test_ordinary_words_are_not_profane(text: str) -> None:
    assert value_of(profanity, text, text) == 0


@pytest.mark.parametrize(
    "question", ["求某修图软件的注册码，谢谢", "谁有这个游戏的破解版", "任九这场怎么看，请高手指点"]
)
def test_what_no_answer_should_give(question: str) -> None:
    assert (value_of(forum_talk, question, "网上可以下载。", task="general") or 0) > LIMIT
    assert value_of(forum_talk, "怎样破解这道谜题？", "先看谜面。", task="general") == 0
