"""Traditional characters as simplified ones, by OpenCC."""

from __future__ import annotations

from functools import cache
from typing import Any


def to_simplified(text: str) -> str:
    """Return a text in simplified characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
