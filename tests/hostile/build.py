"""Build a corpus out of all hostile files at once and measure memory over the whole process tree.

    python -m tests.hostile.build [WORKERS]

Each kind is a source that holds the files made for it and one sound file. Prints exit status, seconds and peak memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.documents import dump, page
from tests.hostile.run import CASES

ROOT = Path(__file__).parents[2]
SOUND = {
    "textbook": ("a-good.txt", "第一章 发热\n发热是儿科常见的症状。应当先判断病情的轻重，再决定检查与治疗。\n" * 3),
    "knowledge_graph": ("a-good.tsv", "肺炎\t症状\t咳嗽\n肺炎\t症状\t发热\n肺炎\t检查\t血常规\n"),
    "dialogue": ("a-good.txt", "患者：孩子发热三天了，怎么办？\n医生：先查血常规，注意多喝水。\n"),
    "distilled": (
        "a-good.json",
        '[{"instruction": "婴儿何时添加辅食？", "output": "满6月龄后逐步添加，由一种到多种。"}]',
    ),
    "wikipedia": (
        "a-good.xml",
        dump(page("川崎病是一种好发于儿童的急性血管炎，患者发热五天以上，伴有皮疹与结膜炎。" * 4)),
    ),
}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to."""

    status: int
    seconds: float
    peak_mib: float
    errors: str
    manifests: dict[str, dict[str, Any]]


def build(folder: Path, workers: int) -> Built:
    """Write the files and the configuration, build up to `clean`, and watch the tree's memory."""
    for kind, (name, text) in SOUND.items():
        (folder / kind).mkdir()
        (folder / kind / name).write_text(text, encoding="utf-8")
    for case in CASES:
        case.made(folder / case.kind)
    sources = "".join(
        f'[[source]]\nname = "{kind}"\nkind = "{kind}"\npath = "{kind}"\nmax_rejected_share = 1.0\n' for kind in SOUND
    )
    config = folder / "hostile.toml"
    config.write_text(f'[corpus]\nname = "hostile"\n{sources}', encoding="utf-8")
    command = [sys.executable, "-m", "pedcorpus", "build", config, "--out", folder / "out", "--only", "clean"]
    start, peak = time.monotonic(), 0.0
    with (folder / "log.txt").open("w+") as log:
        child = subprocess.Popen([*map(str, command), "--workers", str(workers)], cwd=ROOT, stdout=log, stderr=log)
        while child.poll() is None:
            peak = max(peak, tree_mib(child.pid))
            time.sleep(0.05)
        log.seek(0)
        errors = log.read()
    found = sorted((folder / "out/steps").glob("*/manifest.json"))
    manifests = {path.parent.name: json.loads(path.read_text()) for path in found}
    return Built(child.returncode, time.monotonic() - start, peak, errors, manifests)


def tree_mib(root: int) -> float:
    """Return the resident memory of a process and all below it, pages they share counted once a process."""
    children: dict[int, list[int]] = defaultdict(list)
    resident: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            resident[int(folder.name)] = int((folder / "statm").read_text().split()[1]) / 256
        except (OSError, IndexError):
            continue  # it has just ended
        children[int(fields[1])].append(int(folder.name))
    total, pending = 0.0, [root]
    while pending:
        process = pending.pop()
        total += resident.get(process, 0.0)
        pending += children[process]
    return total


def main() -> None:
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder), workers)
    print(
        f"status {built.status}, {built.seconds:.0f} s, peak {built.peak_mib:.0f} MiB over the tree, {workers} workers"
    )
    for step, manifest in built.manifests.items():
        print(f"{step}: read {manifest['read']}, kept {manifest['kept']}, rejected {manifest['rejected']}")
    if built.status:
        print(built.errors[-3000:])


if __name__ == "__main__":
    main()
