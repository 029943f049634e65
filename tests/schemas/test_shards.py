"""Shards and manifests: atomic, deterministic, true to their schema."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas import SCHEMA_VERSION
from schemas.dialogue import Dialogue, Turn
from schemas.document import Document
from schemas.errors import LedgerError
from schemas.manifest import StepManifest, read_manifest, write_json, write_manifest
from schemas.origin import Origin, content_id
from schemas.rejection import Reason, Rejection
from schemas.sample import Builder, IngestedSample, InstructionSample, Message, PreferenceSample, PretrainSample
from schemas.shards import (
    ROW_GROUP_ROWS,
    ShardWriter,
    file_sha256,
    iter_batches,
    read_shards,
    table_name,
    table_of_records,
    write_shard,
)
from schemas.tables import TABLE_OF, TABLES
from schemas.triple import Triple

ORIGIN = Origin("a.pdf", "p.1 [0,0,1,1]", "0" * 64)
ASK, ANSWER = Message("user", "发热怎么办？"), Message("assistant", "多饮水。")
BUILDER = Builder("template", "treatment", "1")
RECORDS = [
    Document("doc-1", "s", ORIGIN, "table", "书", ("第一章",), "药物：甲。", "儿科", "cc-by-4.0", (("药物",), ("甲",))),
    Dialogue("dlg-1", "s", ORIGIN, (Turn("patient", "发热"), Turn("doctor", "多饮水", "doctor")), "儿科", "cc-by-4.0"),
    Triple("kg-1", "s", ORIGIN, "肺炎", "disease", "症状", "咳嗽", "symptom", "cc-by-4.0"),
    IngestedSample("smp-1", "s", ORIGIN, (ASK, ANSWER), None, "儿科", "cc-by-4.0"),
    InstructionSample("ins-1", (ASK, ANSWER), "trerecom", "s", "儿科", True, ("doc-1",), BUILDER),
    PreferenceSample("prf-1", (ASK,), (ANSWER,), (ANSWER,), "trerecom", "s", True, ("doc-1",), BUILDER, BUILDER),
    PretrainSample("pre-1", "发热是儿科常见症状。", "plain", "s", ("doc-1",)),
    Rejection("doc-2", "clean", Reason.TOO_SHORT, "短", ORIGIN),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_every_record_fits_its_arrow_schema_and_comes_back(record: object, tmp_path: Path) -> None:
    name = TABLE_OF[type(record)]
    path = tmp_path / "part-0.parquet"
    write_shard(table_of_records([record], name), path, name)
    assert table_name(path) == name
    assert pq.read_schema(path).metadata[b"pedcorpus.schema_version"] == str(SCHEMA_VERSION).encode()
    (row,) = read_shards([path]).to_pylist()
    assert set(row) == set(TABLES[name].names)
    assert all(
        value is not None
        for key, value in row.items()
        if key not in ("table", "grade", "evidence", "diagnosis", "task")
    )


def test_the_same_rows_give_the_same_bytes_and_fixed_row_groups(tmp_path: Path) -> None:
    rows = [PretrainSample(f"pre-{n}", "发热" * (n % 7), "plain", "s", ()) for n in range(2 * ROW_GROUP_ROWS + 1)]
    for name in ("a", "b"):
        with ShardWriter(tmp_path / name, "pretrain") as writer:
            for row in rows:
                writer.write(row)
    assert file_sha256(tmp_path / "a") == file_sha256(tmp_path / "b")
    metadata = pq.read_metadata(tmp_path / "a")
    groups = [metadata.row_group(index).num_rows for index in range(metadata.num_row_groups)]
    assert groups == [ROW_GROUP_ROWS, ROW_GROUP_ROWS, 1]
    assert [batch.num_rows for batch in iter_batches(tmp_path / "a")] == groups


def test_a_shard_whose_writing_failed_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "part-0.parquet"
    with pytest.raises(RuntimeError, match="cut"), ShardWriter(path, "pretrain") as writer:  # noqa: PT012
        writer.write(RECORDS[6])
        raise RuntimeError("cut")
    assert list(tmp_path.iterdir()) == []


def test_a_row_of_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        pa.Table.from_pylist([{"id": 1}], schema=TABLES["pretrain"])


def test_ids_depend_on_the_bounds_of_parts() -> None:
    assert content_id("doc", ["ab", "c"]) != content_id("doc", ["a", "bc"])
    assert content_id("doc", ["ab", "c"]) == content_id("doc", ["ab", "c"])
    assert content_id("doc", ["\ud800"]).startswith("doc-")


def manifest(**values: object) -> StepManifest:
    plain: dict[str, object] = {
        "step": "clean",
        "version": 1,
        "schema_version": 1,
        "fingerprint": "f",
        "config": {},
        "inputs": [],
        "content": {},
        "read": 3,
        "kept": 2,
        "rejected": {"too_short": 1},
        "made": None,
        "shards": [],
    }
    return StepManifest(**{**plain, **values})  # type: ignore[arg-type]


def test_a_manifest_comes_back_and_a_filters_has_no_made(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    write_manifest(path, manifest())
    assert read_manifest(path) == manifest()
    assert '"made"' not in path.read_text()


def test_a_manifest_that_does_not_add_up_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="read 3 rows, but kept 3 and rejected 1"):
        write_manifest(tmp_path / "manifest.json", manifest(kept=3))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"step": "clean"}', "\x00"])
def test_what_is_no_manifest_counts_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content)
    assert read_manifest(path) is None


def test_json_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_json(tmp_path / "a.json", {"a": object()})
    assert list(tmp_path.iterdir()) == []
