"""Lineage: an id leads to every place that holds it, and its parents to file and place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from pedcorpus.commands.inspect import show_lineage
from pedcorpus.commands.lineage import trace
from schemas.dialogue import Dialogue, Turn
from schemas.errors import PedCorpusError
from schemas.origin import Origin
from schemas.rejection import Reason, Rejection
from schemas.sample import Builder, Message, PreferenceSample
from schemas.shards import table_of_records, write_shard
from tests.support.finished_build import instruction, make_build

ORIGIN = Origin("talks/a.json", "#3", "f" * 64)


def dialogue(row_id: str, answer: str = "多饮水。") -> Dialogue:
    turns = (Turn("patient", "孩子发热怎么办？"), Turn("doctor", answer))
    return Dialogue(row_id, "talks", ORIGIN, turns, "儿科", "cc-by-4.0")


def step(out: Path, name: str, records: Iterable[object], table: str, folder: str = "") -> None:
    path = out / "steps" / name / folder / "part-talks-00000.parquet"
    write_shard(table_of_records(records, table), path, table)
    (out / "steps" / name / "manifest.json").touch()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    make_build(tmp_path, [instruction(1)])
    step(tmp_path, "ingest-talks", [dialogue("dlg-00000000000000000001"), dialogue("dlg-2")], "dialogue")
    step(tmp_path, "clean", [dialogue("dlg-00000000000000000001")], "dialogue")
    lost = Rejection("dlg-2", "clean", Reason.TOO_SHORT, "多饮水", ORIGIN)
    step(tmp_path, "clean", [lost], "rejected", "rejected")
    return tmp_path


def test_a_dataset_row_leads_to_its_record_its_steps_and_its_file(out: Path) -> None:
    lineage = trace(out, "ins-00000000000000000001")
    assert lineage.places == ["dataset/sft/train"]
    (parent,) = lineage.parents
    assert parent.places == ["steps/ingest-talks", "steps/clean"]
    assert parent.origin == {"file": "talks/a.json", "locator": "#3", "sha256": "f" * 64}
    assert lineage.builder is not None
    assert lineage.builder["name"] == "test"


def test_a_rejected_row_says_where_and_why_it_left(out: Path) -> None:
    lineage = trace(out, "dlg-2")
    assert lineage.places == ["steps/ingest-talks"]
    assert [(r["step"], r["reason"]) for r in lineage.rejections] == [("clean", "too_short")]


def test_a_record_says_its_licence_and_which_step_changed_its_words(out: Path) -> None:
    step(out, "dedup", [dialogue("dlg-00000000000000000001", "多饮温水。")], "dialogue")
    (parent,) = trace(out, "ins-00000000000000000001").parents
    assert parent.license == "cc-by-4.0"
    assert parent.changed_at == ["steps/dedup"]


def test_a_duplicate_names_its_survivor(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = pa.table({"id": ["dlg-2"], "survivor": ["dlg-9"], "measure": ["jaccard"], "value": [0.91234]})
    write_shard(evidence, out / "steps" / "dedup" / "evidence" / "part-talks-00000.parquet", "evidence")
    show_lineage(out, "dlg-2")
    assert "evidence of dedup: survivor dlg-9, measure jaccard, value 0.912" in capsys.readouterr().out


def test_a_survivor_names_its_copies_and_their_places(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = pa.table({"id": ["dlg-2"], "survivor": ["dlg-00000000000000000001"], "measure": ["exact"]})
    write_shard(evidence, out / "steps" / "dedup" / "evidence" / "part-talks-00000.parquet", "evidence")
    left = Rejection("dlg-2", "dedup", Reason.DUPLICATE_EXACT, "多饮水", Origin("talks/b.json", "#7", "e" * 64))
    step(out, "dedup", [left], "rejected", "rejected")
    show_lineage(out, "dlg-00000000000000000001")
    assert "copy dlg-2, talks/b.json, #7: left at dedup" in capsys.readouterr().out


def test_a_row_in_no_pair_has_not_left(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = Rejection("ins-00000000000000000001", "prefer", Reason.OVER_SHARE, "孩子发热", ORIGIN)
    step(out, "prefer", [lost], "rejected", "rejected")
    show_lineage(out, "ins-00000000000000000001")
    shown = capsys.readouterr().out
    assert "not used at prefer: over_share" in shown
    assert "licence cc-by-4.0" in shown


def test_a_pair_says_who_wrote_both_answers(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked, good, bad = (
        (Message("user", "发热？"),),
        (Message("assistant", "饮水。"),),
        (Message("assistant", "捂汗。"),),
    )
    by = [Builder("template", "graph", "1"), Builder("rule", "advice_reversed", "1")]
    step(out, "prefer", [PreferenceSample("prf-1", asked, good, bad, "medkqa", "talks", False, (), *by)], "preference")
    show_lineage(out, "prf-1")
    shown = capsys.readouterr().out
    for words in ("built by template graph 1", "rejected answer by rule advice_reversed 1", "rejected: 捂汗。"):
        assert words in shown


def test_an_unknown_id_is_told(out: Path) -> None:
    with pytest.raises(PedCorpusError, match="no row 'doc-9'"):
        trace(out, "doc-9")


def test_a_shard_without_rows_does_no_harm(out: Path) -> None:
    empty = pa.table({"id": pa.array([], pa.string()), "source": pa.array([], pa.string())})
    write_shard(empty, out / "steps" / "clean" / "part-talks-00001.parquet", "dialogue")
    assert trace(out, "dlg-2").places == ["steps/ingest-talks"]


def test_a_step_nobody_knows_is_named_and_not_sorted_somewhere(out: Path) -> None:
    step(out, "polish", [dialogue("dlg-00000000000000000001")], "dialogue")
    with pytest.raises(PedCorpusError, match="steps/polish: no step of this program"):
        trace(out, "dlg-2")


def test_what_was_measured_of_a_row_is_evidence_and_not_the_row(out: Path) -> None:
    row_id = f"ins-{1:020d}"
    signals = pa.table({"id": [row_id], "source": ["talks"], "spun": [7.5], "asks": [0.0]})
    write_shard(signals, out / "steps/signals/part-instruction-talks-00000.parquet", "signals")
    (out / "steps/signals/manifest.json").touch()
    found = trace(out, row_id)
    assert found.evidence == [{"step": "signals", "spun": 7.5}]
    assert found.row is not None
    assert "messages" in found.row
    assert [parent.id for parent in found.parents] == ["dlg-00000000000000000001"]
