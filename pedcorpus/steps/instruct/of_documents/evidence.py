"""Which paragraphs are the evidence of which recommendation.

In a guideline 依据 stands behind its recommendation, as a paragraph (`依据：一项系统评价…`) or below a heading of its
own. It belongs to that recommendation alone: pooled, the evidence of several would answer for the whole section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pedcorpus.steps.instruct.of_documents import headings

Row = dict[str, Any]

_WORDS = r"(?:推荐|循证|共识|证据)?(?:依据|理由|说明|解读|证据|背景|证据概述|证据总结|证据描述)"
_LABELLED = re.compile(rf"^[【\[（(]?{_WORDS}(?:及说明|和说明|与说明)?\s*(?:[】\]）)]|[:：])")
"""`【推荐依据】一项` → `【推荐依据】`, `依据病情补液` → –"""
_HEADING = re.compile(rf"^{_WORDS}(?:及说明|和说明|与说明)?$")
"""`推荐说明` → `推荐说明`"""
_STUDY = re.compile(
    r"^.{0,30}(?:系统评价|荟萃分析|[Mm]eta\s*分析|随机对照|队列研究|病例对照研究|RCT|临床试验|横断面研究|[一\d]+项.{0,12}研究)"
)
"""`一项纳入12个研究的系统评价` → `一项纳入12个研究的系统评价`, `首选口服补液` → –"""
_STATEMENT = re.compile(
    r"^[【\[]?(?:推荐意见|推荐|共识意见|共识)\s*[\d一二三四五六七八九十]+(?:[.．]\d+)*\s*[】\]]?\s*[:：.、\s]\S{4}"
)
"""`推荐意见1：首选口服补液` → `推荐意见1：首选口服`"""


def is_statement(row: Row) -> bool:
    """Return whether a unit is a recommendation: graded, or numbered as one."""
    return row["kind"] == "recommendation" or (row["kind"] == "text" and _STATEMENT.match(row["text"]) is not None)


def is_evidence(text: str) -> bool:
    """Return whether a paragraph begins as the evidence for what stands before it."""
    return _LABELLED.match(text) is not None or _STUDY.match(text) is not None


def part_evidence(run: Sequence[Row]) -> tuple[list[Row], dict[str, list[Row]]]:
    """Return a section's running text, and the evidence by the id of its recommendation.

    What follows the first paragraph of evidence, up to the next recommendation, is evidence too.
    """
    plain: list[Row] = []
    evidence: dict[str, list[Row]] = {}
    current, has_begun = "", False
    for row in run:
        if is_statement(row):
            current, has_begun = row["id"], False
        elif row["kind"] == "text":
            has_begun = has_begun or row.get("is_below", False) or is_evidence(row["text"])
            (evidence.setdefault(current, []) if current and has_begun else plain).append(row)
    return plain, evidence


def with_sections_of_evidence(sections: Iterable[list[Row]]) -> Iterator[list[Row]]:
    """Yield sections; one below a heading such as 推荐依据 joins the section of the recommendation before it."""
    before: list[Row] | None = None
    for run in sections:
        if before is not None and _is_evidence_of(run, before):
            before += [{**row, "section": before[0]["section"], "is_below": True} for row in run]
        elif before is not None and _place(run) == _place(before):
            before += run
        else:
            if before is not None:
                yield before
            before = list(run)
    if before is not None:
        yield before


def _place(run: Sequence[Row]) -> tuple[Any, ...]:
    return run[0]["origin"]["file"], run[0]["title"], run[0]["section"]


def _is_evidence_of(run: Sequence[Row], before: Sequence[Row]) -> bool:
    path: Sequence[str] = run[0]["section"] or []
    same_file = run[0]["origin"]["file"] == before[0]["origin"]["file"]
    return (
        bool(path)
        and same_file
        and _HEADING.match(headings.words(path[-1])) is not None
        and any(map(is_statement, before))
    )
