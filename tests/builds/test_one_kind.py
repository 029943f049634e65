"""A corpus of one kind of source: what it cannot fill stays empty, and everything else works."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "pedcorpus" / "sample"
Run = Callable[..., subprocess.CompletedProcess[str]]


CASES = [("wikipedia", "wiki", "cpt", "sft"), ("dialogue", "dialogues", "sft", "")]


@pytest.mark.parametrize(("kind", "folder", "filled", "empty"), CASES)
def test_a_corpus_of_one_kind_builds_loads_and_shows_itself(
    pedcorpus: Run, tmp_path: Path, kind: str, folder: str, filled: str, empty: str
) -> None:
    datasets = pytest.importorskip("datasets")
    config, out = tmp_path / "c.toml", tmp_path / "out"
    config.write_text(
        f'[corpus]\nname = "one"\n[[source]]\nname = "only"\nkind = "{kind}"\npath = "{SAMPLE / folder}"\n',
        encoding="utf-8",
    )
    built = pedcorpus("build", config, "--out", out)
    assert built.returncode == 0, built.stderr
    told = "".join(line for line in built.stderr.splitlines() if line.startswith("Tables without rows: "))
    assert empty in told
    assert filled not in told
    tables = json.loads((out / "dataset" / "manifest.json").read_text(encoding="utf-8"))["tables"]
    rows = {name: sum(split["rows"] for split in splits.values()) for name, splits in tables.items()}
    assert rows[filled] > 0
    assert not empty or rows[empty] == 0
    for name in (name for name in rows if rows[name]):
        loaded = datasets.load_dataset(str(out / "dataset"), name, cache_dir=str(tmp_path / "cache"))
        assert sum(split.num_rows for split in loaded.values()) == rows[name]
    shown = pedcorpus("inspect", out)
    assert shown.returncode == 0, shown.stderr
    assert "one 0.1.0" in shown.stdout
