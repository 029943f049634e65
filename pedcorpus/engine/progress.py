"""Progress of a build: one live line per step on a terminal, one plain line per step elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from pedcorpus.engine.step import ALL_DEPARTMENTS, CONTRADICTIONS, DANGLING, MERGED
from schemas.manifest import StepManifest

SHOWN = 3
"""Most changes named in a line; `plan` names all."""
LINES = 20
"""Most steps that get a plain line each; of more, the sources share one, so that a log stays within 25 lines."""


class Progress:
    """Show the user what runs, how far it is, and what each step did. `total` is the number of steps to build."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self.total, self.finished = 0, 0

    @contextmanager
    def round(self, title: str, tasks: int) -> Iterator[Callable[[int], None]]:
        """Show one round; call the yielded function with the number of finished tasks."""
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

    def done(self, manifests: Sequence[StepManifest], changed: Mapping[str, Sequence[str]] | None = None) -> None:
        """Print the lines of steps that ended together; `changed` says of steps built anew why they were."""
        if len(manifests) > 1 and self.total > LINES and not self.console.is_terminal:
            self.finished += len(manifests)
            self._line(f"{len(manifests)} steps {manifests[0].step} … {manifests[-1].step}", manifests)
            return
        for manifest in manifests:
            self.finished += 1
            self._line(manifest.step, [manifest], (changed or {}).get(manifest.step, ()))

    def _line(self, title: str, manifests: Sequence[StepManifest], changed: Sequence[str] = ()) -> None:
        read, kept, rejected, made, files = (sum(numbers) for numbers in zip(*map(_numbers, manifests), strict=True))
        rows = f"read {read:,}  kept {kept:,}  rejected {rejected:,}{f'  made {made:,}' if made else ''}"
        if read == 0 and files:
            rows = f"{files} files"
        share = f"[{self.finished}/{self.total}] " if self.total else ""
        more = ", …" if len(changed) > SHOWN else ""
        why = f"  (changed: {', '.join(changed[:SHOWN])}{more})" if changed else ""
        line = f"{share}{title}: {rows}  {sum(m.seconds for m in manifests):.1f} s{why}"
        if any(ALL_DEPARTMENTS in manifest.figures for manifest in manifests):
            line += "  (hardly any pediatric samples: all departments are used)"
        for told in (_graph(manifests), _flaws(manifests)):
            line += f"  ({told})" if told else ""
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)


def _graph(manifests: Sequence[StepManifest]) -> str:
    """Return what reading graphs found out, "" where nothing is to be told."""
    figures = [item for manifest in manifests for item in manifest.figures.items()]
    counts = {
        "merged": sum(n for name, n in figures if name == MERGED),
        "dangling": sum(n for name, n in figures if name == DANGLING),
        "contradictions": sum(n for name, n in figures if name.startswith(CONTRADICTIONS)),
    }
    told = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n)
    files = [item["file"] for manifest in manifests for item in manifest.files] if counts["contradictions"] else []
    return ": ".join([told, *files[:1]]) if told else ""


def _flaws(manifests: Sequence[StepManifest]) -> str:
    """Return which sources are full of one flaw, "" where none is."""
    from pedcorpus.quality.shares import describe_flaw, flawed, signal_shares

    flaws = [flaw for manifest in manifests for flaw in flawed(signal_shares(manifest.figures))]
    more = f", {len(flaws) - SHOWN} more" if len(flaws) > SHOWN else ""
    return f"{', '.join(map(describe_flaw, flaws[:SHOWN]))}{more}; see inspect --quality" if flaws else ""


def _numbers(manifest: StepManifest) -> tuple[int, int, int, int, int]:
    made = sum((manifest.made or {}).values())
    return manifest.read, manifest.kept, sum(manifest.rejected.values()), made, len(manifest.files)
