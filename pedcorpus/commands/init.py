"""`init`: a commented starter configuration and one folder per source kind to drop files into."""

from __future__ import annotations

from pathlib import Path

from pedcorpus.commands.console import shown_command
from schemas.errors import PedCorpusError

FOLDERS = {
    "books": "textbooks: PDF, DOCX, EPUB, HTML, Markdown, text",
    "guidelines": "guidelines: the same formats",
    "knowledge_graph": "knowledge graphs: TSV, CSV, Excel, JSON",
    "dialogues": "consultations: JSON, JSON lines, CSV, Excel, text; recordings: SRT, VTT, Whisper JSON",
    "distilled": "instruction sets: Alpaca, ShareGPT, messages; JSON, JSON lines, Parquet, CSV",
    "wiki": "zhwiki-*-pages-articles*.xml.bz2",
}

TEMPLATE = """\
# A corpus of ours. Paths are relative to this file. Every key that is not here has a default:
# see docs/configuration.md.
#   python -m pedcorpus plan pedcorpus.toml     what would be built
#   python -m pedcorpus build pedcorpus.toml    build it; run again to go on or after a change

[corpus]
name = "{name}"
version = "0.1.0"
license = "other"            # licence of the whole, as the Hub names it

# One table a source.
#   path         file, folder (with all below it), glob or URL
#   optional     left out while the path holds nothing; without it that stops the build
#   department   of records that name none
#   license      "internal" and "unknown" forbid publication
# Of a graph also: relations = {{ their_word = "症状" }}, hops = 1 (only what lies around diseases of children), seeds
{sources}
[clean]
privacy_mode = "mask"        # or "surrogate": consistent invented values of the same form

[dedup]
threshold = 0.8              # exact Jaccard of character 5-grams

[benchmark]                  # held-out test items; nothing like them stays in training
medkqa = 300
evidiag = 300
trerecom = 300
# external = ["benchmarks/*.jsonl"]

[run]
# workers = 8                # default: the cores of this machine
"""

SOURCE = """
[[source]]
name = "{name}"
kind = "{kind}"
path = "{folder}"
optional = true
department = "{department}"
license = "internal"
"""

_KINDS = {
    "books": ("textbook", "textbook", "儿科"),
    "guidelines": ("guideline", "guideline", "儿科"),
    "knowledge_graph": ("knowledge-graph", "knowledge_graph", "儿科"),
    "dialogues": ("dialogue", "dialogue", ""),
    "distilled": ("distilled", "distilled", ""),
    "wiki": ("wikipedia", "wikipedia", ""),
}


def write_starter(folder: Path) -> None:
    """Make `folder` with `pedcorpus.toml` and the source folders; refuse to overwrite anything."""
    config = folder / "pedcorpus.toml"
    if folder.is_file():
        raise PedCorpusError(f"{folder}: a file. Expected a new or empty folder.")
    if config.exists():
        raise PedCorpusError(f"{config}: already there. Choose another folder, or edit the file.")
    for name, about in FOLDERS.items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        (place / ".about").write_text(f"Put here {about}.\n", encoding="utf-8")
    config.write_text(_starter_text(folder.absolute().name), encoding="utf-8")
    print(f"Wrote {config} and the folders {', '.join(FOLDERS)}.\nPut files into them (one kind is enough), then:")
    print(f"  {shown_command('plan', config)}\n  {shown_command('build', config)}")


def _starter_text(name: str) -> str:
    import re

    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name).strip("-._") or "corpus"
    sources = "".join(
        SOURCE.format(name=source, kind=kind, folder=folder, department=department)
        for folder, (source, kind, department) in _KINDS.items()
    )
    return TEMPLATE.format(name=safe, sources=sources)
