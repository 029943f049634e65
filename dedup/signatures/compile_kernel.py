"""Compile a function with numba, and keep what was compiled as long as no source of this package changes.

numba looks at the file a kernel stands in, not at the files of the kernels it calls, and would go on with old code.
So the cache lies in a folder named after all our sources: below NUMBA_CACHE_DIR if that is set, else beside the sources
or, where those cannot be written, with the user. What a small corpus needs is compiled once in about 10 CPU-seconds
(measured 2026-11), two thirds of which numba spends in Python: every variant of a function counts.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from numba import njit, types
from numba.core import config as _config

_CONFIG: Any = _config
_HERE = Path(__file__).parents[1]
_OLD_S = 86_400
"""Seconds after which the cache of other sources is removed: a process that runs with it may still write there."""


def _cache_places() -> Iterator[Path]:
    """Yield the places of the cache, best first."""
    if _CONFIG.CACHE_DIR:
        yield Path(_CONFIG.CACHE_DIR)
    yield _HERE / "__pycache__"
    yield Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "pedcorpus"


def _cache_folder() -> str:
    """Make the folder of the cache and return it, "" where nothing can be written: then nothing is kept."""
    digest = blake2b(digest_size=8)
    for source in sorted(_HERE.rglob("*.py")):
        digest.update(source.read_bytes())
    for base in _cache_places():
        folder = base / f"kernels-{digest.hexdigest()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_old(base, folder)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return str(folder)
    return ""


def _remove_old(base: Path, ours: Path) -> None:
    for old in base.glob("kernels-*"):
        if old != ours and old.stat().st_mtime < time.time() - _OLD_S:
            shutil.rmtree(old, ignore_errors=True)


_FOLDER = _cache_folder()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function to be called from Python. No prange: we are parallel over processes."""
    return _compile(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call: without the way in from Python, it takes half the time."""
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    before, compiler = _CONFIG.CACHE_DIR, njit
    _CONFIG.CACHE_DIR = _FOLDER or before
    try:
        dispatcher: Any = compiler(cache=bool(_FOLDER), **options)(function)
    finally:
        _CONFIG.CACHE_DIR = before
    typed = dispatcher.get_call_template
    dispatcher.get_call_template = lambda args, kws: typed([_widen(arg) for arg in args], kws)
    return dispatcher


def _widen(kind: Any) -> Any:
    """Return the type kernels pass for one: numba would compile once for a 0, once for an int32, once for an int64."""
    kind = types.unliteral(kind)
    return types.int64 if kind in types.signed_domain else kind
