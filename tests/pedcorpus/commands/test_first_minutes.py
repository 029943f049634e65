"""The first minutes of a new user: what is printed runs as printed, versions, files of one's own with our names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pedcorpus as package

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]
TALK = (
    "患者：孩子发热一天了，三十九度。\n医生：精神怎么样？有没有咳嗽？\n"
    "患者：精神还好，有点咳。\n医生：多喝水，按体重服用布洛芬。\n"
)


def in_folder(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder that has our packages behind it, as an installed one has."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True)


def as_printed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a printed line in a plain shell of another folder, where no `python` is on the path."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere"}
    return subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True)


def test_what_init_and_build_print_runs_as_printed_with_spaces_and_quotes_in_paths(
    pedcorpus: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "our ward's files"
    printed = pedcorpus("init", folder).stdout
    (folder / "dialogues" / "a.txt").write_text(TALK, encoding="utf-8")
    plan, build = re.findall(r"^  (\S.*)$", printed, re.MULTILINE)
    assert as_printed(plan, tmp_path).returncode == 0
    built = as_printed(build, tmp_path)
    assert built.returncode == 0, built.stderr
    see = re.search(r"^See: (.*)$", built.stderr, re.MULTILINE)
    assert see
    shown = as_printed(see[1], folder)
    assert shown.returncode == 0, shown.stderr
    assert "our-ward-s-files" in shown.stdout


def test_a_detached_build_prints_how_to_follow_it(pedcorpus: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TALK, encoding="utf-8")
    config = tmp_path / "c.toml"
    config.write_text(
        '[corpus]\nname = "c"\n[[source]]\nname = "a"\nkind = "dialogue"\npath = "a.txt"\n', encoding="utf-8"
    )
    out = tmp_path / "a build"
    printed = pedcorpus("build", config, "--out", out, "--only", "ingest-a", "--detach").stdout
    assert f"tail -f '{out / 'build.log'}'" in printed


@pytest.mark.parametrize("program", ["pedcorpus", "training"])
def test_both_programs_and_the_package_say_their_version(program: str, tmp_path: Path) -> None:
    assert in_folder(tmp_path, "-m", program, "--version").stdout == f"pedcorpus {package.__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", package.__version__)


def test_the_package_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        getattr(package, "nothing")  # noqa: B009


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("pedcorpus", "dedup.py"),
        ("pedcorpus", "schemas.py"),
        ("pedcorpus", "ingest.py"),
        ("pedcorpus", "training.py"),
        ("pedcorpus", "dedup/__init__.py"),
        ("training", "schemas.py"),
    ],
)
def test_a_file_of_the_users_with_the_name_of_a_package_is_told_in_one_line(
    program: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("print('mine')\n")
    result = in_folder(tmp_path, "-m", program, "--help")
    assert result.returncode == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / name}: ")
    assert "Rename it" in line


def test_a_folder_of_data_with_the_name_of_a_package_hides_nothing(tmp_path: Path) -> None:
    for name in ("dedup", "schemas", "ingest"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").touch()
    assert in_folder(tmp_path, "-m", "pedcorpus", "--help").returncode == 0
    assert in_folder(tmp_path, "-m", "training", "--help").returncode == 0
