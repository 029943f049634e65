"""Progress of a build: one live line a step on a terminal, one plain line a step elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from schemas.manifest import StepManifest


class Progress:
    """Tell the user what runs, how far it is, and what each step did."""

    def __init__(self, console: Console | None = None, total_steps: int = 0) -> None:
        self.console = console or Console(stderr=True)
        self.total, self.finished = total_steps, 0

    @contextmanager
    def phase(self, title: str, tasks: int) -> Iterator[Callable[[int], None]]:
        """Show one phase; call the yielded function with the number of finished tasks."""
        if not self.console.is_terminal:
            yield lambda done: None
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        shown = title if len(title) < 50 else title[:47] + "…"
        with Bars(*columns, console=self.console, transient=True) as bars:
            bar = bars.add_task(shown, total=tasks)
            yield lambda done: bars.update(bar, completed=done)

    def done(self, manifest: StepManifest) -> None:
        """Print the line of a finished step."""
        self.finished += 1
        share = f"[{self.finished}/{self.total}] " if self.total else ""
        rejected = sum(manifest.rejected.values())
        rows = f"read {manifest.read:,}  kept {manifest.kept:,}  rejected {rejected:,}"
        if manifest.made:
            rows += f"  made {sum(manifest.made.values()):,}"
        if manifest.read == 0 and manifest.files:
            rows = f"{len(manifest.files)} files"
        line = f"{share}{manifest.step}: {rows}  {manifest.seconds:.1f} s"
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)
