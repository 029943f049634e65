"""Each wide pattern of the prefilters says by an example what it finds: `text` → `match`, or `text` → – for nothing."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

import polars as pl
import pytest

from ingest.privacy.wide_patterns.names import name_patterns
from ingest.privacy.wide_patterns.numbers import number_patterns
from ingest.privacy.wide_patterns.places import place_patterns

EXAMPLE = re.compile(r"`([^`]+)` → (?:`([^`]+)`|(–))")
FIELDS = [
    (patterns, name) for patterns in (number_patterns(), name_patterns(), place_patterns()) for name in patterns._fields
]


def text_below(owner: type, name: str) -> str:
    """Return the string below a field of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0].body  # type: ignore[attr-defined]
    at = next(i for i, node in enumerate(body) if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name)
    return str(ast.literal_eval(body[at + 1].value))


@pytest.mark.parametrize(("patterns", "name"), FIELDS, ids=[name for _, name in FIELDS])
def test_each_wide_pattern_finds_what_its_examples_say(patterns: tuple[str, ...], name: str) -> None:
    examples = EXAMPLE.findall(text_below(type(patterns), name))
    assert examples
    for text, expected, _ in examples:
        match = pl.Series([text]).str.extract(f"({getattr(patterns, name)})", 1)[0]
        assert (match or "") == expected, text
