import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pedcorpus.config.sections import Dedup, Split
from pedcorpus.steps.split import step as split
from pedcorpus.steps.split.caps import Cap, count_caps, keep_within_caps, weigh_children
from pedcorpus.steps.split.mixtures import order_keys
from schemas.shards import read_shards
from tests.support.run_step import put, run

KEYS = order_keys(np.arange(1_000, dtype=np.uint64), 0)
ROWS = np.ones(1_000, np.bool_)


def first(number: int) -> Any:
    return np.arange(1_000) < number


def last(number: int) -> Any:
    return np.arange(1_000) >= 1_000 - number


@pytest.mark.parametrize(("size", "share"), [(800, 0.5), (800, 0.1), (400, 0.3), (999, 0.9)])
def test_a_cap_is_a_share_of_what_stays(size: int, share: float) -> None:
    kept = keep_within_caps(KEYS, ROWS, [Cap("source", "flood", share, first(size))])
    taken = int((kept & first(size)).sum())
    assert kept[size:].all()
    assert taken <= share * kept.sum()
    assert taken + 1 > share * (kept.sum() - 2)


def test_a_cap_that_is_not_reached_takes_nothing() -> None:
    assert keep_within_caps(KEYS, ROWS, [Cap("source", "small", 0.2, first(150))]).all()


def test_two_caps_hold_together() -> None:
    caps = [Cap("builder", "graph", 0.3, first(600)), Cap("source", "forum", 0.1, last(300))]
    kept = keep_within_caps(KEYS, ROWS, caps)
    for cap in caps:
        assert 0 < (kept & cap.rows).sum() <= cap.share * kept.sum()


def test_where_all_rows_are_under_caps_a_share_says_nothing() -> None:
    assert keep_within_caps(KEYS, ROWS, [Cap("builder", "graph", 0.5, ROWS)]).all()


def test_of_grown_ups_one_in_weight_stays_and_of_children_all() -> None:
    kept = weigh_children(KEYS, ROWS, first(300), 4.0)
    assert kept[:300].all()
    assert 120 < kept[300:].sum() < 230
    assert weigh_children(KEYS, ROWS, first(300), 1.0).all()


def test_figures_say_what_there_was_what_was_wished_and_what_was_taken() -> None:
    cap = Cap("source", "flood", 0.5, first(800))
    taken = keep_within_caps(KEYS, ROWS, [cap])
    assert count_caps("sft", ROWS, taken, [cap]) == {
        "mixture.sft.source.flood.available": 800,
        "mixture.sft.source.flood.most": 200,
        "mixture.sft.source.flood.taken": 200,
    }


def made(number: int, source: str, name: str, *, pediatric: bool = True) -> dict[str, Any]:
    draw = random.Random(number)
    texts = ("".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(60)) for _ in range(2))
    messages = [{"role": role, "content": text} for role, text in zip(("user", "assistant"), texts, strict=True)]
    row = {"id": f"ins-{number:04d}", "messages": messages, "task": "medkqa", "source": source, "department": "儿科"}
    builder = {"kind": "template", "name": name, "version": "1", "model": None}
    return row | {"pediatric": pediatric, "parents": [f"doc-{number:04d}"], "builder": builder}


def test_the_tables_of_a_build_keep_the_caps_and_the_manifest_says_so(tmp_path: Path) -> None:
    rows = [made(i, "kg", "graph-treatment") for i in range(60)]
    rows += [made(100 + i, "book", "document-dose") for i in range(20)]
    rows += [made(200 + i, "forum", "distilled", pediatric=False) for i in range(40)]
    settings = Split(builder_share={"graph": 0.5}, source_share={"forum": 0.2}, validation=0)
    config = {"split": settings.model_dump(mode="json"), "dedup": Dedup().model_dump(mode="json")}
    shard = put(tmp_path, "decontaminate", "instruction-book-00001", "instruction", rows)
    result = run("split", split.ROUNDS, tmp_path, config, {"decontaminate": [shard]})
    files = [tmp_path / shard.file for shard in result.shards if shard.file.startswith("dataset/sft/train")]
    sources = read_shards(files)["source"].to_pylist()
    assert sources.count("book") == 20
    assert 0 < sources.count("kg") <= 0.5 * len(sources)
    assert 0 < sources.count("forum") <= 0.2 * len(sources)
    assert result.figures["mixture.sft.builder.graph.available"] == 60
    assert result.figures["mixture.sft.source.forum.taken"] == sources.count("forum")
    assert "mixture.lora.source.forum.taken" not in result.figures
