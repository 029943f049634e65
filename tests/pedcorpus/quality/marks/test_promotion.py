import pytest

from pedcorpus.quality.marks.advertising import advertising, advertising_evidence
from pedcorpus.quality.marks.folk_cure import folk_cure, folk_cure_evidence
from tests.support.talk_parts import talk_parts, value_of


@pytest.mark.parametrize(
    "answer",
    [
        "想了解更多，欢迎致电咨询。",
        "加我微信，教你调理。",
        "建议来我院就诊，我院采用新技术。",
        "详情请点击左侧按钮。",
        "纯中药制剂，无副作用，治愈率达九成。",
    ],
)
def test_invitations_and_heaps_of_promises_advertise(answer: str) -> None:
    assert (value_of(advertising, "湿疹怎么治？", answer) or 0) > 0
    assert advertising_evidence(talk_parts("湿疹怎么治？", answer)).to_list() != [""]


@pytest.mark.parametrize(
    "answer",
    [
        "建议到正规医院就诊，点滴治疗需遵医嘱。",
        "长期服用可致电解质紊乱。",
        "该药无明显副作用，一般三天见效。",
        "临床总有效率为90%。",
        "按规定不能私下加我微信，就在这里说。",
        "症状加重时请及时来院复诊或打急救电话。",
    ],
)
def test_a_single_claim_and_plain_advice_do_not(answer: str) -> None:
    assert value_of(advertising, "湿疹怎么治？", answer) == 0


def test_a_general_task_may_write_an_advertisement() -> None:
    assert value_of(advertising, "写一则广告。", "欢迎致电订购！", task="general") is None


@pytest.mark.parametrize("answer", ["有个民间偏方：蒜泥敷脚心。", "祖传秘方，三天见效。", "抓活蜈蚣泡白酒外涂。"])
def test_folk_cures_are_found(answer: str) -> None:
    assert (value_of(folk_cure, "咳嗽怎么办？", answer) or 0) > 0
    assert folk_cure_evidence(talk_parts("咳嗽怎么办？", answer)).to_list() != [""]


@pytest.mark.parametrize(
    "answer", ["不要轻信偏方，应到医院检查。", "所谓祖传秘方没有科学依据。", "儿童尿床多数会自愈。"]
)
def test_a_warning_is_no_folk_cure(answer: str) -> None:
    assert value_of(folk_cure, "咳嗽有什么偏方？", answer) == 0
