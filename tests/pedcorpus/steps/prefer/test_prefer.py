from pathlib import Path
from typing import Any

import numpy as np

from pedcorpus.rows.ngrams import NO_HASH, SKETCH, grams, sketched_jaccard, sketches
from pedcorpus.steps.prefer.subjects import subjects_of
from tests.support.preference_pairs import about, pair, sample
from tests.support.run_step import rejected_of, rows_of


def test_the_reference_stands_against_the_answer_of_a_similar_question(tmp_path: Path) -> None:
    rows = [about(i) for i in range(10)]
    result = pair(tmp_path, rows)
    made = rows_of(tmp_path, result, "preference")
    answers = {row["messages"][1]["content"]: row for row in rows}
    assert len(made) == 10
    for row in made:
        own, other = answers[row["chosen"][0]["content"]], answers[row["rejected"][0]["content"]]
        assert row["prompt"] == own["messages"][:-1]
        assert set(row["parents"]) == {*own["parents"], *other["parents"]}
        assert own["parents"] != other["parents"]
        assert row["rejected_by"] == {"kind": "template", "name": "retrieved", "version": "1", "model": None}
        assert row["chosen_by"] == own["builder"]


def test_the_same_disease_the_same_parent_and_the_same_answer_are_no_counterparts(tmp_path: Path) -> None:
    rows = [
        sample("支原体肺炎有哪些临床表现？", "持续咳嗽，发热，肺部体征少。", "kg-1"),
        sample("支气管肺炎有哪些临床表现？", "气促，鼻翼扇动，肺部固定湿啰音。", "kg-2"),
        sample("水痘有哪些临床表现？", "分批出现的斑疹、丘疹、水疱和结痂。", "kg-3"),
        sample("风疹有哪些临床表现？", "分批出现的斑疹、丘疹、水疱和结痂。", "kg-4"),
    ]
    made = rows_of(tmp_path, pair(tmp_path, rows), "preference")
    against = {row["chosen"][0]["content"][:2]: row["rejected"][0]["content"][:2] for row in made}
    assert against.get("持续") != "气促"
    assert against.get("分批") != "分批"


def test_only_children_are_asked_about_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    adults = [about(i, department="心内科", pediatric=False, id=f"ins-adult-{i}") for i in range(3)]
    alone = sample("新生儿窒息如何复苏？", "先清理气道，再给予正压通气。", "kg-99", task="trerecom", id="ins-alone")
    result = pair(tmp_path, [about(i) for i in range(10)], [*adults, alone])
    assert dict(result.rejected) == {"off_topic": 3, "no_counterpart": 1}
    assert rejected_of(tmp_path, "prefer")["ins-alone"] == "no_counterpart"
    assert result.kept == 10


def test_the_size_is_kept_and_the_prompts_are_chosen_by_hash(tmp_path: Path) -> None:
    rows = [about(i) for i in range(10)]
    one = pair(tmp_path / "a", rows, size=4)
    two = pair(tmp_path / "b", rows[::-1], size=4)
    ids = [{row["id"] for row in rows_of(tmp_path / name, r, "preference")} for name, r in (("a", one), ("b", two))]
    assert one.made["preference"] == 4
    assert {frozenset(chosen) for chosen in ids} == {frozenset(ids[0])}
    assert one.read == one.kept + one.rejected["over_share"]


def test_no_answer_is_rejected_more_than_three_times(tmp_path: Path) -> None:
    made = rows_of(tmp_path, pair(tmp_path, [about(i) for i in range(10)]), "preference")
    uses = [row["rejected"][0]["content"] for row in made]
    assert max(uses.count(answer) for answer in uses) <= 3


def test_the_order_of_tasks_changes_no_byte(tmp_path: Path) -> None:
    shards = [[about(i) for i in range(6)], [about(i) for i in range(6, 10)]]
    one, two = pair(tmp_path / "a", *shards), pair(tmp_path / "b", *shards, backwards=True)
    assert [shard.sha256 for shard in one.shards] == [shard.sha256 for shard in two.shards]
    assert len(one.shards) == 2


def test_a_long_talk_keeps_all_turns_before_the_last_answer(tmp_path: Path) -> None:
    turns = [{"role": role, "content": text} for role, text in [("user", "宝宝发热三天"), ("assistant", "有皮疹吗？")]]
    rows = [about(i) for i in range(10)]
    for row in rows:
        row["messages"] = turns + row["messages"]
    made = rows_of(tmp_path, pair(tmp_path, rows), "preference")
    assert made
    assert all(len(row["prompt"]) == 3 and len(row["chosen"]) == len(row["rejected"]) == 1 for row in made)


def test_no_samples_make_no_pairs(tmp_path: Path) -> None:
    assert not pair(tmp_path).shards


def test_subjects_are_read_back_from_templates_and_named_by_diseases() -> None:
    assert "早产儿" in subjects_of("早产儿有哪些临床表现？", "graph-symptoms")
    assert subjects_of("支原体肺炎怎么治", "x") & subjects_of("支气管肺炎严重吗", "x") == {"肺炎"}
    assert subjects_of("宝宝的病因是什么，什么症状，该去病房吗", "dialogue-evidiag") == set()


def test_what_is_advised_for_one_cough_is_not_rejected_for_another(tmp_path: Path) -> None:
    def talk(question: str, answer: str, parent: str) -> dict[str, Any]:
        builder = {"kind": "template", "name": "dialogue-trerecom", "version": "2", "model": None}
        return sample(question, answer, parent, task="trerecom", builder=builder)

    rows = [
        talk("宝宝咳嗽三天了，晚上厉害，应该怎么办？", "可以做雾化，用布地奈德，多拍背，观察两天。", "d-1"),
        talk("宝宝咳嗽一周了，有黄痰，应该怎么办？", "建议口服化痰药，多饮水，复查胸片。", "d-2"),
        talk("宝宝拉肚子三天了，晚上厉害，应该怎么办？", "口服补液盐，加上益生菌和蒙脱石散，注意尿量。", "d-3"),
    ]
    made = rows_of(tmp_path, pair(tmp_path, rows), "preference")
    assert made
    assert not [row for row in made if set(row["parents"]) == {"d-1", "d-2"}]


def test_sketches_estimate_the_jaccard_of_answers() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(400))
    half = text[:300] + "".join(chr(0x5E00 + i) for i in range(100))
    found = sketches(grams([text, half, text, "短"], 5))
    exact = len(set(range(296))) / (2 * 396 - 296)
    assert abs(sketched_jaccard(found[0], found[1]) - exact) < 0.2
    assert sketched_jaccard(found[0], found[2]) == 1.0
    assert (found[3] == NO_HASH).all()
    assert found.shape == (4, SKETCH)


def test_grams_do_not_cross_texts() -> None:
    together, apart = grams(["甲乙", "丙丁"], 2), grams(["甲乙丙丁"], 2)
    assert len(together.values) == 2
    assert len(apart.values) == 3
    assert np.isin(together.values, apart.values).all()
