"""Steps `dedup` and `dedup-instructions` over small shards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pedcorpus.steps import dedup
from schemas.shards import read_shards
from tests.pedcorpus.stepping import ORIGIN, put, run

SOURCES = {
    name: {"kind": kind, "license": "cc0-1.0", "department": "", "privacy": None}
    for name, kind in {
        "book": "textbook",
        "guide": "guideline",
        "wiki": "wikipedia",
        "talk": "dialogue",
        "kg": "knowledge_graph",
        "set": "distilled",
    }.items()
}
PREFER = ["guideline", "textbook", "knowledge_graph", "dialogue", "distilled", "wikipedia"]
CONFIG: dict[str, Any] = {
    "dedup": {
        "ngram": 5,
        "threshold": 0.8,
        "bands": 25,
        "rows": 5,
        "seed": 1,
        "verify": True,
        "prefer": PREFER,
    },
    "sources": SOURCES,
}
PASSAGE = (
    "川崎病是一种以全身血管炎为主要病变的急性发热性出疹性疾病，多见于婴幼儿，冠状动脉病变是最严重的并发症。"
    "急性期以大剂量静脉注射免疫球蛋白联合阿司匹林为首选方案，宜在发病十日内给药，可明显降低冠状动脉瘤的发生率。"
)


def document(name: str, source: str, text: str) -> dict[str, Any]:
    return {"id": f"doc-{name}", "source": source, "origin": ORIGIN, "kind": "text", "title": "川崎病", "text": text}


def rejected(out: Path, step: str) -> dict[str, str]:
    files = sorted((out / "steps" / step / "rejected").glob("*.parquet"))
    rows = read_shards(files).to_pylist()
    return {row["id"]: row["reason"] for row in rows}


def beside(out: Path, step: str, folder: str) -> list[dict[str, Any]]:
    return list(read_shards(sorted((out / "steps" / step / folder).glob("*.parquet"))).to_pylist())


def test_a_guideline_survives_a_wikipedia_article_that_repeats_it(tmp_path: Path) -> None:
    shards = [
        put(tmp_path, "clean", "wiki-00000", "document", [document("w", "wiki", PASSAGE + "本病由川崎富作首先报告。")]),
        put(tmp_path, "clean", "guide-00000", "document", [document("g", "guide", PASSAGE)]),
        put(tmp_path, "clean", "book-00000", "document", [document("b", "book", PASSAGE)]),
    ]
    result = run("dedup", dedup.PHASES, tmp_path, CONFIG, {"clean": shards})
    assert rejected(tmp_path, "dedup") == {"doc-w": "duplicate_near", "doc-b": "duplicate_exact"}
    assert result.figures == {"dedup.clusters": 1, "dedup.conflicts": 0}
    assert {row["id"]: row["survivor"] for row in beside(tmp_path, "dedup", "evidence")} == {
        "doc-w": "doc-g",
        "doc-b": "doc-g",
    }
