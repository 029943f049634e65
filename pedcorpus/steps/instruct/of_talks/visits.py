"""Instruction samples from visits: the complaint is brought, the history asked for and told, the verdict weighed.

Comes in: a dialogue whose two turns are the labelled cells of a visit (`ingest/conversation/visit_rows.py`).
Goes out: the turns of a talk. Facts are those of the visit alone; ours are the questions and the words that join them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pedcorpus.steps.instruct.of_talks.mending.turns import Turn, clauses
from pedcorpus.steps.instruct.templates import Template, templates

MIN_TREATMENT_CHARS = 6
"""对症, 观察: what is shorter teaches no treatment."""
MAX_EVIDENCE_CHARS = 60
"""Characters quoted of each part of a history."""

_CELL = re.compile(
    r"(?:^|(?<=[\n。；;]))\s*(主诉|现病史|既往史|查体|体格检查|体检|辅助检查|检查结果|诊断|处理意见)\s*[:：]\s*"
)
"""`诊断：急性支气管炎` → `诊断：`"""
_SAME = {"体格检查": "查体", "体检": "查体", "检查结果": "辅助检查"}
_DENIED = re.compile(r"^(?:无|未|否认|没有|不伴|暂无)|(?:未见|正常|阴性)")
"""`无发热，` → `无`"""
_QUOTED = {"主诉": "主诉", "现病史": "病史", "查体": "查体", "辅助检查": "检查"}
"""Parts that may speak for a diagnosis, as they are named in an answer."""


def template() -> Template:
    """Return the template of talks made of visits."""
    return templates("dialogue")["visit"]


def talk_of(row: dict[str, Any]) -> list[Turn]:
    """Return the talk of a visit with a diagnosis; nothing for any other dialogue."""
    turns = row["turns"]
    if not row.get("diagnosis") or len(turns) != 2 or not turns[0]["text"].startswith(("主诉：", "现病史：")):
        return []
    cells = _cells(turns[0]["text"]) | _cells(turns[1]["text"])
    diagnosis = cells.get("诊断", "").strip("。；; ")
    evidence = _evidence(cells)
    if not diagnosis or not evidence:
        return []
    return [*_history(cells, row["id"]), ("assistant", _verdict(evidence, diagnosis, row["id"])), *_treatment(cells)]


def _cells(text: str) -> dict[str, str]:
    """Return the cells of a turn by their names; 查体 inside 现病史 is one of its own."""
    found = list(_CELL.finditer(text))
    ends = [mark.start() for mark in found[1:]] + [len(text)]
    cells: dict[str, str] = {}
    for mark, end in zip(found, ends, strict=True):
        name = _SAME.get(mark[1], mark[1])
        cells[name] = f"{cells.get(name, '')}{text[mark.end() : end].strip()}"
    return cells


def _history(cells: dict[str, str], key: str) -> list[Turn]:
    """Return the patient's side: the complaint, then, asked for, all else; in one message where that is all."""
    told = [f"{name}：{cells[name]}" for name in ("现病史", "既往史", "查体", "辅助检查") if cells.get(name)]
    complaint = cells.get("主诉", "").strip("。；;，, ")
    if not complaint or not told:
        words = "\n".join([f"主诉：{complaint}"] * bool(complaint) + told)
        return [("user", f"{words}\n{template().phrase('what', key)}")]
    return [
        ("user", template().phrase("opening", key, complaint=complaint)),
        ("assistant", template().phrase("asks", key)),
        ("user", "\n".join(told)),
    ]


def _evidence(cells: dict[str, str]) -> str:
    """Return what stands in the history and is not denied: 主诉（咳嗽3天）、查体（双肺闻及痰鸣音）."""
    parts = ((name, _affirmed(cells.get(cell, ""))) for cell, name in _QUOTED.items())
    return "、".join(f"{name}（{said}）" for name, said in parts if said)


def _affirmed(text: str) -> str:
    """Return the first clauses of a text that deny nothing."""
    kept: list[str] = []
    for clause in clauses(text):
        words = clause.strip("，,。；;！!\n ")
        if words and not _DENIED.search(words) and len("，".join([*kept, words])) <= MAX_EVIDENCE_CHARS:
            kept.append(words)
    return "，".join(kept)


def _verdict(evidence: str, diagnosis: str, key: str) -> str:
    return template().phrase("verdict", key, evidence=evidence, diagnosis=diagnosis)


def _treatment(cells: dict[str, str]) -> Sequence[Turn]:
    """Return question and answer of what to do, where the visit says it."""
    treatment = cells.get("处理意见", "")
    if len(treatment) < MIN_TREATMENT_CHARS:
        return ()
    return ("user", template().phrase("next", treatment)), ("assistant", treatment)
