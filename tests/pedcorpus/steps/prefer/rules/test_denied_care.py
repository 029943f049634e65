import pytest

from pedcorpus.steps.prefer.rules.rule_list import RULES, verify

DENIED = [
    ("建议您及时到医院就诊。", "到医院就诊。"),
    ("建议到医院检查，查明原因后治疗。", "到医院检查。"),
    ("若高热不退，请立即就医，以免耽误。", "就医。"),
    ("需要进行血常规检查。", "进行血常规检查。"),
]


@pytest.mark.parametrize(("answer", "clause"), DENIED)
def test_care_is_denied_and_its_reason_goes(answer: str, clause: str) -> None:
    made = RULES["care_denied"].make(answer, "", "key")
    assert made is not None
    assert made.endswith((f"不需要{clause}", f"不必{clause}"))
    assert verify("care_denied", answer, made)


@pytest.mark.parametrize(
    "answer",
    [
        "不建议去医院扎堆。",
        "我倒是建议你去查一下血常规。",
        "这些治疗在医生指导下是安全的。",
        "可以按医生的建议到医院复查。",
        "情况比较严重，建议到医院检查。",
        "建议到医院检查。根据检查结果再用药。",
        "去医院为好。",
    ],
)
def test_care_that_would_not_stand_denied_is_left_alone(answer: str) -> None:
    assert RULES["care_denied"].make(answer, "", "key") is None


def test_a_guess_becomes_a_diagnosis_and_the_tests_go() -> None:
    answer = "孩子首先考虑支气管炎。平时保持室内通风，饮食清淡，少去人多的地方。建议到医院拍胸片，听一听肺部。"
    made = RULES["hedge_made_certain"].make(answer, "", "key")
    assert made is not None
    assert not {"考虑", "胸片"} & {made[at : at + 2] for at in range(len(made))}
    assert made.endswith("少去人多的地方。")
    assert verify("hedge_made_certain", answer, made)


def test_tests_go_with_their_condition() -> None:
    answer = "宝宝可能是支气管炎，痰多时拍拍背，室内保持湿润，少量多次喝水，如果呼吸变快，要及时到医院就诊。"
    made = RULES["hedge_made_certain"].make(answer, "", "key")
    assert made is not None
    assert made.endswith("少量多次喝水。")


@pytest.mark.parametrize(
    "answer",
    [
        "尽可能多休息，不可能马上好。建议到医院检查。",
        "可能是支气管炎，也可能是肺炎。建议到医院检查，平时多休息，室内通风。",
        "考虑支气管炎。平时多休息，室内通风，饮食清淡。",
        "考虑支气管炎。建议到医院检查。",
    ],
)
def test_a_guess_with_another_or_without_tests_stays(answer: str) -> None:
    assert RULES["hedge_made_certain"].make(answer, "", "key") is None
