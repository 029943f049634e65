import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.distilled import read
from ingest.files.archives import open_members
from ingest.files.find import find_files
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from schemas.sample import IngestedSample
from tests.support import readers

OPTIONS = SourceOptions("set", "distilled", department="全科", license="mit")
Q, A = "孩子发热三天怎么办？", "多喝水，必要时就诊。"


def outcome(records: Any, name: str = "a.json", **columns: str | int) -> list[IngestedSample | Rejection]:
    return readers.read("distilled", name, records, source="set", department="全科", license="mit", columns=columns)


def one(record: Any, **columns: str | int) -> IngestedSample:
    (found,) = outcome([record], **columns)
    assert isinstance(found, IngestedSample), found
    return found


def turns(record: Any, **columns: str | int) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in one(record, **columns).messages]


def reason(record: Any) -> Reason:
    (found,) = outcome([record])
    assert isinstance(found, Rejection), found
    return found.reason


PAIR = [("user", Q), ("assistant", A)]
LONG = [("user", Q), ("assistant", A), ("user", "还要查血吗？"), ("assistant", "建议查血常规。")]


@pytest.mark.parametrize(
    "record",
    [
        {"instruction": Q, "input": "", "output": A},
        {"instruct": f" {Q}", "output": f" {A}"},
        {"instruction": [Q], "input": "", "output": [A]},
        {"instruction": [[Q]], "output": [[A]]},
        {"prompt": Q, "response": A},
        {"query": Q, "answer": A},
        {"Question": Q, "Answer": A},
        {"question": Q, "raw_anwser": A},
        {"问": Q, "答": A},
        {"问题": Q, "回答": A},
        {"context": f"问题：{Q}\n回答: ", "target": A},
        {"instruction": f" <user>: {Q}", "output": A, "input": ""},
        {"conversations": [{"from": "human", "value": Q}, {"from": "gpt", "value": A}]},
        {"messages": [{"role": "user", "content": Q}, {"role": "assistant", "content": A}]},
        {"conversation": [{"role": "患者", "content": Q}, {"role": "医生", "content": A}]},
        {"conversations": [{"from": "human", "value": Q}], "chosen": A, "rejected": "不知道"},
        {"conversations": [{"from": "human", "value": Q}], "chosen": {"from": "gpt", "value": A}, "rejected": {}},
        {"prompt": Q, "chosen": A, "rejected": "不知道"},
        {
            "prompt": [{"role": "user", "content": Q}],
            "chosen": [{"role": "assistant", "content": A}],
            "rejected": [{"role": "assistant", "content": "不知道"}],
        },
        {"text": f"<user>: {Q} <bot>: {A}"},
        {"text": f"### Human: {Q}\n### Assistant: {A}"},
        {"text": f"<|im_start|>user\n{Q}<|im_end|>\n<|im_start|>assistant\n{A}<|im_end|>"},
        f"问：{Q}\n答：{A}",
        [Q, A],
    ],
)
def test_every_schema_of_one_question_and_one_answer_is_read(record: Any) -> None:
    assert turns(record) == PAIR


@pytest.mark.parametrize(
    "record",
    [
        {"instruction": LONG[2][1], "input": "", "output": LONG[3][1], "history": [[Q, A]]},
        {"instruction": f" <user>: {Q} <bot>: {A} <user>: {LONG[2][1]}", "output": LONG[3][1]},
        {"instruction": [Q, LONG[2][1]], "output": [A, LONG[3][1]]},
        {"conversations": [{"from": ("human", "gpt")[i % 2], "value": text} for i, (_, text) in enumerate(LONG)]},
        {"history": [{"role": r, "content": c} for r, c in LONG[:2]], "query": LONG[2][1], "response": LONG[3][1]},
        {"dialogue": [[Q, A], [LONG[2][1], LONG[3][1]]]},
    ],
)
def test_every_schema_of_several_turns_is_read(record: Any) -> None:
    assert turns(record) == LONG


def test_input_follows_the_instruction_and_a_title_stands_before_it() -> None:
    assert turns({"instruction": "回答下面的问题", "input": Q, "output": A})[0] == ("user", f"回答下面的问题\n{Q}")
    assert turns({"title": "小儿发热", "ask": Q, "answer": A})[0] == ("user", f"小儿发热\n{Q}")


def test_turns_outside_questions_and_answers_are_left_out_and_neighbours_joined() -> None:
    said = [("gpt", "您好"), ("human", "你好"), ("human", Q), ("gpt", A), ("human", "谢谢")]
    record = {"conversations": [{"from": who, "value": what} for who, what in said], "system": "你是医生"}
    assert turns(record) == [("system", "你是医生"), ("user", f"你好\n{Q}"), ("assistant", A)]


def test_schemas_mixed_in_one_file_are_told_record_by_record() -> None:
    found = outcome([{"instruct": Q, "output": A}, {"instruction": Q, "output": A, "history": []}, f"问：{Q}\n答：{A}"])
    assert [len(item.messages) for item in found if isinstance(item, IngestedSample)] == [2, 2, 2]
    assert len({item.id for item in found if isinstance(item, IngestedSample)}) == 3


def test_a_drug_label_is_asked_for() -> None:
    label = "氨肽素\n药品类型:血液系统药物\n适应证:紫癜。\n禁忌证:尚不明确。\n用法用量:口服，每次0.1g。"
    assert turns(label) == [
        ("user", "请介绍氨肽素的适应证、用法用量、禁忌证和注意事项。"),
        ("assistant", label.removeprefix("氨肽素\n")),
    ]
    assert reason("一段没有问题的话。") is Reason.MISSING_FIELD


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", Reason.EMPTY),
        ("。", Reason.EMPTY),
        ("足", Reason.EMPTY),
        (None, Reason.EMPTY),
        ([""], Reason.EMPTY),
        ("作为一个人工智能语言模型，我无法提供医疗建议。", Reason.REFUSAL),
        ("很抱歉，我无法回答这个问题。", Reason.REFUSAL),
        ("As an AI language model, I cannot help.", Reason.REFUSAL),
        ("建议做以下检查：", Reason.UNFINISHED),
        ("可能的原因有：\n1. 感染\n2.", Reason.UNFINISHED),
    ],
)
def test_answers_that_teach_nothing_are_rejected(answer: Any, expected: Reason) -> None:
    assert reason({"instruction": Q, "output": answer}) is expected


@pytest.mark.parametrize(
    "answer", ["患儿无法进食时应当补液，不能强喂。", "抱歉让您久等了，建议补液。", "人工智能可以辅助诊断。"]
)
def test_advice_that_says_cannot_is_no_refusal(answer: str) -> None:
    assert turns({"instruction": Q, "output": answer})[1][1] == answer


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"question": Q}, Reason.MISSING_FIELD),
        ({"output": A}, Reason.MISSING_FIELD),
        ({"messages": [{"role": "user", "content": Q}]}, Reason.MISSING_FIELD),
        ({"messages": [{"role": "tool", "content": Q}]}, Reason.MALFORMED),
        ({"messages": [{"content": Q}]}, Reason.MALFORMED),
        ({"instruction": {"a": 1}, "output": A}, Reason.MALFORMED),
        (7, Reason.MALFORMED),
        ({}, Reason.MISSING_FIELD),
    ],
)
def test_records_without_a_conversation_say_why(record: Any, expected: Reason) -> None:
    assert reason(record) is expected


def test_configured_columns_map_the_rest() -> None:
    assert turns({"frage": Q, "antwort": A}, question="frage", answer="antwort") == PAIR
    csv = f"x,y\n{Q},{A}\n".encode()
    (found,) = outcome(csv, "a.csv", question="x", answer="y")
    assert isinstance(found, IngestedSample)
    (found,) = outcome(f"{Q},{A}\n".encode(), "a.csv", question=0, answer=1)
    assert isinstance(found, IngestedSample)


def test_tables_are_read_and_cells_may_hold_message_lists() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    messages = [[{"role": "user", "content": Q}, {"role": "assistant", "content": A}], None]
    pq.write_table(pa.table({"messages": messages, "n": [1, 2]}), sink)
    found = outcome(sink.getvalue(), "a.parquet")
    assert isinstance(found[0], IngestedSample)
    assert isinstance(found[1], Rejection)
    cell = json.dumps(messages[0], ensure_ascii=False).replace('"', '""')
    (sample,) = outcome(f'id,messages\n1,"{cell}"\n'.encode(), "a.csv")
    assert isinstance(sample, IngestedSample)
    assert sample.origin.locator == "line 2"


@pytest.mark.parametrize(
    ("record", "department"),
    [
        ({"question": "皮疹怎么办", "answer": A, "cate1": "皮肤科"}, "皮肤科"),
        ({"question": "皮疹怎么办", "answer": A, "department": "新生儿科"}, "儿科"),
        ({"question": "我家宝宝拉肚子", "answer": A, "cate1": "nan"}, "儿科"),
        ({"question": "男，4岁，咳嗽", "answer": A}, "儿科"),
        ({"question": "末次月经是2月27号，小孩的预产期是什么时候", "answer": A}, "全科"),
        ({"question": "准备做试管婴儿，要抽血检查吗", "answer": A}, "全科"),
        ({"question": "女，34岁，咳嗽", "answer": A}, "全科"),
        ({"question": "怀孕3个月，孩子会不会有病？", "answer": A}, "全科"),
        ({"question": "写一个儿童故事", "answer": "从前有一座山。"}, "全科"),
    ],
)
def test_the_department_is_named_or_told_by_the_child(record: Any, department: str) -> None:
    assert one(record).department == department


@pytest.mark.parametrize(
    ("record", "task"),
    [
        ({"question": "随便问问", "answer": "好的好的", "task": "evidiag"}, "evidiag"),
        ({"question": "随便问问", "answer": "好的好的", "任务": "MedKQA"}, "medkqa"),
        ({"question": "随便问问", "answer": "好的好的", "task": "闲聊"}, None),
        ({"question": "小儿肺炎应该如何治疗？", "answer": A}, None),
    ],
)
def test_only_a_task_that_a_record_names_is_told(record: Any, task: str | None) -> None:
    assert one(record).task == task


def test_a_table_without_questions_is_counted_row_by_row() -> None:
    found = outcome("Disease\t心力衰竭者\nAge\t年龄大于70岁\n".encode(), "cmedtc.txt")
    assert [item.reason for item in found if isinstance(item, Rejection)] == [Reason.MISSING_FIELD] * 2


EXPECTED = {
    "bentsao_liver_cancer_multiturn.json": 487,
    "bentsao_llama_data.json": 4461,
    "caregpt_drug_labels.json": 1222,
    "chatlm_train_3k.parquet": 3000,
    "disc_sft_examples.jsonl": 80,
    "llamafactory_alpaca_zh_demo.json": 525,
    "medchatglm_train.txt": 3937,
    "medicalgpt_dpo_zh.jsonl": 260,
    "medicalgpt_medical_sft_sharegpt.jsonl": 500,
    "medicalgpt_rag_corpus.txt": 87,
    "zhongjing_CMtMedQA_test.json": 553,
    "zhongjing_huatuo26M_test.json": 2994,
}


CUT_OFF = frozenset({"chatlm_train_3k.parquet"})
"""Answers of more than 320 characters end there, in the middle of a sentence."""


def test_real_sets_are_read_whole(shared: Path) -> None:
    kept: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for found in find_files([str(shared / "data/distill"), str(shared / "data/eval/*.json")], shared):
        for member in open_members(found, OPTIONS, "0" * 64):
            assert isinstance(member, SourceFile)
            for item in read(member, OPTIONS):
                (lost if isinstance(item, Rejection) else kept)[found.path] += 1
    for name, count in EXPECTED.items():
        assert kept[name] + lost[name] == count, name
        assert lost[name] <= (0.2 if name in CUT_OFF else 0.07) * count, name
    assert (kept["disc_cmd_samples.json"], lost["disc_cmd_samples.json"]) == (54, 1)  # one answer breaks off
    assert kept["huatuogpt_Med-dialog_100.json"] == 100


def test_what_is_no_set_is_said_to_be_none() -> None:
    with pytest.raises(UnreadableFile) as caught:
        outcome(b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png")
    assert caught.value.reason is Reason.UNKNOWN_FORMAT


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [{"role": "user", "content": Q}, {"role": "assistant", "content": None, "tool_calls": [{}]},
                      {"role": "tool", "content": "38.5"}, {"role": "assistant", "content": A}]},
        {"conversations": [{"from": "human", "value": Q}, {"from": "function_call", "value": "{}"},
                           {"from": "observation", "value": "38.5"}, {"from": "gpt", "value": A}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": Q}, {"type": "image"}]},
                      {"role": "assistant", "content": [{"type": "text", "text": A}]}]},
        {"question": Q, "response_chosen": A, "response_rejected": "不知道"},
        {"chosen": [{"role": "user", "content": Q}, {"role": "assistant", "content": A}], "rejected": []},
        {"data": [f"问：\n{Q}", f"答：\n{A}"]},
        {"chat": {"turn_1": {"Human": Q, "MOSS": A}}},
        {"conversation": [{"human": Q, "assistant": A}]},
        {"conversation": [{"input": Q, "output": A}]},
        {"question": Q, "answer": {"text": A}},
        {"INSTRUCTION": Q, "RESPONSE": A},
        {"用户提问": Q, "模型回答": A},
        {"q": Q, "a": A},
        {"content": Q, "reply": A},
        {"instruction": Q, "input": "无", "output": A},
        {"instruction": Q, "input": "<noinput>", "output": A},
        {"items": [{"from": "human", "value": Q}, {"from": "expert", "value": A}]},
        {"prompt": f"<|im_start|>user\n{Q}<|im_end|>\n<|im_start|>assistant\n", "response": A},
        {"text": f"<s>[INST] {Q} [/INST] {A}</s>"},
        {"dialog": [f"患者：{Q}", f"医生：{A}"]},
    ],
)  # fmt: skip
def test_further_schemas_are_read(record: Any) -> None:
    assert turns(record) == PAIR


def test_lines_of_questions_and_answers_and_records_by_number_are_read() -> None:
    found = outcome(f"问：{Q}\n答：{A}\n\n问：还要查血吗？\n答：建议查。\n".encode(), "a.txt")
    assert [item.origin.locator for item in found] == ["line 1", "line 4"]
    numbered = outcome({"7": {"instruction": Q, "output": A}, "8": {"instruction": Q, "output": A}})
    assert [item.origin.locator for item in numbered] == ["line 1.7", "line 1.8"]
    assert all(isinstance(item, IngestedSample) for item in found + numbered)


def test_prefixed_strings_keep_who_said_what() -> None:
    record = {"dialog": [f"患者：{Q}", "患者：很急", f"医生：{A}"]}
    assert turns(record) == [("user", f"{Q}\n很急"), ("assistant", A)]


def test_developer_is_a_system_message_and_inputs_stay() -> None:
    record = {
        "messages": [{"role": r, "content": c} for r, c in (("developer", "你是医生"), ("user", Q), ("assistant", A))]
    }
    assert turns(record) == [("system", "你是医生"), *PAIR]
