"""Which articles stay, by score, share and size; measured against titles labelled by reading."""

from __future__ import annotations

import bz2
import csv
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest import wikipedia
from ingest.lexicon import bundled, classes, scores
from ingest.source import SourceFile, SourceOptions
from pedcorpus.article_choice import chosen_of
from pedcorpus.settings import Wikipedia
from pedcorpus.steps import filter_wikipedia
from schemas.document import Document
from tests.pedcorpus.stepping import ORIGIN, put, rejected_of, rows_of, run

SHARED = Path(os.environ.get("PEDCORPUS_SHARED", Path(__file__).parents[2] / "../shared"))
DUMP = SHARED / "data/wiki/zhwiki-wrapped-pages-articles.xml.bz2"
LABELS = Path(__file__).with_name("wikipedia_labels.tsv")

KAWASAKI = (
    "川崎病是一种好发于5岁以下婴幼儿的急性血管炎，表现为发热、皮疹、"
    "结膜炎、淋巴结肿大，可并发冠状动脉瘤。治疗用丙种球蛋白和阿司匹林。"
)
GOUT = (
    "痛风是血液中尿酸过高引起的关节炎，发作时关节红肿疼痛。诊断靠关节"
    "液中的尿酸盐结晶，治疗用秋水仙碱、布洛芬与别嘌醇，肾衰竭者慎用。"
)
LAKE = (
    "赛里木湖位于新疆博乐市，是天山山脉中面积最大的高山湖泊，湖面"
    "海拔2071米，湖岸有草原和云杉林，每年夏季举行那达慕大会。"
)
CONFIG: dict[str, Any] = {
    "wikipedia": Wikipedia().model_dump(mode="json"),
    "sources": {
        "zhwiki": {"kind": "wikipedia", "license": "cc-by-sa-4.0", "department": "", "privacy": None},
        "books": {"kind": "textbook", "license": "internal", "department": "", "privacy": None},
        "graph": {"kind": "knowledge_graph", "license": "mit", "department": "", "privacy": None},
    },
}


def article(number: int, title: str, text: str) -> dict[str, Any]:
    return {
        "id": f"doc-{number:020x}",
        "source": "zhwiki",
        "origin": ORIGIN,
        "kind": "text",
        "title": title,
        "text": text,
    }


ARTICLES = [article(1, "川崎病", KAWASAKI), article(2, "痛风", GOUT)]
ARTICLES += [article(10 + i, "赛里木湖", f"{LAKE}（{i}）") for i in range(20)]


def outcome(out: Path, **settings: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Return id → class of what stays, id → reason of what goes."""
    shard = put(out, "dedup", "zhwiki-00000", "document", ARTICLES)
    other = put(out, "dedup", "books-00000", "document", [article(99, "痛风", GOUT) | {"source": "books"}])
    config = CONFIG | {"wikipedia": CONFIG["wikipedia"] | settings}
    result = run("filter-wikipedia", filter_wikipedia.PHASES, out, config, {"dedup": [shard, other]})
    assert result.read == len(ARTICLES), "shards of other sources are not read"
    kept = rows_of(out, result, "document")
    assert all(row["score"] >= 0 for row in kept)
    return {row["id"]: row["class"] for row in kept}, rejected_of(out, "filter-wikipedia")


def test_articles_are_told_pediatric_medical_general(tmp_path: Path) -> None:
    kept, rejected = outcome(tmp_path, general_share=0.0)
    assert kept == {ARTICLES[0]["id"]: "pediatric", ARTICLES[1]["id"]: "medical"}
    assert set(rejected.values()) == {"off_topic"}
    assert len(rejected) == 20


def test_general_articles_stay_up_to_their_share(tmp_path: Path) -> None:
    kept, rejected = outcome(tmp_path, general_share=0.5)
    assert sorted(kept.values()) == ["general", "general", "medical", "pediatric"]
    assert set(rejected.values()) == {"over_share"}


def test_a_share_of_one_keeps_every_general_article(tmp_path: Path) -> None:
    kept, rejected = outcome(tmp_path, general_share=1.0)
    assert (len(kept), rejected) == (22, {})


def test_a_target_keeps_the_best_scores(tmp_path: Path) -> None:
    kept, rejected = outcome(tmp_path, general_share=0.0, target_bytes=len(KAWASAKI.encode()) + 10)
    assert list(kept.values()) == ["pediatric"]
    assert rejected[ARTICLES[1]["id"]] == "over_target"


def test_the_target_leaves_room_for_the_general_share() -> None:
    articles = pl.DataFrame(
        {
            "id": [f"doc-{i:020x}" for i in range(30)],
            "score": [float(i) for i in range(30)],
            "class": ["general"] * 10 + ["medical"] * 20,
            "bytes": pl.Series([100] * 30, dtype=pl.UInt32),
        }
    )
    chosen = chosen_of(articles, {"general_share": 0.2, "target_bytes": 1000})
    stays = chosen.filter(pl.col("reason").is_null())
    assert stays["class"].value_counts(sort=True).rows() == [("medical", 8), ("general", 2)]
    assert stays.filter(pl.col("class") == "medical")["score"].min() == 22.0


def test_own_terms_and_entities_of_the_graph_count(tmp_path: Path) -> None:
    text = "赛诺病毒湖热是一种湖热。湖热的病人有蓝斑征和湖热疹，用湖热灵胶囊后退去。" + "此病在湖区常见。" * 2
    shard = put(tmp_path, "dedup", "zhwiki-00000", "document", [article(1, "湖热", text)])
    facts = [
        {
            "id": f"kg-{i}",
            "source": "graph",
            "head": "赛诺病毒湖热",
            "head_type": "disease",
            "tail": tail,
            "tail_type": kind,
        }
        for i, (tail, kind) in enumerate(
            [("蓝斑征", "symptom"), ("湖热疹", "symptom"), ("湖热灵胶囊", "drug"), ("此病在", "food")]
        )
    ]
    triples = put(tmp_path, "dedup", "graph-00000", "triple", facts)
    shards = {"dedup": [shard, triples]}
    run("filter-wikipedia", filter_wikipedia.PHASES, tmp_path, CONFIG, shards)
    work = tmp_path / "work/filter-wikipedia"
    terms = dict(pl.read_parquet(work / "terms.parquet").iter_rows())
    assert terms["湖热灵胶囊"] == "entity"
    assert "此病在" not in terms, "a food is no term"
    with_graph = pl.read_parquet(work / "score-zhwiki-00000.parquet")["score"][0]
    own = tmp_path / "own.txt"
    own.write_text("# 自己的词\n湖热\n", encoding="gb18030")
    task = filter_wikipedia.term_tasks(_context(tmp_path, shards))[0]
    filter_wikipedia.collect_terms(_with_paths(task, {"own.txt": str(own)}))
    filter_wikipedia.score(filter_wikipedia.shard_tasks("score", _context(tmp_path, shards))[0])
    with_own = pl.read_parquet(work / "score-zhwiki-00000.parquet")["score"][0]
    without = scores(pl.Series(["湖热"]), pl.Series([text]), bundled())["score"][0]
    assert without < with_graph < with_own


def _context(out: Path, shards: dict[str, Any]) -> Any:
    from pedcorpus.step import StepContext

    return StepContext(
        "filter-wikipedia", out, out / "work/filter-wikipedia", CONFIG, {k: tuple(v) for k, v in shards.items()}
    )


def _with_paths(task: Any, paths: dict[str, str]) -> Any:
    import dataclasses

    return dataclasses.replace(task, payload={"paths": paths})


def test_words_that_only_look_medical_do_not_count() -> None:
    texts = pl.Series(["神经网络可以防范电脑病毒，计算机病毒与木马病毒被杀毒软件清除。", "病毒感染神经。"])
    found = scores(pl.Series(["", ""]), texts, bundled() | {"测": "medical"})["score"]
    assert found[0] == 0
    dirty = scores(pl.Series([""]), pl.Series(["病毒性肺炎的症状是发热、咳嗽和呼吸困难。"]), bundled())["score"]
    assert dirty[0] > 3


@pytest.mark.skipif(not DUMP.exists(), reason="needs the shared material")
def test_labelled_titles_are_told_apart() -> None:
    labels = {
        row["title"]: row["label"]
        for row in csv.DictReader(LABELS.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    }
    file = SourceFile.from_bytes("dump.xml", bz2.decompress(DUMP.read_bytes()))
    found = [r for r in wikipedia.read(file, SourceOptions("zhwiki", "wikipedia")) if isinstance(r, Document)]
    frame = pl.DataFrame({"title": [d.title for d in found], "text": [d.text for d in found]})
    told = frame.select("title").with_columns(scores(frame["title"], frame["text"], bundled()))
    told = told.with_columns(told.select(classes(Wikipedia().min_score).alias("class")))
    clear = [(labels[t], c) for t, c in told.select("title", "class").iter_rows() if labels.get(t, "?") != "?"]
    assert len(clear) >= 300
    right = sum(label != "other" and kind != "general" for label, kind in clear)
    wrong = sum((label != "other") != (kind != "general") for label, kind in clear)
    assert 2 * right / (2 * right + wrong) >= 0.9
