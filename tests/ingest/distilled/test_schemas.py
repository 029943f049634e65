"""Schemas, templates and flaws of distilled sets beyond the usual ones."""

from __future__ import annotations

from typing import Any

import pytest

from ingest import distilled
from ingest.source import SourceFile, SourceOptions
from schemas.errors import UnreadableFile
from schemas.rejection import Reason, Rejection
from schemas.sample import IngestedSample
from tests.support import readers

Q, A = "宝宝发烧38.5度怎么办？", "多喝水，超过38.5度口服退热药。"
BEFORE = [("user", "宝宝咳嗽"), ("assistant", "有痰吗？")]


def read(*records: Any) -> list[IngestedSample | Rejection]:
    return readers.read("distilled", "a.json", records)


def turns(record: Any) -> list[tuple[str, str]]:
    (found,) = read(record)
    assert isinstance(found, IngestedSample), found
    return [(message.role, message.content) for message in found.messages]


@pytest.mark.parametrize(
    "text",
    [
        f"### Instruction:\n{Q}\n\n### Response:\n{A}",
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
        f"### Instruction:\n{Q}\n\n### Input:\n\n\n### Response: {A}",
        f"### 指令：\n{Q}\n### 回复：\n{A}",
        f"<|user|>\n{Q}\n<|assistant|>\n{A}<|end|>",
        f"<｜User｜>{Q}<｜Assistant｜>{A}<｜end▁of▁sentence｜>",
        f"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{Q}<|eot_id|>"
        f"<|start_header_id|>assistant<|end_header_id|>\n\n{A}<|eot_id|>",
        f"<start_of_turn>user\n{Q}<end_of_turn>\n<start_of_turn>model\n{A}<end_of_turn>",
        f"A chat between a curious user and an assistant. USER: {Q} ASSISTANT: {A}</s>",
        f"[Round 1]\n\n问：{Q}\n\n答：{A}",
    ],
)
def test_turns_in_the_marks_of_any_model_are_told_apart(text: str) -> None:
    assert turns({"text": text}) == [("user", Q), ("assistant", A)]


@pytest.mark.parametrize(
    "record",
    [
        {"problem": Q, "solution": A},
        {"inputs": Q, "targets": A},
        {"src": Q, "tgt": A},
        {"input_text": Q, "output_text": A},
        {"用户": Q, "助手": A},
        {"query": Q, "responses": [{"answer": A, "rank": 1}]},
        {"conversations": [{"from": "user", "value": Q}, {"from": "bing", "value": A}]},
        {"context": f"Instruction: {Q}\nAnswer: ", "target": A},
        {"messages": [{"role": "user", "content": Q}, {"role": "assistant", "content": f"<think>想想</think>\n\n{A}"}]},
    ],
)
def test_more_names_and_habits_of_sets_are_known(record: Any) -> None:
    assert turns(record) == [("user", Q), ("assistant", A)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"<p>{Q}</p>", "<p>多喝水</p><p>休息&nbsp;两天</p>"),
        (Q, "多喝水<br/>休息 两天"),
        (Q, "多喝水\\n休息 两天"),
    ],
)
def test_markup_and_escaped_line_ends_of_web_pages_go(question: str, answer: str) -> None:
    assert turns({"question": question, "answer": answer}) == [("user", Q), ("assistant", "多喝水\n休息 两天")]


@pytest.mark.parametrize(
    "answer", ["```html\n<p>好</p>\n```", "<html><body><p>好</p></body></html>", "梯度写作\\nabla f"]
)
def test_programs_and_formulas_stay(answer: str) -> None:
    assert turns({"question": "怎么写？", "answer": answer})[1] == ("assistant", answer)


def test_a_string_of_a_question_and_lines_below_it_is_one_exchange() -> None:
    assert turns(f"{Q}\n{A}") == turns({"text": f"{Q}\n{A}"}) == [("user", Q), ("assistant", A)]
    (found,) = read("第一行。\n第二行。")
    assert isinstance(found, Rejection)


def test_answers_marked_as_the_worse_ones_are_no_samples() -> None:
    messages = [{"role": "user", "content": Q}, {"role": "assistant", "content": A}]
    worse, better = read({"messages": messages, "label": False}, {"messages": messages, "label": True})
    assert isinstance(worse, Rejection)
    assert worse.reason is Reason.NO_COUNTERPART
    assert isinstance(better, IngestedSample)


def test_calls_of_functions_between_messages_are_left_out() -> None:
    call = {"role": "assistant", "content": None, "function_call": {"name": "量体温"}}
    messages = [{"role": "user", "content": Q}, call, {"role": "function", "content": "38.5"}]
    assert turns({"messages": [*messages, {"role": "assistant", "content": A}]}) == [("user", Q), ("assistant", A)]


def test_the_first_question_of_a_wide_row_is_kept() -> None:
    row = {"主诉": "咳嗽", "A1": "几天", "Q2": "三天", "A2": "有痰吗", "Q3": "没有", "A3": "拍片"}
    assert turns(row)[:3] == [("user", "咳嗽"), ("assistant", "几天"), ("user", "三天")]


def test_messages_are_found_further_inside_and_by_any_name_of_a_speaker() -> None:
    inside = {"session": {"turns": [{"is_doctor": False, "content": Q}, {"is_doctor": True, "content": A}]}}
    assert turns(inside) == [("user", Q), ("assistant", A)]
    assert turns([["患者", Q], ["医生", A]]) == [("user", Q), ("assistant", A)]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="expected one of"):
        list(distilled.read(SourceFile.from_bytes("a.csv", b"a,b"), SourceOptions("s", "distilled", format="word")))


@pytest.mark.parametrize(
    "history",
    [
        [[BEFORE[0][1], BEFORE[1][1]]],
        [BEFORE[0][1], BEFORE[1][1]],
        f"用户：{BEFORE[0][1]}\n助手：{BEFORE[1][1]}",
        [f"患者：{BEFORE[0][1]}", f"医生：{BEFORE[1][1]}"],
        [{"role": "user", "content": BEFORE[0][1]}, {"role": "assistant", "content": BEFORE[1][1]}],
    ],
)
def test_history_is_kept_in_every_shape(history: Any) -> None:
    record = {"instruction": Q, "output": A, "history": history}
    assert turns(record) == [*BEFORE, ("user", Q), ("assistant", A)]


@pytest.mark.parametrize(
    "options",
    [
        {"option": {"A": "肺炎", "B": "哮喘"}},
        {"options": ["A. 肺炎", "B. 哮喘"]},
        {"options": [{"key": "A", "text": "肺炎"}, {"key": "B", "text": "哮喘"}]},
        {"选项": "A. 肺炎 B. 哮喘"},
        {"A": "肺炎", "B": "哮喘"},
        {"option_a": "肺炎", "option_b": "哮喘"},
    ],
)
def test_letters_of_an_answer_are_written_out(options: Any) -> None:
    said = turns({"question": "哪种病由过敏引起？", "answer": "B", "explanation": "哮喘是气道的慢性炎症。", **options})
    assert said == [
        ("user", "哪种病由过敏引起？\nA. 肺炎\nB. 哮喘"),
        ("assistant", "B. 哮喘\n哮喘是气道的慢性炎症。"),
    ]


def test_a_letter_without_options_is_an_empty_answer() -> None:
    for record in ({"question": "哪种病？", "answer": "C"}, {"q": "哪种病？", "a": "A"}):
        (found,) = read(record)
        assert isinstance(found, Rejection)
        assert found.reason is Reason.EMPTY


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("作为AI，我建议您带孩子就医。", Reason.REFUSAL),
        ("我是ChatGPT，由OpenAI训练。", Reason.REFUSAL),
        ("我只是一个语言模型，建议您咨询医生。", Reason.REFUSAL),
        ("身为人工智能，我不会看病。", Reason.REFUSAL),
        ("作为医疗助手，我无法给出诊断。", Reason.REFUSAL),
        ("我无法提供医疗建议，请咨询医生。", Reason.REFUSAL),
        ("我不是医生，不能给出建议。", Reason.REFUSAL),
        ("抱歉，我暂时无法提供该服务。", Reason.REFUSAL),
        ("对不起，这个问题我不清楚。", Reason.REFUSAL),
        ("不知道", Reason.REFUSAL),
        ("无法回答", Reason.REFUSAL),
        ("Sorry, I cannot answer that.", Reason.REFUSAL),
        ("该问题暂无回答", Reason.PLACEHOLDER),
        ("同上", Reason.PLACEHOLDER),
        ("[图片]", Reason.EMPTY),
        ("<unk>", Reason.EMPTY),
        ("A", Reason.EMPTY),
        ("小儿肺炎的治疗包括抗感染、对症治疗以及", Reason.UNFINISHED),
        ("治疗上首先抗感染，其次", Reason.UNFINISHED),
        ("原因有：1.感染；2.过敏；3.异物；4", Reason.UNFINISHED),
        ("1. 多喝水。\n2. **", Reason.UNFINISHED),
        ("- 多喝水\n-", Reason.UNFINISHED),
        ("可给予退热药（如", Reason.UNFINISHED),
        ("发生率很小，相当于1-", Reason.UNFINISHED),
        ("<think>先想想这个问题", Reason.EMPTY),
    ],
)
def test_refusals_placeholders_and_texts_that_break_off_are_rejected(answer: str, expected: Reason) -> None:
    (found,) = read({"instruction": Q, "output": answer})
    assert isinstance(found, Rejection), found
    assert found.reason is expected


@pytest.mark.parametrize(
    "answer",
    [
        "很抱歉听到孩子生病了。建议尽快就医，多喝水。",
        "根据您提供的信息无法判断，建议就诊。",
        "抱歉，孩子需要去医院检查，我不能隔着屏幕诊断，建议查血常规。",
        "绝经后乳腺癌可用作为AI类的来曲唑治疗。",
        "无需用药，观察即可",
        "1. 多喝水\n2. **注意休息**",
        "血糖6.5",
        "体温38-39度，口服布洛芬（美林）",
        "可以",
    ],
)
def test_short_and_careful_answers_stay(answer: str) -> None:
    assert turns({"instruction": Q, "output": answer})[-1] == ("assistant", answer)


@pytest.mark.parametrize("answer", ["抱歉，我无法回答这个问题。", "。", "原因有：", "作为AI，我不会看病。"])
def test_a_conversation_is_kept_up_to_the_answer_that_teaches_nothing(answer: str) -> None:
    record = {"history": [[Q, A]], "instruction": "还要吃药吗？", "output": answer}
    assert turns(record) == [("user", Q), ("assistant", A)]


@pytest.mark.parametrize(
    ("question", "department"),
    [
        ("荨麻疹反复发作，身上起红疹怎么办？", "皮肤科"),
        ("月经推迟，子宫肌瘤会影响怀孕吗？", "妇产科"),
        ("主流产品有哪些，对皮肤好吗？", ""),
        ("高血压和糖尿病能一起治吗？", ""),
        ("宝宝荨麻疹反复发作怎么办？", "儿科"),
        ("寶寶發燒，咳嗽怎麼辦？", "儿科"),
        ("水痘的皮疹和红疹怎么区别？", ""),
        ("今天天气怎么样？", ""),
    ],
)
def test_a_department_is_told_where_the_words_are_clear_and_none_is_named(question: str, department: str) -> None:
    (found,) = read({"question": question, "answer": A})
    assert isinstance(found, IngestedSample)
    assert found.department == department


def test_answers_cut_off_at_a_limit_are_unfinished() -> None:
    limit = 100
    whole = [f"第{i}种情况多喝水，注意休息" + "好" * (i % 50) + "。" for i in range(40)]
    cut = [(f"第{i}种情况" + "应当继续观察体温与精神" * 20)[:limit] for i in range(8)]
    ended = ("多喝水" * 40)[: limit - 1] + "。"
    found = read(*({"instruction": Q, "output": answer} for answer in [*whole, *cut, ended]))
    assert [item.reason for item in found if isinstance(item, Rejection)] == [Reason.UNFINISHED] * len(cut)
    assert len(read(*({"instruction": Q, "output": answer} for answer in whole))) == len(whole)
