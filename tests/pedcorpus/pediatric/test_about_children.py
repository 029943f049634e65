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
