import pytest

from pedcorpus.config.quality_section import Quality
from pedcorpus.quality.marks.spun import spun, spun_evidence
from tests.support.talk_parts import talk_parts, value_of

LIMIT = float(Quality().spun)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("宝宝便秘怎么办？", "便秘引来的不适，需要有及时救治，平时要看重饮食，始终保持心情舒畅。"),
        ("知晓感冒怎么救治吗，您好一下医生？", "多喝水，好好睡觉。"),
    ],
)
def test_odd_synonyms_mark_spun_text_in_answer_or_question(question: str, answer: str) -> None:
    assert (value_of(spun, question, answer) or 0) > LIMIT


@pytest.mark.parametrize(
    "answer",
    [
        "应立即送医救治，途中保持呼吸道通畅。",
        "便秘引起的不适要及时治疗，平时注意饮食，保持心情舒畅。",
        "家长应当具备识别脱水的能力，期望孩子尽快恢复。",
    ],
)
def test_ordinary_prose_and_a_single_mark_pass(answer: str) -> None:
    assert (value_of(spun, "孩子怎么办？", answer) or 0) <= LIMIT


def test_two_marks_in_a_long_text_are_chance() -> None:
    marks = "病情再次出现时要复检。"
    assert (value_of(spun, "怎么办？", marks) or 0) > LIMIT
    assert (value_of(spun, "怎么办？", marks + "注意休息，清淡饮食，多喝温开水。" * 60) or 0) <= LIMIT


def test_a_mark_counts_once_and_is_shown_with_its_weight() -> None:
    once, twice = (value_of(spun, "怎么办？", "救治" * n) for n in (1, 2))
    assert once == twice
    assert spun_evidence(talk_parts("怎么办？", "需要有救治。")).to_list() == ["需要有 4.5; 救治 1.6"]
    assert spun_evidence(talk_parts("怎么办？", "多喝水。")).to_list() == [""]


def test_what_we_wrote_ourselves_is_not_judged() -> None:
    assert value_of(spun, "知晓吗？", "需要有救治。", builder="document-treatment") is None
