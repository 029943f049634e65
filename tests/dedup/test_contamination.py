"""Leaks of test items into training rows, against the rule written with Python sets."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedup.contamination import MIN_CHARS, MIN_GRAMS, TestItems
from tests.support.near_duplicate_pairs import edited, sentence
from tests.support.near_duplicate_pairs import grams as slow_grams


@cache
def grams(text: str, n: int) -> frozenset[str]:
    """Return the set of a text's n-grams; asked for again and again."""
    return slow_grams(text, n)


def rule(row: str, question: str, answer: str) -> bool:
    """Return whether a row leaks an item: 30 % of its 13-grams, 60 % of a part's 5-grams, or a Jaccard of 80 %."""
    long = grams(question, 13) | grams(answer, 13)
    if len(long) >= MIN_GRAMS and len(long & grams(row, 13)) >= 0.3 * len(long):
        return True
    mine = grams(row, 5)
    for part in (question, answer):
        known = grams(part, 5)
        if not known:
            continue
        shared = len(known & mine)
        if len(part) >= MIN_CHARS and shared >= 0.6 * len(known):
            return True
        if shared >= 0.8 * len(known | mine):
            return True
    return False


def replaced(text: str, characters: int, rng: random.Random) -> str:
    """Return the text with so many of its characters replaced."""
    places = set(rng.sample(range(len(text)), characters))
    return "".join("变" if place in places else character for place, character in enumerate(text))


@pytest.fixture(scope="module")
def items() -> tuple[list[str], list[str]]:
    rng = random.Random(1)
    questions = [sentence(rng, rng.choice([4, 7, 10, 14, 20, 30])) for _ in range(120)]
    return questions, [sentence(rng, rng.choice([3, 8, 15, 40, 120, 200])) for _ in range(120)]


@pytest.fixture(scope="module")
def rows(items: tuple[list[str], list[str]]) -> list[str]:
    rng = random.Random(2)
    rows = [sentence(rng, rng.randrange(5, 600)) for _ in range(400)]
    for _ in range(400):
        part = rng.choice(rng.choice(items))
        share = rng.random()
        piece = edited(part[: max(1, int(len(part) * share))], rng.random() * 0.06, rng)
        rows.append(sentence(rng, rng.randrange(80)) + piece + sentence(rng, rng.randrange(80)))
    return [*rows, ""]


def test_exactly_the_rows_of_the_rule_leak(items: tuple[list[str], list[str]], rows: list[str]) -> None:
    found = TestItems.build(pa.array(items[0]), pa.array(items[1])).leaks(pa.array(rows))
    near = {gram for part in (*items[0], *items[1]) for gram in grams(part, 5)}
    likely = [k for k, row in enumerate(rows) if len(near & grams(row, 5)) > 0]
    leaking = {k for k in likely if any(rule(rows[k], q, a) for q, a in zip(*items, strict=True))}
    assert 50 < len(leaking) < len(rows) / 2
    assert set(found["row"].to_pylist()) == leaking
    assert found.num_rows == len(leaking)
    for leak in found.to_pylist():
        assert rule(rows[leak["row"]], items[0][leak["test"]], items[1][leak["test"]])


def test_a_leak_with_four_percent_of_its_characters_edited_is_found() -> None:
    rng = random.Random(5)
    answers = [sentence(rng, 150) for _ in range(300)]
    questions = [sentence(rng, 25) for _ in range(300)]
    tests = TestItems.build(pa.array(questions), pa.array(answers))
    rows = [sentence(rng, 100) + replaced(answer, 6, rng) + sentence(rng, 50) for answer in answers]
    found = tests.leaks(pa.array(rows))
    assert found["row"].to_pylist() == found["test"].to_pylist() == list(range(300))
    asked = tests.leaks(pa.array([sentence(rng, 40) + replaced(question, 1, rng) for question in questions]))
    assert asked["test"].to_pylist() == list(range(300))


def test_boilerplate_of_the_corpus_is_no_leak() -> None:
    rng = random.Random(6)
    form = "您好，根据您的描述，这种情况建议及时到正规医院儿科就诊，完善相关检查，谨遵医嘱用药，祝宝宝早日康复。"
    background = pa.array([form + sentence(rng, 60) for _ in range(100)] + [sentence(rng, 90) for _ in range(100)])
    questions, answers = pa.array([sentence(rng, 20)]), pa.array([form + sentence(rng, 60)])
    row = pa.array([sentence(rng, 60) + form])
    assert TestItems.build(questions, answers).leaks(row).num_rows == 1
    assert TestItems.build(questions, answers, background).leaks(row).num_rows == 0
    assert TestItems.build(questions, answers, background).leaks(answers).num_rows == 1
    halves = iter([background.slice(0, 80), background.slice(80)])
    assert TestItems.build(questions, answers, halves).leaks(row).num_rows == 0


def test_a_short_question_wipes_out_no_chapter_but_is_found_alone() -> None:
    chapter = "小儿肺炎的诊断与治疗。小儿肺炎怎么治疗应视病原而定，" + sentence(random.Random(7), 400)
    tests = TestItems.build(pa.array(["小儿肺炎怎么治疗"]), pa.array([None], pa.string()))
    found = tests.leaks(pa.array([chapter, "小儿肺炎怎么治疗", "小儿肺炎怎么治疗？", "治疗"]))
    assert found.to_pylist() == [
        {"row": 1, "test": 0, "measure": "jaccard", "value": 1.0},
        {"row": 2, "test": 0, "measure": "jaccard", "value": 0.8},
    ]


def test_chunks_nulls_and_saved_items_make_no_difference(
    items: tuple[list[str], list[str]], rows: list[str], tmp_path: Path
) -> None:
    tests = TestItems.build(pa.array(items[0]), pa.chunked_array([items[1][:50], items[1][50:]]))
    expected = tests.leaks(pa.array(rows)).to_pylist()
    chunked = pa.chunked_array([pa.array(rows[:301]), pa.array([], pa.string()), pa.array([*rows[301:], None])])
    assert tests.leaks(chunked).to_pylist() == expected
    assert tests.leaks(pa.array([*rows, "x"], pa.large_string()).slice(0, len(rows))).to_pylist() == expected
    tests.save(tmp_path / "items.npz")
    assert TestItems.load(tmp_path / "items.npz").leaks(pa.array(rows)).to_pylist() == expected


def test_nothing_leaks_from_no_items_or_into_no_rows() -> None:
    none = pa.array([], pa.string())
    assert TestItems.build(none, none).leaks(pa.array(["川崎病的治疗"])).num_rows == 0
    assert TestItems.build(pa.array(["川崎病"]), pa.array(["治疗"])).leaks(none).num_rows == 0
    with pytest.raises(ValueError, match="1 questions and 0 answers"):
        TestItems.build(pa.array(["问"]), none)
    assert np.all(TestItems.build(pa.nulls(2), pa.nulls(2)).sizes == 0)
