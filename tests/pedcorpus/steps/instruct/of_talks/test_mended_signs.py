import pytest

from pedcorpus.steps.instruct.of_talks.mending.bare_lists import in_a_sentence
from pedcorpus.steps.instruct.of_talks.mending.endings import end_with_advice, is_thanks
from pedcorpus.steps.instruct.of_talks.mending.headings import without_headings
from pedcorpus.steps.instruct.of_talks.mending.label_fields import with_fields_asked
from pedcorpus.steps.instruct.of_talks.mending.openings import begin_with_complaint
from pedcorpus.steps.instruct.of_talks.mending.pictures import before_unseen, is_seeing, is_showing
from pedcorpus.steps.instruct.of_talks.mending.torn_signs import with_signs

ASKED = "请介绍甲乙片的适应证、用法用量、禁忌证和注意事项。"


def test_a_leaflet_is_asked_for_what_it_tells() -> None:
    answer = "药品类型:泌尿系统药物\n别名:甲片\n适应证:用于感冒。\n用法用量:口服，一次1片。\n注意事项:忌酒。"
    question, told = with_fields_asked([("user", ASKED), ("assistant", answer)])
    assert question == ("user", "请介绍甲乙片的适应证、用法用量和注意事项。")
    assert told == ("assistant", "别名：甲片\n适应证：用于感冒。\n用法用量：口服，一次1片。\n注意事项：忌酒。")


def test_a_field_that_tells_nothing_is_not_asked_for() -> None:
    answer = "适应证:用于咳嗽。\n禁忌证:尚不明确。"
    assert with_fields_asked([("user", ASKED), ("assistant", answer)])[0][1] == "请介绍甲乙片的适应证。"


@pytest.mark.parametrize(("question", "answer"), [("甲乙片怎么吃？", "适应证:用于咳嗽。"), (ASKED, "每次1片。")])
def test_other_talks_stay(question: str, answer: str) -> None:
    turns = [("user", question), ("assistant", answer)]
    assert with_fields_asked(turns) == turns


def test_names_are_said_in_a_sentence() -> None:
    assert in_a_sentence("水痘的并发症有些什么？", "肺炎；脑炎；肺炎；脓疱疮") == "水痘的并发症包括肺炎、脑炎和脓疱疮。"
    assert in_a_sentence("贫血的影像学检查是什么？", "X线；超声。") == "贫血的影像学检查包括X线和超声。"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("水痘怎么护理？", "隔离；止痒"),
        ("水痘的护理是什么？", "应隔离；皮肤要清洁，勤剪指甲"),
        ("水痘的病因是什么？", "病毒"),
    ],
)
def test_sentences_and_single_names_stay(question: str, answer: str) -> None:
    assert in_a_sentence(question, answer) == answer


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("甲堡（是一座城堡。", "甲堡是一座城堡。"),
        ("乙镇（德语：是一个市镇。总面积10。76平方公里。", "乙镇是一个市镇。总面积10.76平方公里。"),
        ("密度为3。5人/平方公里（2009年）", "密度为3.5人/平方公里（2009年）"),
        ("“好的，我马上来。", "好的，我马上来。"),
    ],
)
def test_torn_signs(text: str, mended: str) -> None:
    assert with_signs(text) == mended


@pytest.mark.parametrize("text", ["甲堡（是城堡）很大。", "人口为49。2010年建成。", "他说：“好的。”", "建于2003。"])
def test_sound_signs(text: str) -> None:
    assert with_signs(text) == text


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("应卧床休息。,注意保暖。", "应卧床休息。注意保暖。"),
        ("心烦、口干等症状指导意见，属于津液不足。", "心烦、口干等症状，属于津液不足。"),
        ("可外用炉甘石洗剂指导意见平时不要抓挠。", "可外用炉甘石洗剂。平时不要抓挠。"),
        ("意见建议多想开心的事。", "多想开心的事。"),
        ("压迫止血..。血不止要急诊。", "压迫止血.。血不止要急诊。"),
        ("请按以下指导意见注意休息。", "请按以下指导意见注意休息。"),
    ],
)
def test_glued_headings_and_double_signs(text: str, mended: str) -> None:
    assert without_headings(text) == mended


def test_who_asks_to_come_back_only_thanks() -> None:
    assert is_thanks("谢谢医生，我会注意的。以后我还可以再咨询您吗？")
    assert not is_thanks("谢谢医生，发烧还可以再洗澡吗？")
    advice = "多喝水，按时服药，体温超过38.5度口服退烧药，三天不退到医院复查血常规。"
    turns = [("user", "宝宝发烧怎么办？"), ("assistant", advice), ("user", "明白了，谢谢！以后还可以再咨询您吗？")]
    ended = end_with_advice([*turns, ("assistant", "当然可以，我会随时为您解答。如果有需要请按医嘱治疗。")], 15)
    assert ended == turns[:2]


@pytest.mark.parametrize("first", ["买了点药", "应该有", "你好，严重吗？"])
def test_a_talk_does_not_begin_with_the_answer_to_what_nobody_asked(first: str) -> None:
    rest = [("assistant", "吃了几天？"), ("user", "宝宝咳嗽三天了，有痰"), ("assistant", "建议听诊，必要时拍胸片。")]
    assert begin_with_complaint([("user", first), *rest])[0] == ("user", "宝宝咳嗽三天了，有痰")


def test_a_torn_first_word_goes_from_a_complaint() -> None:
    turns = [("user", "应该有，晚上咳嗽得厉害"), ("assistant", "建议听诊。")]
    assert begin_with_complaint(turns)[0] == ("user", "晚上咳嗽得厉害")


def test_who_looks_first_has_seen_something() -> None:
    assert is_seeing("你好，稍等，我看一下。属于湿疹。")
    assert not is_seeing("你稍等两天，观察一下大便。")


def test_who_shows_a_picture_is_answered_by_what_nobody_sees() -> None:
    asked = [("user", "宝宝发烧两天了"), ("assistant", "可以先物理降温。")]
    shown = [("user", "腿上还起了疹子，如图"), ("assistant", "考虑湿疹。")]
    assert before_unseen([*asked, *shown]) == asked
    assert not is_showing("做了心电图，看图像正常吗")
