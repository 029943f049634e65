"""The trainer's command line. Exit status: 0 done, 2 the user's mistake (clear lines), 1 anything else."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from schemas.errors import PedCorpusError

app = typer.Typer(
    name="python -m training",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Train a causal language model on a built corpus: CPT, SFT, DFPO, LoRA experts.",
    epilog="Example: python -m training all train.toml   "
    "(several GPUs: accelerate launch --config_file training/configs/fsdp2.yaml -m training all train.toml)",
)
PHASES = {
    "cpt": "Continue pre-training on every token of the table cpt.",
    "sft": "Fine-tune on every assistant turn of the table sft.",
    "dfpo": "Follow preferences: the pairs of the table dfpo.",
    "lora": "Train the mixture of universal and specific LoRA experts on the table lora.",
    "all": "Run the phases of [run], each from the one before; the same command goes on where it stopped.",
}


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(f"pedcorpus {version('pedcorpus')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _add(name: str, says: str) -> None:
    @app.command(name=name, help=says, epilog=f"Example: python -m training {name} train.toml")
    def phase(config: Annotated[Path, typer.Argument(metavar="CONFIG", help="A TOML file: docs/training.md.")]) -> None:
        from training.phases import run

        run(config, None if name == "all" else [name])


for name, says in PHASES.items():
    _add(name, says)


@app.command(epilog="Example: python -m training generate runs/first/sft --data build/ours/dataset --out sft.jsonl")
def generate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder or Hub id of a model or adapter.")],
    data: Annotated[
        str, typer.Option(help="A built dataset (OUT/dataset), its Hub id, or one Parquet or JSON-lines file.")
    ],
    out: Annotated[Path, typer.Option(help="JSON lines to write; the same command goes on where it stopped.")],
    table: Annotated[
        list[str] | None, typer.Option(help="Table of the dataset (repeat); default: the benchmarks.")
    ] = None,
    max_new_tokens: Annotated[int, typer.Option(min=1, help="Longest answer in tokens.")] = 512,
    tokens_per_batch: Annotated[int, typer.Option(min=1, help="Tokens of a batch, prompt and answer.")] = 16384,
    temperature: Annotated[float, typer.Option(min=0.0, help="0: always the likeliest token.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed where temperature is above 0.")] = 0,
    name: Annotated[str | None, typer.Option(help="Name of the model in the output; default: MODEL.")] = None,
    trust_remote_code: Annotated[bool, typer.Option(help="Run Python code that comes with the model.")] = False,
) -> None:
    """Answer every question of a benchmark: JSON lines {id, task, prediction, reference, model}."""
    from schemas.sample import MEDICAL_TASKS
    from training.answers.generate import Request, generate_file

    tables = tuple(table or MEDICAL_TASKS)
    generate_file(
        Request(
            model,
            data,
            out,
            tables,
            max_new_tokens,
            tokens_per_batch,
            temperature,
            seed,
            name or model,
            trust_remote_code,
        )
    )


@app.command(epilog="Example: python -m training chat runs/first/sft")
def chat(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder or Hub id of a model or adapter.")],
    system: Annotated[str, typer.Option(help="A system text.")] = "",
    max_new_tokens: Annotated[int, typer.Option(min=1, help="Longest answer in tokens.")] = 512,
    temperature: Annotated[float, typer.Option(min=0.0, help="0: always the likeliest token.")] = 0.0,
    trust_remote_code: Annotated[bool, typer.Option(help="Run Python code that comes with the model.")] = False,
) -> None:
    """Talk to a model in the terminal."""
    from training.answers.talk import talk

    talk(model, system, max_new_tokens, temperature, trust_remote_code=trust_remote_code)


@app.command(epilog="Example: python -m training export runs/first/lora --out runs/first/static")
def export(
    adapter: Annotated[str, typer.Argument(metavar="ADAPTER", help="Folder or Hub id of trained experts.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the ordinary LoRA, or the whole model, goes.")],
    merged: Annotated[bool, typer.Option("--merged", help="A whole model instead of a LoRA.")] = False,
    calibration: Annotated[
        Path | None, typer.Option(metavar="TABLE", help="Rows to take the gates' means from.")
    ] = None,
    trust_remote_code: Annotated[bool, typer.Option(help="Run Python code that comes with the model.")] = False,
) -> None:
    """Freeze the gates of trained experts: an ordinary LoRA that any server loads."""
    from training.export_experts import export as freeze

    freeze(adapter, out, merged=merged, calibration=calibration, trust_remote_code=trust_remote_code)


@app.command(name="import", epilog="Example: python -m training import theirs/adapter --out runs/theirs")
def import_(
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="Folder of an adapter of the authors' code.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the same adapter goes as experts of this package.")],
) -> None:
    """Read the layout of the paper's released code, and say what its files lack."""
    from training.experts.released_layout import import_released

    print("\n".join([*import_released(adapter, out).lines(), f"done: {out}"]))


def main() -> NoReturn:
    """Run the command line and end the process with its status."""
    try:
        app()
    except PedCorpusError as error:
        if os.environ.get("RANK", "0") == "0":
            print("\n".join(f"error: {line}" for line in str(error).split("\n")), file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from the last checkpoint.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    sys.exit(0)
