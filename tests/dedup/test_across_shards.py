"""Deduplication over shards gives what it gives in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedup import MinHash, near_duplicates
from dedup.across_shards import Decisions, SignedCorpus, decide_all, open_spool, sign_shard
from dedup.in_memory import NO_BOILERPLATE
from tests.support.near_duplicate_pairs import planted

SETTINGS = MinHash()


def decide(shards: list[list[str | None]], ids: list[int], work: Path, share: float | None = None) -> Decisions:
    columns = [pa.array(shard, pa.string()) for shard in shards]
    folders = [work / f"{k}" for k in range(len(shards))]
    for column, folder in zip(columns, folders, strict=True):
        sign_shard(column, SETTINGS, NO_BOILERPLATE, folder, sampled=share is not None)
    corpus = SignedCorpus(folders, columns.__getitem__, np.zeros(len(ids), np.int64), np.array(ids))
    return decide_all(corpus, SETTINGS, NO_BOILERPLATE, work / "spool", containment=share)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [*planted(300, 200, seed=12), "短", "短", ""]


@pytest.mark.parametrize("share", [None, 0.7])
def test_shards_give_what_one_column_gives(texts: list[str], tmp_path: Path, share: float | None) -> None:
    found = decide([texts[:100], [], texts[100:101], texts[101:]], list(range(len(texts))), tmp_path, share)
    whole = near_duplicates(pa.array(texts), SETTINGS, containment=share)
    assert found.survivor.tolist() == whole.survivor.tolist()
    assert found.value.tolist() == whole.value.tolist()
    assert found.conflicts.equals(whole.conflicts)
    assert found.blank == 1


def test_the_order_of_shards_changes_nothing_when_ids_are_given(texts: list[str], tmp_path: Path) -> None:
    ids = list(range(len(texts)))
    a = decide([texts[:200], texts[200:]], ids, tmp_path / "a")
    b = decide([texts[200:], texts[:200]], ids[200:] + ids[:200], tmp_path / "b")
    order = np.array(ids[200:] + ids[:200])
    assert a.survivor[order].tolist() == order[b.survivor].tolist()
    assert a.value[order].tolist() == b.value.tolist()


def test_the_spool_holds_only_texts_that_met_another(texts: list[str], tmp_path: Path) -> None:
    found = decide([texts], list(range(len(texts))), tmp_path)
    spool = open_spool(tmp_path / "spool")
    assert len(spool.rows) < len(texts)
    near = np.flatnonzero((found.survivor != np.arange(len(texts))) & (found.measure == 1))
    for row in near:
        place = int(spool.at(found.first[[row]])[0])
        assert spool.texts.text(place) == texts[row]


def test_rows_that_are_absent_are_like_nothing(tmp_path: Path) -> None:
    column = pa.array(["患儿发热咳嗽三天入院治疗"] * 3)
    sign_shard(column, SETTINGS, NO_BOILERPLATE, tmp_path / "0")
    absent = np.array([True, False, False])
    corpus = SignedCorpus([tmp_path / "0"], lambda _: column, np.zeros(3, np.int64), np.arange(3), absent)
    found = decide_all(corpus, SETTINGS, NO_BOILERPLATE, tmp_path / "spool")
    assert found.survivor.tolist() == [0, 1, 1]
