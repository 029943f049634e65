"""Read every file of a folder as the kind that fits it, whole, and print the table: file, kind, records, rejected.

    python tests/benchmarks/real_files.py [FOLDER]

FOLDER is by default the shared material beside the repository. Names are relative to FOLDER; nothing of the files'
contents is printed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ingest.files.archives import Siblings
from ingest.files.find import FoundFile, find_files
from pedcorpus.commands.probing.probe import Probe, probe

FOLDER = Path(__file__).parents[3] / "shared/data"


def read(folder: Path) -> list[tuple[Probe, float]]:
    """Return what each file gives, and the CPU seconds it took. Files in one folder are siblings."""
    found = find_files(str(folder.absolute()), Path.cwd())
    folders: dict[str, list[FoundFile]] = {}
    for file in found:
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    made = []
    for file in found:
        beside = Siblings(tuple(folders[file.path.rpartition("/")[0]]))
        start = time.process_time()
        item = probe(file, None, beside, limit=None)
        made.append((item, time.process_time() - start))
    return made


def line(item: Probe, seconds: float) -> str:
    """Return one row of the table."""
    rejected = ", ".join(f"{reason} {n:,}" for reason, n in item.rejected.items()) or "–"
    kind = item.kind or (f"none (nearest {item.nearest})" if item.nearest else "none")
    return (
        f"| {item.file} | {kind} | {', '.join(item.encodings) or '–'} | {item.records:,} | {rejected} | {seconds:.1f} |"
    )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    print("| file | kind | encoding | records | rejected by reason | CPU s |\n| --- | --- | --- | --- | --- | --- |")
    made = read(folder)
    for item, seconds in made:
        print(line(item, seconds))
    print(f"\n{len(made)} files, {sum(item.records for item, _ in made):,} records.")


if __name__ == "__main__":
    main()
