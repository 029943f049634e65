"""A small finished build, made by hand: what gates, card readers and publish need, without running the steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pedcorpus.engine.step import Shard
from pedcorpus.steps.card.figures import table_sizes
from schemas import SCHEMA_VERSION
from schemas.manifest import StepManifest, fingerprint, write_json, write_manifest
from schemas.shards import file_sha256, write_shard
from schemas.tables import TABLES

ANSWER = "多休息、多饮水，体温超过38.5℃并且不舒服时可用退热药。"


def instruction(row: int, text: str = ANSWER) -> dict[str, Any]:
    """Return an instruction row."""
    messages = [{"role": "user", "content": f"孩子发热{row}天怎么办？"}, {"role": "assistant", "content": text}]
    builder = {"kind": "original", "name": "test", "version": "1", "model": None}
    row_id = f"ins-{row:020d}"
    return {
        "id": row_id,
        "messages": messages,
        "task": "trerecom",
        "source": "talks",
        "department": "儿科",
        "pediatric": True,
        "parents": [f"dlg-{row:020d}"],
        "builder": builder,
    }


def make_build(out: Path, rows: list[dict[str, Any]] | None = None, license: str = "cc-by-4.0") -> None:
    """Write steps/split, steps/card and dataset/ as a build leaves them."""
    rows = rows if rows is not None else [instruction(n) for n in range(3)]
    path = out / "dataset" / "sft" / "train-00000-of-00001.parquet"
    write_shard(pa.Table.from_pylist(rows, schema=TABLES["instruction"]), path, "instruction")
    shard = Shard(path.relative_to(out).as_posix(), len(rows), file_sha256(path), "instruction")
    sources = {"talks": {"kind": "dialogue", "license": license, "department": "儿科", "privacy": None}}
    write_step(out, "split", {"sources": sources}, [], shards=[shard])
    values = {
        "name": "ours",
        "version": "1.2.3",
        "tables": table_sizes(out / "dataset"),
        "corpus_table": [],
        "steps": {},
    }
    write_json(out / "dataset" / "manifest.json", values)
    (out / "dataset" / "README.md").write_text(
        "---\nlicense: cc-by-4.0\nconfigs:\n- config_name: sft\n  data_files:\n"
        "  - split: train\n    path: sft/train-*.parquet\n---\n# ours\n"
    )
    files = [
        {"file": name, "sha256": file_sha256(out / name)} for name in ("dataset/README.md", "dataset/manifest.json")
    ]
    inputs = [{"step": "split", "fingerprint": fingerprint("split")}]
    write_step(out, "card", {"sources": sources}, inputs, files=files)


def write_step(
    out: Path,
    step: str,
    config: dict[str, Any],
    inputs: list[dict[str, str]],
    *,
    shards: Sequence[Shard] = (),
    files: Sequence[dict[str, str]] = (),
) -> None:
    """Write the manifest of a finished step."""
    manifest = StepManifest(
        step=step,
        version=1,
        schema_version=SCHEMA_VERSION,
        fingerprint=fingerprint(step),
        config=config,
        inputs=inputs,
        content={},
        read=0,
        kept=0,
        rejected={},
        made=None,
        shards=[{"file": s.file, "rows": s.rows, "sha256": s.sha256, "table": s.table} for s in shards],
        files=list(files),
    )
    write_manifest(out / "steps" / step / "manifest.json", manifest)
