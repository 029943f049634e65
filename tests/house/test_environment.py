"""The suite does not depend on the environment of who calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOREIGN = {"HF_HUB_OFFLINE": "1", "HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": "x", "LANG": "C", "LC_ALL": "C"}


def test_tests_that_talk_to_a_hub_pass_whatever_the_caller_has_set() -> None:
    tests = ["tests/pedcorpus/commands/test_publish.py", "-k", "equal_to_its_folder"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    result = subprocess.run(command, env={**os.environ, **FOREIGN}, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout
