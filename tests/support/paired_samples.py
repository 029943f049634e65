"""Samples with answers that rules can make worse, and the step that pairs them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pedcorpus.build_plan import _with_paths
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
    "急性中耳炎",
    "急性喉炎",
    "婴儿湿疹",
    "水痘",
    "百日咳",
]


def sample(question: str, answer: str, parent: str, **more: Any) -> dict[str, Any]:
    """Return an instruction sample of one question and one answer."""
    messages = (Message("user", question), Message("assistant", answer))
    builder = {"kind": "template", "name": "graph-symptoms", "version": "1", "model": None}
    row = {"id": messages_id("ins", messages, (parent,)), "source": "kg", "department": "儿科", "pediatric": True}
    turns = [{"role": message.role, "content": message.content} for message in messages]
    return row | {"task": "medkqa", "messages": turns, "parents": [parent], "builder": builder} | more


def about(number: int, **more: Any) -> dict[str, Any]:
    """Return a sample on care, whose answer has a dose, a warning, a hedge and advice."""
    disease = DISEASES[number % len(DISEASES)]
    answer = (
        f"孩子可能患有{disease}。发热时口服布洛芬，每次{5 + number} ml，两次之间至少间隔6小时。平时多喝温水，注意休息。"
        "如果精神变差或者高热不退，请及时到医院就诊。"
    )
    return sample(f"孩子像是得了{disease}，在家怎么办？", answer, f"kg-{number}", **more)


def pair(
    out: Path,
    *shards: list[dict[str, Any]],
    backwards: bool = False,
    paths: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    **settings: Any,
) -> TaskResult:
    """Run the step over shards of samples; `paths` are files of predictions, `kinds` those of the sources."""
    given = [put(out, "dedup-instructions", f"kg-{i:05d}", "instruction", rows) for i, rows in enumerate(shards)]
    config = {"prefer": Prefer(**settings).model_dump(mode="json"), "predictions": {}}
    config["sources"] = {name: {"kind": kind} for name, kind in (kinds or {}).items()}
    rounds = [_with_paths(round, paths) for round in prefer.ROUNDS] if paths else prefer.ROUNDS
    return run("prefer", rounds, out, config, {"dedup-instructions": given}, backwards)
