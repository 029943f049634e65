"""Each dependency of the base install is imported by the packages: what nobody uses costs every user megabytes."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "ingest", "dedup", "training", "pedcorpus")
NOT_IMPORTED_YET = {"openai": "the client of a teacher model's API, which comes with the teacher"}


def declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [normal(re.split(r"[\s;<>=!~\[]", line, maxsplit=1)[0]) for line in project["dependencies"]]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def distributions_imported() -> set[str]:
    """Return the names of the distributions that some module of the packages imports."""
    names: set[str] = set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    installed = packages_distributions()
    return {normal(distribution) for name in names for distribution in installed.get(name, ())}


@pytest.mark.parametrize("name", sorted({*declared()} - {*NOT_IMPORTED_YET}))
def test_a_base_dependency_is_imported(name: str) -> None:
    if name == "backports-zstd":  # from Python 3.14 on, the standard library has it
        assert "backports.zstd" in (ROOT / "ingest/files/compression.py").read_text(encoding="utf-8")
    else:
        assert name in distributions_imported()


def test_what_is_exempt_is_declared_and_not_imported() -> None:
    assert set(NOT_IMPORTED_YET) <= set(declared())
    assert not set(NOT_IMPORTED_YET) & distributions_imported()
