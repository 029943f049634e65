"""One exchange, written in the many ways hospitals and platforms export it."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from schemas.dialogue import Dialogue
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from tests.support import readers

P, D = "宝宝发烧了怎么办", "多少度，有没有咳嗽"
MESSAGES = [{"speaker": "患者", "sentence": P}, {"speaker": "医生", "sentence": D}]
VOICES = [
    ("说话人1", "我家宝宝昨晚发烧，怎么办啊医生"),
    ("说话人2", "有没有咳嗽？吃过什么药？我开点药，一天三次"),
]


read = partial(readers.read, "dialogue")


def spoken(found: Dialogue | Rejection) -> list[tuple[str, str]]:
    assert isinstance(found, Dialogue), found
    return [(turn.role, turn.text) for turn in found.turns]


EXCHANGE = [("patient", P), ("doctor", D)]


@pytest.mark.parametrize(
    "header",
    [
        "主诉,医生建议", "患者问题,医生回复", "咨询内容,回复内容", "病情描述,处理意见", "病人描述,医生答复",
        "patient,doctor", "患者,医生", "问題（必填）,回答", "Patient_Question,Doctor_Reply", " question , answer ",
        "用户提问,模型回答",
    ],
)  # fmt: skip
def test_columns_are_known_by_what_hospitals_call_them(header: str) -> None:
    (found,) = read("a.csv", f"{header}\n{P},“{D}”\n".replace("，", "；"))
    assert [role for role, _ in spoken(found)] == ["patient", "doctor"]


@pytest.mark.parametrize(
    "before",
    ["sep=,\n科室,问题,回答\n", "儿科咨询记录表,,\n科室,问题,回答\n", "导出日期：2024年,,\n\n科室,问题,回答\n"],
)
def test_lines_above_the_header_are_no_rows(before: str) -> None:
    (found,) = read("a.csv", f'{before}儿科,{P},"{D}"\n')
    assert spoken(found) == EXCHANGE
    assert found.department == "儿科"
    assert found.origin.locator == f"line {before.count(chr(10)) + 1}"


def test_traditional_headers_and_big5_are_read() -> None:
    text = "科別,標題,問題,回答\n兒科,發燒,寶寶發燒了怎麼辦,多少度？有沒有咳嗽\n"
    (found,) = read("a.csv", text, encoded="big5")
    assert spoken(found) == [("patient", "寶寶發燒了怎麼辦"), ("doctor", "多少度？有沒有咳嗽")]


def test_a_table_without_header_says_how_to_name_its_columns() -> None:
    (found,) = read("a.csv", f"{P},可以口服布洛芬\n")
    assert found.reason is Reason.MISSING_FIELD
    assert "columns = { question = 0, answer = 1 }" in found.excerpt


@pytest.mark.parametrize(
    "rows",
    [
        "角色,内容\n家长,发烧\n医生,几度\n家长,39度\n",
        "序号,说话人,话语\n1,家长,发烧\n2,医生,几度\n3,家长,39度\n",
        "就诊号,发言人,内容\nA1,家长,发烧\n,医生,几度\n,家长,39度\n",
        "家长\t发烧\n医生\t几度\n家长\t39度\n",
    ],
)
def test_rows_of_turns_are_one_dialogue_where_no_column_divides_them(rows: str) -> None:
    (found,) = read("a.txt" if "\t" in rows else "a.csv", rows)
    assert [text for _, text in spoken(found)] == ["发烧", "几度", "39度"]
    assert found.turns[0].speaker == "parent"


@pytest.mark.parametrize(
    "record",
    [
        [{"主诉": P, "医生建议": D}],
        [{"question": P, "answers": [{"content": D}, {"content": "吃药"}]}],
        [{"title": P, "question": "无", "answers": [D]}],
        {"session": {"messages": MESSAGES}},
        [{"patient_info": {"age": 3}, "dialog": {"turns": MESSAGES}}],
        {"dialogue": {"0": MESSAGES[0], "1": MESSAGES[1]}},
        [{"qa_list": [{"question": P, "answer": D}]}],
        [{"dialogue": [{"question": P, "answer": D}]}],
        [{"chat_record": [{"sender": "P", "msg": P}, {"sender": "D", "msg": D}]}],
        [[{"id": "Patients", "Sentence": P, "Symptom": []}, {"id": "Doctor", "Sentence": D}]],
        [{"dialog_info": [{"sender": "患者", "text": P}, {"sender": "医生", "text": D}]}],
        [{"instruction": "你是儿科医生", "input": f"患者：{P}", "output": D}],
        [{"dialogue": [{"speaker": "张三", "text": P}, {"speaker": "李医生", "text": D}]}],
        [{"dialogue": [{"role": "patient", "text": P}, {"role": "agent7", "text": D}]}],
        [{"messages": [{"role": "system", "content": "你是医生"}, {"role": "user", "content": P}, {"role": "assistant",
                                                                                              "content": D}]}],
        [{"dialogue": [{"role": "user", "text": P}, {"role": "system", "text": D}]}],
        [{"dialogue": [{"role": "客服", "text": "您好"}, {"role": "患者", "text": P}, {"role": "医生", "text": D}]}],
        {"data": MESSAGES},
        [{"dialogue": json.dumps(MESSAGES)}],
    ],
)  # fmt: skip
def test_every_nesting_gives_the_same_turns(record: Any) -> None:
    (found,) = read("a.json", record)
    assert [(role, text.removeprefix("你是儿科医生\n患者：")) for role, text in spoken(found)] == EXCHANGE


@pytest.mark.parametrize("nothing", ["无", "<noinput>", "None"])
def test_an_input_that_says_there_is_none_is_no_part_of_the_question(nothing: str) -> None:
    (found,) = read("a.json", [{"instruction": P, "input": nothing, "output": D}])
    assert spoken(found) == EXCHANGE


def test_several_dialogues_in_one_object_are_told_apart() -> None:
    by_number: dict[str, Any] = {
        "1001": {"diagnosis": "上感", "dialogue": MESSAGES, "self_report": "三天"},
        "1002": {"dialogue": MESSAGES},
    }
    found = read("IMCS.json", by_number)
    assert [item.origin.locator for item in found] == ["line 1.1001", "line 1.1002"]
    assert spoken(found[0])[0] == ("patient", f"三天，{P}")
    assert found[0].diagnosis == "上感"
    listed = read("a.json", [{"科室": "儿科", "dialogues": [MESSAGES, MESSAGES]}])
    assert [(item.origin.locator, item.department) for item in listed] == [("#0.0", "儿科"), ("#0.1", "儿科")]


def test_speakers_without_a_role_are_told_by_what_they_say_or_rejected() -> None:
    clear = [{"speaker": i % 2, "text": text} for i, (_, text) in enumerate(VOICES)]
    (found,) = read("a.json", [{"dialogue": clear}])
    assert [turn.role for turn in found.turns] == ["patient", "doctor"]
    (unclear,) = read("a.json", [{"dialogue": [{"speaker": "A", "text": "好"}, {"speaker": "B", "text": "好的"}]}])
    assert unclear.reason is Reason.UNCERTAIN_ROLES


@pytest.mark.parametrize(
    "text",
    [
        f"【患者】{P}\n【医生】{D}\n",
        f"**患者**：{P}\n\n**医生**：{D}\n",
        f"患者问：{P}\n医生答：{D}\n",
        f"患　者：{P}\n医　生：{D}\n",
        f"患者  {P}\n医生  {D}\n",
        f"Q：{P}\nA：{D}\n",
        f"患者：{P} 医生：{D}\n",
        f"张三 2021-03-04 10:20:01\n{P}\n\n李医生 2021-03-04 10:21:05\n{D}\n\n张三 2021-03-04 10:22\n[图片]\n",
        f"[10:20:01] 患者：{P}\n[10:20:09] 医生：{D}\n",
        f"客服：您好\n患者：{P}\n医生：{D}\n",
        f"對話內容\n病人：{P}\n醫生：{D}\n",
    ],
)
def test_every_way_to_write_the_speaker_gives_the_same_turns(text: str) -> None:
    (found,) = read("a.txt", text)
    assert spoken(found) == EXCHANGE
    assert found.channel == "online"


@pytest.mark.parametrize(
    "lines",
    [
        [f"{who} 00:0{i + 1}\n{text}\n" for i, (who, text) in enumerate(VOICES)],
        [f"00:00:0{i + 1} {who}\n{text}\n" for i, (who, text) in enumerate(VOICES)],
        [f"[{i + 1}.00s -> {i + 2}.00s] {who}：{text}" for i, (who, text) in enumerate(VOICES)],
        [f"[00:0{i + 1}.000 --> 00:0{i + 2}.000] {text}" for i, (_, text) in enumerate(VOICES)],
    ],
)
def test_recognisers_text_forms_are_recordings(lines: list[str]) -> None:
    (found,) = read("a.txt", "\n".join(lines))
    assert [turn.role for turn in found.turns] == ["patient", "doctor"]
    assert found.channel == "voice"
    assert found.origin.locator.startswith("00:00:01.000-00:00:0")


@pytest.mark.parametrize(
    "record",
    [
        [{"start": i, "end": i + 1, "text": text, "speaker": who} for i, (who, text) in enumerate(VOICES)],
        {"chunks": [{"timestamp": [i, i + 1.0], "text": text} for i, (_, text) in enumerate(VOICES)]},
        {"result": {"sentences": [
            {"begin_time": i * 1000, "end_time": i * 1000 + 1000, "text": text, "speaker_id": i}
            for i, (_, text) in enumerate(VOICES)
        ]}},
        {"sentence_info": [
            {"start": i * 1000, "end": i * 1000 + 1000, "sentence": text, "spk": i}
            for i, (_, text) in enumerate(VOICES)
        ]},
    ],
)  # fmt: skip
def test_recognisers_json_forms_are_recordings(record: Any) -> None:
    (found,) = read("a.json", record)
    assert [turn.role for turn in found.turns] == ["patient", "doctor"]
    assert (found.channel, found.origin.locator) == ("voice", "00:00:00.000-00:00:02.000")


def test_subtitles_without_empty_lines_or_with_names_only_at_changes_are_read() -> None:
    cue = "{}\n00:00:0{},000 --> 00:00:0{},500\n{}\n"
    (dense,) = read("a.srt", cue.format(1, 1, 1, f"医生：{D}") + cue.format(2, 2, 2, f"家长：{P}"))
    assert spoken(dense) == [("doctor", D), ("patient", P)]
    texts = ["医生：孩子怎么了", "家长：发烧", "已经三天了", "医生：好"]
    (found,) = read("b.srt", "\n".join(cue.format(i, i, i, text) for i, text in enumerate(texts, 1)))
    assert [text for _, text in spoken(found)] == ["孩子怎么了", "发烧，已经三天了", "好"]


def test_subtitles_without_times_are_refused_by_name() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read("a.srt", "随便的文字\n没有时间\n")
    assert refused.value.reason is Reason.UNKNOWN_FORMAT


def test_a_record_with_headings_keeps_description_and_suggestions() -> None:
    text = (
        "id=1\nhttps://example.org/1\nDoctor faculty\n某院 儿科\nDescription\n发热三天\n\n"
        "Dialogue\n病人：\n发热三天\n医生：\n几度\n"
        "Diagnosis and suggestions\n上感，多喝水\n\nid=2\nDescription\n咳嗽\n\nDialogue\n病人：\n有痰\n医生：\n几天\n"
    )
    first, second = read("a.txt", text)
    assert spoken(first) == [("patient", "发热三天"), ("doctor", "几度，上感，多喝水")]
    assert spoken(second) == [("patient", "咳嗽，有痰"), ("doctor", "几天")]


def test_words_in_brackets_stay_and_faces_go() -> None:
    (found,) = read("a.json", [{"ask": "咳嗽[大哭]怎么办", "answer": "[配方]半边莲50克[用法]水煎服"}])
    assert spoken(found) == [("patient", "咳嗽怎么办"), ("doctor", "[配方]半边莲50克[用法]水煎服")]


def test_a_quotation_of_turns_in_a_question_is_split_and_nothing_is_lost() -> None:
    (found,) = read("a.json", [{"instruction": f" 三天了 <user>: {P} <bot>: {D} <user>: 39度", "output": "吃药"}])
    assert spoken(found) == [("patient", f"三天了，{P}"), ("doctor", D), ("patient", "39度"), ("doctor", "吃药")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f"张医生：你好\n王女士：{P}\n张医生：{D}\n王女士：好\n"),
        ("a.txt", f"①张医生：你好\n②王女士：{P}\n③张医生：{D}\n④王女士：好\n"),
        (
            "a.srt",
            "\n".join(
                f"{i}\n00:00:0{i},000 --> 00:00:0{i},500\n{line}\n"
                for i, line in enumerate(["[张医生] 你好", f"王女士：{P}", f"张医生：{D}", "王女士：好"], 1)
            ),
        ),
    ],
)
def test_a_name_that_is_no_role_is_the_side_that_is_missing(name: str, text: str) -> None:
    (found,) = read(name, text)
    assert spoken(found) == [("doctor", "你好"), ("patient", P), ("doctor", D), ("patient", "好")]


def test_words_before_a_colon_are_no_speakers_where_both_sides_are_named() -> None:
    (found,) = read("a.txt", "患者：发烧\n体温：38度\n体温：39度\n医生：几天\n")
    assert spoken(found) == [("patient", "发烧\n体温：38度\n体温：39度"), ("doctor", "几天")]


def test_names_of_columns_and_keys_follow_patterns() -> None:
    rows = "问诊编号,医患身份,对话文本\n1,患者,发烧\n1,医生,几天\n2,家长,咳嗽\n2,医生,几声\n"
    assert [[text for _, text in spoken(item)] for item in read("a.csv", rows)] == [["发烧", "几天"], ["咳嗽", "几声"]]
    (listed,) = read("a.json", [{"医患对话": [f"患：{P}", f"医：{D}"]}])
    assert spoken(listed) == EXCHANGE
    (named,) = read(
        "a.json", [{"message": [{"sender_name": "小明妈妈", "content": P}, {"sender_name": "张医生", "content": D}]}]
    )
    assert spoken(named) == EXCHANGE
    (answered,) = read("a.json", [{"input": f"患者：{P}", "output": f"医生：{D}"}])
    assert spoken(answered)[1] == ("doctor", D)


def test_rounds_are_marks_and_no_speech() -> None:
    (found,) = read("a.txt", f"第1轮\n患者：{P}\n医生：{D}\n第2轮\n患者：39度\n医生：吃药\n")
    assert [text for _, text in spoken(found)] == [P, D, "39度", "吃药"]


def test_a_header_of_mostly_other_columns_is_one_all_the_same() -> None:
    header = "患者编号,姓名,年龄,性别,医院,挂号费,问题,回答,备注一,备注二"
    (found,) = read("a.csv", f"{header}\n7,某,3,男,某院,15,{P},多少度,,\n")
    assert spoken(found) == [("patient", P), ("doctor", "多少度")]
    (turned,) = read("b.csv", "流水,时长,网点,坐席,角色,内容\n1,2,3,4,患者,发烧\n1,2,3,4,医生,几度\n")
    assert spoken(turned) == [("patient", "发烧"), ("doctor", "几度")]
