"""The selection of test items, in tasks: describe shards, look for candidates, estimate what gives them away, choose.

Everything that is held of all rows at once is a number: keys, labels, parents, band hashes. Texts are read shard by
shard; held are those of possible near-duplicates, of the candidates and of the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dedup.leak_rule import SHORT
from dedup.settings import MinHash
from pedcorpus.engine.step import Task
from pedcorpus.pediatric.scope import in_scope
from pedcorpus.rows.near_duplicate_clusters import cluster, components, sketch
from pedcorpus.rows.ngrams import grams
from pedcorpus.rows.read_rows import frames, frames_at, hashes, parent_tokens
from pedcorpus.rows.row_texts import answer, asked, last_asked, prompt, whole_text
from pedcorpus.steps.decontaminate import held_out
from pedcorpus.steps.decontaminate.exam.cut_items import cut_items, kinds_of
from pedcorpus.steps.decontaminate.exam.drug_leaflets import with_bare_questions
from pedcorpus.steps.decontaminate.external import read_external
from pedcorpus.steps.decontaminate.gates import may_be_tested, ranks
from pedcorpus.steps.decontaminate.held_out import Candidates
from pedcorpus.steps.decontaminate.test_items import MIN_PART_CHARS, TestIndex
from schemas.sample import MEDICAL_TASKS

PROBED_ROWS = 20_000
"""Training rows from which is estimated what gives a candidate away; in a larger corpus, a sample of that size."""
BACKGROUND_ROWS = 50_000
"""Rows from which boilerplate is learnt."""


def describe(task: Task) -> None:
    """Write the numbers of one instruction shard: keys, tasks, parents, and the sketches of questions and answers."""
    settings = MinHash.from_config(task.config["dedup"])
    signals = pl.read_parquet(task.paths()[1])
    found = [_described(frame, signals, task) for frame in frames(task.paths()[0])]
    items = [_view(frame, task) for frame in frames(task.paths()[0])]
    for name, expression in (("asked", asked()), ("answer", answer())):
        sketches = [sketch(f.select(expression).to_series(), settings) for f in items]
        np.save(file(task, name, "npy"), np.concatenate(sketches, axis=1))
    sizes = np.cumsum([0, *(len(part["key"]) for part in found)])
    for start, part in zip(sizes, found, strict=False):
        part["parent_row"] += start
    joined = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    np.savez(file(task, "rows", "npz"), **joined)  # type: ignore[arg-type]


def shortlist_candidates(task: Task) -> None:
    """Cluster all rows and write the candidates: rows that take little of the training set with them."""
    rows = _all_rows(task)
    settings = MinHash.from_config(task.config["dedup"])
    labels = [
        cluster(task.paths(), expression, _files(task, name, "npy"), settings, lambda frame: _view(frame, task))
        for name, expression in (("asked", asked()), ("answer", answer()))
    ]
    n_rows = len(rows["key"])
    every = np.arange(n_rows)
    tied = components(
        np.concatenate([rows["parent"], *(_named(label, i) for i, label in enumerate(labels))]),
        np.concatenate([rows["parent_row"], every, every]),
        n_rows,
    )
    taken = 1 + held_out.shared_with(rows["parent"], rows["parent_row"], n_rows)
    taken += sum(np.bincount(label, minlength=n_rows)[label] - 1 for label in labels)
    candidates = Candidates(rows["key"], rows["task"], rows["scoped"], rows["rank"], tied, taken)
    shortlisted = held_out.shortlist(candidates, *_sizes(task))
    np.savez(
        task.work / "candidates.npz", asked=labels[0], answer=labels[1], component=tied, taken=taken, rows=shortlisted
    )
    wanted = np.isin(every, shortlisted)
    parts = {"prompt": prompt(), "asked": asked(), "last": last_asked(), "answer": answer()}
    texts = [*frames_at(task.paths(), wanted, lambda frame: _view(frame, task).select(**parts))]
    empty = pl.DataFrame(schema={**dict.fromkeys(parts, pl.String), "number": pl.Int64})
    pl.concat([empty, *texts]).write_parquet(task.work / "candidates.parquet")


def estimate_leaks(task: Task) -> None:
    """Count for each candidate how many rows of a shard give it away."""
    texts = pl.read_parquet(task.work / "candidates.parquet")
    item_parts = [*texts["prompt"], *texts["asked"], *texts["last"], *texts["answer"]]
    parts = grams(item_parts, SHORT)
    every = _every(task.payload["rows"], PROBED_ROWS)
    counts = np.zeros(len(item_parts), np.int64)
    for frame in frames(task.paths()[0]):
        sample = frame.filter(pl.Series(hashes(frame["id"]) % np.uint64(every) == 0))
        for rows in sample.iter_slices(512):
            held = held_out.find_containing(parts, rows.select(whole_text("instruction")).to_series().to_list())
            counts += np.bincount(held.part, minlength=len(counts))
    np.save(file(task, "leaks", "npy"), counts.reshape(4, -1).max(axis=0) * every)


def choose_items(task: Task) -> pl.DataFrame:
    """Choose the test items, write what filtering needs, and return the rows of the benchmark."""
    rows = _all_rows(task)
    with np.load(task.work / "candidates.npz") as shortlist:
        known = {name: shortlist[name] for name in shortlist.files}
    known["taken"][known["rows"]] += sum(np.load(path) for path in _files(task, "leaks", "npy"))
    candidates = Candidates(rows["key"], rows["task"], rows["scoped"], rows["rank"], known["component"], known["taken"])
    chosen = held_out.select_items(candidates, known["rows"], *_sizes(task))
    wanted = np.isin(np.arange(len(rows["key"])), chosen)
    kinds = kinds_of(task.config)
    found = [*frames_at(task.paths(), wanted, lambda frame: cut_items(frame, kinds))]
    tests = pl.concat(found) if found else pl.DataFrame(schema={"id": pl.String, "messages": pl.Null})
    _tests(task, with_bare_questions(tests) if found else tests, known["asked"][chosen], known["answer"][chosen]).save(
        task.work / "tests"
    )
    np.save(task.work / "chosen.npy", chosen)
    return (
        tests.select(
            "id",
            messages=pl.col("messages").list.head(pl.col("messages").list.len() - 1),
            reference=answer(),
            task="task",
            source="source",
            pediatric="pediatric",
            parents="parents",
        ).sort("task", "id")
        if found
        else pl.DataFrame()
    )


def _view(rows: pl.DataFrame, task: Task) -> pl.DataFrame:
    """Return rows as they are compared: cut to their items, leaflets asked for by the drug's name."""
    return with_bare_questions(cut_items(rows, kinds_of(task.config)))


def file(task: Task, name: str, suffix: str) -> Path:
    """Return the scratch file of a task's shard."""
    return task.work / f"{name}-{task.payload['shard']:05d}.{suffix}"


def _files(task: Task, name: str, suffix: str) -> list[Path]:
    return [task.work / f"{name}-{shard:05d}.{suffix}" for shard in range(len(task.inputs))]


def _described(frame: pl.DataFrame, signals: pl.DataFrame, task: Task) -> dict[str, NDArray[Any]]:
    parents, parent_row = parent_tokens(frame["parents"])
    theirs = frame.select("id").join(signals.unique("id"), on="id", how="left", maintain_order="left")
    numbers = frame["task"].replace_strict({name: i for i, name in enumerate(MEDICAL_TASKS)}, default=-1)
    scoped = np.where(in_scope(frame, task.payload), numbers.to_numpy(), -1).astype(np.int8)
    return {
        "key": hashes(frame["id"]),
        "task": np.where(may_be_tested(frame, theirs, task.config), scoped, -1).astype(np.int8),
        "scoped": scoped,
        "rank": ranks(frame, task.config),
        "parent": parents,
        "parent_row": parent_row,
    }


def _all_rows(task: Task) -> dict[str, NDArray[Any]]:
    """Return the numbers of all shards, rows numbered through."""
    empty = {
        "key": np.uint64,
        "task": np.int8,
        "scoped": np.int8,
        "rank": np.int8,
        "parent": np.uint64,
        "parent_row": np.int64,
    }
    found: dict[str, list[NDArray[Any]]] = {name: [np.zeros(0, kind)] for name, kind in empty.items()}
    start = 0
    for path in _files(task, "rows", "npz"):
        with np.load(path) as part:
            for name in empty:
                found[name].append(part[name] + start if name == "parent_row" else part[name])
            start += len(part["key"])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _named(labels: NDArray[np.int64], kind: int) -> NDArray[np.uint64]:
    """Return labels as tokens that no parent and no other kind of label has (but for a chance of 2**-40)."""
    return (labels.astype(np.uint64) * np.uint64(2) + np.uint64(kind)) * np.uint64(0x9E3779B97F4A7C15)


def _sizes(task: Task) -> tuple[list[int], float]:
    settings = task.config["benchmark"]
    return [settings[name] for name in MEDICAL_TASKS], settings["max_share"]


def _every(rows: int, sample: int) -> int:
    return max(1, rows // sample)


def _tests(
    task: Task, tests: pl.DataFrame, asked_labels: NDArray[np.int64], answer_labels: NDArray[np.int64]
) -> TestIndex:
    """Gather our items and the external ones: the parts of their texts, their parents and clusters."""
    ours = _item_parts(tests) if tests.height else []
    names = tests["id"].to_list()
    for name, url in sorted(task.payload.get("paths", {}).items()):
        for item, question, told in read_external(name, url):
            ours.append((len(names), question, told))
            names.append(item)
    short = [part for part in ours if part[2] is None and len(part[1]) < MIN_PART_CHARS]
    ours = [part for part in ours if part[2] is not None or len(part[1]) >= MIN_PART_CHARS]
    numbers, questions, answers = (list(column) for column in zip(*ours, strict=True)) if ours else ([], [], [])
    tokens, rows = parent_tokens(tests["parents"]) if tests.height else (np.zeros(0, np.uint64), np.zeros(0, np.int64))
    tokens, first = np.unique(tokens, return_index=True)
    clusters = tuple(_unique(labels) for labels in (asked_labels, answer_labels))
    items = _items(task, questions, answers)
    named = pl.Series(names, dtype=pl.String)
    short_questions = pl.DataFrame(
        [part[:2] for part in short], schema={"test": pl.Int64, "text": pl.String}, orient="row"
    )
    return TestIndex(items, np.array(numbers, np.int64), named, (tokens, rows[first]), clusters, short_questions)


def _unique(labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    names, first = np.unique(labels, return_index=True)
    return names, first


def _item_parts(tests: pl.DataFrame) -> list[tuple[int, str, str | None]]:
    """Return (test, question, answer): the whole prompt with the answer, and each question by itself."""
    texts = tests.select(
        prompt().alias("prompt"), asked().alias("asked"), last_asked().alias("last"), answer().alias("answer")
    )
    parts: list[tuple[int, str, str | None]] = []
    for number, (whole, questions, last, told) in enumerate(texts.iter_rows()):
        parts.append((number, whole, told))
        is_new = len(whole) < MIN_PART_CHARS
        parts += [(number, text, None) for text in dict.fromkeys([questions, last]) if is_new or text != whole]
    return parts


def _items(task: Task, questions: Sequence[str], answers: Sequence[str | None]) -> Any:
    from dedup.contamination import TestItems

    every = np.uint64(_every(task.payload["rows"], BACKGROUND_ROWS))
    sampled = (
        frame.filter(pl.Series(hashes(frame["id"]) % every == 0)) for path in task.paths() for frame in frames(path)
    )
    background = [frame.select(whole_text("instruction")).to_series().to_arrow() for frame in sampled]
    return TestItems.build(pa.array(questions, pa.large_string()), pa.array(answers, pa.large_string()), background)
