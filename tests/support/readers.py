"""What a reader makes of a file that a test writes down."""

from __future__ import annotations

import json
from typing import Any

from ingest import SOURCES
from ingest.source import SourceFile, SourceOptions


def read(
    kind: str, name: str, content: Any, *, source: str = "test", encoded: str = "utf-8", **options: Any
) -> list[Any]:
    """Return the records and rejections of a file of one kind.

    `content` is bytes, text (in the encoding `encoded`), or what is written as JSON; `options` are those of
    `SourceOptions` besides name (`source`) and kind.
    """
    text = content if isinstance(content, str | bytes) else json.dumps(content, ensure_ascii=False)
    file = SourceFile.from_bytes(name, text.encode(encoded) if isinstance(text, str) else text)
    return list(SOURCES[kind].read(file, SourceOptions(source, kind, **options)))


def read_one(kind: str, name: str, content: Any, **options: Any) -> Any:
    """Return the record or the rejection of a file that holds one."""
    (record,) = read(kind, name, content, **options)
    return record
