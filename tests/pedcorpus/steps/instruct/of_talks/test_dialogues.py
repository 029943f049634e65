from typing import Any

import pytest

from pedcorpus.config.sections import Instruct
from pedcorpus.quality.courtesy import is_courtesy, is_exchange
from pedcorpus.steps.instruct.of_talks import dialogues
from pedcorpus.steps.instruct.sample_builder import SampleBuilder


def dialogue(*turns: tuple[str, str]) -> dict[str, Any]:
    return {
        "id": "dlg-1",
        "source": "talks",
        "origin": {"file": "a.json", "locator": "#0", "sha256": ""},
        "turns": [{"role": role, "text": text, "speaker": None} for role, text in turns],
        "department": "儿科",
    }


def made(*turns: tuple[str, str], **settings: int) -> SampleBuilder:
    return dialogues.samples([dialogue(*turns)], Instruct(**settings))


def said(result: SampleBuilder) -> list[tuple[str, str]]:
    (sample,) = result.samples
    return [(message.role, message.content) for message in sample.messages]


ADVICE = "考虑是普通感冒，可以口服小儿氨酚黄那敏颗粒，多喝温水。"


def test_greetings_and_thanks_at_both_ends_are_left_out() -> None:
    result = made(
        ("doctor", "你好\n在吗"),
        ("patient", "医生你好"),
        ("doctor", "您好，请讲"),
        ("patient", "宝宝流鼻涕两天了，怎么办？"),
        ("doctor", ADVICE),
        ("patient", "好的，谢谢医生"),
        ("doctor", "不客气，祝宝宝早日康复！"),
    )
    assert said(result) == [("user", "宝宝流鼻涕两天了，怎么办？"), ("assistant", ADVICE)]


def test_a_doctors_opening_question_is_folded_into_the_answer_to_it() -> None:
    result = made(("doctor", "你好\n宝宝多大了，发热几天了？"), ("patient", "两岁，烧了三天"), ("doctor", ADVICE))
    assert said(result)[0] == ("user", "医生问：宝宝多大了，发热几天了？\n两岁，烧了三天")


def test_the_last_message_tells_something() -> None:
    result = made(
        ("patient", "宝宝流鼻涕两天了，怎么办？"),
        ("doctor", ADVICE),
        ("patient", "已经吃了两天"),
        ("doctor", "吃的什么药？现在体温多少？"),
        ("patient", "忘了"),
    )
    assert said(result)[-1] == ("assistant", ADVICE)


def test_words_about_the_platform_go_and_the_rest_of_the_turn_stays() -> None:
    result = made(("patient", "宝宝咳嗽怎么办？"), ("doctor", f"{ADVICE}问题结束后请给予评价，谢谢。"))
    assert said(result)[-1][1] == ADVICE


def test_adjacent_turns_of_one_side_become_one_message() -> None:
    result = made(("patient", "宝宝咳嗽"), ("patient", "三天了，怎么办？"), ("doctor", ADVICE))
    assert [role for role, _ in said(result)] == ["user", "assistant"]


def test_long_talks_are_cut_to_the_limit() -> None:
    turns = [("patient", "宝宝又咳嗽了，怎么办？"), ("doctor", ADVICE)] * 10
    assert len(said(made(*turns, max_turns=6))) == 6


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([("patient", "这是什么疹子？"), ("doctor", "从您发的图片看考虑是湿疹，可以外用保湿霜。")], "not_grounded"),
        ([("patient", "喉咙痛吃什么药？"), ("doctor", "痰黄的话，可以配合一组[MASK]口服治疗。")], "placeholder"),
        ([("patient", "宝宝咳嗽"), ("doctor", "几天了？")], "no_template"),
        ([("doctor", "您好"), ("patient", "你好")], "no_template"),
    ],
)
def test_what_the_text_does_not_answer_is_left_out(turns: list[tuple[str, str]], reason: str) -> None:
    result = made(*turns)
    assert not result.samples
    assert [rejection.reason.value for rejection in result.rejections] == [reason]


def test_the_talk_tells_the_task() -> None:
    treat = made(("patient", "宝宝感冒吃什么药？"), ("doctor", "可以口服小儿氨酚黄那敏颗粒，每日三次。"))
    find = made(("patient", "宝宝身上起疹子是怎么回事？"), ("doctor", "这个考虑是幼儿急疹引起的，属于病毒感染。"))
    assert (treat.samples[0].task, find.samples[0].task) == ("trerecom", "evidiag")


def test_nothing_is_added_to_what_was_said() -> None:
    result = made(("patient", "宝宝流鼻涕两天了，怎么办？"), ("doctor", f"您好，{ADVICE}"))
    assert said(result) == [("user", "宝宝流鼻涕两天了，怎么办？"), ("assistant", f"您好，{ADVICE}")]


@pytest.mark.parametrize(
    "text",
    [
        "不客气，您有任何问题可以随时和我联系或留言，我看到后会第一时间回复。",
        "不用客气，祝宝宝健康成长，还有其他问题吗？",
        "您好，我是您的接诊医生，很高兴为您服务！",
        "好的，如果没有其他问题，那就结束了，再见",
        "[姓名]医生你好，在的",
    ],
)
def test_wishes_and_invitations_are_courtesies(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "在医院输液",
        "没有问题的，可以吃。",
        "有问题及时就医",
        "目前听诊有什么问题吗",
        "祝早日康复，记得多喝水，退热药每6小时一次",
    ],
)
def test_what_says_something_is_none(text: str) -> None:
    assert not is_courtesy(text)


def test_a_talk_does_not_end_with_a_wish() -> None:
    told = "可以做雾化治疗，多喝温水，观察两天。"
    result = made(
        ("patient", "宝宝咳嗽三天，应该怎么办？"),
        ("doctor", f"{told}祝宝宝健康成长，还有其他问题吗？"),
        ("patient", "没有了，谢谢医生"),
        ("doctor", "不客气，您有任何问题可以随时和我联系或留言，我看到后会第一时间回复。"),
    )
    assert said(result) == [("user", "宝宝咳嗽三天，应该怎么办？"), ("assistant", told)]


def test_a_doctor_who_asks_for_a_report_to_be_sent_is_not_grounded() -> None:
    result = made(("patient", "宝宝发烧，白细胞高吗？"), ("doctor", "把化验单发过来，我看看再定用什么药，先多喝水。"))
    assert [rejection.reason.value for rejection in result.rejections] == ["not_grounded"]


def test_a_question_nobody_answers_does_not_end_a_talk() -> None:
    result = made(
        ("patient", "宝宝咳嗽三天，应该怎么办？"),
        ("doctor", "可以做雾化治疗，多喝温水，观察两天。孩子现在是一岁吗？您还在吗？"),
    )
    assert said(result)[-1] == ("assistant", "可以做雾化治疗，多喝温水，观察两天。")


@pytest.mark.parametrize(("question", "is_one"), [("好的，谢谢医生", False), ("嗯", False), ("那要吃几天药？", True)])
def test_a_word_of_thanks_is_answered_by_nothing_to_learn(question: str, is_one: bool) -> None:
    assert is_exchange(question, "连用三天，体温正常以后就可以停药。") is is_one
