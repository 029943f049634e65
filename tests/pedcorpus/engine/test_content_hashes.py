"""Remembered content hashes: a file is read again when anything about it has changed."""

from __future__ import annotations

import os
from pathlib import Path

from pedcorpus.engine.content_hashes import ContentHashes
from schemas.shards import file_sha256


def remembered(path: Path, cache: Path) -> str:
    hashes = ContentHashes(cache)
    found = hashes.of(str(path), lambda: file_sha256(path))
    hashes.save()
    return found


def test_new_bytes_of_the_same_size_and_modification_time_are_seen(tmp_path: Path) -> None:
    path, cache = tmp_path / "a.txt", tmp_path / "cache" / "hashes.json"
    path.write_bytes(b"30 mg")
    before, times = remembered(path, cache), path.stat()
    with path.open("r+b") as file:
        file.write(b"50 mg")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_mtime_ns == times.st_mtime_ns
    assert remembered(path, cache) == file_sha256(path) != before


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path, cache = tmp_path / "a.txt", tmp_path / "cache" / "hashes.json"
    path.write_bytes(b"30 mg")
    before = remembered(path, cache)
    assert ContentHashes(cache).of(str(path), lambda: "read again") == before


def test_where_nothing_may_be_written_nothing_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"30 mg")
    assert remembered(path, path / "hashes.json") == file_sha256(path)
