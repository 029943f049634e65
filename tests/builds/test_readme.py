"""README's first commands run in their order, as printed, in a fresh folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(heading: str) -> list[str]:
    """Return the commands of the first code block below a heading, without comments."""
    text = README.partition(f"## {heading}\n")[2].partition("```bash\n")[2].partition("```")[0]
    return [line for raw in text.splitlines() if (line := re.sub(r"\s+#.*", "", raw).strip())]


def as_here(command: str) -> str:
    """Return a command with what stands ready put in place of what `make build` would install."""
    if command == "make build":
        recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nbuild:")[2].splitlines()[1].strip()
        return recipe.replace("$(VENV)/bin/python", "python")
    return "true" if command == ". .venv/bin/activate" else command


@pytest.mark.skipif(sys.platform == "win32", reason="shell commands")
def test_the_first_ten_commands_run(tmp_path: Path, sample_build: Path) -> None:
    shutil.copytree(sample_build, tmp_path / "build" / "pedcorpus-sample")  # the first command finds it fresh
    shutil.copytree(ROOT / "pedcorpus" / "sample", tmp_path / "pedcorpus" / "sample")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (bin_folder / "python").chmod(0o755)
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    commands = block("The first ten commands")
    assert len(commands) == 10
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", as_here(command)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_tree_shows_every_folder_of_the_packages() -> None:
    tree = README.partition("## The house\n")[2]
    folders = [path.parent for path in sorted(ROOT.glob("*/*/__init__.py")) if path.parts[-3] not in (".venv", "tests")]
    assert folders
    assert [str(f.relative_to(ROOT)) for f in folders if f"\n  {f.name}/ " not in tree] == []
