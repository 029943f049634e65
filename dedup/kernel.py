"""Compile a function with numba, and keep what was compiled as long as no source of this package changes.

numba looks at the file a kernel stands in, not at the files of the kernels it calls, and would go on with old code.
So the cache lies in a folder named after all our sources. The first call of everything compiles for about 20 seconds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from numba import njit
from numba.core import config as _config

_CONFIG: Any = _config
_HERE = Path(__file__).parent


def _cache_folder() -> str:
    """Return the folder of the cache, or "" for numba's own choice where ours cannot be written."""
    digest = blake2b(digest_size=8)
    for source in sorted(_HERE.rglob("*.py")):
        digest.update(source.read_bytes())
    base = Path(_CONFIG.CACHE_DIR) if _CONFIG.CACHE_DIR else _HERE / "__pycache__"
    folder = base / f"kernels-{digest.hexdigest()}"
    try:
        if not folder.is_dir():
            for old in base.glob("kernels-*"):
                shutil.rmtree(old, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ""
    return str(folder) if os.access(folder, os.W_OK) else ""


_FOLDER = _cache_folder()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function to be called from Python. No prange: we are parallel over processes."""
    return _compiled(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call: without the way in from Python, it takes half the time."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    before = _CONFIG.CACHE_DIR
    _CONFIG.CACHE_DIR = _FOLDER or before
    try:
        compiler: Any = njit
        return compiler(cache=True, **options)(function)
    finally:
        _CONFIG.CACHE_DIR = before
