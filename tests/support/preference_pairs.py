"""Samples about diseases, and the step that pairs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pedcorpus.config.sections import Prefer
from pedcorpus.engine.step import TaskResult
from pedcorpus.steps.prefer import step as prefer
from schemas.sample import Message, messages_id
from tests.support.run_step import put, run

DISEASES = [
    "手足口病",
    "川崎病",
    "毛细支气管炎",
    "肾病综合征",
    "缺铁性贫血",
    "癫痫",
    "急性喉炎",
    "幼儿湿疹",
    "中耳炎",
    "脑膜炎",
]
SIGNS = [
    "口腔疱疹",
    "球结膜充血",
    "喘息",
    "眼睑水肿",
    "面色苍白",
    "反复抽搐",
    "犬吠样咳嗽",
    "面部红斑",
    "耳部疼痛",
    "颈项强直",
]


def sample(question: str, answer: str, parent: str, **more: Any) -> dict[str, Any]:
    messages = (Message("user", question), Message("assistant", answer))
    builder = {"kind": "template", "name": "graph-symptoms", "version": "1", "model": None}
    row = {"id": messages_id("ins", messages, (parent,)), "source": "kg", "department": "儿科", "pediatric": True}
    turns = [{"role": message.role, "content": message.content} for message in messages]
    return row | {"task": "medkqa", "messages": turns, "parents": [parent], "builder": builder} | more


def about(number: int, **more: Any) -> dict[str, Any]:
    disease, sign = DISEASES[number % 10], SIGNS[number % 10]
    return sample(
        f"{disease}有哪些临床表现？", f"{disease}的常见表现有{sign}、精神差和食欲减退。", f"kg-{number}", **more
    )


def pair(out: Path, *shards: list[dict[str, Any]], backwards: bool = False, **settings: Any) -> TaskResult:
    given = [put(out, "dedup-instructions", f"kg-{i:05d}", "instruction", rows) for i, rows in enumerate(shards)]
    config = {"prefer": Prefer(**settings).model_dump(mode="json"), "sources": {}}
    return run("prefer", prefer.ROUNDS, out, config, {"dedup-instructions": given}, backwards)
