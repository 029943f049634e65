import json
from functools import partial

import pytest

from ingest.dialogue_formats.role_classifier import roles_of_voices
from ingest.dialogue_formats.timestamps import clock, seconds
from schemas.dialogue import Dialogue
from schemas.rejection import Reason, Rejection
from tests.support.readers import read_one

TALK = [
    ("SPEAKER_01", "医生您好"),
    ("SPEAKER_00", "嗯，你好，孩子怎么了？"),
    ("SPEAKER_01", "他、他从昨天开始发烧，最高三十九度"),
    ("SPEAKER_00", "几天了？有没有咳嗽？"),
    ("SPEAKER_01", "我我我们就是咳了两天，晚上厉害"),
    ("SPEAKER_02", "妈妈我怕"),
    ("SPEAKER_01", "宝宝不怕"),
    ("SPEAKER_00", "来，张嘴，我看看嗓子"),
    ("SPEAKER_02", "疼"),
    ("SPEAKER_00", "扁桃体有点红，先查个血，我给你开点药，一天三次，每次五毫升"),
    ("SPEAKER_01", "需不需要打针？"),
    ("SPEAKER_00", "不用，如果三天不退烧再来复查"),
]


read = partial(read_one, "dialogue", source="voice", department="儿科")


def times(i: int, comma: str = ",") -> tuple[str, str]:
    return clock(i * 5.0).replace(".", comma), clock(i * 5.0 + 4.2).replace(".", comma)


def as_srt() -> str:
    return "\n\n".join(f"{i + 1}\n{times(i)[0]} --> {times(i)[1]}\n{who}: {text}" for i, (who, text) in enumerate(TALK))


def as_vtt() -> str:
    return "WEBVTT\n\n" + "\n\n".join(
        f"{times(i, '.')[0]} --> {times(i, '.')[1]}\n<v {who}>{text}" for i, (who, text) in enumerate(TALK)
    )


def as_whisperx() -> str:
    return json.dumps(
        {
            "segments": [
                {"start": i * 5.0, "end": i * 5.0 + 4.2, "text": text, "speaker": who, "words": []}
                for i, (who, text) in enumerate(TALK)
            ],
            "language": "zh",
        }
    )


def as_diarised() -> str:
    return "\n".join(f"[{times(i, '.')[0]} - {times(i, '.')[1]}] {who}: {text}" for i, (who, text) in enumerate(TALK))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.srt", as_srt()),
        ("a.vtt", as_vtt()),
        ("a.json", as_whisperx()),
        ("a.txt", as_diarised()),
        ("b.txt", as_srt()),
    ],
)
def test_all_transcript_formats_give_the_same_dialogue(name: str, text: str) -> None:
    found = read(name, text)
    assert isinstance(found, Dialogue), found
    assert found.channel == "voice"
    assert found.origin.locator == "00:00:00.000-00:00:59.200"
    assert [turn.role for turn in found.turns] == ["patient", "doctor"] * 5
    assert found.turns[0].speaker == "parent"
    assert found.turns[4].text == "我们就是咳了两天，晚上厉害，妈妈我怕，宝宝不怕"
    assert found.turns[6].speaker == "child"


def test_voices_named_by_role_need_no_inference() -> None:
    found = read("a.txt", "[00:01:05] 医生：嗯\n[00:01:07] 家长：好\n[00:01:09.5] 医生：行")
    assert isinstance(found, Dialogue)
    assert found.origin.locator == "00:01:05.000-00:01:09.500"


def test_voices_that_cannot_be_told_apart_are_rejected() -> None:
    text = "\n".join(f"[00:00:{i:02}] SPEAKER_0{i % 2}: 好的" for i in range(8))
    found = read("a.txt", text)
    assert isinstance(found, Rejection)
    assert found.reason is Reason.UNCERTAIN_ROLES


def test_one_voice_is_not_a_dialogue() -> None:
    found = read("a.srt", "1\n00:00:00,000 --> 00:00:02,000\n今天天气不错\n")
    assert isinstance(found, Rejection)


def test_a_transcript_without_voices_is_read_where_each_line_speaks_for_itself() -> None:
    lines = [
        "医生您好，孩子发烧怎么办",
        "几天了？有没有咳嗽？",
        "他从昨天开始烧，要不要紧？",
        "扁桃体发炎，给你开点药，一天三次",
    ]
    record = {
        "text": "".join(lines),
        "segments": [{"start": i, "end": i + 1, "text": text} for i, text in enumerate(lines)],
    }
    found = read("a.json", json.dumps(record))
    assert isinstance(found, Dialogue)
    assert [turn.role for turn in found.turns] == ["patient", "doctor", "patient", "doctor"]


def test_a_hum_is_dropped_while_listening_and_kept_as_an_answer() -> None:
    found = read(
        "a.txt",
        (
            "[00:00:01] 家长：他从昨天烧\n[00:00:02] 医生：嗯\n[00:00:03] 家长：到现在\n[00:00:04] "
            "医生：吃药了吗？\n[00:00:05] "
            "家长：嗯\n[00:00:06] 医生：好"
        ),
    )
    assert isinstance(found, Dialogue)
    assert [turn.text for turn in found.turns] == ["他从昨天烧，到现在", "吃药了吗？", "嗯", "好"]


def test_the_doctor_may_open_and_the_nurse_is_told_from_the_parent() -> None:
    voices = {
        "A": ["怎么了？", "几天了？", "考虑支气管炎", "口服药，一天两次"],
        "B": ["医生您好，我家宝宝昨晚发烧", "严重吗？怎么办"],
        "C": ["先量个体温，叫到号再进来", "建议签个字，按压五分钟"],
    }
    sides, confidence = roles_of_voices(voices)
    assert sides == {"A": ("doctor", "doctor"), "B": ("patient", "parent"), "C": ("doctor", "nurse")}
    assert confidence > 0.9


@pytest.mark.parametrize(("text", "value"), [("01:05", 65.0), ("00:01:05,200", 65.2), ("1:00:00.5", 3600.5)])
def test_clock_times_are_seconds(text: str, value: float) -> None:
    assert seconds(text) == pytest.approx(value)
    assert seconds(clock(value)) == pytest.approx(value)


def test_a_clinic_with_three_voices_is_told_by_what_is_said() -> None:
    talk = """儿科门诊 录音转写

00:00:03 说话人1：来坐这儿，孩子怎么啦
00:00:06 说话人2：嗯，那个，他、他从前天晚上开始烧，烧到三十九度二
00:00:12 说话人1：嗯
00:00:13 说话人2：吃了那个布洛芬五毫升，降了又起来
00:00:18 说话人1：吃了几次？间隔多久？
00:00:21 说话人2：一天三次三次吧，隔了六七个小时
00:00:25 说话人1：咳不咳？流鼻涕吗？
00:00:29 说话人3：阿姨我不要打针
00:00:31 说话人1：不打针，来张嘴，啊——嗓子有点红，去查个血常规
00:00:44 说话人2：要不要紧啊大夫
00:00:46 说话人1：先看结果，多喝水，三十八度五以上再吃退烧药
"""
    found = read("a.txt", talk)
    assert isinstance(found, Dialogue), found
    assert [turn.role for turn in found.turns] == [*["doctor", "patient"] * 4, "doctor"]
    assert found.turns[1].text == "他从前天晚上开始烧，烧到三十九度二，吃了那个布洛芬五毫升，降了又起来"
    assert found.turns[3].text == "一天三次三次吧，隔了六七个小时"
