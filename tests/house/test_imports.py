"""The house: one direction of imports, light start, no pickle, names that mean something."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
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
MOST_FILES = 16
"""Python files of a folder besides `__init__.py`: what one still takes in at a glance."""
SHARED_STEMS = {
    "__main__": "what `python -m` runs: pedcorpus, training",
    "cli": "the command line of a program: pedcorpus, training",
    "detect": "which format a file is of: dialogues, instruction sets",
    "dialogue": "the record and the kind of source that yields it",
    "distilled": "the kind of source, and the samples made of its records",
    "header_words": "the words of headers: of graphs, of conversations",
    "headings": "of a PDF's pages, and in the questions made of documents",
    "manifest": "what a step or dataset leaves, and what a training run leaves",
    "markdown": "read as a book, and written for the card",
    "numbers": "wide patterns of private numbers, and numbers of clinical texts",
    "plain_text": "the format of books and of dialogues",
    "record": "one JSON record: of dialogues, of instruction sets, of any conversation",
    "step": "what a step is, and each step in its folder",
}
"""File names that occur in several folders, with what they mean there. Any other name means one thing in the house."""
KINDS_OF_TESTS = {"ingest": {"dialogue", "distilled", "graph", "wikipedia"}}
"""Folders of tests about a kind of source, whose parts lie in several folders of the package."""


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


@cache
def imports() -> Mapping[Path, set[Path]]:
    """Return for each file of ours the files it imports, also inside functions and for types alone."""
    files = {path.relative_to(ROOT): path for package in MAY_IMPORT for path in modules(package)}
    named = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in files}
    found: dict[Path, set[Path]] = defaultdict(set)
    for place, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", [])]
            if isinstance(node, ast.ImportFrom):
                names = [name if (name := f"{node.module}.{last}") in named else str(node.module) for last in names]
            elif not isinstance(node, ast.Import):
                continue
            found[place] |= {named[name] for name in names if name in named and named[name] != place}
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_in_one_direction(package: str) -> None:
    for path in modules(package):
        ours = {name.split(".")[0] for name in imported(path)} & set(MAY_IMPORT)
        assert ours <= MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {ours - MAY_IMPORT[package]}"


FOLDERS = sorted({path.parent.relative_to(ROOT).as_posix() for package in MAY_IMPORT for path in modules(package)})


@pytest.mark.parametrize("folder", FOLDERS)
def test_inside_a_folder_imports_have_one_direction(folder: str) -> None:
    """The files of a folder and its sub-folders as wholes import each other without a circle."""
    depth = len(Path(folder).parts)
    arrows: dict[str, dict[str, str]] = defaultdict(dict)
    for one, others in imports().items():
        for other in others:
            if one.is_relative_to(folder) and other.is_relative_to(folder) and one.parts[depth] != other.parts[depth]:
                arrows[one.parts[depth]][other.parts[depth]] = f"{one} imports {other}"
    circle: list[str] = []
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
    assert [arrows[a][b] for a, b in pairwise(circle)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_no_more_files_than_one_takes_in(folder: str) -> None:
    files = [path.name for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES


def test_a_file_name_means_one_thing_in_the_house() -> None:
    stems = Counter(path.stem for package in MAY_IMPORT for path in modules(package) if path.name != "__init__.py")
    assert {stem for stem, n in stems.items() if n > 1} <= set(SHARED_STEMS)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_tests_of_a_package_lie_as_it_does(package: str) -> None:
    tests = ROOT / "tests" / package
    folders = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")} - {"."}
    folders -= KINDS_OF_TESTS.get(package, set())
    assert [name for name in sorted(folders) if not (ROOT / package / name).is_dir()] == []


def test_no_test_imports_a_test() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert not [name for name in imported(path) if name.rpartition(".")[2].startswith("test_")], path


def test_the_names_of_tests_are_short_enough_to_read() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        names = re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert [name for name in names if len(name) > 80] == [], path


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
