"""The recipes of CONTRIBUTING: each, applied to a copy of the house, does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import polars as pl

from ingest.files.find import FoundFile
from ingest.source import Source, SourceFile, SourceOptions
from pedcorpus.steps.ingest.read_file import read_found
from schemas.document import Document
from schemas.rejection import Reason, Rejection

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PACKAGES = ("schemas", "ingest", "dedup", "training", "pedcorpus")


def blocks(recipe: str) -> list[str]:
    """Return the code of a recipe, named by its heading."""
    section = re.search(rf"^## {recipe}.*?$(.*?)(?=^## |\Z)", TEXT, flags=re.DOTALL | re.MULTILINE)
    assert section, recipe
    return re.findall(r"```\w+\n(.*?)```", section[1], flags=re.DOTALL)


def copy_house(folder: Path) -> None:
    """Copy what a build needs."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))


def insert(path: Path, before: str, text: str) -> None:
    """Insert text into a file in front of the one place where `before` stands."""
    old = path.read_text(encoding="utf-8")
    assert old.count(before) == 1, (path, before)
    path.write_text(old.replace(before, text + before), encoding="utf-8")


def run(folder: Path, *words: object) -> str:
    """Run Python in a copy of the house and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, *map(str, words)]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def shown() -> tuple[types.ModuleType, Source]:
    """Run the code of CONTRIBUTING: the reader's file, and its line in the register."""
    file, line = blocks("Add a source kind")
    leaflet = types.ModuleType("leaflet")
    exec(file, leaflet.__dict__)
    register = eval("{" + line + "}", {"Source": Source, "leaflet": leaflet})
    return leaflet, register["leaflet"]


def test_the_reader_in_contributing_reads_its_own_example() -> None:
    leaflet, source = shown()
    file = SourceFile.from_bytes("a.txt", f"{source.example}\n没有名称的一行\n".encode("gb18030"))
    good, bad = leaflet.read(file, SourceOptions("leaflets", "leaflet"))
    assert isinstance(good, Document)
    assert (good.title, good.origin.locator) == ("布洛芬混悬液", "line 1")
    assert isinstance(bad, Rejection)
    assert (bad.reason, bad.origin.locator) == (Reason.MISSING_FIELD, "line 2")


def test_its_line_in_the_register_is_all_that_ingest_needs(tmp_path: Path) -> None:
    _, source = shown()
    path = tmp_path / "leaflets.txt"
    path.write_text(source.example, encoding="utf-8")
    found = FoundFile(str(path), path.name)
    (record,) = read_found(found, found.sha256(), SourceOptions("leaflets", "leaflet"), source)
    assert isinstance(record, Document)
    assert source.table == "document"


def test_one_file_and_one_line_make_a_kind_that_builds(tmp_path: Path) -> None:
    copy_house(tmp_path)
    file, line = blocks("Add a source kind")
    (tmp_path / "ingest/leaflet.py").write_text(file, encoding="utf-8")
    register = tmp_path / "ingest/__init__.py"
    text = register.read_text(encoding="utf-8").replace(
        "from ingest import dialogue", "from ingest import leaflet, dialogue"
    )
    register.write_text(text.replace("Source] = {\n", "Source] = {\n" + line), encoding="utf-8")
    (tmp_path / "leaflets.txt").write_text(
        "布洛芬混悬液\t用于儿童发热，按体重给药，详见说明书。\n没有名称的一行\n", encoding="utf-8"
    )
    (tmp_path / "c.toml").write_text(
        '[corpus]\nname = "c"\n[[source]]\nname = "pharmacy"\nkind = "leaflet"\npath = "leaflets.txt"\n',
        encoding="utf-8",
    )
    run(tmp_path, "-m", "pedcorpus", "build", "c.toml", "--only", "clean", "--workers", 1, "--out", "out")
    rows = pl.read_parquet(tmp_path / "out/steps/clean/*.parquet")
    assert rows["title"].to_list() == ["布洛芬混悬液"]
    manifest = (tmp_path / "out/steps/ingest-pharmacy/manifest.json").read_text(encoding="utf-8")
    assert '"missing_field": 1' in manifest
    code = "import pedcorpus; print(*(type(r).__name__ for r in pedcorpus.read('leaflets.txt', 'leaflet')))"
    assert run(tmp_path, "-c", code).split() == ["Document", "Rejection"]


def test_one_line_makes_a_phrase_that_samples_get(tmp_path: Path) -> None:
    copy_house(tmp_path)
    (phrase,) = blocks("Add a phrase or a template")
    before = '    "{subject}的用药剂量和用法是怎样的？",\n'
    insert(tmp_path / "pedcorpus/steps/instruct/phrases/document.toml", before, phrase)
    code = (
        "from pedcorpus.steps.instruct.templates import templates\n"
        "dose = templates('document')['dose']\n"
        "print(*{dose.phrase('questions', str(key), subject='肺炎') for key in range(60)}, sep='\\n')"
    )
    assert phrase.strip().strip('",').format(subject="肺炎") in run(tmp_path, "-c", code).splitlines()


def test_one_file_and_one_function_make_a_command(tmp_path: Path, sample_build: Path) -> None:
    copy_house(tmp_path)
    file, function = blocks("Add a command")
    (tmp_path / "pedcorpus/commands/rows.py").write_text(file, encoding="utf-8")
    insert(tmp_path / "pedcorpus/cli.py", "def main() -> NoReturn:", function + "\n\n")
    assert "Print how many rows each step kept." in run(tmp_path, "-m", "pedcorpus", "--help")
    lines = run(tmp_path, "-m", "pedcorpus", "rows", sample_build).splitlines()
    assert {line.split()[0] for line in lines} >= {"clean", "dedup", "split"}


def test_one_file_and_one_line_make_a_format(tmp_path: Path) -> None:
    copy_house(tmp_path)
    file, line = blocks("Add a format")
    formats = tmp_path / "ingest/dialogue_formats"
    (formats / "bot_lines.py").write_text(file, encoding="utf-8")
    insert(formats / "detect.py", '    "excel": Format(', line)
    imported = "from ingest.dialogue_formats.bot_lines import is_bot_lines, read_bot_lines\n"
    insert(formats / "detect.py", "from ingest.dialogue_formats.consultation import", imported)
    (tmp_path / "bot.txt").write_text("#talk 孩子发热一天|体温多少度？|39度|多饮水，复诊。\n", encoding="utf-8")
    code = (
        "import pedcorpus\n"
        "(talk,) = pedcorpus.read('bot.txt', 'dialogue')\n"
        "print(talk.origin.locator, *(turn.role for turn in talk.turns), talk.turns[2].text)"
    )
    assert run(tmp_path, "-c", code).split() == ["line", "1", "patient", "doctor", "patient", "doctor", "39度"]


def test_a_row_a_finder_and_a_line_make_a_class_of_private_data(tmp_path: Path) -> None:
    copy_house(tmp_path)
    row, file, line = blocks("Add a class of private data")
    privacy = tmp_path / "ingest/privacy"
    insert(privacy / "classes.py", '    PrivateClass("plate"', row)
    (privacy / "numbers/student_numbers.py").write_text(file, encoding="utf-8")
    insert(privacy / "detectors.py", "    _detector(hospital_numbers.record_numbers", line)
    imported = "from ingest.privacy.numbers import student_numbers\n"
    insert(privacy / "detectors.py", "from ingest.privacy.numbers import hospital_numbers", imported)
    code = (
        "import polars as pl\n"
        "from ingest.privacy import deidentify, deidentify_column, residual\n"
        "text = '孩子学号：20230117，发烧三天'\n"
        "for mode in ('mask', 'surrogate'): print(deidentify([text], level='identifiers', mode=mode, key='k')[0][0])\n"
        "column, counts = deidentify_column(pl.Series([text]), 'identifiers', 'mask', pl.Series(['k']))\n"
        "print(column[0], dict(counts), residual(column, 'strict').height)"
    )
    masked, invented, column = run(tmp_path, "-c", code).splitlines()
    assert masked == "孩子学号：[学号]，发烧三天"
    assert re.fullmatch(r"孩子学号：example_\d+，发烧三天", invented)
    assert column == "孩子学号：[学号]，发烧三天 {'student_number': 1} 0"


def test_one_folder_and_one_line_make_a_step(tmp_path: Path) -> None:
    copy_house(tmp_path)
    file, line = blocks("Add a step")
    steps = tmp_path / "pedcorpus/steps"
    (steps / "long_talks").mkdir()
    (steps / "long_talks/__init__.py").touch()
    (steps / "long_talks/step.py").write_text(file, encoding="utf-8")
    plan = tmp_path / "pedcorpus/build_plan.py"
    insert(plan, '    LaterStep("dedup", dedup,', line)
    insert(plan, "from pedcorpus.steps.prefer import", "from pedcorpus.steps.long_talks import step as long_talks\n")
    run(tmp_path, "-m", "pedcorpus", "build", "--only", "long-talks", "--out", tmp_path / "out", "--workers", "1")
    code = (
        "from pathlib import Path\nfrom schemas.manifest import read_manifest\n"
        "manifest = read_manifest(Path('out/steps/long-talks/manifest.json'))\n"
        "print(manifest.read == manifest.kept + manifest.rejected['too_short'], manifest.kept > 0)"
    )
    assert run(tmp_path, "-c", code).split() == ["True", "True"]
