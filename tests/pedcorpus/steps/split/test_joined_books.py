from typing import Any

import pytest

from pedcorpus.steps.split.joined_books import Reading, read_in_order

LUNG, HEART = ["第一章 呼吸", "第一节 肺炎"], ["第二章 循环", "第一节 心肌炎"]


def unit(name: str, text: str, section: list[str], kind: str = "text", **more: Any) -> dict[str, Any]:
    row = {"id": name, "source": "book", "kind": kind, "title": "儿科学", "section": section, "text": text}
    return row | {"origin": {"file": "a.pdf", "locator": "p.1", "sha256": ""}} | more


def read(*rows: dict[str, Any], chars: int = 4000) -> Reading:
    return read_in_order(rows, chars)


def test_sections_are_joined_and_each_heading_stands_once() -> None:
    rows = [
        unit("a", "肺炎是肺部的炎症。", LUNG),
        unit("b", "由病原体引起。", [*LUNG, "一、病因"]),
        unit("c", "表现为发热和咳嗽。", [*LUNG, "二、表现"]),
    ]
    (one,) = read(*rows).texts
    assert one.text.split("\n\n") == [
        "# 儿科学",
        "## 第一章 呼吸",
        "### 第一节 肺炎",
        "肺炎是肺部的炎症。",
        "#### 一、病因",
        "由病原体引起。",
        "#### 二、表现",
        "表现为发热和咳嗽。",
    ]
    assert (one.parents, one.source) == (["a", "b", "c"], "book")


def test_a_row_that_an_earlier_step_took_out_is_a_gap_and_no_more() -> None:
    rows = [unit(name, f"{name}段文字。", [*LUNG, name]) for name in "甲乙丙"]
    (one,) = read(rows[0], rows[2]).texts
    assert one.parents == ["甲", "丙"]
    assert "乙" not in one.text


@pytest.mark.parametrize("behind", [True, False])
def test_a_table_stands_behind_its_caption_and_before_its_notes(behind: bool) -> None:
    caption = unit("cap", "表1 呼吸增快的标准", LUNG, "caption")
    table = unit("tab", "年龄：1岁；次数：40。", LUNG, "table")
    note = unit("note", "注：安静时计数。", LUNG, "footnote")
    rows = [table, caption, note] if behind else [caption, table, note]
    found = read(unit("a", "判断见表1。", LUNG), *rows)
    assert found.texts[0].text.endswith("表1 呼吸增快的标准\n年龄：1岁；次数：40。\n注：安静时计数。")
    assert found.texts[0].parents == ["a", "cap", "tab", "note"]
    assert not found.left_out


def test_what_says_nothing_alone_is_left_out_with_its_reason() -> None:
    found = read(
        unit("cover", "儿科学 第三版", []),
        unit("preface", "本书为住院医师而写。", []),
        unit("a", "肺炎是肺部的炎症。", LUNG),
        unit("figure", "图1 胸部X线", LUNG, "caption"),
        unit("note", "① 见前文。", LUNG, "footnote"),
        unit("works", "[1] 某某. 儿科学.", ["参考文献"]),
    )
    assert {name: reason.value for name, reason in found.left_out.items()} == {
        "cover": "detached",
        "figure": "detached",
        "note": "detached",
        "works": "boilerplate",
    }
    assert found.texts[0].parents == ["preface", "a"]


def test_texts_end_at_chapters_in_time_and_repeat_the_path_where_they_go_on() -> None:
    rows = [unit(f"a{i}", "肺" * 99 + "。", LUNG) for i in range(7)] + [
        unit(f"b{i}", "心" * 99 + "。", HEART) for i in range(11)
    ]
    texts = read(*rows, chars=1000).texts
    assert [len(one.parents) for one in texts] == [7, 11]
    texts = read(*rows, chars=600).texts
    assert [len(one.parents) for one in texts] == [6, 6, 6]
    assert all(one.text.startswith("# 儿科学\n\n## ") for one in texts)


def test_files_are_never_joined_and_a_long_paragraph_is_a_text_by_itself() -> None:
    other = {"file": "b.pdf", "locator": "p.1", "sha256": ""}
    found = read(unit("a", "肺炎。", LUNG), unit("b", "心肌炎。", HEART, origin=other))
    assert [one.parents for one in found.texts] == [["a"], ["b"]]
    found = read(unit("a", "肺" * 300, LUNG), unit("b", "心" * 300, HEART), chars=200)
    assert [one.parents for one in found.texts] == [["a"], ["b"]]
