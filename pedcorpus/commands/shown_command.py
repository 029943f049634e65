"""Commands as they are shown to be run: they run as printed, in whatever folder and shell, without an active venv."""

from __future__ import annotations

import shlex
import sys


def shown_command(*words: object) -> str:
    """Return a command of ours for a shell: the path of this very interpreter, every word quoted."""
    return shlex.join([sys.executable, "-m", "pedcorpus", *map(str, words)])
