"""Which articles stay, by score, share and size; measured against titles labelled by reading."""

from __future__ import annotations

import bz2
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.source import SourceFile
from ingest.vocabulary.medical_terms import bundled, contributions, may_be_medical, scores
from ingest.vocabulary.simplified import to_simplified
from ingest.wikipedia_dump.pages import Page, pages
from pedcorpus.config.sections import Wikipedia
from pedcorpus.steps.filter_wikipedia import step as filter_wikipedia
from pedcorpus.steps.filter_wikipedia.choose_articles import choose_articles
from tests.benchmarks.wikipedia_labels import best, f1, real, written
from tests.support.run_step import ORIGIN, put, rejected_of, rows_of, run

DUMP = "data/wiki/zhwiki-wrapped-pages-articles.xml.bz2"

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
    result = run("filter-wikipedia", filter_wikipedia.ROUNDS, out, config, {"dedup": [shard, other]})
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
    chosen = choose_articles(articles, {"general_share": 0.2, "target_bytes": 1000})
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
    run("filter-wikipedia", filter_wikipedia.ROUNDS, tmp_path, CONFIG, shards)
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
    from pedcorpus.engine.step import StepContext

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


def test_the_parts_of_a_score_add_up_and_are_kept_of_every_article(tmp_path: Path) -> None:
    found = contributions(pl.Series(["川崎病"]), pl.Series([KAWASAKI]), bundled())
    assert found["gives"].sum() == pytest.approx(
        scores(pl.Series(["川崎病"]), pl.Series([KAWASAKI]), bundled())["score"][0], abs=1e-3
    )
    outcome(tmp_path, general_share=0.0)
    (shard,) = (tmp_path / "steps/filter-wikipedia/evidence").glob("*.parquet")
    why = {row["id"]: row for row in pl.read_parquet(shard).iter_rows(named=True)}
    assert len(why) == len(ARTICLES)
    assert "丙种球蛋白" in why[ARTICLES[0]["id"]]["why"]
    assert why[ARTICLES[2]["id"]]["class"] == "general"


def test_a_doctor_and_a_hospital_drama_are_not_medical_and_their_words_say_so() -> None:
    doctor = (
        "林某（1901年12月23日－1983年4月22日），出生于福建，医学家，妇产科医生，毕业于协和医学院，曾任妇产科主任，"
        "当选为学部委员，接生婴儿无数。"
    )
    drama = "《急诊》是电视剧，主演饰演外科医生，剧情围绕手术与病人，首播收视率甚高，获得奖项，后改编为电影。"
    titles, texts = pl.Series(["林某", "急诊 (电视剧)"]), pl.Series([doctor, drama])
    assert (scores(titles, texts, bundled())["score"] < 3).all()
    against = contributions(titles, texts, bundled()).filter(pl.col("gives") < 0)
    assert {"life", "毕业于", "电视剧"} <= set(against["term"])


def test_articles_written_on_what_is_hard_are_told_apart() -> None:
    assert f1(written(), Wikipedia().min_score)[2] >= 0.9


def test_labelled_titles_are_told_apart(shared: Path) -> None:
    articles = real(shared / DUMP)
    assert articles.height >= 300
    assert f1(articles, Wikipedia().min_score)[2] >= 0.9
    for half in (0, 1):
        chosen = best(articles.filter(pl.col("half") != half))
        assert f1(articles.filter(pl.col("half") == half), chosen)[2] >= 0.9


def test_the_gate_passes_what_the_score_keeps(shared: Path) -> None:
    file = SourceFile.from_bytes("dump.xml", bz2.decompress((shared / DUMP).read_bytes()))
    articles = real(shared / DUMP)
    with file.open() as stream:
        raw = {page.title: page.text for page in pages(stream) if isinstance(page, Page)}
    kept = articles.filter(pl.col("score") >= Wikipedia().min_score)["title"]
    texts = pl.Series([text for title, text in raw.items() if to_simplified(title) in set(kept)])
    assert may_be_medical(texts).all()
    assert may_be_medical(pl.Series(list(raw.values()))).mean() < 0.1
