"""`inspect --quality` and the line of a build: which sources are full of what, and rows to read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from pedcorpus.config.quality_section import Quality
from pedcorpus.engine.progress import _flaws
from pedcorpus.quality.shares import describe_flaw, flawed, signal_shares
from schemas import SCHEMA_VERSION
from schemas.manifest import StepManifest

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_shares_and_examples_of_a_build(sample_build: Path, pedcorpus: Run) -> None:
    told = json.loads(pedcorpus("inspect", sample_build, "--quality", "--json").stdout)
    assert told["thresholds"] == Quality().model_dump(mode="json")
    shares = {(one["source"], one["signal"]): one for one in told["shares"]}
    assert shares["distilled", "profanity"]["beyond"] == 1
    assert shares["textbook", "profanity"]["beyond"] == 0
    (spun,) = [one for one in told["examples"] if one["signal"] == "spun" and one["is_beyond"]]
    assert "忧心" in spun["excerpt"]
    assert spun["evidence"]
    assert spun["id"].startswith("ins-")
    assert told["flawed"] == []


def test_the_table_names_signals_that_found_something(sample_build: Path, pedcorpus: Run) -> None:
    shown = pedcorpus("inspect", sample_build, "--quality").stdout
    assert "folk cure" in shown
    assert "distilled" in shown
    assert "祖传秘方" in shown


def test_without_a_build_it_is_said(tmp_path: Path, pedcorpus: Run) -> None:
    refused = pedcorpus("inspect", tmp_path, "--quality")
    assert refused.returncode == 2
    assert "no finished step `quality` here" in refused.stderr


def test_a_source_full_of_one_flaw_is_named() -> None:
    figures = {
        "quality.talks.spun.rows": 100,
        "quality.talks.spun.beyond": 81,
        "quality.set.asks.rows": 100,
        "quality.set.asks.beyond": 20,
    }
    assert [describe_flaw(flaw) for flaw in flawed(signal_shares(figures))] == ["talks: 81% spun"]
    about = ("quality", 1, SCHEMA_VERSION, "0" * 64, {}, [])
    manifest = StepManifest(*about, {}, 0, 0, {}, None, [], figures=figures)
    assert _flaws([manifest]) == "talks: 81% spun; see inspect --quality"
