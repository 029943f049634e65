"""Arrow schemas, declared once. A shard's Parquet metadata names its table and `SCHEMA_VERSION`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pyarrow as pa

from schemas.dialogue import Dialogue
from schemas.document import Document, Dose
from schemas.rejection import Rejection
from schemas.sample import MEDICAL_TASKS, IngestedSample, InstructionSample, PreferenceSample, PretrainSample
from schemas.triple import Triple

_TEXT = pa.string()
_TEXTS = pa.list_(pa.string())
_ORIGIN = pa.struct([("file", _TEXT), ("locator", _TEXT), ("sha256", _TEXT)])
_MESSAGES = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT)]))
_BUILDER = pa.struct([("kind", _TEXT), ("name", _TEXT), ("version", _TEXT), ("model", _TEXT)])
_DOSES = pa.list_(pa.struct([(item.name, _TEXT) for item in fields(Dose)]))
_TURNS = pa.list_(pa.struct([("role", _TEXT), ("text", _TEXT), ("speaker", _TEXT)]))

TABLES: dict[str, pa.Schema] = {
    "document": pa.schema(
        {
            "id": _TEXT,
            "source": _TEXT,
            "origin": _ORIGIN,
            "kind": _TEXT,
            "title": _TEXT,
            "section": _TEXTS,
            "text": _TEXT,
            "department": _TEXT,
            "license": _TEXT,
            "table": pa.list_(_TEXTS),
            "grade": _TEXT,
            "evidence": _TEXT,
            "warnings": _TEXTS,
            "doses": _DOSES,
        }
    ),
    "dialogue": pa.schema(
        {
            "id": _TEXT,
            "source": _TEXT,
            "origin": _ORIGIN,
            "turns": _TURNS,
            "department": _TEXT,
            "license": _TEXT,
            "channel": _TEXT,
            "diagnosis": _TEXT,
        }
    ),
    "triple": pa.schema(
        {
            "id": _TEXT,
            "source": _TEXT,
            "origin": _ORIGIN,
            "head": _TEXT,
            "head_type": _TEXT,
            "relation": _TEXT,
            "tail": _TEXT,
            "tail_type": _TEXT,
            "license": _TEXT,
            "qualifiers": _TEXTS,
            "also": pa.list_(_ORIGIN),
        }
    ),
    "sample": pa.schema(
        {
            "id": _TEXT,
            "source": _TEXT,
            "origin": _ORIGIN,
            "messages": _MESSAGES,
            "task": _TEXT,
            "department": _TEXT,
            "license": _TEXT,
        }
    ),
    "instruction": pa.schema(
        {
            "id": _TEXT,
            "messages": _MESSAGES,
            "task": _TEXT,
            "source": _TEXT,
            "department": _TEXT,
            "pediatric": pa.bool_(),
            "parents": _TEXTS,
            "builder": _BUILDER,
        }
    ),
    "preference": pa.schema(
        {
            "id": _TEXT,
            "prompt": _MESSAGES,
            "chosen": _MESSAGES,
            "rejected": _MESSAGES,
            "task": _TEXT,
            "source": _TEXT,
            "pediatric": pa.bool_(),
            "parents": _TEXTS,
            "chosen_by": _BUILDER,
            "rejected_by": _BUILDER,
        }
    ),
    "pretrain": pa.schema({"id": _TEXT, "text": _TEXT, "kind": _TEXT, "source": _TEXT, "parents": _TEXTS}),
    "benchmark": pa.schema(
        {
            "id": _TEXT,
            "messages": _MESSAGES,
            "reference": _TEXT,
            "task": _TEXT,
            "source": _TEXT,
            "pediatric": pa.bool_(),
            "parents": _TEXTS,
        }
    ),
    "signals": pa.schema({"id": _TEXT, "source": _TEXT}),
    "rejected": pa.schema({"id": _TEXT, "step": _TEXT, "reason": _TEXT, "excerpt": _TEXT, "origin": _ORIGIN}),
}
"""Name → schema. `document`, `dialogue`, `triple`, `sample` leave ingest; the others are made later.

`filter-wikipedia` adds `score` (float64) and `class` (string) to `document`; to `signals` the step of that name adds a
float32 per signal (`pedcorpus/quality/signals.py`).
"""

WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "document": (("text", ""),),
    "dialogue": (("turns", "text"),),
    "triple": (("head", ""), ("relation", ""), ("tail", "")),
    "sample": (("messages", "content"),),
    "instruction": (("messages", "content"),),
    "preference": (("prompt", "content"), ("chosen", "content"), ("rejected", "content")),
    "pretrain": (("text", ""),),
    "benchmark": (("messages", "content"), ("reference", "")),
}
"""Table → columns with the words of a row, each with the field of the structs that hold them ("": plain strings)."""
FREE_TEXT: dict[str, tuple[tuple[str, str], ...]] = {
    "document": (
        *WORDS["document"],
        *((name, "") for name in ("title", "section", "table", "grade", "evidence", "department")),
        *(("doses", item.name) for item in fields(Dose)),
    ),
    "dialogue": (*WORDS["dialogue"], ("diagnosis", ""), ("department", "")),
    "triple": (("head", ""), ("tail", ""), ("qualifiers", "")),  # a relation is one of ours
    "sample": (*WORDS["sample"], ("department", "")),
}
"""Table of ingest → all columns in which a file's own words stand, its main text first."""

TRAINING_TABLES = ("cpt", "sft", "dfpo", "lora")
DATASET_TABLES = (*TRAINING_TABLES, *MEDICAL_TASKS)
"""The tables of a dataset, one folder each, in the order of the card."""

Record = Document | Dialogue | Triple | IngestedSample
"""What a reader may yield, besides rejections."""

TABLE_OF: dict[type, str] = {
    Document: "document",
    Dialogue: "dialogue",
    Triple: "triple",
    IngestedSample: "sample",
    InstructionSample: "instruction",
    PreferenceSample: "preference",
    PretrainSample: "pretrain",
    Rejection: "rejected",
}


def row(record: object) -> dict[str, Any]:
    """Return a record as the plain dictionary its Arrow schema takes.

    Written out rather than by `dataclasses.asdict`, which copies deeply and took a tenth of ingest (measured).
    """
    kind = type(record)
    if kind not in TABLE_OF:
        raise TypeError(f"not a record: {record!r}")
    values = {name: _plain(getattr(record, name)) for name in _names(kind)}
    if isinstance(record, Rejection):
        values["id"] = values.pop("record_id")
        values["reason"] = record.reason.value
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _names(type(value))}
    return value


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: Any) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind))
    return _NAMES[kind]
