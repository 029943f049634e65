"""Exports of visits: what is asked, what is answered, and that a column of names says nothing."""

import pytest

from ingest import dialogue
from ingest.source import SourceFile, SourceOptions
from schemas.dialogue import Dialogue


def read(text: str, **columns: str) -> list[Dialogue]:
    options = SourceOptions("clinic", "dialogue", columns=columns)
    found = list(dialogue.read(SourceFile.from_bytes("visits.csv", text.encode()), options))
    assert all(isinstance(item, Dialogue) for item in found), found
    return [item for item in found if isinstance(item, Dialogue)]


def said(item: Dialogue) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in item.turns]


CHINESE = """就诊日期,患儿姓名,主诉,现病史,诊断,处理意见,医生
2024-03-01,王小明,咳嗽3天,受凉后咳嗽，有痰，无发热。,急性支气管炎,雾化吸入，多饮水。,李建国
2024-03-02,赵小红,腹泻2天,稀水样便，每日6次。,轮状病毒性肠炎,口服补液盐，继续喂养。,李建国
"""
ENGLISH = """chief_complaint,present_illness,physical_exam,diagnosis,treatment_plan,doctor
发热1天,昨日起发热，咽痛。,扁桃体Ⅱ度肿大，可见脓点。,急性化脓性扁桃体炎,阿莫西林口服。,陈静
皮疹2天,面部红斑丘疹，瘙痒。,面颊部少许渗出。,婴儿湿疹,润肤剂外用。,陈静
"""


def test_complaint_and_history_are_asked_diagnosis_and_treatment_answered() -> None:
    first, second = read(CHINESE)
    assert said(first) == [
        ("patient", "主诉：咳嗽3天\n现病史：受凉后咳嗽，有痰，无发热。"),
        ("doctor", "诊断：急性支气管炎\n处理意见：雾化吸入，多饮水。"),
    ]
    assert [first.diagnosis, second.diagnosis] == ["急性支气管炎", "轮状病毒性肠炎"]


def test_the_usual_names_of_hospital_systems_are_known() -> None:
    first, _ = read(ENGLISH)
    assert said(first)[0][1] == "主诉：发热1天\n现病史：昨日起发热，咽痛。\n查体：扁桃体Ⅱ度肿大，可见脓点。"
    assert said(first)[1][1] == "诊断：急性化脓性扁桃体炎\n处理意见：阿莫西林口服。"


def test_a_column_of_names_beside_a_talk_is_no_utterance() -> None:
    talk = "患者：孩子发烧两天了怎么办？医生：最高多少度？患者：38.9。医生：可口服布洛芬，多喝水。"
    (found,) = read(f"问诊时间,患者,医生,科室,问诊内容\n2024-01-01,王小明,李建国,儿科,{talk}\n")
    assert [role for role, _ in said(found)] == ["patient", "doctor", "patient", "doctor"]
    assert found.department == "儿科"


@pytest.mark.parametrize("reply", ["多喝水，注意休息。", "石膏固定四周。"])
def test_a_doctors_own_answer_is_the_answer(reply: str) -> None:
    (found,) = read(f"主诉,诊断,医生回复\n摔伤后手腕疼,骨折,{reply}\n")
    assert said(found) == [("patient", "摔伤后手腕疼"), ("doctor", reply)]


def test_columns_that_the_user_named_are_kept() -> None:
    first, _ = read(CHINESE, question="现病史", answer="处理意见")
    assert said(first) == [("patient", "受凉后咳嗽，有痰，无发热。"), ("doctor", "雾化吸入，多饮水。")]
