"""Short formulas in TeX as a line of text: doses and scores stand in them; long ones need their layout."""

from __future__ import annotations

import re

MAX_CHARS = 120
"""Longest formula in TeX that is written out."""
# fmt: off
_SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "ne": "≠", "neq": "≠", "approx": "≈", "sim": "～", "rightarrow": "→", "to": "→", "leftarrow": "←",
    "infty": "∞", "sum": "∑", "degree": "°", "circ": "°", "percent": "%", "alpha": "α", "beta": "β",
    "gamma": "γ", "delta": "δ", "mu": "μ", "lambda": "λ", "sigma": "σ", "pi": "π", "omega": "ω", "Delta": "Δ",
    "Omega": "Ω", "leqslant": "≤", "geqslant": "≥", "lt": "<", "gt": ">", "upmu": "μ",
}
# fmt: on
_SPACE = re.compile(r"\\(?:(?:left|right|displaystyle|quad|qquad)(?![A-Za-z])|[,;:!])")
"""`5\\,mg` → `\\,`"""
_WORDS = re.compile(r"\\(?:text|mathrm|mathit|mathbf|rm|operatorname|textrm|mbox|ce)\s*\{([^{}]*)\}")
"""`10\\,\\mathrm{mg}` → `mg`"""
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
"""`\\frac{a+b}{2}` → `a+b`"""
_SCRIPT = re.compile(r"(_|\^)\{([^{}]*)\}")
"""`10^{9}` → `9`"""
_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
"""`10\\times 5` → `times`"""


def tex_as_text(tex: str) -> str:
    """Return a formula as text: fractions with a stroke, powers with ^, indices on the line, "" for a long one."""
    tex = re.sub(r"\s*\^\s*(?:\{\s*\\circ\s*\}|\\circ)\s*", "°", " ".join(tex.split()))
    if len(tex) > MAX_CHARS:
        return ""
    tex = _SPACE.sub(" ", tex).replace("\\%", "%").replace("~", " ")
    tex = re.sub(r"(?<=[\d.]) (?=[\d.])", "", tex)  # 3 8 . 5, as converters of PDF write
    for _ in range(3):  # braces within braces
        tex = _WORDS.sub(_words, tex)
        tex = _SCRIPT.sub(lambda match: match[2] if match[1] == "_" else f"^{match[2]}", tex)
        tex = _FRACTION.sub(lambda match: f"{_grouped(match[1])}/{_grouped(match[2])}", tex)
    tex = _COMMAND.sub(lambda match: _SIGNS.get(match[1], match[0]), tex).replace("_", "")
    tex = re.sub(r"\{([^{}]*)\}", r"\1", tex)
    return "" if re.search(r"[\\{}&]", tex) else " ".join(tex.split())


def _words(match: re.Match[str]) -> str:
    """Return the words of a command; single letters in between spaces (`m g / k g`) are one word."""
    words = match[1].split()
    return "".join(words) if words and all(len(word) == 1 for word in words) else match[1]


def _grouped(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"[\w.%]+|\(.*\)", text) else f"({text})"
