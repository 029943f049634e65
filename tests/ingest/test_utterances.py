import pytest

from ingest.sides import DOCTOR, side_of
from ingest.utterances import Utterance, cleaned, split_prefixes, turns


@pytest.mark.parametrize(
    ("label", "role", "speaker"),
    [
        ("医生", "doctor", "doctor"),
        ("Doctor", "doctor", "doctor"),
        ("D", "doctor", "doctor"),
        ("王医生", "doctor", "doctor"),
        ("assistant", "doctor", None),
        ("护士", "doctor", "nurse"),
        ("患者", "patient", "patient"),
        ("病人", "patient", "patient"),
        ("P", "patient", "patient"),
        ("user", "patient", None),
        ("患者家属", "patient", "parent"),
        ("小明妈妈", "patient", "parent"),
        ("家长：", "patient", "parent"),
        ("宝宝", "patient", "child"),
        ("医", "doctor", "doctor"),
    ],
)
def test_names_of_speakers_are_normalised(label: str, role: str, speaker: str | None) -> None:
    assert side_of(label) == (role, speaker)


@pytest.mark.parametrize("label", ["诊断", "注意", "谢谢医生", "我想问医生", "体温", "http", "2021"])
def test_other_words_before_a_colon_are_no_speakers(label: str) -> None:
    assert side_of(label) is None


def test_prefixes_inside_a_string_split_it() -> None:
    parts = list(split_prefixes("患者：咳嗽三天。医生：有痰吗？ 患者：有，体温：38度"))
    assert [(part.side[0], part.text) for part in parts if part.side] == [
        ("patient", "咳嗽三天。"),
        ("doctor", "有痰吗？"),
        ("patient", "有，体温：38度"),
    ]


def test_flattened_tags_split_a_string() -> None:
    assert [part.text for part in split_prefixes("<user>: 怎么办 <bot>: 多喝水 <user>: 好")] == [
        "怎么办",
        "多喝水",
        "好",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "本次咨询已结束",
        "医生已接诊",
        "【系统消息】患者已支付",
        "[图片]",
        "图片",
        "[图片] [图片]",
        '<img src="a.jpg"/>',
        '[语音 12"]',
        "[微笑]",
        "   ",
        "对方撤回了一条消息",
        "请对本次服务进行评价",
        "以上建议仅供参考，不作为诊断依据。",
        "温馨提示：医生回复仅供参考",
    ],
)
def test_boilerplate_and_media_alone_are_nothing(text: str) -> None:
    assert cleaned(text) == ""


@pytest.mark.parametrize(
    "text",
    ["咨询已经三天没退烧了", "医生，孩子已接诊了吗？还在等", "图片看不清，再拍一张", "这次咨询结束后还能问您吗？"],
)
def test_speech_that_resembles_boilerplate_stays(text: str) -> None:
    assert cleaned(text) == text


def test_a_picture_inside_an_utterance_is_marked_and_labels_of_privacy_stay() -> None:
    assert cleaned("【图片】请看这个  [大哭]") == "[图片]请看这个"
    assert cleaned("[姓名]医生您好 [MASK]吃几天") == "[姓名]医生您好 [MASK]吃几天"


def test_pieces_of_a_turn_are_joined_with_the_sign_that_fits() -> None:
    (turn,) = turns(Utterance(text, DOCTOR) for text in ("你好", "发热吗", "咳嗽？", "有痰。", "好"))
    assert turn.text == "你好，发热吗？咳嗽？有痰。好"
