"""`inspect`: the corpus table of a build, or one row's lineage."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from pedcorpus.commands.console import wide_console
from pedcorpus.commands.lineage import Lineage, trace, words
from pedcorpus.steps.card.figures import KIND_TITLES, TASK_TITLES, told_preference
from pedcorpus.steps.card.markdown import cell, size
from pedcorpus.steps.card.mixture import HEADS as MIXTURE_HEADS
from pedcorpus.steps.card.mixture import mixture_cells
from schemas.errors import PedCorpusError
from schemas.sample import MEDICAL_TASKS

COLUMNS = ("table", "source", "department", "size", "preference_pairs", "human_preference", *MEDICAL_TASKS)
HEADS = (
    *("table", "source", "department", "size", "preference pairs", "human preference"),
    *(TASK_TITLES[task] for task in MEDICAL_TASKS),
)
TEXT_CHARS = 300


def show_corpus(folder: Path, *, as_json: bool = False) -> None:
    """Print the corpus table and the tables of the dataset in `folder`."""
    manifest = _dataset_manifest(folder)
    if as_json:
        print(json.dumps(manifest, ensure_ascii=False, indent=1))
        return
    console = wide_console()
    title = f"{manifest['name']} {manifest['version']}"
    corpus = Table(*HEADS, title=title, title_justify="left", box=SIMPLE)
    for row in manifest["corpus_table"]:
        values = [row[name] or None for name in COLUMNS]
        values[1] = f"{row['source']} ({KIND_TITLES.get(row['kind'], row['kind'])})" if row["kind"] else row["source"]
        values[3] = size(row["size"]) if row["unit"] == "bytes" else row["size"]
        values[COLUMNS.index("human_preference")] = told_preference(row)
        corpus.add_row(*(escape(cell(value)) for value in values))
    tables = Table("config", "split", "rows", "file size", box=SIMPLE)
    for name, splits in manifest["tables"].items():
        for split, values in splits.items():
            tables.add_row(name, split, cell(values["rows"]), size(values["bytes"]))
    console.print(corpus, tables)
    if manifest.get("mixture"):
        mixture = Table(*MIXTURE_HEADS, title="mixture", title_justify="left", box=SIMPLE)
        for cells in mixture_cells(manifest["mixture"]):
            mixture.add_row(*(escape(cell(value)) for value in cells))
        console.print(mixture)


def show_lineage(folder: Path, row_id: str, *, as_json: bool = False) -> None:
    """Print where a row came from, down to file and place."""
    if not (folder / "steps").is_dir():
        raise PedCorpusError(f"{folder}: no build here (no folder steps). Name the OUT of a build.")
    lineage = trace(folder, row_id)
    if as_json:
        print(json.dumps(asdict(lineage), ensure_ascii=False, indent=1, default=str))
        return
    wide_console().print(_tree(lineage))


def _dataset_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "dataset" / "manifest.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PedCorpusError(
            f"{folder}: no finished dataset (no dataset/manifest.json). Name the OUT of a build, or finish it with "
            "`python -m pedcorpus build`."
        ) from None
    except ValueError as error:
        raise PedCorpusError(f"{path}: not JSON ({error}). Delete it and run `python -m pedcorpus build`.") from None
    return values


def _tree(lineage: Lineage) -> Tree:
    tree = Tree(f"[bold]{escape(lineage.id)}[/bold]")
    _describe(tree, lineage)
    if lineage.parents:
        n = len(lineage.parents)
        branch = tree.add(f"made from {n} record{'s' if n > 1 else ''}")
        for parent in lineage.parents:
            _describe(branch.add(f"[bold]{escape(parent.id)}[/bold]"), parent)
    return tree


def _describe(tree: Tree, lineage: Lineage) -> None:
    from pedcorpus.build_plan import MAKERS  # loads every step, which the corpus table needs not

    if lineage.places:
        places = (f"{place} (changed)" if place in lineage.changed_at else place for place in lineage.places)
        tree.add("in " + " → ".join(places))
    for rejection in lineage.rejections:
        how = "not used" if rejection["step"] in MAKERS else "left"
        tree.add(f"[red]{how} at {rejection['step']}: {rejection['reason']}[/red]  {escape(rejection['excerpt'][:80])}")
    for item in lineage.evidence:
        facts = (f"{key} {_short(value)}" for key, value in item.items() if key != "step" and value not in (None, ""))
        tree.add(escape(f"evidence of {item['step']}: {', '.join(facts)}"))
    if lineage.origin and lineage.origin["file"]:
        origin = lineage.origin
        source = (lineage.row or {}).get("source")
        named = f"{source}: " if source else ""
        tree.add(escape(f"from {named}{origin['file']}, {origin['locator']} (sha256 {origin['sha256'][:12]}…)"))
        for other in (lineage.row or {}).get("also") or []:
            tree.add(escape(f"also {other['file']}, {other['locator']}"))
    for copy in lineage.copies:
        tree.add(escape(f"copy {copy['id']}, {copy['file']}, {copy['locator']}: left at {copy['step']}"))
    if lineage.license:
        tree.add(escape(f"licence {lineage.license}"))
    for title, by in (("built", lineage.builder), ("rejected answer", lineage.rejected_by)):
        if by:
            tree.add(escape(f"{title} by " + " ".join(str(value) for value in by.values() if value)))
    if lineage.row:
        tree.add(escape(words(lineage.row)[:TEXT_CHARS]))


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
