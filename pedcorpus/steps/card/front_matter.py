"""The YAML head of the card: licence, language, one config per table, features and sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pedcorpus.steps.card.figures import default_table, filled_files, filled_tables

TASK_CATEGORIES = ["text-generation", "question-answering"]
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
"""The Hub's size categories by rows."""


def front_matter(dataset: Path, corpus: Mapping[str, str], sizes: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """Return the YAML block of the card. Splits without rows are no part of it: `datasets` cannot load them."""
    rows = sum(split["rows"] for splits in sizes.values() for split in splits.values())
    files = {table: filled_files(dataset, table) for table in filled_tables(sizes)}
    values: dict[str, Any] = {
        "language": ["zh"],
        "license": corpus["license"],
        "pretty_name": corpus["name"],
        "size_categories": [next((name for limit, name in SIZES if rows < limit), "10M<n<100M")],
        "task_categories": TASK_CATEGORIES,
        "tags": ["medical", "pediatrics", "pedcorpus"],
    }
    if files:
        values["configs"] = [_config(table, splits, default_table(sizes)) for table, splits in files.items()]
        values["dataset_info"] = [_info(table, splits) for table, splits in files.items()]
    return "---\n" + yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=120) + "---\n"


def _config(table: str, splits: Mapping[str, Sequence[Path]], default: str | None) -> dict[str, Any]:
    config: dict[str, Any] = {"config_name": table}
    if table == default:
        config["default"] = True
    config["data_files"] = [{"split": split, "path": f"{table}/{split}-*.parquet"} for split in splits]
    return config


def _info(table: str, splits: Mapping[str, Sequence[Path]]) -> dict[str, Any]:
    first = next(iter(splits.values()))[0]
    entries = [
        {
            "name": name,
            "num_bytes": sum(_memory_bytes(path) for path in paths),
            "num_examples": sum(pq.read_metadata(path).num_rows for path in paths),
        }
        for name, paths in splits.items()
    ]
    files = [path for paths in splits.values() for path in paths]
    return {
        "config_name": table,
        "features": [_feature(field) for field in pq.read_schema(first)],
        "splits": entries,
        "download_size": sum(path.stat().st_size for path in files),
        "dataset_size": sum(entry["num_bytes"] for entry in entries),
    }


def _memory_bytes(path: Path) -> int:
    """Uncompressed bytes of a shard's columns."""
    metadata = pq.read_metadata(path)
    return sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))


def _feature(field: pa.Field) -> dict[str, Any]:
    return {"name": field.name, **_type(field.type)}


def _type(kind: pa.DataType) -> dict[str, Any]:
    """Return an Arrow type in the notation of `dataset_info`."""
    if pa.types.is_list(kind):
        inner = _type(kind.value_type)
        return {"list": inner["struct"] if "struct" in inner else inner.get("dtype", inner)}
    if pa.types.is_struct(kind):
        return {"struct": [_feature(kind.field(index)) for index in range(kind.num_fields)]}
    return {"dtype": str(kind)}
