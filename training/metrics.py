"""What a phase reports while it runs: metrics.jsonl, one flushed line per step, and one line in the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO

from training.manifest import write_text
from training.model.cost import GIB

PLAIN_LINES = 20
"""Lines of a phase where output is not a terminal."""


class MetricsFile:
    """The JSON lines of a phase's metrics. Only the main process writes."""

    def __init__(self, path: Path, after_step: int, *, writes: bool = True) -> None:
        """Open the file for a phase that goes on after `after_step`; later lines, of a run that was killed, are cut."""
        self._file: TextIO | None = None
        if writes:
            write_text(path, "".join(line for line in whole_lines(path) if json.loads(line)["step"] <= after_step))
            self._file = path.open("a", encoding="utf-8")

    def write(self, line: dict[str, Any]) -> None:
        """Append one line and flush it."""
        if self._file:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def whole_lines(path: Path) -> list[str]:
    """Return the lines that were written to their end; a kill may have cut the last one."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [f"{line}\n" for line in text.split("\n")[:-1]]


def totals(path: Path) -> dict[str, float]:
    """Return the tokens and seconds of all steps of a metrics file, and the tokens per second."""
    steps = [line for line in map(json.loads, whole_lines(path)) if "loss" in line]
    tokens, seconds = sum(line["tokens"] for line in steps), sum(line["seconds"] for line in steps)
    return {"seconds": round(seconds, 3), "tokens_per_second": round(tokens / seconds, 1) if seconds else 0.0}


class Progress:
    """One line in the terminal, renewed each step; without a terminal some twenty lines per phase."""

    def __init__(
        self, phase: str, steps: int, done: int, peak_flops: float, memory: float, *, speaks: bool = True
    ) -> None:
        self.phase, self.steps, self.peak, self.memory, self.speaks = phase, steps, peak_flops, memory, speaks
        self.live = speaks and sys.stdout.isatty()
        self.every = max(1, steps // PLAIN_LINES)
        self._first, self._seconds, self._count = done + 1, 0.0, 0

    def step(self, line: dict[str, Any], flops: dict[str, float], used: float) -> None:
        """Show one step; its first one, which warms up, does not count for the time left."""
        number, seconds = line["step"], line["seconds"]
        if number > self._first:
            self._seconds, self._count = self._seconds + seconds, self._count + 1
        if not self.speaks or not (self.live or number in (self._first, self.steps) or number % self.every == 0):
            return
        mfu = "/".join(f"{100 * flops[name] / seconds / self.peak:.1f}" for name in ("causal", "full", "hardware"))
        text = (
            f"{self.phase} {number}/{self.steps}  loss {line['loss']:.4f}{_preference(line)}  "
            f"lr {line['learning_rate']:.1e}  {line['tokens_per_second']:,.0f} tok/s  "
            f"MFU {mfu} % (causal/full/hardware)  {used / GIB:.1f}/{self.memory / GIB:.0f} GiB  "
            f"{self._left(number, seconds)} left"
        )
        print(f"\r\033[K{text}" if self.live else text, end="" if self.live else "\n", flush=True)

    def say(self, text: str) -> None:
        """Print a line of its own."""
        if self.speaks:
            print(f"\r\033[K{self.phase}  {text}" if self.live else f"{self.phase}  {text}", flush=True)

    def _left(self, number: int, seconds: float) -> str:
        mean = self._seconds / self._count if self._count else seconds
        left = int(mean * (self.steps - number))
        return f"{left // 3600}:{left % 3600 // 60:02d}:{left % 60:02d}"


def _preference(line: dict[str, Any]) -> str:
    return f"  margin {line['margin']:+.3f}" if "margin" in line else ""
