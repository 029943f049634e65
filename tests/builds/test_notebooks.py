"""Each notebook runs from its first cell to its last, on the bundled sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def cells(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return found


def run(name: str) -> dict[str, Any]:
    """Return the names that the cells of a notebook leave."""
    scope: dict[str, Any] = {}
    for number, cell in enumerate(cells(name)):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{name}, cell {number}", "exec"), scope)
    return scope


def test_the_notebook_on_one_file_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scope = run("read_one_file")
    assert set(scope["how"]["kind"]) == {"dialogue"}
    assert {"text", "table", "recommendation"} <= set(scope["guideline"]["kind"])
    assert scope["doses"].height > 0
    assert scope["reasons"].height > 0
    assert set(scope["turns"]["role"]) == {"patient", "doctor"}
    assert len(scope["mine"]) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_notebook_on_masking_and_comparing_runs() -> None:
    scope = run("mask_and_compare")
    assert "王小明" not in "".join(scope["masked"]["strict, mask"])
    assert "王小明" in "".join(scope["masked"]["identifiers, mask"])
    assert scope["surrogates"]["a"] != scope["surrogates"]["b"]
    assert scope["decisions"]["kept"].to_list() == [True, False, True, True]
    assert scope["conflicts"]["difference"].to_list() == ["number 5毫升 → 8毫升"]
    assert scope["without_guard"].kept.tolist() == [True, False, False, True]
    assert scope["unique"].height == 4


def test_the_notebook_on_a_built_corpus_runs(sample_build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEDCORPUS_OUT", str(sample_build))
    scope = run("built_corpus")
    assert scope["flow"].select((pl.col("read") == pl.col("kept") + pl.col("rejected")).all()).item()
    assert scope["lengths"].height > 1
    assert scope["by_reason"]["len"].sum() == scope["rejected"].height > 0
    assert scope["lineage"].parents[0].origin["file"].endswith(".pdf")


@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_notebook_is_short_and_holds_no_output(name: str) -> None:
    assert 10 <= len(cells(name)) <= 20
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells(name))
