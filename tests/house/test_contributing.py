"""Adding a source kind is one file and one line, as CONTRIBUTING shows."""

from __future__ import annotations

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


def shown() -> tuple[types.ModuleType, Source]:
    """Run the code of CONTRIBUTING: the reader's file, and its line in the register."""
    file, line = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
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
    for package in ("schemas", "ingest", "dedup", "pedcorpus"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    file, line = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
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
    words = [sys.executable, "-m", "pedcorpus", "build", "c.toml", "--only", "clean", "--workers", "1", "--out", "out"]
    result = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    rows = pl.read_parquet(tmp_path / "out/steps/clean/*.parquet")
    assert rows["title"].to_list() == ["布洛芬混悬液"]
    manifest = (tmp_path / "out/steps/ingest-pharmacy/manifest.json").read_text(encoding="utf-8")
    assert '"missing_field": 1' in manifest
