import json
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pedcorpus.config.sections import Benchmark, Dedup
from pedcorpus.engine.step import Shard, TaskResult
from pedcorpus.rows.ngrams import grams
from pedcorpus.steps.decontaminate import step as decontaminate
from pedcorpus.steps.decontaminate.held_out import Candidates, find_containing, select_items, shortlist
from schemas.errors import ConfigError
from schemas.shards import read_shards
from tests.support.passing_signals import THRESHOLDS, put_signals
from tests.support.run_step import ORIGIN, put, rejected_of, rows_of, run

KINDS = {"book": "textbook", "zhwiki": "wikipedia", "kg": "knowledge_graph", "talks": "dialogue"}
BUILDER = {"kind": "template", "name": "t", "version": "1", "model": None}


def words(seed: int, length: int) -> str:
    """Random Han text: no two share a 5-gram but by chance."""
    draw = random.Random(seed)
    return "".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(length))


def sample(number: int, question: str, answer: str, parents: Iterable[str], **more: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    row = {"id": f"ins-{number:04d}", "messages": messages, "task": "medkqa", "source": "book", "department": "儿科"}
    return row | {"pediatric": True, "parents": list(parents), "builder": BUILDER} | more


def document(number: int, text: str, source: str = "book") -> dict[str, Any]:
    row = {"id": f"doc-{number:04d}", "source": source, "origin": ORIGIN, "kind": "text", "title": "儿科学"}
    return row | {"section": ["肺炎"], "text": text, "department": "儿科", "license": "x"}


class Corpus:
    """A hundred documents, a sample of each, and what else a test adds."""

    def __init__(self, n: int = 100) -> None:
        self.documents = [document(i, f"{words(i, 80)}。") for i in range(n)]
        self.samples = [
            sample(i, words(1000 + i, 20), self.documents[i]["text"], [self.documents[i]["id"]]) for i in range(n)
        ]
        self.texts: list[dict[str, Any]] = []
        self.pairs: list[dict[str, Any]] = []
        self.wiki: list[dict[str, Any]] = []
        self.signals: dict[str, dict[str, float]] = {}

    def shards(self, out: Path) -> dict[str, list[Shard]]:
        half = len(self.samples) // 2
        return {
            "quality": [
                put(out, "quality", "document-book-00000", "document", self.documents),
                put(out, "quality", "pretrain-kg-kg-00000-text", "pretrain", self.texts),
            ],
            "filter-wikipedia": [put(out, "filter-wikipedia", "zhwiki-00000", "document", self.wiki)],
            "dedup-instructions": [
                put(out, "dedup-instructions", "book-00000", "instruction", self.samples[:half]),
                put(out, "dedup-instructions", "talks-00000", "instruction", self.samples[half:]),
            ],
            "prefer": [put(out, "prefer", "book-00000", "preference", self.pairs)],
            "signals": [
                put_signals(out, "book-00000", self.samples[:half], **self.signals),
                put_signals(out, "talks-00000", self.samples[half:], **self.signals),
            ],
        }

    def clear(
        self, out: Path, backwards: bool = False, paths: dict[str, str] | None = None, **settings: Any
    ) -> TaskResult:
        config = {
            "benchmark": Benchmark(**settings).model_dump(mode="json"),
            "dedup": Dedup().model_dump(mode="json"),
            "quality": THRESHOLDS,
            "external": dict.fromkeys(paths or {}, "0" * 64),
            "sources": {name: {"kind": kind} for name, kind in KINDS.items()},
        }
        rounds = [with_paths(round, paths or {}) for round in decontaminate.ROUNDS]
        return run("decontaminate", rounds, out, config, self.shards(out), backwards)


def with_paths(round: Any, paths: dict[str, str]) -> Any:
    """Hand out paths as the plan does."""

    def tasks(context: Any) -> list[Any]:
        return [replace(task, payload={**task.payload, "paths": paths}) for task in round.tasks(context)]

    return replace(round, tasks=tasks)


def grams_of(text: str, n: int) -> set[str]:
    return {text[i : i + n] for i in range(len(text) - n + 1)}


def leaks(text: str, test: dict[str, Any]) -> bool:
    """Return whether a text leaks a test item: the rule of `dedup.contamination`, written with Python sets."""
    parts = ["\n".join(m["content"] for m in test["messages"]), test["reference"]]
    long = grams_of(parts[0], 13) | grams_of(parts[1], 13)
    if long and len(long & grams_of(text, 13)) >= 0.3 * len(long):
        return True
    own = grams_of(text, 5)
    for part in parts:
        theirs = grams_of(part, 5)
        shared = len(theirs & own)
        if theirs and shared >= 0.6 * len(theirs):
            return True
        if shared >= 0.8 * len(theirs | own):
            return True
    return False


def training(out: Path, result: TaskResult) -> dict[str, str]:
    texts = {row["id"]: row["text"] for table in ("document", "pretrain") for row in rows_of(out, result, table)}
    for row in rows_of(out, result, "instruction"):
        texts[row["id"]] = "\n".join(message["content"] for message in row["messages"])
    for row in rows_of(out, result, "preference"):
        said = (*row["prompt"], *row["chosen"], *row["rejected"])
        texts[row["id"]] = "\n".join(message["content"] for message in said)
    return texts


def test_no_training_row_gives_a_test_item_away(tmp_path: Path) -> None:
    corpus = Corpus()
    corpus.wiki = [document(5000 + i, words(7000 + i, 30) + words(i, 80)[:60], "zhwiki") for i in range(0, 100, 2)]
    corpus.samples += [sample(200 + i, words(9000 + i, 18), words(i, 80)[5:70], [f"dlg-{i}"]) for i in range(0, 100, 3)]
    for row in corpus.samples[:50]:
        row["messages"][0]["content"] = row["messages"][0]["content"][:9]
    for row, other in zip(corpus.samples[50:], corpus.samples, strict=False):
        row["messages"][1]["content"] += other["messages"][0]["content"][1:8]
    result = corpus.clear(tmp_path, max_share=0.1)
    tests = rows_of(tmp_path, result, "benchmark")
    rest = training(tmp_path, result)
    assert 5 <= len(tests) <= 13
    assert not [(key, test["id"]) for key, text in rest.items() for test in tests if leaks(text, test)]
    assert result.rejected["contaminated"] > 0


def test_parents_of_test_items_leave_every_table(tmp_path: Path) -> None:
    corpus = Corpus()
    corpus.texts = [
        {"id": f"txt-{i}", "text": words(3000 + i, 50), "kind": "plain", "source": "kg", "parents": [f"doc-{i:04d}"]}
        for i in range(100)
    ]
    pair = {"task": "medkqa", "source": "book", "chosen_by": BUILDER, "rejected_by": BUILDER}
    for i in range(100):
        turns = {n: [{"role": "user", "content": words(4000 + i, 20)}] for n in ("prompt", "chosen", "rejected")}
        corpus.pairs.append({"id": f"prf-{i}", "parents": [f"doc-{i:04d}", f"doc-{(i + 7) % 100:04d}"]} | turns | pair)
    result = corpus.clear(tmp_path)
    parents = {parent for row in rows_of(tmp_path, result, "benchmark") for parent in row["parents"]}
    assert parents
    for table in ("instruction", "pretrain", "preference"):
        assert not parents & {parent for row in rows_of(tmp_path, result, table) for parent in row["parents"]}
    assert not parents & {row["id"] for row in rows_of(tmp_path, result, "document")}
    rejected = rejected_of(tmp_path, "decontaminate")
    assert {rejected[parent] for parent in parents} == {"parent_of_test"}


def test_without_strict_the_parents_stay_among_plain_texts_alone(tmp_path: Path) -> None:
    corpus = Corpus()
    corpus.samples += [sample(200 + i, words(9000 + i, 18), words(9500 + i, 50), [f"doc-{i:04d}"]) for i in range(100)]
    result = corpus.clear(tmp_path, strict=False)
    parents = {parent for row in rows_of(tmp_path, result, "benchmark") for parent in row["parents"]}
    assert parents <= {row["id"] for row in rows_of(tmp_path, result, "document")}
    assert not parents & {parent for row in rows_of(tmp_path, result, "instruction") for parent in row["parents"]}


def test_twins_of_test_items_go_even_where_their_doses_differ(tmp_path: Path) -> None:
    corpus = Corpus(40)
    twins = [row | {"id": f"ins-9{i:03d}", "parents": [f"dlg-{i}"]} for i, row in enumerate(corpus.samples)]
    for row in twins:
        question, answer = (dict(message) for message in row["messages"])
        answer["content"] = answer["content"][:40] + "伍" + answer["content"][41:]
        row["messages"] = [{**question, "content": words(int(row["id"][-4:]), 20)}, answer]
    corpus.samples += twins
    result = corpus.clear(tmp_path)
    assert result.rejected["twin_of_test"] > 0
    rows = rows_of(tmp_path, result, "benchmark")
    own = [row["id"][-3:] for row in rows]
    assert len(own) == len(set(own))


def test_a_benchmark_takes_what_little_else_depends_on(tmp_path: Path) -> None:
    corpus = Corpus(60)
    for row in corpus.samples[:30]:
        row["parents"] = ["doc-0000"]
    result = corpus.clear(tmp_path)
    assert all(row["parents"] != ["doc-0000"] for row in rows_of(tmp_path, result, "benchmark"))
    assert len(rows_of(tmp_path, result, "instruction")) >= 50


def test_a_question_many_rows_repeat_is_no_test() -> None:
    texts = ["孩子患有肺炎，饮食上应当注意一些什么问题？" + words(i, 30) for i in range(50)] + [words(99, 40)]
    parts = grams(["孩子患有麻疹，饮食上应当注意一些什么问题？", words(99, 40)[:30]], 5)
    assert np.bincount(find_containing(parts, texts).part).tolist() == [50, 1]


def test_the_sizes_and_the_share_bound_the_tests() -> None:
    n = 200
    numbers = np.arange(n)
    zeros, ones = np.zeros(n, np.int8), np.ones(n, np.int64)
    candidates = Candidates(numbers[::-1].astype(np.uint64), zeros, zeros, zeros, numbers, ones)
    shortlisted = shortlist(candidates, [10, 5, 5], 0.1)
    assert select_items(candidates, shortlisted, [10, 5, 5], 0.1).tolist() == list(range(190, 200))
    assert len(select_items(candidates, shortlist(candidates, [300, 5, 5], 0.1), [300, 5, 5], 0.1)) == 20


def test_a_task_of_few_samples_still_has_a_test(tmp_path: Path) -> None:
    numbers = np.arange(40)
    task = np.where(numbers < 30, 0, np.where(numbers < 36, 1, np.where(numbers < 37, 2, -1))).astype(np.int8)
    taken = np.full(40, 12)
    few = Candidates(numbers.astype(np.uint64), task, task, np.zeros(40, np.int8), numbers, taken)
    chosen = select_items(few, shortlist(few, [5, 5, 5], 0.1), [5, 5, 5], 0.1)
    assert np.bincount(task[chosen]).tolist() == [1, 1], "one of thirty, one of six, none of a single sample"
    assert not len(select_items(few, shortlist(few, [5, 5, 5], 0.0), [5, 5, 5], 0.0))
    corpus = Corpus(8)
    assert corpus.clear(tmp_path, medkqa=4).figures["tests.medkqa"] == 1


def test_test_items_are_the_prompt_and_its_reference_and_are_not_trained_on(tmp_path: Path) -> None:
    corpus = Corpus()
    for i, row in enumerate(corpus.samples):
        opening = [("user", words(20_000 + i, 20)), ("assistant", words(30_000 + i, 20))]
        row["messages"] = [{"role": role, "content": text} for role, text in opening] + row["messages"]
    result = corpus.clear(tmp_path)
    samples = {row["id"]: row for row in corpus.samples}
    tests = rows_of(tmp_path, result, "benchmark")
    assert tests
    for test in tests:
        assert [*test["messages"], {"role": "assistant", "content": test["reference"]}] == samples[test["id"]][
            "messages"
        ]
    assert not {test["id"] for test in tests} & {row["id"] for row in rows_of(tmp_path, result, "instruction")}


@pytest.mark.parametrize("role", ["system", "assistant"])
def test_words_all_samples_share_give_nothing_away(tmp_path: Path, role: str) -> None:
    corpus = Corpus()
    shared = [{"role": role, "content": words(1, 200)}]
    opening = [{"role": "user", "content": "在吗"}] if role == "assistant" else []
    for row in corpus.samples[:80]:
        row["messages"] = [*opening, *shared, *row["messages"]]
    result = corpus.clear(tmp_path)
    assert rows_of(tmp_path, result, "benchmark")
    assert len(rows_of(tmp_path, result, "instruction")) >= 85


def test_only_pediatric_samples_of_the_three_tasks_are_tested(tmp_path: Path) -> None:
    corpus = Corpus()
    for row in corpus.samples[:50]:
        row["pediatric"] = False
    for row in corpus.samples[50:75]:
        row["task"] = "general"
    result = corpus.clear(tmp_path, max_share=1.0)
    assert {int(row["id"][-4:]) for row in rows_of(tmp_path, result, "benchmark")} <= set(range(75, 100))


@pytest.mark.parametrize("form", ["json", "jsonl", "messages", "parquet"])
def test_external_benchmarks_are_kept_out(tmp_path: Path, form: str) -> None:
    corpus = Corpus()
    items = [(words(1003, 20), "见书。"), (words(5, 10), words(7, 80))]
    rows: list[dict[str, Any]] = [{"question": question, "answer": answer} for question, answer in items]
    path = tmp_path / f"exam.{'json' if form == 'json' else 'parquet' if form == 'parquet' else 'jsonl'}"
    if form == "messages":
        rows = [
            {"messages": [{"role": "user", "content": r["question"]}, {"role": "assistant", "content": r["answer"]}]}
            for r in rows
        ]
    if form == "parquet":
        pl.DataFrame(rows).write_parquet(path)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text(f"[{','.join(lines)}]" if form == "json" else "\n".join(lines), encoding="utf-8")
    result = corpus.clear(tmp_path, paths={"exam": str(path)}, medkqa=0)
    rejected = rejected_of(tmp_path, "decontaminate")
    assert {rejected["ins-0003"], rejected["ins-0007"], rejected["doc-0007"]} == {"contaminated"}
    assert result.rejected.total() == 3
    proofs = (tmp_path / "steps/decontaminate/evidence").glob("*.parquet")
    evidence = [row for path in proofs for row in read_shards([path]).to_pylist()]
    assert {(row["id"], row["test_id"]) for row in evidence} >= {("ins-0003", "exam#0"), ("doc-0007", "exam#1")}
    assert all(row["value"] >= 0.3 for row in evidence)


def test_an_external_file_without_questions_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('[{"a": 1}]')
    with pytest.raises(ConfigError, match=r"benchmark\.external: exam"):
        Corpus(5).clear(tmp_path, paths={"exam": str(path)})


def test_the_order_of_tasks_changes_no_byte(tmp_path: Path) -> None:
    one, two = Corpus().clear(tmp_path / "a"), Corpus().clear(tmp_path / "b", backwards=True)
    assert [(s.file, s.sha256) for s in one.shards] == [(s.file, s.sha256) for s in two.shards]
    assert one.files == two.files


def test_a_corpus_without_samples_passes_through(tmp_path: Path) -> None:
    corpus = Corpus(3)
    corpus.samples = []
    result = corpus.clear(tmp_path)
    assert result.kept == 3
    assert not rows_of(tmp_path, result, "benchmark")
