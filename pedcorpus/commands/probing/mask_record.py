"""Mask the private data of what is shown: of one record as a whole, so that a name found once goes everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest import SOURCES

_KEEP = frozenset({"id", "source", "origin", "license", "kind", "role", "channel", "task", "builder", "parents"})
"""Fields that are ours, not the file's words."""


def masked(record: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a record of a source kind with the private data of its texts masked, strictly where people speak."""
    texts: list[str] = []
    _collect_strings(record, texts)
    strings = iter(mask_texts(texts, "strict" if SOURCES[kind].is_speech else SOURCES[kind].privacy))
    return {key: value if key in _KEEP else _replace_strings(value, strings) for key, value in record.items()}


def mask_texts(texts: Sequence[str], level: Any) -> list[str]:
    """Return the texts of one record with their private data masked."""
    from ingest.privacy import deidentify

    return deidentify(texts, level=level, mode="mask", key="probe")[0]


def _collect_strings(value: Any, into: list[str]) -> None:
    """Add all strings of a value that are the file's words, in order."""
    if isinstance(value, str):
        into.append(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _KEEP:
                _collect_strings(item, into)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect_strings(item, into)


def _replace_strings(value: Any, strings: Iterator[str]) -> Any:
    """Return a value with other strings, which come in the order of `_collect_strings`."""
    if isinstance(value, str):
        return next(strings)
    if isinstance(value, dict):
        return {key: item if key in _KEEP else _replace_strings(item, strings) for key, item in value.items()}
    return [_replace_strings(item, strings) for item in value] if isinstance(value, list | tuple) else value
