"""Lists and objects that a cell of a table, or a string of a record, holds as JSON text."""

from __future__ import annotations

import re

import orjson

_JSON = re.compile(r'\s*(?:\[\s*[\[{"]|\{\s*")')
"""How a list or an object in JSON begins. `[{"role": "user"}]` → `[{`, `{"1": "发热"}` → `{"`, `[图片]` → –"""


def holds_json(value: object) -> bool:
    """Return whether a value is a string that begins like a list or an object in JSON."""
    return isinstance(value, str) and _JSON.match(value) is not None


def parse_cell(value: object) -> object:
    """Return the list or object that a string holds as JSON text; any other value as it is."""
    if isinstance(value, str) and holds_json(value):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value
