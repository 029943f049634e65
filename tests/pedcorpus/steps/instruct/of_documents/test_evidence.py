from typing import Any

import pytest

from pedcorpus.config.sections import Instruct
from pedcorpus.steps.instruct.of_documents import documents
from pedcorpus.steps.instruct.of_documents.evidence import is_evidence


def unit(number: int, text: str, kind: str = "text", section: tuple[str, ...] = ("治疗",)) -> dict[str, Any]:
    row = {"id": f"doc-{number}", "source": "guide", "kind": kind, "title": "儿童急性腹泻病诊疗指南", "text": text}
    row |= {"origin": {"file": "a.pdf", "locator": f"p.{number}", "sha256": ""}, "section": list(section)}
    return row | {"department": "儿科", "license": "x", "grade": None, "evidence": None}


def made(*rows: dict[str, Any]) -> dict[tuple[str, ...], str]:
    return {s.parents: s.messages[1].content for s in documents.samples(list(rows), Instruct()).samples}


FIRST, SECOND = "推荐1：首选口服补液盐（1A）。", "推荐2：对于呕吐的患儿，少量多次喂服（1B）。"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("依据：多项试验表明口服补液与静脉补液疗效相当。", "依据：小量喂服可以减少呕吐。"),
        ("【证据说明】一项系统评价纳入了17项研究。", "两项随机对照试验显示少量多次喂服的成功率较高。"),
    ],
)
def test_evidence_stays_behind_its_recommendation(one: str, other: str) -> None:
    intro = unit(0, "治疗以补液和继续喂养为主，多数患儿可以在家处理。")
    rows = [intro, unit(1, FIRST, "recommendation"), unit(2, one), unit(3, SECOND, "recommendation"), unit(4, other)]
    found = made(*rows)
    assert found["doc-0",] == intro["text"]
    assert found["doc-1", "doc-2"].endswith(one)
    assert found["doc-3", "doc-4"].endswith(other)


def test_evidence_below_a_heading_of_its_own_belongs_to_the_recommendation_above() -> None:
    rows = [
        unit(1, FIRST, "recommendation"),
        unit(2, "低渗的补液盐能减少大便量和呕吐。", section=("治疗", "推荐依据")),
    ]
    assert list(made(*rows)) == [("doc-1", "doc-2")]


def test_a_numbered_recommendation_without_a_grade_is_one() -> None:
    rows = [
        unit(1, "推荐意见1：首选口服补液盐，少量多次喂服。"),
        unit(2, "依据：一项系统评价显示其疗效与静脉补液相当。"),
    ]
    ((parents, answer),) = made(*rows).items()
    assert parents == ("doc-1", "doc-2")
    assert answer.startswith("首选口服补液盐")


def test_a_plan_that_begins_with_the_same_word_is_no_evidence() -> None:
    assert is_evidence("依据：共纳入12项研究。")
    assert not is_evidence("依据脱水的程度选择补液方案。")
    assert not is_evidence("说明书用量为每次一包。")
