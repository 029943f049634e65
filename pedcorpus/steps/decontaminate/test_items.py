"""Index of the test items: find training rows that share their text, parents or clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dedup.leak_rule import SHORT
from pedcorpus.rows.ngrams import grams
from pedcorpus.rows.read_rows import hashes, parent_tokens
from pedcorpus.steps.decontaminate.held_out import find_containing
from schemas.rejection import Reason

if TYPE_CHECKING:
    from dedup.contamination import TestItems

MIN_PART_CHARS = 13
"""A shorter question of an external test gives nothing away: 小儿肺炎怎么治 stands in every second chapter."""
MAX_CHARS = 2_000_000
"""Characters whose n-grams are counted at once: some 100 MB of numbers."""

REASONS = ("", Reason.PARENT_OF_TEST.value, Reason.TWIN_OF_TEST.value, Reason.CONTAMINATED.value)
KEPT, PARENT, TWIN, LEAK = range(4)


@dataclass(frozen=True, slots=True)
class TestIndex:
    """What is known of all test items, ours and external ones.

    `item_parts[i]` is the test that the i-th entry of `items` is a part of; `names` are the tests' ids. `parents` and
    `clusters` are sorted hashes and labels with the tests they belong to. `short_questions` are questions (test, text)
    of ours shorter than MIN_PART_CHARS: `items` asks Jaccard alone of such, but ours were chosen so that few rows hold
    them.
    """

    items: TestItems
    item_parts: NDArray[np.int64]
    names: pl.Series
    parents: tuple[NDArray[np.uint64], NDArray[np.int64]]
    clusters: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    short_questions: pl.DataFrame

    def save(self, folder: Path) -> None:
        """Write everything to a folder, for tasks in other processes."""
        folder.mkdir(parents=True, exist_ok=True)
        self.items.save(folder / "items.npz")
        self.names.to_frame("name").write_parquet(folder / "names.parquet")
        self.short_questions.write_parquet(folder / "short_questions.parquet")
        pairs = {"parents": self.parents, **{f"clusters{i}": pair for i, pair in enumerate(self.clusters)}}
        arrays = {f"{name}.{i}": array for name, pair in pairs.items() for i, array in enumerate(pair)}
        np.savez(folder / "links.npz", item_parts=self.item_parts, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, folder: Path) -> TestIndex:
        """Read what `save` wrote."""
        from dedup.contamination import TestItems

        with np.load(folder / "links.npz") as links:
            parents, first, second = (
                (links[f"{name}.0"], links[f"{name}.1"]) for name in ("parents", "clusters0", "clusters1")
            )
            names = pl.read_parquet(folder / "names.parquet")["name"]
            short_questions = pl.read_parquet(folder / "short_questions.parquet")
            return cls(
                TestItems.load(folder / "items.npz"),
                links["item_parts"],
                names,
                parents,
                (first, second),
                short_questions,
            )


def linked(known: tuple[NDArray[Any], NDArray[np.int64]], values: NDArray[Any]) -> NDArray[np.int64]:
    """Return the test each value belongs to, -1 for none."""
    names, tests = known
    if not len(names):
        return np.full(len(values), -1)
    at = np.minimum(np.searchsorted(names, values), len(names) - 1)
    return np.where(names[at] == values, tests[at], -1)


def leaks_by_parents(frame: pl.DataFrame, tests: TestIndex) -> NDArray[np.int64]:
    """Return the test each row shares a parent with (or is the parent of), -1 for none."""
    found = np.full(frame.height, -1)
    if "parents" not in frame.columns:
        return linked(tests.parents, hashes(frame["id"]))
    tokens, rows = parent_tokens(frame["parents"])
    test = linked(tests.parents, tokens)
    np.maximum.at(found, rows, test)
    return found


def leaks_by_text(
    texts: pl.Series, tests: TestIndex
) -> tuple[NDArray[np.int64], NDArray[np.str_], NDArray[np.float64]]:
    """Return the test each text gives away (-1 for none), by which measure, and its value."""
    n = len(texts)
    test, measure, value = np.full(n, -1), np.full(n, "", "U12"), np.zeros(n)
    if len(tests.item_parts):
        found = tests.items.leaks(texts.to_arrow())
        rows = found["row"].to_numpy()
        test[rows] = tests.item_parts[found["test"].to_numpy()]
        measure[rows], value[rows] = found["measure"].to_numpy(zero_copy_only=False), found["value"].to_numpy()
    for row, number, share in _containing_short_questions(texts, tests):
        if share > value[row]:
            test[row], measure[row], value[row] = number, "containment", share
    return test, measure, value


def _containing_short_questions(texts: pl.Series, tests: TestIndex) -> Iterator[tuple[int, int, float]]:
    """Yield (row, test, share) of the texts that hold 60 % of a short question."""
    words = tests.short_questions["text"]
    windows = {text[i : i + SHORT] for text in words for i in range(len(text) - SHORT + 1)}
    if not windows:
        return
    rows = np.flatnonzero(texts.str.contains_any(sorted(windows)).fill_null(False).to_numpy())
    parts, numbers = grams(words.to_list(), SHORT), tests.short_questions["test"].to_numpy()
    blocks = np.cumsum(texts[rows].str.len_chars().to_numpy()) // MAX_CHARS
    for block in np.unique(blocks):
        mine = rows[blocks == block]
        held = find_containing(parts, texts[mine].to_list())
        yield from zip(mine[held.text].tolist(), numbers[held.part].tolist(), held.share.tolist(), strict=True)
