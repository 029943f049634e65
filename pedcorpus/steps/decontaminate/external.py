"""External benchmarks to decontaminate against: JSON, JSON lines or Parquet with question and answer, or messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.errors import ConfigError

_QUESTIONS = frozenset(
    ("question", "query", "instruction", "prompt", "input", "ask", "case", "问题", "题目", "题干", "问")
)
_ANSWERS = frozenset(
    ("answer", "anwser", "response", "output", "reference", "completion", "target", "diagnosis", "solution", "chosen")
) | {"explanation", "答案", "回答", "解析", "答"}
_TURNS = ("messages", "conversation", "conversations", "dialog")
_ASKING = frozenset({"user", "human", "patient", "患者"})


def read_external(name: str, url: str) -> list[tuple[str, str, str]]:
    """Return (id, question, answer) of each item of a file. Raise ConfigError where it holds none.

    Columns are known by the last word of their name (`raw_answer`, `medical_case`); several questions or answers of a
    row (instruction and input, answer and explanation) are joined. Pairs nested in a row are items of their own.
    """
    try:
        rows = list(_rows(url))
    except (OSError, ValueError) as error:
        raise ConfigError(
            [f"benchmark.external: {name}: cannot be read ({error}). JSON, JSON lines or Parquet."]
        ) from None
    items = [(f"{name}#{number}", *item) for number, row in enumerate(rows) for item in _items(row)]
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
        text = _decoded(file.read())
    try:
        value = json.loads(text)
    except ValueError:
        yield from _lines(text)
        return
    yield from value if isinstance(value, list) else _only_list(value)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None


def _only_list(value: Any) -> list[Any]:
    """Return the rows of an object: its one list (`{"data": [...]}`), unless that is of turns; else itself as a row."""
    named = value.items() if isinstance(value, dict) else ()
    lists = [entry for name, entry in named if isinstance(entry, list) and name not in _TURNS]
    has_rows = len(lists) == 1 and all(isinstance(entry, dict) for entry in lists[0])
    return lists[0] if has_rows else [value]


def _items(row: Any) -> Iterator[tuple[str, str]]:
    """Yield question and answer of a row, and of the pairs nested in it."""
    if not isinstance(row, Mapping):
        return
    for key, value in row.items():
        if str(key).lower() not in _TURNS and isinstance(value, list):
            yield from (pair for entry in value for pair in _items(entry))
    turns = [_turn(turn) for key in _TURNS for turn in (row.get(key) or []) if isinstance(row.get(key), list)]
    if turns:
        told = [text for role, text in turns if role not in _ASKING and role != "system"]
        question = "\n".join(text for role, text in turns if role in _ASKING)
        answer = _text(row.get("reference") or "") or (told[-1] if told else "")
    else:
        question, answer = (_joined(row, names) for names in (_QUESTIONS, _ANSWERS))
    if question:
        yield question, answer


def _joined(row: Mapping[str, Any], names: frozenset[str]) -> str:
    found = (value for key, value in row.items() if str(key).lower().rpartition("_")[2] in names and value)
    return "\n".join(dict.fromkeys(_text(value) for value in found if isinstance(value, (str, list))))


def _turn(turn: Any) -> tuple[str, str]:
    if not isinstance(turn, Mapping):
        return "", ""
    role = turn.get("role") or turn.get("from") or turn.get("speaker") or ""
    return str(role), _text(turn.get("content") or turn.get("value") or turn.get("text") or "")


def _text(value: Any) -> str:
    return (
        "\n".join(_text(one) for one in value if not isinstance(one, Mapping))
        if isinstance(value, list)
        else str(value)
    )
