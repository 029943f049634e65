import json
from pathlib import Path
from typing import Any

import pytest

from pedcorpus.steps.prefer.overlap import compare_overlap, shared_grams
from pedcorpus.steps.prefer.rules.rule_list import RULE_NAMES, verify
from pedcorpus.steps.prefer.subject_aspects import other_aspects
from schemas.errors import ConfigError
from tests.support.paired_samples import about, pair, sample
from tests.support.run_step import rejected_of, rows_of

NURSING = (
    "在家护理即可，居室保持通风，饮食以清淡好消化的为主。"
    "剪短指甲，穿宽松的棉质衣服，保持皮肤清洁干燥，不要抓破水疱，发热时可以用对乙酰氨基酚，多喝温水"
)
TEETH = (
    "恒牙萌出的先后与乳牙脱落的先后相近，各人早晚略有出入，左右两侧大致对称。"
    "上下两列彼此相近，乳牙逐一脱落，恒牙随后长出，大约到少年时换齐，孩子间略有先后。"
)
NOTHING = dict.fromkeys(RULE_NAMES, 0.0)


def only(rule: str) -> dict[str, float]:
    return NOTHING | {rule: 1.0}


def texts(made: list[dict[str, Any]], column: str) -> list[str]:
    return [row[column][0]["content"] for row in made]


def test_the_answer_stands_against_what_a_rule_made_of_it(tmp_path: Path) -> None:
    rows = [about(i) for i in range(10)]
    made = rows_of(tmp_path, pair(tmp_path, rows), "preference")
    samples = {row["messages"][1]["content"]: row for row in rows}
    assert len(made) == 10
    for row in made:
        own = samples[row["chosen"][0]["content"]]
        assert row["prompt"] == own["messages"][:-1]
        assert row["parents"] == own["parents"]
        assert row["chosen_by"] == own["builder"]
        rule = row["rejected_by"]["name"]
        assert row["rejected_by"] == {"kind": "rule", "name": rule, "version": "2", "model": None}
        assert verify(rule, row["chosen"][0]["content"], row["rejected"][0]["content"])


def test_the_figures_count_the_rules(tmp_path: Path) -> None:
    result = pair(tmp_path, [about(i) for i in range(6)], shares=only("dose_changed"))
    assert result.figures["pairs.dose_changed"] == result.made["preference"] == 6


def test_no_rule_makes_more_than_its_share(tmp_path: Path) -> None:
    rows = [about(i) for i in range(40)]
    for number, row in enumerate(rows):
        row["messages"][0]["content"] += f"已经{number}天了。"
    made = rows_of(tmp_path, pair(tmp_path, rows, shares={"cut_to_a_clause": 0.1}), "preference")
    rules = [row["rejected_by"]["name"] for row in made]
    assert rules.count("cut_to_a_clause") <= max(0.1 * len(made), 5)
    assert max(rules.count(rule) for rule in rules) <= max(0.25 * len(made), 5)


def test_what_gives_no_chosen_answer_is_left_out_with_its_reason(tmp_path: Path) -> None:
    rows = {
        "adult": about(1, department="心内科", pediatric=False),
        "general": about(2, task="general"),
        "short": sample("水痘传染吗？", "传染，要隔离到结痂。", "kg-3"),
        "cut": sample("水痘怎么护理？", f"{NURSING}，然后", "kg-4"),
        "asks": sample("孩子怎么办？", f"{NURSING}，请问孩子多大了？", "kg-5"),
        "thanks": sample("水痘几天好？", f"{NURSING}。祝宝宝早日康复！", "kg-6"),
        "vignette": sample("一名3岁男童发热两天，应如何处理？", f"{NURSING}。", "kg-8"),
        "mother": sample("我怀孕五个月，怎么办？", f"{NURSING}。", "kg-10"),
        "platform": sample("水痘怎么办？", f"{NURSING}。可以在线预约。", "kg-11"),
        "same": sample("牙齿怎么换？", TEETH, "kg-7"),
    }
    result = pair(tmp_path, [row | {"id": f"ins-{name}"} for name, row in rows.items()], [about(9, id="ins-good")])
    assert rejected_of(tmp_path, "prefer") == {
        "ins-adult": "off_topic",
        "ins-general": "off_topic",
        "ins-short": "too_short",
        "ins-cut": "unfinished",
        "ins-asks": "unfinished",
        "ins-thanks": "courtesy",
        "ins-vignette": "off_topic",
        "ins-mother": "off_topic",
        "ins-platform": "advertisement",
        "ins-same": "no_counterpart",
    }
    assert result.kept == 1


def test_the_size_is_kept_and_the_samples_are_chosen_by_hash(tmp_path: Path) -> None:
    rows = [about(i) for i in range(10)]
    one = pair(tmp_path / "a", rows, size=4)
    two = pair(tmp_path / "b", rows[::-1], size=4)
    ids = [{row["id"] for row in rows_of(tmp_path / name, r, "preference")} for name, r in (("a", one), ("b", two))]
    assert one.made["preference"] == 4
    assert ids[0] == ids[1]
    assert one.rejected == {"over_share": 6}


def test_distilled_sets_give_pairs_where_the_others_do_not_fill_the_size(tmp_path: Path) -> None:
    kinds = {"kg": "guideline", "set": "distilled"}
    rows = [about(i, source="kg" if i < 3 else "set") for i in range(10)]
    made = rows_of(tmp_path, pair(tmp_path, rows, kinds=kinds, size=4), "preference")
    assert sorted(row["source"] for row in made) == ["kg", "kg", "kg", "set"]


def test_the_order_of_tasks_changes_no_byte(tmp_path: Path) -> None:
    shards = [[about(i) for i in range(6)], [about(i) for i in range(6, 10)]]
    one, two = pair(tmp_path / "a", *shards), pair(tmp_path / "b", *shards, backwards=True)
    assert [shard.sha256 for shard in one.shards] == [shard.sha256 for shard in two.shards]
    assert len(one.shards) == 2


def test_a_long_talk_keeps_all_turns_before_the_last_answer(tmp_path: Path) -> None:
    turns = [{"role": role, "content": text} for role, text in [("user", "宝宝发热三天"), ("assistant", "有皮疹吗？")]]
    rows = [about(i) for i in range(4)]
    for row in rows:
        row["messages"] = turns + row["messages"]
    made = rows_of(tmp_path, pair(tmp_path, rows), "preference")
    assert made
    assert all(len(row["prompt"]) == 3 and len(row["chosen"]) == len(row["rejected"]) == 1 for row in made)


def test_one_question_gives_one_pair(tmp_path: Path) -> None:
    rows = [about(1), about(1, parents=["kg-other"], id="ins-other")]
    rows[1]["messages"] = [rows[0]["messages"][0], about(2)["messages"][1]]
    result = pair(tmp_path, rows)
    assert result.made["preference"] == 1
    assert result.rejected == {"duplicate_question": 1}


def test_no_samples_make_no_pairs(tmp_path: Path) -> None:
    assert not pair(tmp_path).shards


def aspects() -> list[dict[str, Any]]:
    """Return two aspects of each of two diseases, without anything another rule could change."""
    said = {
        "graph-symptoms": "{}发病时，面颊和四肢出现成片皮损，孩子哭闹。夜里睡不安稳，白天食欲差，"
        "醒来之后神情疲倦，家人往往多处求诊，心里十分着急。",
        "graph-prevention": "{}这类情形，居室宜通风，衣物宜宽松。起居宜规律，饮食宜均衡，平日宜记录，"
        "换季宜留心，户外活动宜循序，睡眠宜充足安静。",
    }
    asks = {"graph-symptoms": "{}有什么表现？", "graph-prevention": "{}怎样防范？"}
    return [
        sample(asks[name].format(d), text.format(d), f"{d}-{name}", builder=about(0)["builder"] | {"name": name})
        for d in ("川崎病", "手足口病")
        for name, text in said.items()
    ]


def test_the_answer_about_another_aspect_of_the_same_subject_may_be_rejected(tmp_path: Path) -> None:
    rows = aspects()
    result = pair(tmp_path, rows, shares=only("other_aspect"))
    made = rows_of(tmp_path, result, "preference")
    assert len(made) == 2
    assert result.kept == 4
    for row in made:
        assert row["chosen"][0]["content"][:3] == row["rejected"][0]["content"][:3]
        assert len(row["parents"]) == 2
    assert not set(texts(made, "chosen")) & set(texts(made, "rejected"))


def test_an_aspect_of_another_length_or_of_the_same_words_is_no_counterpart() -> None:
    rows = aspects()[:2]
    assert set(other_aspects(list(enumerate(rows)))) == {0, 1}
    question, answer = rows[1]["messages"]
    for said in ("开窗。", rows[0]["messages"][1]["content"] + "请留心。"):
        other = rows[1] | {"messages": [question, answer | {"content": said}]}
        assert not other_aspects([(0, rows[0]), (1, other)])


def predicted(path: Path, lines: list[dict[str, Any]]) -> dict[str, str]:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return {path.name: str(path)}


def test_a_local_models_answers_are_the_rejected_ones(tmp_path: Path) -> None:
    rows = [about(i) for i in range(4)]
    lines: list[dict[str, Any]] = [
        {"id": rows[0]["id"], "task": "medkqa", "prediction": "多喝水就会好的，不用管它。", "model": "weak-7b"},
        {"id": rows[1]["id"], "prediction": "孩子生病了，要注意。"},
        {"id": "ins-elsewhere", "prediction": "不相干。"},
    ]
    paths = predicted(tmp_path / "answers.jsonl", lines)
    result = pair(tmp_path / "out", rows, paths=paths, rejected="file:answers.jsonl")
    made = sorted(rows_of(tmp_path / "out", result, "preference"), key=lambda row: str(row["parents"]))
    assert [row["rejected_by"]["model"] for row in made] == ["weak-7b", "answers"]
    assert {row["rejected_by"]["kind"] for row in made} == {"model"}
    assert texts(made, "rejected") == [lines[0]["prediction"], lines[1]["prediction"]]
    assert result.rejected == {"no_counterpart": 2}


def test_short_predictions_are_all_taken(tmp_path: Path) -> None:
    rows = [about(i) for i in range(10)]
    lines = [{"id": row["id"], "prediction": f"不要紧，第{n}天再说。"} for n, row in enumerate(rows)]
    paths = predicted(tmp_path / "answers.jsonl", lines)
    assert pair(tmp_path / "out", rows, paths=paths, rejected="file:answers.jsonl").made["preference"] == 10


def test_predictions_that_are_no_worse_are_not_taken(tmp_path: Path) -> None:
    rows = [about(i) for i in range(4)]
    own = [row["messages"][1]["content"] for row in rows]
    said = [own[0], f"{own[1]}另外注意室内通风。", "", "I do not know what to do about it."]
    lines = [{"id": row["id"], "prediction": text} for row, text in zip(rows, said, strict=True)]
    paths = predicted(tmp_path / "answers.jsonl", lines)
    result = pair(tmp_path / "out", rows, paths=paths, rejected="file:answers.jsonl")
    assert result.rejected == {"no_counterpart": 4}


def test_a_file_that_holds_no_predictions_is_told_with_its_line(tmp_path: Path) -> None:
    paths = predicted(
        tmp_path / "answers.jsonl", [{"id": "ins-1", "prediction": "多喝水。"}, {"id": "ins-2", "text": "x"}]
    )
    with pytest.raises(ConfigError, match=r"prefer\.rejected: answers\.jsonl, line 2: expected a JSON object"):
        pair(tmp_path / "out", [about(1)], paths=paths, rejected="file:answers.jsonl")


def test_the_overlap_with_the_prompt_is_counted_in_distinct_2_grams() -> None:
    assert shared_grams("宝宝咳嗽，咳嗽", "咳嗽咳嗽。宝宝") == 2
    assert compare_overlap("宝宝咳嗽", "咳嗽", "多喝水") == 1
    assert compare_overlap("宝宝咳嗽", "休息", "宝宝") == -1
    assert compare_overlap("宝宝咳嗽", "休息", "喝水") == 0
