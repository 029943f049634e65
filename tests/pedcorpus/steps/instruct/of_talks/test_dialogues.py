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


def test_a_talk_begins_with_the_first_complaint_of_the_patient() -> None:
    result = made(
        ("doctor", "你好\n宝宝多大了？"),
        ("patient", "两岁了，女孩"),
        ("doctor", "精神怎么样，吃奶好吗？"),
        ("patient", "还可以"),
        ("doctor", "发热几天了？"),
        ("patient", "烧了三天，没有咳嗽"),
        ("doctor", ADVICE),
    )
    assert said(result) == [("user", "两岁了，烧了三天，没有咳嗽"), ("assistant", ADVICE)]


def test_words_that_only_answer_a_question_open_no_talk() -> None:
    result = made(("doctor", "宝宝有没有发热？"), ("patient", "没有发热，不咳嗽"), ("doctor", ADVICE))
    assert [rejection.reason.value for rejection in result.rejections] == ["no_template"]


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


def test_a_long_talk_keeps_its_complaint_and_its_last_advice() -> None:
    turns = [("patient", "宝宝发热两天，怎么办？"), ("doctor", ADVICE)]
    for day in range(3, 12):
        turns += [("patient", f"第{day}天还是咳嗽，怎么办？"), ("doctor", f"第{day}次：继续口服药物，多喝温水。")]
    told = said(made(*turns, max_turns=6))
    assert len(told) <= 6
    assert told[0] == ("user", "宝宝发热两天，怎么办？\n第9天还是咳嗽，怎么办？")
    assert told[-1] == ("assistant", "第11次：继续口服药物，多喝温水。")


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


@pytest.mark.parametrize("asked", ["方便把化验单拍照发过来吗？", "有大便的照片吗？", "发我看一下吧。"])
def test_asking_for_a_picture_goes_and_the_talk_stays(asked: str) -> None:
    result = made(("patient", "宝宝发烧两天，怎么办？"), ("doctor", f"先多喝温水，观察体温和精神状态。{asked}"))
    assert said(result)[-1] == ("assistant", "先多喝温水，观察体温和精神状态。")


@pytest.mark.parametrize("told", ["从化验单看白细胞不高，考虑病毒感染。", "照片上是湿疹，外用润肤霜就可以。"])
def test_a_talk_ends_before_a_doctor_tells_what_he_sees(told: str) -> None:
    result = made(("patient", "宝宝发烧怎么办？"), ("doctor", ADVICE), ("patient", "给您看一下"), ("doctor", told))
    assert said(result) == [("user", "宝宝发烧怎么办？"), ("assistant", ADVICE)]


def test_a_report_that_the_parent_told_may_be_weighed() -> None:
    told = "从化验单看白细胞偏高，考虑细菌感染，可以口服头孢克洛。"
    assert said(made(("patient", "宝宝发烧，白细胞15.2，怎么办？"), ("doctor", told)))[-1][1] == told


def test_an_answer_that_came_late_stands_behind_its_question() -> None:
    result = made(
        ("patient", "宝宝腹泻三天，可以喝酸奶吗？"),
        ("doctor", "宝宝着凉以后肠道功能会弱一些，注意腹部保暖。"),
        ("patient", "那预防针要推迟吗？"),
        ("doctor", "酸奶先别喝，等大便成形，预防针推迟一周再打。"),
    )
    answers = [text for role, text in said(result) if role == "assistant"]
    assert answers[0].endswith("酸奶先别喝")
    assert answers[1] == "等大便成形，预防针推迟一周再打。"


def test_short_advice_ends_a_talk_that_has_told_enough() -> None:
    result = made(
        ("patient", "宝宝脸上起红疹，有点痒，是什么？"),
        ("doctor", "考虑湿疹，和皮肤干燥、过敏体质有关。"),
        ("patient", "嗯"),
        ("doctor", "口服氯雷他定"),
    )
    assert said(result)[-1] == ("assistant", "考虑湿疹，和皮肤干燥、过敏体质有关。\n口服氯雷他定")


def test_a_promise_of_advice_is_none() -> None:
    result = made(
        ("patient", "宝宝咳嗽三天，应该怎么办？"),
        ("doctor", ADVICE),
        ("patient", "还需要加别的药吗？"),
        ("doctor", "我给你一个用药方案，你按照我说的来就可以。"),
    )
    assert said(result)[-1] == ("assistant", ADVICE)


def test_a_question_nobody_answers_does_not_end_a_talk() -> None:
    result = made(
        ("patient", "宝宝咳嗽三天，应该怎么办？"),
        ("doctor", "可以做雾化治疗，多喝温水，观察两天。孩子现在是一岁吗？您还在吗？"),
    )
    assert said(result)[-1] == ("assistant", "可以做雾化治疗，多喝温水，观察两天。")


@pytest.mark.parametrize(("question", "is_one"), [("好的，谢谢医生", False), ("嗯", False), ("那要吃几天药？", True)])
def test_a_word_of_thanks_is_answered_by_nothing_to_learn(question: str, is_one: bool) -> None:
    assert is_exchange(question, "连用三天，体温正常以后就可以停药。") is is_one


@pytest.mark.parametrize(
    "word", ["您的信任非常重要，一切顺利。", "希望以上回答对您有所帮助。", "如果您还有其他疑问，请随时告诉我。", "😊"]
)
def test_praise_and_invitations_are_courtesies(word: str) -> None:
    assert is_courtesy(word)


@pytest.mark.parametrize("word", ["还有其他需要注意的吗？", "如果有肾脏问题，剂量要减半。", "希望能母乳喂养到一岁。"])
def test_questions_of_care_and_conditions_are_none(word: str) -> None:
    assert not is_courtesy(word)


def visit(asked: str, told: str, diagnosis: str | None = "急性喉炎") -> SampleBuilder:
    row = dialogue(("patient", asked), ("doctor", told)) | {"diagnosis": diagnosis}
    return dialogues.samples([row], Instruct())


def test_a_visit_is_weighed_with_what_stands_in_its_history() -> None:
    history = "主诉：声音嘶哑1天\n现病史：昨晚起声音嘶哑，犬吠样咳嗽，无发热。查体：吸气时可闻及喉鸣。"
    turns = said(visit(history, "诊断：急性喉炎\n处理意见：布地奈德雾化吸入，观察呼吸，喉梗阻加重立即就诊。"))
    assert [role for role, _ in turns] == ["user", "assistant"] * 3
    assert "声音嘶哑1天" in turns[0][1]
    assert turns[2][1] == "现病史：昨晚起声音嘶哑，犬吠样咳嗽，无发热。\n查体：吸气时可闻及喉鸣。"
    assert [word in turns[3][1] for word in ("犬吠样咳嗽", "急性喉炎", "无发热")] == [True, True, False]
    assert turns[5][1] == "布地奈德雾化吸入，观察呼吸，喉梗阻加重立即就诊。"


def test_a_visit_without_treatment_ends_with_its_verdict() -> None:
    turns = said(visit("现病史：发热3天，热退后全身出现红色斑丘疹。", "诊断：幼儿急疹", "幼儿急疹"))
    assert [role for role, _ in turns] == ["user", "assistant"]
    assert all(word in turns[1][1] for word in ("幼儿急疹", "热退后全身出现红色斑丘疹"))
