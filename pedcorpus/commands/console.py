"""What commands say beside their answers: notes on standard error, and commands that run as printed."""

from __future__ import annotations

import shlex
import sys

from rich.console import Console

WIDTH = 160
"""Columns where standard output is no terminal."""


def say(text: str) -> None:
    """Print a note to standard error; standard output is for answers."""
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)


def wide_console() -> Console:
    """Return a console for tables: where standard output is no terminal, wide enough that no cell is cut."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)


def shown_command(*words: object) -> str:
    """Return a command of ours for any shell and folder: the path of this very interpreter, every word quoted."""
    return shlex.join([sys.executable, "-m", "pedcorpus", *map(str, words)])
