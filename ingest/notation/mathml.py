"""Formulas in MathML as a line of text: doses and scores stand in them."""

from __future__ import annotations

import re
from typing import Any

_LEFT_OUT = frozenset({"annotation", "annotation-xml", "mphantom"})
MAX_DEPTH = 30
"""Deepest nesting that is followed."""


def mathml_as_text(element: Any, depth: int = 0) -> str:
    """Return an element of MathML as text: fractions with a stroke, powers with ^, indices on the line."""
    name = str(element.tag).split("}")[-1].split(":")[-1]
    if not isinstance(element.tag, str) or name in _LEFT_OUT or depth > MAX_DEPTH:
        return ""
    parts = [mathml_as_text(child, depth + 1) for child in element]
    if name == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if name in ("msup", "msubsup") and len(parts) > 1:
        index = parts[1] if name == "msubsup" else ""
        return f"{parts[0]}{index}{parts[-1] if parts[-1] in '°′″' else f'^{_grouped(parts[-1])}'}"
    if name == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if name == "mspace":
        return " "
    text = "" if parts else " ".join((element.text or "").split())
    return text + "".join(parts)


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"[-+−]?[\w.%]*|\(.*\)", text) else f"({text})"
