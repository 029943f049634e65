from typing import Any

import polars as pl
import pytest

from pedcorpus.steps.instruct.of_talks import distilled


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


@pytest.mark.parametrize(("task", "expected"), [(None, "general"), ("medkqa", "medkqa")])
def test_the_talk_tells_the_task_where_the_set_does_not(task: str | None, expected: str) -> None:
    row = sample("写一首关于春天的诗", "春风又绿江南岸。", task=task)
    frame = pl.DataFrame([row], schema_overrides={"task": pl.String})
    assert distilled.with_task(frame, mostly_medical=False)["task"].to_list() == [expected]


def test_samples_are_kept_word_for_word() -> None:
    row = sample("川崎病应该如何治疗？", " 静脉注射免疫球蛋白 。", task="trerecom")
    (kept,) = distilled.samples([row]).samples
    assert [m.content for m in kept.messages] == [m["content"] for m in row["messages"]]
    assert (kept.builder.kind, kept.parents, kept.task) == ("original", ("smp-1",), "trerecom")


@pytest.mark.parametrize("content", [("只有问题",), ("问题", "回答", "没有回答的问题")])
def test_a_talk_that_does_not_end_with_an_answer_is_malformed(content: tuple[str, ...]) -> None:
    result = distilled.samples([sample(*content, task="general")])
    assert [rejection.reason.value for rejection in result.rejections] == ["malformed"]


def test_an_answer_about_a_picture_nobody_sees_is_left_out() -> None:
    seen = sample("脚上长了这个，怎么治疗？", "从图片来看，考虑是鸡眼，可以外用水杨酸。", task="trerecom")
    told = sample("心电图如何看？", "心电图是记录心脏电活动的图形。", task="medkqa")
    made = distilled.samples([seen, told | {"id": "smp-2"}])
    assert [rejection.reason.value for rejection in made.rejections] == ["not_grounded"]
    assert [row.parents for row in made.samples] == [("smp-2",)]
