"""The house: one direction of imports, light start, no pickle, names that mean something."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "schemas": {"schemas"},
    "ingest": {"schemas", "ingest"},
    "dedup": {"schemas", "dedup"},
    "training": {"schemas", "training"},
    "pedcorpus": {"schemas", "ingest", "dedup", "training", "pedcorpus"},
}
HEAVY = set(
    re.findall(
        r"\w+",
        "torch transformers peft accelerate datasets openai datasketch ray rapidocr onnxruntime pdfplumber pypdfium2 "
        "jieba opencc numba networkx mwparserfromhell polars pyarrow numpy datatrove huggingface_hub lxml openpyxl",
    )
)
NAMELESS = {"utils", "util", "helpers", "helper", "misc", "common"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_in_one_direction(package: str) -> None:
    for path in modules(package):
        ours = {name.split(".")[0] for name in imported(path)} & set(MAY_IMPORT)
        assert ours <= MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {ours - MAY_IMPORT[package]}"


def test_nothing_is_unpickled() -> None:
    for package in MAY_IMPORT:
        for path in modules(package):
            names = {name.split(".")[0] for name in imported(path)}
            assert not names & {"pickle", "dill", "cloudpickle", "shelve", "marshal"}, path


def test_files_have_names_that_mean_something() -> None:
    names = {path.stem for package in MAY_IMPORT for path in modules(package)}
    assert not names & NAMELESS


@pytest.mark.parametrize("package", ["pedcorpus", "training"])
def test_help_is_light(package: str) -> None:
    code = (
        "import sys, runpy; sys.argv = ['x', '--help']\n"
        "try: runpy.run_module(sys.argv_module, run_name='__main__')\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', sorted(set(sys.modules) & {HEAVY!r}))"
    ).replace("sys.argv_module", repr(package))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "Example" in result.stdout
    assert result.stdout.splitlines()[-1] == "HEAVY []"
