"""Pages read by character recognition, kept by the hash of their picture: a page costs seconds, and is read once.

One small JSON file per page, written aside and renamed, so that processes may share the folder and a kill leaves no
half.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

Lines = list[tuple[Any, str, float]]
"""`(four corners in pixels, text, score)` of each line of a page."""
EVERY_S = 10.0
"""Least seconds between two lines of progress."""


def recognise_once(picture: Any, read: Callable[[Any], Lines], folder: Path | None) -> Lines:
    """Return the lines `read` finds in a picture (height, width, 3; 8 bits), from `folder` where they are known."""
    if folder is None:
        return read(picture)
    engine = f"rapidocr {version('rapidocr')} onnxruntime {version('onnxruntime')} {picture.shape}"
    name = sha256(engine.encode() + picture.tobytes()).hexdigest()
    path = folder / "ocr" / name[:2] / f"{name}.json"
    if (cached := _load(path)) is not None:
        return cached
    lines = read(picture)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.partial")
    aside.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)
    return lines


def _load(path: Path) -> Lines | None:
    """Return the lines of a page read before; a file that is none counts as absent."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return [(corners, str(text), float(score)) for corners, text, score in found]
    except (OSError, ValueError, TypeError):
        return None


class PageProgress:
    """Prints to standard error, now and then, which page of a file is being read: a scanned book takes an hour."""

    def __init__(self, name: str, pages: int) -> None:
        self._name, self._pages, self._last = name, pages, time.monotonic()

    def read(self, page: int) -> None:
        """Print that `page` (from 1) has been read, unless the last line is younger than `EVERY_S`."""
        if time.monotonic() - self._last >= EVERY_S:
            self._last = time.monotonic()
            print(f"{self._name}: OCR, page {page} of {self._pages}", file=sys.stderr, flush=True)
