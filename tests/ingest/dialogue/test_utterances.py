import pytest

from ingest.conversation.roles import DOCTOR, role_of
from ingest.conversation.utterances import Utterance, clean_message, join_turns, split_prefixes


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
        ("咨询者", "patient", "patient"),
        ("提问人", "patient", "patient"),
        ("接诊者", "doctor", "doctor"),
        ("孩子妈", "patient", "parent"),
        ("宝爸", "patient", "parent"),
        ("妈妈（代诉）", "patient", "parent"),
        ("Dr. Wang", "doctor", "doctor"),
        ("互联网医院医生", "doctor", "doctor"),
        ("王教授", "doctor", "doctor"),
        ("追答", "doctor", "doctor"),
        ("Mom", "patient", "parent"),
    ],
)
def test_names_of_speakers_are_normalised(label: str, role: str, speaker: str | None) -> None:
    assert role_of(label) == (role, speaker)


@pytest.mark.parametrize(
    "label", ["诊断", "注意", "谢谢医生", "我想问医生", "体温", "http", "2021", "drug", "drip", "昨天去看了医生"]
)
def test_other_words_before_a_colon_are_no_speakers(label: str) -> None:
    assert role_of(label) is None


def test_prefixes_inside_a_string_split_it() -> None:
    parts = list(split_prefixes("患者：咳嗽三天。医生：有痰吗？ 患者：有，体温：38度"))
    assert [(part.role[0], part.text) for part in parts if part.role] == [
        ("patient", "咳嗽三天。"),
        ("doctor", "有痰吗？"),
        ("patient", "有，体温：38度"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "宝妈：宝宝发烧。医生：几度？宝妈：39度",
        "咨询者：宝宝发烧 坐诊医生：几度 咨询者：39度",
        "Q：宝宝发烧。A：几度？Q：39度",
        "问：宝宝发烧。答：几度？问：39度",
        "【患者】宝宝发烧【医生】几度【患者】39度",
        "患者:宝宝发烧,医生:几度,患者:39度",
        "家长:宝宝发烧|医生:几度|家长:39度",
        "患者：宝宝发烧<br/>医生：几度<br>患者：39度",
        "患者说：宝宝发烧\\n医生说：几度\\n患者说：39度",
    ],
)
def test_every_name_of_a_speaker_splits_a_string(text: str) -> None:
    assert [part.text.strip("。？") for part in split_prefixes(text)] == ["宝宝发烧", "几度", "39度"]


@pytest.mark.parametrize(
    "text",
    ["患者：您好，医生：宝宝发烧怎么办", "医生：患儿信息。宝宝：3岁，男", "医生：可用【小儿】剂型，体温：38度"],
)
def test_a_word_before_a_colon_that_is_spoken_splits_nothing(text: str) -> None:
    assert len(list(split_prefixes(text))) == 1


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
        "已为您转接人工客服",
        "正在为您转接张医生，请稍候",
        "本次问诊已结束，感谢您的信任",
        "您的问诊已被医生接诊",
        "医生将在24小时内回复，请耐心等待",
        "患者已发起图文问诊",
        "由于您长时间未回复，本次咨询已自动关闭",
        "医生给您发送了一个处方",
        "患者上传了3张图片",
        "剩余回复次数：3",
        "您好，我是智能导诊助手，请描述您的症状",
        "如果我的回答对您有帮助，请给五星好评",
        "[处方]",
        "【语音】",
        "[语音]15秒",
        "语音通话 03:20",
        "IMG_20240101.jpg",
        "https://img.example.cn/a/1.jpg?x=1",
        "该消息已撤回",
        "本次会话已超时自动结束",
        "图片内容已隐藏",
    ],
)
def test_boilerplate_and_media_alone_are_nothing(text: str) -> None:
    assert clean_message(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "咨询已经三天没退烧了",
        "医生，孩子已接诊了吗？还在等",
        "图片看不清，再拍一张",
        "这次咨询结束后还能问您吗？",
        "咨询结束了吗",
        "问诊结束后按时吃药",
        "咨询已结束，孩子又发烧",
    ],
)
def test_speech_that_resembles_boilerplate_stays(text: str) -> None:
    assert clean_message(text) == text


def test_markup_of_web_pages_goes_and_signs_stay() -> None:
    assert clean_message("<p>体温&gt;38.5&nbsp;度</p><img src='a.jpg' width=\"3\">请看") == "体温>38.5 度\n[图片]请看"
    assert clean_message("血小板<3万，(图片上显示红肿)") == "血小板<3万，(图片上显示红肿)"


def test_lines_of_boilerplate_and_media_go_and_the_others_stay() -> None:
    assert clean_message("[语音]\n多少度\n\n咳吗\n本次问诊已结束") == "多少度\n\n咳吗"


def test_a_picture_inside_an_utterance_is_marked_and_labels_of_privacy_stay() -> None:
    assert clean_message("【图片】请看这个  [大哭]") == "[图片]请看这个"
    assert clean_message("[姓名]医生您好 [MASK]吃几天") == "[姓名]医生您好 [MASK]吃几天"


def test_pieces_of_a_turn_are_joined_with_the_sign_that_fits() -> None:
    (turn,) = join_turns(Utterance(text, DOCTOR) for text in ("你好", "发热吗", "咳嗽？", "有痰。", "好"))
    assert turn.text == "你好，发热吗？咳嗽？有痰。好"
