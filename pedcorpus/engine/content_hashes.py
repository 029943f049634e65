"""Content hashes of raw files, remembered by path, size and times, so that a second run need not read them.

The time of the last change (ctime) cannot be set back by a program, so a file with new bytes, its old size and its old
modification time is read again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from schemas.manifest import write_json


class ContentHashes:
    """SHA-256 by file. The cache only saves time: delete it and every file is read again."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._known: dict[str, str] = {}
        self._used: dict[str, str] = {}
        try:
            values = json.loads(cache.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(values, dict):
            self._known = {str(key): str(value) for key, value in values.items()}

    def of(self, url: str, compute: Callable[[], str]) -> str:
        """Return the hash of a file; a remote file is read every time, for we cannot see that it changed."""
        try:
            status = Path(url).stat()
        except OSError:
            return compute()
        key = f"{url}|{status.st_size}|{status.st_mtime_ns}|{status.st_ctime_ns}|{status.st_ino}"
        self._used[key] = self._known[key] if key in self._known else compute()
        return self._used[key]

    def save(self) -> None:
        """Remember the hashes used in this run, where we may write."""
        if self._used and self._used != self._known:
            with suppress(OSError):
                write_json(self._cache, self._used)
