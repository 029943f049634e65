"""Where compiled kernels are kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dedup.signatures import compile_kernel


def test_a_cache_lies_where_numba_is_told_and_a_running_process_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_kernel._CONFIG, "CACHE_DIR", str(tmp_path))
    (tmp_path / "kernels-of-this-hour").mkdir()
    (tmp_path / "kernels-of-last-week").mkdir()
    os.utime(tmp_path / "kernels-of-last-week", times=(time.time() - 7 * 86_400,) * 2)
    folder = Path(compile_kernel._cache_folder())
    os.utime(folder, times=(0, 0))
    assert Path(compile_kernel._cache_folder()) == folder
    assert {path.name for path in tmp_path.iterdir()} == {"kernels-of-this-hour", folder.name}


def test_kernels_of_a_read_only_installation_are_kept_with_the_user_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(compile_kernel._CONFIG, "CACHE_DIR", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(compile_kernel, "_HERE", tmp_path / "file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    assert Path(compile_kernel._cache_folder()).parent == tmp_path / "user" / "pedcorpus"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert compile_kernel._cache_folder() == ""
    monkeypatch.setattr(compile_kernel, "_FOLDER", "")
    assert compile_kernel.kernel(lambda x: x + 1)(1) == 2
