"""The command line. Each command reads its arguments, calls one function and prints its answer.

Exit status: 0 done, 2 the user's mistake (one clear message), 130 interrupted, 1 anything else.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from schemas.errors import PedCorpusError

INTERRUPTED = 130
PLACE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}
"""What the system says of a path that is not what a command needs."""

app = typer.Typer(
    name="python -m pedcorpus",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn raw Chinese pediatric and medical material into one reproducible training corpus.",
    epilog="Example: python -m pedcorpus build my.toml --out build/mine && python -m pedcorpus inspect build/mine",
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from pedcorpus import __version__

        print(f"pedcorpus {__version__}")
        raise typer.Exit


ConfigPath = Annotated[Path | None, typer.Argument(metavar="CONFIG", help="TOML file; default: the bundled sample.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Where to build; default: build/<corpus.name>.")]
VersionOption = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.callback()
def options(version: VersionOption = False) -> None:
    """Take the options that stand before a command."""


@app.command(epilog="Example: python -m pedcorpus build my.toml --out build/mine --workers 8")
def build(
    config: ConfigPath = None,
    out: OutOption = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Tasks at once; default: the cores.")] = None,
    executor: Annotated[str | None, typer.Option(help="local, slurm or ray, whatever the configuration says.")] = None,
    only: Annotated[str | None, typer.Option(metavar="STEP", help="Build this step and what it needs.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget finished steps and build them anew.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Start the build in the background and return.")] = False,
) -> None:
    """Build the dataset; what is already built and unchanged is skipped."""
    from pedcorpus.commands.build import run_build

    run_build(config, out, workers=workers, executor=executor, only=only, fresh=fresh, detach=detach)


@app.command(epilog="Example: python -m pedcorpus plan my.toml --json")
def plan(config: ConfigPath = None, out: OutOption = None, as_json: JsonOption = False) -> None:
    """Show the steps: fresh, stale (and why), missing."""
    from pedcorpus.commands.plan import show_plan

    show_plan(config, out, as_json=as_json)


@app.command(epilog="Example: python -m pedcorpus init corpora/ours")
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Write a commented starter configuration and folders to drop files into."""
    from pedcorpus.commands.init import write_starter

    write_starter(folder)


@app.command(epilog="Example: python -m pedcorpus sources --probe consultations.csv --kind dialogue")
def sources(
    probe: Annotated[
        str | None, typer.Option(metavar="FILE", help="Say how FILE would be read (also a folder, glob or URL).")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="The kind to read it as; default: what fits best.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List source kinds, the formats each reads, and one example row each; or probe a file: three records, masked."""
    from pedcorpus.commands.sources import probe_files, show_sources

    if probe is not None:
        probe_files(probe, kind, as_json=as_json)
    else:
        show_sources(as_json=as_json)


@app.command(epilog="Example: python -m pedcorpus inspect build/pedcorpus-sample --id ins-0123456789abcdef0123")
def inspect(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A built corpus (OUT).")],
    row: Annotated[str | None, typer.Option("--id", metavar="ID", help="Show one row's whole lineage.")] = None,
    quality: Annotated[bool, typer.Option("--quality", help="Show what the quality signals found per source.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the corpus table, one row's way from the raw file to the dataset, or the quality of each source."""
    from pedcorpus.commands.inspect import show_corpus, show_lineage

    if quality and row is None:
        from pedcorpus.commands.inspect_quality import show_quality

        show_quality(folder, as_json=as_json)
    elif row is None:
        show_corpus(folder, as_json=as_json)
    else:
        show_lineage(folder, row, as_json=as_json)


@app.command(epilog="Example: python -m pedcorpus dedup a.parquet b.jsonl --text answer --out clean/")
def dedup(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Parquet, JSON lines or CSV.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the four result files go.")],
    text: Annotated[str, typer.Option(metavar="COLUMN", help="Column with the text.")],
    id_column: Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Column with ids.")] = None,
    threshold: Annotated[float, typer.Option(min=0.01, max=1.0, help="Exact Jaccard of n-gram sets.")] = 0.8,
    ngram: Annotated[int, typer.Option(min=2, max=15, help="Characters of a shingle.")] = 5,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: the cores.")] = None,
    containment: Annotated[
        float | None, typer.Option(min=0.01, max=1.0, help="Also remove texts contained in another to this share.")
    ] = None,
    boilerplate: Annotated[bool, typer.Option("--boilerplate", help="Leave shared templates out of shingles.")] = False,
) -> None:
    """Remove near-duplicates from any table: kept, removed, conflicts, summary."""
    from pedcorpus.commands.dedup import DedupOptions, run

    run(files, out, DedupOptions(text, id_column, threshold, ngram, workers, containment, boilerplate))


@app.command(epilog="Example: python -m pedcorpus publish build/ours --repo our-group/pedcorpus --dry-run")
def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A built corpus (OUT).")],
    repo: Annotated[str, typer.Option(metavar="OWNER/NAME", help="Dataset repository on the Hub.")],
    public: Annotated[bool, typer.Option("--public", help="Make it public; otherwise it is private.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, send nothing.")] = False,
) -> None:
    """Publish a built dataset to the Hugging Face Hub, private unless --public."""
    from pedcorpus.commands.publish import run_publish

    run_publish(folder, repo, public=public, dry_run=dry_run)


def main() -> NoReturn:
    """Run the command line and end the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may not know every character of a text
    try:
        app()
    except PedCorpusError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        if error.errno not in PLACE:
            raise
        print(f"error: {error.filename}: {os.strerror(error.errno).lower()}. Check this path.", file=sys.stderr)
        sys.exit(PedCorpusError.exit_status)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer's answer to Ctrl-C
            print("interrupted; the same command goes on from here.", file=sys.stderr)
        raise
    sys.exit(0)
