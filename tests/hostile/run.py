"""Try every hostile file with every kind and print what came of it.

    python -m tests.hostile.run [NAME...]

One row a file: the kind it is made for, what that kind kept and rejected, and over all kinds CPU seconds and the peak
of resident memory. One process reads all, so its own 300 MiB are in each peak.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ingest import SOURCES
from tests.hostile import archives, documents, texts
from tests.hostile.case import Case, tried

CASES: list[Case] = [*archives.CASES, *texts.CASES, *documents.CASES, *documents.HEAVY]


def main() -> None:
    chosen = [case for case in CASES if not sys.argv[1:] or case.name in sys.argv[1:]]
    print("| file | made for | kept | rejected | CPU s | peak MiB |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for case in chosen:
            found = case.made(Path(folder))
            outcomes = {kind: tried(found, kind) for kind in SOURCES}
            mine = outcomes[case.kind]
            told = ", ".join(f"{reason} {n}" for reason, n in mine.rejected.items()) or "–"
            seconds, peak = sum(o.seconds for o in outcomes.values()), max(o.peak_mib for o in outcomes.values())
            print(f"| {case.name} | {case.kind} | {mine.kept} | {told} | {seconds:.1f} | {peak:.0f} |", flush=True)
            Path(found.url).unlink()
    print(f"\n{len(chosen)} files, each read as {len(SOURCES)} kinds.")


if __name__ == "__main__":
    main()
