from typing import Any

import polars as pl
import pytest

from pedcorpus.steps.instruct.of_talks import distilled
from pedcorpus.steps.instruct.sample_builder import SampleBuilder


def sample(*content: str, task: str | None = None) -> dict[str, Any]:
    roles = ["user", "assistant"] * len(content)
    return {
        "id": "smp-1",
        "source": "set",
        "origin": {"file": "a.json", "locator": "#0", "sha256": ""},
        "messages": [{"role": role, "content": text} for role, text in zip(roles, content, strict=False)],
        "task": task,
        "department": "",
    }


def made(*rows: dict[str, Any]) -> SampleBuilder:
    return distilled.samples(pl.DataFrame(rows, schema_overrides={"task": pl.String}))


@pytest.mark.parametrize(("task", "expected"), [(None, "general"), ("medkqa", "medkqa")])
def test_the_talk_tells_the_task_where_the_set_does_not(task: str | None, expected: str) -> None:
    row = sample("写一首关于春天的诗", "春风又绿江南岸，明月何时照我还。", task=task)
    assert [kept.task for kept in made(row).samples] == [expected]


@pytest.mark.parametrize("task", ["trerecom", "general"])
def test_samples_without_flaws_are_kept_word_for_word(task: str) -> None:
    row = sample("川崎病应该如何治疗？", "急性期静脉注射免疫球蛋白，并口服阿司匹林。", task=task)
    (kept,) = made(row).samples
    assert [m.content for m in kept.messages] == [m["content"] for m in row["messages"]]
    assert (kept.builder.kind, kept.parents, kept.task) == ("original", ("smp-1",), task)


@pytest.mark.parametrize("content", [("只有问题",), ("问题", "回答", "没有回答的问题")])
def test_a_talk_that_does_not_end_with_an_answer_is_malformed(content: tuple[str, ...]) -> None:
    result = made(sample(*content, task="general"))
    assert [rejection.reason.value for rejection in result.rejections] == ["malformed"]


def test_an_answer_about_a_picture_nobody_sees_is_left_out() -> None:
    seen = sample("脚上长了这个，怎么治疗？", "从图片来看，考虑是鸡眼，可以外用水杨酸。", task="trerecom")
    told = sample("心电图如何看？", "心电图是记录心脏电活动的图形。", task="medkqa")
    result = made(seen, told | {"id": "smp-2"})
    assert [rejection.reason.value for rejection in result.rejections] == ["not_grounded"]
    assert [row.parents for row in result.samples] == [("smp-2",)]


def mended(*content: str, task: str = "medkqa") -> list[str]:
    (kept,) = made(sample(*content, task=task)).samples
    return [message.content for message in kept.messages]


ADVICE = "可以口服补液盐预防脱水，同时继续喂养，注意尿量。"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (f"病情分析：你好，{ADVICE}", ADVICE),
        (f"您好，我是仲景智能医学助手。{ADVICE}", ADVICE),
        (f"根据知识，{ADVICE}", ADVICE),
        (f"考虑轻度脱水指导意见你好，{ADVICE}", f"考虑轻度脱水。{ADVICE}"),
        (f"{ADVICE}以上是对“腹泻怎么办”这个问题的建议，希望对您有帮助，祝您健康！", ADVICE),
        (f"{ADVICE}您好！请问有什么我可以帮助您的吗？", ADVICE),
        (f"{ADVICE}大约一半60#xFF05;有效。", f"{ADVICE}大约一半60%有效。"),
        ('["咳嗽", "发热"]', "咳嗽、发热。"),
        ("{'辅助检查': ['血常规', '便常规'], '科室': '儿科'}", "辅助检查：血常规、便常规；科室：儿科。"),
        ("治疗包括['补液', '退热']等方法。", "治疗包括补液、退热等方法。"),
        (f"{ADVICE}家长不必紧张，轻症可以在家观察。" * 2, f"{ADVICE}家长不必紧张，轻症可以在家观察。"),
    ],
)
def test_what_a_platform_or_a_program_wrote_into_an_answer_goes(answer: str, left: str) -> None:
    assert mended("孩子腹泻怎么办？", answer)[1] == left


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("宝宝便秘怎么办？，宝宝便秘怎么办，三天没有大便", "宝宝便秘怎么办，三天没有大便"),
        ("喝牛奶会腹胀吗？，无", "喝牛奶会腹胀吗？"),
        ("孩子夜里腿疼怎么处理曾经治疗情", "孩子夜里腿疼怎么处理"),
        ("鼻塞三天曾经治疗情况和效果：吃过药想得到怎样的帮助：怎么办", "鼻塞三天。吃过药。怎么办"),
        ("七个月时开始水肿，七个月时开始水肿", "七个月时开始水肿"),
        ("孩子没有发烧，有没有必要输液？没有", "孩子没有发烧，有没有必要输液？"),
    ],
)
def test_what_a_form_wrote_into_a_question_goes(question: str, left: str) -> None:
    assert mended(question, ADVICE)[0] == left


@pytest.mark.parametrize("task", ["medkqa", "general"])
def test_a_talk_ends_behind_the_last_advice(task: str) -> None:
    thanks = ("好的，谢谢医生，我会注意的。", "不客气，祝宝宝早日康复！如有其他问题请随时咨询。")
    assert mended("孩子腹泻怎么办？", ADVICE, *thanks, task=task) == ["孩子腹泻怎么办？", ADVICE]


def test_praise_is_no_advice() -> None:
    praise = "很好，您的积极配合对于恢复非常重要。如果有任何进一步的问题，请随时向我咨询。"
    assert mended("孩子腹泻怎么办？", ADVICE, "明白了，我会按照建议去做。", praise)[-1] == ADVICE


def test_advice_behind_thanks_stays() -> None:
    more = "另外提醒您：如果出现精神差、尿量明显减少、哭时无泪、眼窝凹陷，或者反复呕吐喝不进水，说明脱水加重。"
    more += "需要马上带孩子去医院，路上少量多次喂补液盐，不要自行用止泻药，也不要让孩子禁食。"
    assert mended("孩子腹泻怎么办？", ADVICE, "好的，谢谢医生。", more)[-1] == more


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("[{'name': ['a']}]", "serialised"),
        ("{'检查': {'血': ['常规']}}", "serialised"),
        ("不客气，祝您健康！", "courtesy"),
    ],
)
def test_what_cannot_be_mended_has_its_reason(answer: str, reason: str) -> None:
    result = made(sample("需要做什么检查？", answer, task="medkqa"))
    assert [rejection.reason.value for rejection in result.rejections] == [reason]


def test_a_letter_and_a_program_stay_as_they_are() -> None:
    assert mended("写一封信的结尾", "祝您身体健康，一切顺利！", task="general")[1] == "祝您身体健康，一切顺利！"
    assert mended("输出列表", "['a', 'b']", task="general")[1] == "['a', 'b']"
