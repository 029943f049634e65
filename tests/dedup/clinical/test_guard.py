"""Pairs that look alike: which of them say the same."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from dedup import MinHash, near_duplicates
from dedup.clinical.differences import describe_characters
from dedup.signatures.texts import as_texts

FRAME = (
    "患儿因发热就诊，查体精神可，咽部充血，双肺呼吸音粗，心音有力，腹软，四肢活动可，门诊以上呼吸道感染收入观察。"
    "{}家属表示理解并配合诊疗，随访期间体温逐渐平稳，食欲恢复，大便成形，睡眠安稳，复查血常规大致正常。"
)


def difference(a: str, b: str) -> str | None:
    """Return the difference listed for two texts, None where one of them was removed as a copy."""
    found = near_duplicates(pa.array([FRAME.format(a), FRAME.format(b)]), MinHash())
    if not found.kept.all():
        return None
    assert found.conflicts.num_rows == 1, "alike, kept, and not listed"
    return str(found.conflicts["difference"][0])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("布洛芬每次5mg/kg", "布洛芬每次50mg/kg"),
        ("布洛芬每次5mg/kg", "布洛芬每次5ml/kg"),
        ("每日三次，连用三天", "每日三次，连用五天"),
        ("每日3次", "每日2次"),
        ("每次半片", "每次一片"),
        ("体温39.2℃", "体温37.2℃"),
        ("3岁男孩", "3月男孩"),
        ("新生儿慎用", "婴儿慎用"),
        ("成人用量如下", "儿童用量如下"),
        ("给予阿奇霉素治疗", "给予罗红霉素治疗"),
        ("给予头孢克肟治疗", "给予头孢曲松治疗"),
        ("给予青霉素治疗", "给予青霉素V钾治疗"),
        ("给予奥马珠单抗治疗", "给予度普利尤单抗治疗"),
        ("该药口服", "该药静脉滴注"),
        ("本品宜饭后服", "本品不宜饭后服"),
        ("有过敏史", "无过敏史"),
        ("可用于婴儿", "不可用于婴儿"),
        ("可用于婴儿", "禁用于婴儿"),
        ("咽拭子阳性", "咽拭子阴性"),
        ("体温低于38℃时用药", "体温高于38℃时用药"),
        ("宜热敷患处，不宜冷敷", "不宜热敷患处，宜冷敷"),
        ("首剂10mg，之后5mg", "首剂5mg，之后10mg"),
        ("右侧肺部啰音", "左侧肺部啰音"),
        ("每日一次", "隔日一次"),
        ("每日三次", "每晚三次"),
        ("每周1次", "每日1次"),
        ("每次5mg", "每日5mg"),
        ("维持量bid", "维持量tid"),
        ("早晚各一次", "早中晚各一次"),
        ("患儿1岁半", "患儿1岁"),
        ("疗程两周半", "疗程两周"),
        ("约占百分之五", "约占百分之十"),
        ("约三分之一", "约三分之二"),
        ("每次贰片", "每次叁片"),
        ("Ⅰ度烫伤", "Ⅲ度烫伤"),
        ("慢性病程", "急性病程"),
        ("加量服用", "减量服用"),
        ("5岁男孩", "5岁女孩"),
    ],
)
def test_a_clinical_difference_keeps_both(a: str, b: str) -> None:
    assert difference(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("布洛芬每次5mg/kg", "布洛芬每次 5 mg/kg"),
        ("布洛芬每次5毫克", "布洛芬每次５mg"),
        ("每日三次", "每日3次"),
        ("静脉滴注", "静滴"),
        ("没有皮疹", "无皮疹"),
        ("体重10.0kg", "体重10公斤"),
        ("禁忌酒精擦浴", "禁用酒精擦浴"),
        ("病情不断好转", "病情持续好转"),
        ("1、多饮水", "2、多饮水"),
        ("指南推荐[12]", "指南推荐[13]"),
        ("注意休息，多饮水", "注意休息多饮水。"),
        ("孩子非常烦躁", "宝宝十分烦躁"),
        ("对乙酰氨基酚退热", "扑热息痛退热"),
        ("该药口服", "该药口 \n 服"),
        ("每日补液1 000ml", "每日补液1000毫升"),
        ("每日5mg/kg·d", "每天5mg/kg•d"),
        ("体温≥38.5℃", "体温≧38.5 ℃"),
        ("每次5\u200bmg", "每次5mg"),
    ],
)
def test_other_words_for_the_same_are_copies(a: str, b: str) -> None:
    assert difference(a, b) is None


def test_equal_sets_of_shingles_are_not_yet_equal_texts() -> None:
    part = "每日服药一次后观察体温变化，"
    a = "早晨服药后测体温，" + part * 12 + "连用10天。"
    b = "早晨服药后测体温，" + part * 13 + "连用10天。"
    found = near_duplicates(pa.array([a, b]), MinHash())
    assert found.kept.all()
    assert found.conflicts["value"].to_pylist() == [1.0]


def test_the_difference_names_kind_and_both_sides() -> None:
    found = difference("每次5mg/kg，共两次", "每次50mg/kg，共三次")  # the longer text is compared first
    assert found == "number 50mg/kg → 5mg/kg; number 三次 → 两次"
    assert difference("宜饭后服", "不宜饭后服") == "negation 不 → ∅"


def test_without_the_guard_look_alikes_are_copies() -> None:
    texts = pa.array([FRAME.format("每次5mg"), FRAME.format("每次50mg")])
    found = near_duplicates(texts, MinHash(), guard=False)
    assert found.kept.sum() == 1
    assert found.conflicts.num_rows == 0


def test_differing_characters_are_shown_for_a_copy() -> None:
    texts = as_texts(pa.array([FRAME.format("多饮水，"), FRAME.format("多喝水。")]))
    assert describe_characters(texts, np.array([0]), np.array([1])) == ["饮 → 喝; ， → 。"]


def test_texts_thousands_of_edits_apart_are_compared_in_bounded_time() -> None:
    clauses = [f"先{chr(0x9100 + k)}再观察{chr(0x7900 + k)}情况并做好{chr(0x8100 + k)}记录，" for k in range(1500)]
    texts = pa.array(["".join(clauses), "".join(reversed(clauses))])
    assert near_duplicates(texts, MinHash(threshold=0.5)).kept.sum() == 1
