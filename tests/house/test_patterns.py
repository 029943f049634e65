"""Each regular expression of a module says by an example what it finds: `text` → `match`, or `text` → – for nothing."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"`([^`]+)` → (?:`([^`]+)`|(–))")


def patterns(path: Path) -> Iterator[tuple[str, int, str]]:
    """Yield name, line and the string below each `NAME = re.compile(…)` of a module."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if not (isinstance(value, ast.Call) and ast.unparse(value.func) == "re.compile"):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
        yield ast.unparse(target), node.lineno, str(text)


FILES = [path for package in ("ingest", "pedcorpus", "training") for path in sorted((ROOT / package).rglob("*.py"))]
MODULES = {str(path.relative_to(ROOT)): found for path in FILES if (found := list(patterns(path)))}


@pytest.mark.parametrize("file", MODULES)
def test_each_pattern_finds_what_its_example_says(file: str) -> None:
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    for name, line, text in MODULES[file]:
        examples = EXAMPLE.findall(text)
        assert examples, f"{file}:{line} {name}: no example below it"
        for given, expected, nothing in examples:
            pattern = getattr(module, name)
            is_bytes = isinstance(pattern.pattern, bytes)
            match = pattern.search(given.encode() if is_bytes else given)
            found = set() if match is None else {match.group(), *match.groups()}
            found = {text.decode() if isinstance(text, bytes) else text for text in found}
            assert (not found) if nothing else (expected in found), f"{file}:{line} {name}: {given!r} gives {found}"
