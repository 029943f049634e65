from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pedcorpus.engine.progress import Progress
from pedcorpus.pediatric.about_children import about_children, with_pediatric
from pedcorpus.pediatric.scope import ALL_DEPARTMENTS, MEDICAL, PEDIATRIC, has_no_children
from schemas.manifest import StepManifest, write_manifest
from schemas.sample import Builder, InstructionSample, Message
from tests.support.paired_samples import about, pair


def is_child(*turns: str, department: str = "") -> bool:
    messages = [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]
    return bool(about_children(pl.DataFrame({"department": [department], "messages": [messages]}))[0])


@pytest.mark.parametrize(
    "question",
    [
        "宝宝咳嗽三天了怎么办？",
        "男，6岁，反复鼻出血，是什么原因？",
        "一名十二岁女孩关节肿痛，应做哪些检查？",
        "我儿子发烧39度，吃什么药？",
        "35岁的妈妈问：宝宝4个月大，宝宝拉肚子怎么办？",
        "麻疹有哪些临床表现？",
    ],
)
def test_words_and_ages_tell_of_a_child(question: str) -> None:
    assert is_child(question, "答案。")


@pytest.mark.parametrize(
    "question",
    [
        "我今年35岁，高血压怎么治疗？",
        "怀孕六个月感冒了，对宝宝有影响吗？",
        "乙肝治好以后多久才能要小孩？",
        "我怀孕了，有乙肝小三阳，小孩生下来能吃母乳吗？对小孩有影响吗？",
        "我儿子今年25岁，腰痛怎么办？",
        "一名二十八岁女性出现关节痛，是什么病？",
        "荨麻疹有哪些临床表现？",
        "支气管扩张应做哪些检查？",
    ],
)
def test_grown_ups_and_pregnancies_are_none(question: str) -> None:
    assert not is_child(question, "儿童用量酌减，小儿慎用，新生儿禁用。")


def test_turns_before_the_last_answer_count_on_both_sides() -> None:
    assert is_child("发烧两天了", "宝宝多大了？", "八个月", "可以物理降温。")


def test_a_department_for_children_settles_it_and_another_does_not_forbid() -> None:
    assert is_child("肺炎怎么治疗？", "抗感染治疗。", department="小儿内科")
    assert is_child("三岁的宝宝得了癫痫怎么办？", "按时服药。", department="神经科")
    assert not is_child("麻疹有哪些临床表现？", "发热。", department="感染科"), "a disease alone is not enough there"


@pytest.mark.parametrize(
    "question",
    [
        "我今年42岁，在儿童医院工作，最近血压高怎么办？",
        "女儿给我买了降压药，可以长期吃吗？",
        "生完孩子以后一直掉头发，怎么办？",
        "我在哺乳期感冒了，吃药对宝宝有影响吗？",
        "宝宝吃母乳，我的乳房又肿又痛，怎么办？",
        "我儿子今年26岁，从8岁开始有哮喘，现在又发作了",
        "女，32岁，发热两天，前几天孩子感冒了，会传染给我吗？",
        "我从十岁左右就有鼻炎，怎么治疗？",
        "老公查出乙肝，会传染给孩子吗？",
    ],
)
def test_a_child_that_is_only_named_is_no_patient(question: str) -> None:
    assert not is_child(question, "答案。")


@pytest.mark.parametrize(
    "question",
    [
        "2岁，12公斤，能吃成人感冒药吗？",
        "一个13天的婴儿右臂不能上举，是臂丛神经麻痹吗？",
        "生理性黄疸一般几天消退？",
        "十四岁女孩月经三个月没来，是什么原因？",
        "我在喂奶，宝宝拉肚子五天了怎么办？",
        "现在是高中生，打球时扭伤了脚踝，怎么处理？",
        "龋齿，爱吃糖（女，4）",
        "女儿四个月了，一直便秘怎么办？",
    ],
)
def test_a_child_with_a_complaint_or_an_age_is_the_patient(question: str) -> None:
    assert is_child(question, "答案。")


def test_a_grown_up_is_none_in_a_department_for_children_either() -> None:
    assert not is_child("女，28岁，产后一直腰痛，怎么办？", "多休息。", department="儿科")
    assert not is_child("我家宝宝吃母乳，可我的乳腺发炎了，怎样断奶？", "逐渐减少次数。", department="儿科")
    assert is_child("大便什么样？", "稀水样。", "一天五次", "补液，防止脱水。", department="儿科")


def test_what_an_answer_tells_counts_where_it_speaks_of_children_alone() -> None:
    leaflet = "请介绍某某颗粒的适应证、用法用量、禁忌证和注意事项。"
    assert is_child(leaflet, "适应证：用于小儿风热感冒。\n用法用量：口服。")
    assert not is_child(leaflet, "适应证：用于风热感冒。\n用法用量：小儿酌减，婴儿慎用，新生儿禁用。")
    assert is_child("某种代谢病的西医治疗", "婴儿型进展快，患儿多在两岁前发病，少年型较慢，患儿需康复。")
    assert is_child("先天性心脏病，容易感冒", "孩子多大了？先做心脏超声。")
    assert not is_child("先天性心脏病手术后能跑步吗？", "要看心功能。")


def test_only_medical_samples_without_a_department_are_given_one() -> None:
    def sample(question: str, task: Any, department: str = "") -> InstructionSample:
        messages = (Message("user", question), Message("assistant", "答案。"))
        return InstructionSample(
            question, messages, task, "s", department, False, ("p",), Builder("original", "x", "1")
        )

    given = [
        sample("宝宝咳嗽怎么办？", "trerecom"),
        sample("给孩子写一首诗", "general"),
        sample("五岁男孩抽搐", "medkqa", "神经科"),
    ]
    found = with_pediatric(given)
    assert [row.department for row in found] == ["儿科", "", "神经科"]
    assert [row.pediatric for row in found] == [True, False, True]


def test_a_corpus_is_of_all_departments_only_where_children_are_few_and_rare() -> None:
    assert has_no_children({MEDICAL: 500, PEDIATRIC: 0})
    assert has_no_children({MEDICAL: 500, PEDIATRIC: 19})
    assert not has_no_children({MEDICAL: 5_000, PEDIATRIC: 20})
    assert not has_no_children({MEDICAL: 12, PEDIATRIC: 6})


def test_without_pediatric_samples_pairs_are_made_of_all_departments_and_it_is_said(tmp_path: Path) -> None:
    rows = [about(i, department="呼吸科", pediatric=False) for i in (1, 2, 3, 4, 5, 6, 8, 9)]
    assert pair(tmp_path / "unknown", rows).made["preference"] == 0
    out = tmp_path / "counted"
    figures = {MEDICAL: 8, PEDIATRIC: 0}
    counted = StepManifest("instruct", 1, 1, "", {}, [], {}, 0, 0, {}, {}, [], figures)
    write_manifest(out / "steps" / "instruct" / "manifest.json", counted)
    result = pair(out, rows)
    assert result.made["preference"] == 8
    assert result.figures[ALL_DEPARTMENTS] == 1


def test_progress_tells_that_all_departments_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    manifest = StepManifest("prefer", 1, 1, "", {}, [], {}, 5, 5, {}, {"preference": 5}, [], {ALL_DEPARTMENTS: 1})
    Progress().done([manifest])
    assert "all departments are used" in capsys.readouterr().err
