"""The register of readers is the one place that says what a source kind is."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import SOURCES
from pedcorpus.commands.init import write_starter
from pedcorpus.config.sections import Dedup
from pedcorpus.config.source_kinds import BY_QUALITY
from pedcorpus.steps.card.figures import KIND_TITLES
from schemas.tables import TABLES

ROOT = Path(__file__).parents[2]
FILES = [path for package in ("schemas", "ingest", "dedup", "pedcorpus") for path in (ROOT / package).rglob("*.py")]
_REGISTER = ROOT / "ingest/__init__.py"


def kinds_compared(path: Path) -> Iterator[str]:
    """Yield the comparisons of a module with the name of a kind; `dialogue` is also the name of a table."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            words = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            if words & SOURCES.keys() and not ("table" in (text := ast.unparse(node)) and words & TABLES.keys()):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {text}"


def test_only_the_register_knows_kinds_by_name() -> None:
    assert [place for path in FILES if path != _REGISTER for place in kinds_compared(path)] == []


@pytest.mark.parametrize("kind", SOURCES)
def test_what_a_kind_says_of_itself_is_consistent(kind: str) -> None:
    source = SOURCES[kind]
    assert source.table in TABLES
    assert source.formats
    assert source.example
    assert source.is_speech or source.privacy == "identifiers"
    assert source.is_speech == (source.table in ("dialogue", "sample"))
    assert not (source.is_prose or source.is_encyclopedia) or source.table == "document"
    assert source.needs_siblings == source.is_merged == (source.table == "triple")


@pytest.mark.parametrize("kind", [kind for kind, source in SOURCES.items() if source.plain_kind])
def test_a_plain_kind_is_a_kind_of_the_same_table_and_formats(kind: str) -> None:
    source, plain = SOURCES[kind], SOURCES[SOURCES[kind].plain_kind]
    assert not plain.plain_kind
    assert (plain.table, plain.formats, plain.is_prose) == (source.table, source.formats, source.is_prose)


def test_other_lists_of_kinds_name_those_of_the_register(tmp_path: Path) -> None:
    write_starter(tmp_path)
    starter = tomllib.loads((tmp_path / "pedcorpus.toml").read_text(encoding="utf-8"))
    assert {source["kind"] for source in starter["source"]} <= SOURCES.keys()
    assert KIND_TITLES.keys() <= SOURCES.keys()
    assert Dedup().prefer == list(BY_QUALITY) == list(SOURCES)
