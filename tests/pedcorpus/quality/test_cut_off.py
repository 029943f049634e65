import pytest

from pedcorpus.quality.cut_off import cut_off, cut_off_evidence
from tests.support.talk_parts import talk_parts, value_of

LONG = "大学四年要学会安排时间。" * 15


def test_a_long_punctuated_general_answer_ends_its_last_sentence_or_was_cut() -> None:
    assert value_of(cut_off, "怎样安排时间？", f"{LONG}每天早起以后我们都", task="general") == 1
    assert value_of(cut_off, "怎样安排时间？", f"{LONG}每天早起。", task="general") == 0


@pytest.mark.parametrize("end", ["此致敬礼王小明", "增加了20%", "print(a)"])
def test_letters_sums_and_programs_end_otherwise(end: str) -> None:
    assert value_of(cut_off, "写一封信。", LONG + end, task="general") == 0


@pytest.mark.parametrize("answer", ["一般多休息，清淡饮食，可以口服蒙脱石散治疗", "注意保暖，避免着凉，" * 18])
def test_doctors_online_leave_out_the_last_full_stop(answer: str) -> None:
    assert value_of(cut_off, "拉肚子怎么办？", answer) == 0


@pytest.mark.parametrize("answer", ["可以口服的药物有布洛芬以及", "目前考虑肠炎，你把蒙脱石散", "用量为每次5mg/"])
def test_a_word_that_cannot_end_a_sentence_hangs(answer: str) -> None:
    assert value_of(cut_off, "怎么治疗？", answer) == 1


@pytest.mark.parametrize(
    "field", ["药动学:血浆蛋白结合率高，人血中t", "禁忌证:)的患者禁用。", "用法用量:口服，一次2～片，一日3次。"]
)
def test_a_torn_field_spoils_a_drug_label(field: str) -> None:
    label = f"药品类型:抗感染药物\n剂型:片剂：0.25g。\n{field}\n注意事项:肾功能不全者慎用。"
    assert value_of(cut_off, "请介绍某药。", label, task="trerecom") == 1
    assert cut_off_evidence(talk_parts("请介绍某药。", label)).to_list() != [""]


def test_a_whole_drug_label_passes() -> None:
    label = "药品类型:抗感染药物\n剂型:片剂：0.25g。\n用法用量:口服，一次1～2片，一日3次。\n药物相互作用:尚不明确"
    assert value_of(cut_off, "请介绍某药。", label, task="trerecom") == 0


def test_dictated_talk_that_ends_with_a_comma_was_cut() -> None:
    talk = ("宝宝拉肚子", "可以先吃点益生菌，然后观察，")
    assert value_of(cut_off, *talk, builder="dialogue-trerecom") == 1
    assert value_of(cut_off, *talk) == 0


@pytest.mark.parametrize("end", ["跟同事一起吃饭或", "自己买药断断续续吃了有4", "这种情况我查了"])
def test_a_question_that_stops_in_the_middle_was_cut(end: str) -> None:
    question = f"我最近总是觉得肚子不舒服，已经有两个星期了，平时{end}"
    answer = "考虑慢性胃炎，注意饮食规律。"
    assert value_of(cut_off, question, answer) == 1
    assert cut_off_evidence(talk_parts(question, answer)).to_list() == [question[-12:]]
    assert value_of(cut_off, question + "没有好转", answer) == 0
    assert value_of(cut_off, question, answer, "还要检查吗？", answer) == 0
