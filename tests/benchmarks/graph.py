"""Measure the ingest of a large invented graph: `python tests/benchmarks/graph.py [STATEMENTS] [HOPS]`.

Prints statements, CPU seconds and the largest resident size of the build's process.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

RELATIONS = ("症状", "药物治疗", "检查", "并发症", "宜吃", "忌吃", "就诊科室", "病因")


def write(path: Path, n: int) -> None:
    """Write a graph of `n` statements, some of which contradict each other or go in circles."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(n):
            relation = chance.choice(RELATIONS)
            file.write(f"疾病{chance.randrange(n // 20)}号\t{relation}\t{relation}项{chance.randrange(n // 50)}\n")
        for i in range(n // 500):
            file.write(f"药物治疗项{i}\t禁忌\t疾病{chance.randrange(n // 20)}号\n")
        for i in range(n // 30):
            file.write(f"疾病{i}号\t是一种\t疾病{i * 7 % (n // 20)}号\n")


def main() -> None:
    """Build the graph alone and print what it took."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    hops = f'hops = {sys.argv[2]}\nseeds = ["疾病1号"]\n' if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "graph.tsv", n)
        source = f'[[source]]\nname = "kg"\nkind = "knowledge_graph"\npath = "graph.tsv"\n{hops}'
        (folder / "c.toml").write_text(f'[corpus]\nname = "c"\n{source}', encoding="utf-8")
        command = [sys.executable, "-m", "pedcorpus", "build", str(folder / "c.toml"), "--out", str(folder / "out")]
        subprocess.run([*command, "--only", "ingest-kg", "--workers", "1"], check=True)
        manifest = json.loads((folder / "out/steps/ingest-kg/manifest.json").read_text(encoding="utf-8"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {name: n for name, n in manifest["figures"].items() if name.startswith("graph.")}
    print(f"{manifest['read']:,} statements, {manifest['kept']:,} kept, {figures}")
    print(f"{used.ru_utime + used.ru_stime:.0f} CPU-s, {used.ru_maxrss * 1024 / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
