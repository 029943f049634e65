"""Fixtures shared by all tests: the folder of real material, and one build of the bundled sample."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.shared_files import shared_folder

ROOT = Path(__file__).parents[1]

FOREIGN = ("HF_", "HUGGING_FACE_", "HUGGINGFACE_", "TRANSFORMERS_", "FORCE_COLOR", "NO_COLOR")
"""Beginnings of variables of the caller's that would change what a test sees: another Hub, a token, offline,
colours."""
KEPT = {"HF_HOME"}
"""A place for caches may be the only one that can be written."""

for name in [name for name in os.environ if name.startswith(FOREIGN) and name not in KEPT]:
    del os.environ[name]  # here, before any test module imports a library that reads them once


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real files for tests, beside the repository or under PEDCORPUS_SHARED; skip where absent."""
    folder = shared_folder()
    if not (folder / "data").is_dir():
        pytest.skip("no real material beside the repository")
    return folder


@pytest.fixture(scope="session")
def pedcorpus() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own."""

    def run(*words: object, timeout_s: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pedcorpus", *map(str, words)]
        values = {**os.environ, "COLUMNS": "200", **environment}
        return subprocess.run(
            command, env=values, cwd=ROOT, capture_output=True, text=True, timeout=timeout_s, check=False
        )

    return run


@pytest.fixture(scope="session")
def sample_build(
    tmp_path_factory: pytest.TempPathFactory, pedcorpus: Callable[..., subprocess.CompletedProcess[str]]
) -> Path:
    """The bundled sample, built once with two workers. Tests may read it and must not change it."""
    out = tmp_path_factory.mktemp("sample") / "out"
    result = pedcorpus("build", "--out", out, "--workers", 2)
    assert result.returncode == 0, result.stderr
    return out
