"""Running text: speakers on lines of their own, what stands above a dialogue, messengers; records that grow."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from schemas.dialogue import Dialogue
from schemas.rejection import Reason, Rejection
from tests.support import readers

P, D = "宝宝发烧了怎么办", "多少度，有没有咳嗽"


read = partial(readers.read, "dialogue")


def spoken(found: Dialogue | Rejection) -> list[tuple[str, str]]:
    assert isinstance(found, Dialogue), found
    return [(turn.role, turn.text) for turn in found.turns]


@pytest.mark.parametrize(
    "text",
    [
        f"患者\n{P}\n医生\n{D}\n",
        f"【家长】\n{P}\n\n【医生】\n{D}\n",
        f"张医生 2024/3/5 上午10:20\n您好\n\n小明妈妈 2024/3/5 上午10:21\n{P}\n\n"
        f"张医生 2024/3/5 上午10:22\n[语音]\n{D}\n",
        f"2024-03-05 10:20:11 张医生(12345678)\n您好\n\n2024-03-05 10:21:11 小明妈妈<ab@example.com>\n{P}\n\n"
        f"2024-03-05 10:22:11 张医生(12345678)\n{D}\n",
        f"张医生 10:20\n您好\n小明妈妈 10:21\n{P}\n张医生 10:22\n{D}\n",
        f"[10:20] 小明妈妈：{P}\n[10:22] 张医生：{D}\n",
    ],
)
def test_speakers_above_what_they_say_are_read(text: str) -> None:
    (found,) = read("a.txt", text)
    assert spoken(found)[-2:] == [("patient", P), ("doctor", D)]
    assert found.channel == "online"


SPOKEN_NAMES = "患者 发烧 医生 患者 在吗 王医生 医生 在 患者 医生 医生 你说 患者 咳嗽 医生 几天 患者 三天 医生 好"


def test_a_name_that_is_spoken_on_a_line_of_its_own_is_no_speaker() -> None:
    said = SPOKEN_NAMES.split()
    (found,) = read("a.txt", "\n".join([*said, *said[-4:] * 2]))
    assert [text for _, text in spoken(found)][:5] == ["发烧\n医生，在吗\n王医生", "在", "医生", "你说", "咳嗽"]


def test_what_stands_above_a_dialogue_is_known_of_it() -> None:
    text = (
        f"科室：儿科　诊断：支气管炎\n患者：{P}\n医生：{D}\n\n"
        f"【就诊科室】新生儿科\n【初步诊断】黄疸\n病情描述：黄了三天\n家长：{P}\n医生：{D}\n"
    )
    first, second = read("a.txt", text)
    assert (first.department, first.diagnosis) == ("儿科", "支气管炎")
    assert (second.department, second.diagnosis) == ("新生儿科", "黄疸")
    assert spoken(second)[0] == ("patient", f"黄了三天，{P}")


def test_the_department_of_a_record_is_a_childs_where_one_of_several_is() -> None:
    (found,) = read("a.json", [{"cate1": "内科", "cate2": "小儿内科", "门诊诊断": "上感", "ask": P, "answer": D}])
    assert (found.department, found.diagnosis) == ("小儿内科", "上感")


def test_what_an_object_beside_the_dialogue_says_is_known_of_it() -> None:
    record = {
        "basic": {"科室": "儿科", "诊断": "上感"},
        "messages": [{"is_doctor": d, "content": t} for d, t in ((False, P), (True, D))],
    }
    (found,) = read("a.json", [record])
    assert spoken(found) == [("patient", P), ("doctor", D)]
    assert (found.department, found.diagnosis) == ("儿科", "上感")


def test_pictures_without_words_are_no_broken_messages() -> None:
    messages = [
        {"from": "p", "type": "text", "text": P},
        {"from": "p", "type": "image", "file": "http://example.org/1.jpg"},
        {"from": "d", "type": "text", "text": D},
    ]
    (found,) = read("a.json", [{"clinic_name": "儿科", "content": messages}])
    assert spoken(found) == [("patient", P), ("doctor", D)]
    assert found.department == "儿科"


@pytest.mark.parametrize(
    "record", [["我家孩子昨晚发烧，怎么办", "有没有咳嗽？吃过什么药？", "没有咳", "考虑上感，口服药，一天三次"]]
)
def test_strings_in_turn_are_told_by_what_they_say(record: list[str]) -> None:
    for written in ({"dialogue": record}, {"dialogue": "[SEP]".join(record)}, record):
        (found,) = read("a.json", [written])
        assert [role for role, _ in spoken(found)] == ["patient", "doctor"] * 2
    (unclear,) = read("a.json", [{"dialogue": ["好", "好的"]}])
    assert unclear.reason is Reason.UNCERTAIN_ROLES


TURNS = [
    ("患者", "咳嗽三天"),
    ("医生", "有痰吗？"),
    ("患者", "有"),
    ("医生", "发热吗？"),
    ("患者", "不热"),
    ("医生", "多喝水。"),
]
OTHER = [("患者", "拉肚子"), ("医生", "几次？")]


def growing(write: Any) -> list[Any]:
    return [write(TURNS[:2]), write(TURNS[:4]), write(TURNS), write(OTHER)]


@pytest.mark.parametrize(
    "write",
    [
        lambda said: {"dialogue": [{"speaker": who, "text": text} for who, text in said]},
        lambda said: {"context": "\n".join(f"{w}：{t}" for w, t in said[:-1]), "response": said[-1][1]},
        lambda said: {"history": [f"{w}：{t}" for w, t in said[:-2]], "input": said[-2][1], "response": said[-1][1]},
        lambda said: {"messages": [{"role": ("user", "assistant")[w == "医生"], "content": t} for w, t in said]},
    ],
)
def test_contexts_that_grow_from_record_to_record_are_one_dialogue(write: Any) -> None:
    for name, content in (
        ("a.json", growing(write)),
        ("a.jsonl", "\n".join(map(json.dumps, growing(write)))),
        ("b.json", growing(write)[::-1]),
    ):
        found = read(name, content)
        assert sorted(len(spoken(item)) for item in found) == [2, 6], name


def test_conversations_that_grow_are_one_sample_and_equal_ones_stay() -> None:
    def write(said: list[tuple[str, str]]) -> dict[str, Any]:
        pairs = [[said[i][1], said[i + 1][1]] for i in range(0, len(said) - 2, 2)]
        return {"instruction": said[-2][1], "output": said[-1][1], "history": pairs}

    assert [len(item.messages) for item in readers.read("distilled", "a.json", growing(write))] == [6, 2]
    assert len(readers.read("distilled", "a.json", [write(TURNS), write(TURNS)])) == 2
    assert len(read("a.json", [{"ask": P, "answer": "多喝水"}, {"ask": P, "answer": "多喝水，休息"}])) == 2
