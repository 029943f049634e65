"""The card: valid YAML, one config per table with rows, lines that run as printed, figures from manifests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from pedcorpus.steps.card.figures import corpus_table, table_sizes, told_preference
from pedcorpus.steps.card.front_matter import front_matter
from pedcorpus.steps.card.makers import describe_pairs
from pedcorpus.steps.card.readme import CardFacts, describe_settings, describe_tables, describe_usage
from schemas.manifest import StepManifest
from schemas.shards import write_shard
from schemas.tables import DATASET_TABLES, TABLES
from tests.support.finished_build import instruction

BUILDER = {"kind": "original", "name": "dialogue", "version": "1", "model": None}
CORPUS = {"name": "ours", "version": "1.0.0", "license": "cc-by-4.0"}
SOURCES = {"talks": {"kind": "dialogue", "license": "cc-by-4.0", "department": "", "privacy": ""}}
SCHEMA_OF = {"cpt": "pretrain", "sft": "instruction", "lora": "instruction", "dfpo": "preference"}


def write(out: Path, table: str, split: str, rows: list[dict[str, Any]]) -> None:
    name = SCHEMA_OF.get(table, "benchmark")
    path = out / "dataset" / table / f"{split}-00000-of-00001.parquet"
    write_shard(pa.Table.from_pylist(rows, schema=TABLES[name]), path, name)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Only sft has rows, and its validation split has none."""
    for table in DATASET_TABLES:
        rows = [instruction(n) for n in range(3)] if table == "sft" else []
        write(tmp_path, table, "train" if table in SCHEMA_OF else "test", rows)
    write(tmp_path, "sft", "validation", [])
    return tmp_path


def head(out: Path) -> dict[str, Any]:
    text = front_matter(out / "dataset", CORPUS, table_sizes(out / "dataset"))
    values: dict[str, Any] = yaml.safe_load(text.strip().strip("-"))
    return values


def facts(out: Path) -> CardFacts:
    sizes = table_sizes(out / "dataset")
    return CardFacts(CORPUS, SOURCES, {}, sizes, [], {}, {}, [], {})


def test_tables_and_splits_without_rows_have_no_config(out: Path) -> None:
    (config,) = head(out)["configs"]
    assert config == {
        "config_name": "sft",
        "default": True,
        "data_files": [{"split": "train", "path": "sft/train-*.parquet"}],
    }
    assert [entry["config_name"] for entry in head(out)["dataset_info"]] == ["sft"]
    assert "Without rows, and so without a config: `cpt`, `dfpo`" in describe_tables(facts(out))


def test_the_line_that_loads_a_table_runs_as_printed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    (out / "dataset" / "README.md").write_text(
        front_matter(out / "dataset", CORPUS, table_sizes(out / "dataset")), encoding="utf-8"
    )
    monkeypatch.chdir(out)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", out / "cache")
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", describe_usage(facts(out)), flags=re.DOTALL)[0], names)
    assert names["sft"]["train"].num_rows == 3
    assert datasets.load_dataset("dataset")["train"].num_rows == 3


def test_without_sft_the_first_table_with_rows_is_the_default(out: Path) -> None:
    write(out, "sft", "train", [])
    row = {"id": "cpt-1", "text": "发热", "kind": "plain", "source": "talks", "parents": ["doc-1"]}
    write(out, "cpt", "train", [row])
    (config,) = head(out)["configs"]
    assert (config["config_name"], config["default"]) == ("cpt", True)
    assert 'cpt = load_dataset("dataset", "cpt")' in describe_usage(facts(out))


def test_a_corpus_without_any_row_has_a_card_all_the_same(out: Path) -> None:
    write(out, "sft", "train", [])
    assert "configs" not in head(out)
    assert describe_usage(facts(out)) == "No table has rows."


def test_sources_stand_in_the_order_of_the_papers_table(out: Path) -> None:
    kinds = {"a": "distilled", "b": "textbook", "talks": "dialogue"}
    write(out, "sft", "train", [{**instruction(n), "source": name} for n, name in enumerate(kinds)])
    rows = corpus_table(out / "dataset", {name: {"kind": kind} for name, kind in kinds.items()})
    assert [row["source"] for row in rows] == ["b", "talks", "a"]


def test_settings_of_two_sections_are_told_apart() -> None:
    config = {"split": {"seed": 0}, "dedup": {"seed": 1, "prefer": ["textbook"]}, "sources": SOURCES}
    manifest = StepManifest("split", 1, 1, "f", config, [], {}, 0, 0, {}, None, [])
    assert describe_settings(manifest) == "split.seed = 0, dedup.seed = 1"


def test_pairs_are_called_what_they_are(out: Path) -> None:
    made = {"task": "medkqa", "source": "talks", "pediatric": True, "parents": ["dlg-1"], "chosen_by": BUILDER}
    rule = {"kind": "rule", "name": "dose_changed", "version": "1", "model": None}
    said = {name: [{"role": "assistant", "content": name}] for name in ("prompt", "chosen", "rejected")}
    write(out, "dfpo", "train", [{"id": f"prf-{n}"} | said | made | {"rejected_by": rule} for n in range(3)])
    rows = {row["table"]: row for row in corpus_table(out / "dataset", SOURCES)}
    for name in ("PedCorpus", "PedCorpus-DFPO"):
        assert [rows[name][key] for key in ("preference_pairs", "preferred_by", "human_preference")] == [
            3,
            "rules",
            False,
        ]
        assert told_preference(rows[name]) == "no (rules)"
    described = describe_pairs([("rule", "dose_changed", "1", None, 3)])
    assert "| rule | dose_changed | 1 | – | 3 |" in described
    assert "No human has compared" in described


def test_a_source_without_pairs_says_nothing_of_preference(out: Path) -> None:
    (row,) = corpus_table(out / "dataset", SOURCES)
    assert row["preference_pairs"] == 0
    assert row["human_preference"] is row["preferred_by"] is told_preference(row) is None
