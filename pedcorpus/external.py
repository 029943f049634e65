"""External benchmarks to decontaminate against: JSON, JSON lines or Parquet with question and answer, or messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.errors import ConfigError

_QUESTIONS = ("question", "query", "instruction", "prompt", "input", "ask", "问题", "题目", "问", "Question")
_ANSWERS = (
    "answer",
    "response",
    "output",
    "reference",
    "completion",
    "target",
    "答案",
    "回答",
    "答",
    "explanation",
    "Answer",
)
_TURNS = ("messages", "conversation", "conversations", "dialog")
_ASKING = frozenset({"user", "human", "patient", "患者"})


def read_external(name: str, url: str) -> list[tuple[str, str, str]]:
    """Return (id, question, answer) of each item of a file. Raise ConfigError where it holds none."""
    try:
        items = [item for number, row in enumerate(_rows(url)) if (item := _item(f"{name}#{number}", row))]
    except (OSError, ValueError) as error:
        raise ConfigError(
            [f"benchmark.external: {name}: cannot be read ({error}). JSON, JSON lines or Parquet."]
        ) from None
    if not items:
        raise ConfigError(
            [f"benchmark.external: {name}: no item with question and answer, or messages. Name its columns so."]
        )
    return items


def _rows(url: str) -> Iterator[Any]:
    import fsspec

    if url.endswith(".parquet"):
        import pyarrow.parquet as pq

        with fsspec.open(url, "rb") as file, pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches():
                yield from batch.to_pylist()
        return
    with fsspec.open(url, "rb") as file:
        text = file.read().decode("utf-8-sig")
    try:
        value = json.loads(text)
    except ValueError:
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
        return
    yield from value if isinstance(value, list) else _only_list(value)


def _only_list(value: Any) -> list[Any]:
    """Return the rows of an object: its one list (`{"data": [...]}`), else the object as the one row."""
    lists = [entry for entry in value.values() if isinstance(entry, list)] if isinstance(value, dict) else []
    has_rows = len(lists) == 1 and all(isinstance(entry, dict) for entry in lists[0])
    return lists[0] if has_rows and not _item("", value) else [value]


def _item(item_id: str, row: Any) -> tuple[str, str, str] | None:
    if not isinstance(row, Mapping):
        return None
    for key in _TURNS:
        turns = [_turn(turn) for turn in row[key]] if isinstance(row.get(key), list) else []
        if turns:
            asked = "\n".join(text for role, text in turns if role in _ASKING)
            told = [text for role, text in turns if role not in _ASKING and role != "system"]
            return (item_id, asked, str(row.get("reference") or (told[-1] if told else ""))) if asked else None
    question, answer = (next((_text(row[k]) for k in keys if row.get(k)), "") for keys in (_QUESTIONS, _ANSWERS))
    return (item_id, question, answer) if question else None


def _turn(turn: Any) -> tuple[str, str]:
    if not isinstance(turn, Mapping):
        return "", ""
    role = turn.get("role") or turn.get("from") or turn.get("speaker") or ""
    return str(role), _text(turn.get("content") or turn.get("value") or turn.get("text") or "")


def _text(value: Any) -> str:
    return "\n".join(map(_text, value)) if isinstance(value, list) else str(value)
